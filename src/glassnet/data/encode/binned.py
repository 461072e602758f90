"""A column of numbers as the clipped number itself, its way through each of several bins, and whether it is there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from glassnet.data.encode.bins import Bins, bins_for
from glassnet.data.encode.encoders import Array, Values, flag, met_notes, unit_notes
from glassnet.data.encode.line import Line
from glassnet.data.encode.mixed import Mixing, alone, diagonal
from glassnet.data.encode.robust import RobustScale
from glassnet.data.encode.scale import Doubles
from glassnet.data.parse import numbers_of
from glassnet.data.schema.kinds import ColumnSchema
from glassnet.data.table import Column


@dataclass(frozen=True)
class BinnedQuantity:
    """A column of numbers: clipped smoothly, beside its piecewise-linear encoding, with a flag of gaps.

    A gap is 0 in all of them, the median and the mean of each bin; the flag, where the training rows had gaps, tells it
    apart, so that a network learns what a gap means. A column that held one value besides its gaps is the flag alone.
    """

    schema: ColumnSchema
    scale: RobustScale
    line: Line
    bins: Bins
    flagged: bool

    @classmethod
    def of(cls, schema: ColumnSchema, values: Doubles, weights: Doubles | None = None) -> BinnedQuantity:
        """The encoder for the values of the training rows, each counted by its weight."""
        able, distinct = bins_for(len(values))
        bins = Bins.of(values, able, weights, distinct=distinct)
        flagged = bool(np.isnan(values).any())
        return cls(schema, RobustScale.of(values, weights), Line.of(values, weights), bins, flagged)

    def capped(self, values: Doubles, weights: Doubles | None, most: int) -> BinnedQuantity:
        """The same with at most so many bins, fewer than so many rows can bear; none where `most` is below 2."""
        if most < 2:
            return replace(self, bins=Bins((), ()))
        able, distinct = bins_for(len(values))
        return replace(self, bins=Bins.of(values, min(able, most), weights, distinct=min(distinct, most + 1)))

    @property
    def features(self) -> tuple[str, ...]:
        """The column itself, its bins, and its flag."""
        name = self.schema.name
        own = (name,) if self.scale.width else ()
        return (*own, *self.bins.names(name), *flag(name, flagged=self.flagged))

    @property
    def linear(self) -> tuple[bool, ...]:
        """For each feature whether it is no bin."""
        return ((True,) if self.scale.width else ()) + (False,) * len(self.bins) + ((True,) if self.flagged else ())

    def read(self, column: Column, source: str) -> Values:
        """The numbers, NaN where one is missing."""
        values = numbers_of(self.schema, column, source)
        stand_in = "the median stands in"
        notes = met_notes(self.schema.name, values, flagged=self.flagged, stand_in=stand_in)
        return Values(values, notes + unit_notes(self.schema, column))

    def write(self, values: Doubles, into: Array) -> None:
        """The clipped values, their bins, then 1 where one is missing, else 0."""
        place = 0
        if self.scale.width:
            into[:, 0] = self.scale.clip(values)
            place = 1
        self.bins.write(values, into[:, place : place + len(self.bins)])
        if self.flagged:
            into[:, -1] = np.isnan(values)

    @property
    def corners(self) -> Doubles:
        """Those of the clipped value, of the bins and of the flag."""
        own = int(self.scale.width > 0)
        return diagonal([alone(own), self.bins.corners, alone(int(self.flagged))])

    @property
    def terms(self) -> int:
        """One for the clipped value, those of the bins, one for the flag."""
        return int(self.scale.width > 0) + self.bins.terms + self.flagged

    def mix(self, values: Doubles, into: Mixing) -> None:
        """Put the same as `write` does as shares of the corners."""
        own = int(self.scale.width > 0)
        if own:
            into.put(0, 0, self.scale.clip(values))
        bins = into.part(own, self.bins.terms)
        self.bins.mix(values, bins)
        bins.places[...] += own
        if self.flagged:
            into.put(-1, own + len(self.bins.edges), np.isnan(values))

    def lines(self, values: Doubles) -> list[Doubles]:
        """The values as a linear path takes them, then 1 where one is missing, else 0."""
        return [self.line.at(values), *([np.isnan(values).astype(np.float64)] if self.flagged else [])]

    def to_json(self) -> dict[str, Any]:
        """The encoder as plain JSON values."""
        return {
            "scale": self.scale.to_json(), "line": self.line.to_json(), "bins": self.bins.to_json(),
            "flagged": self.flagged,
        }  # fmt: skip

    @classmethod
    def from_json(cls, schema: ColumnSchema, document: Mapping[str, Any]) -> BinnedQuantity:
        """The encoder that `to_json` wrote."""
        scale, line = RobustScale.from_json(document["scale"]), Line.from_json(document["line"])
        return cls(schema, scale, line, Bins.from_json(document["bins"]), document["flagged"])
