"""A column of numbers as the clipped number itself, its way through each of several bins, and whether it is there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from glassnet.data.encode.bins import Bins, bins_for
from glassnet.data.encode.encoders import Doubles, Numbers, met_notes
from glassnet.data.encode.robust import RobustScale
from glassnet.data.parse import numbers_of
from glassnet.data.schema.kinds import ColumnSchema
from glassnet.data.table import Column


@dataclass(frozen=True)
class BinnedQuantity:
    """A column of numbers: clipped smoothly, beside its piecewise-linear encoding, with a flag of gaps.

    A gap is 0 in all of them, the median and the mean of each bin; the flag, where the training rows had gaps, tells it
    apart, so that a network learns what a gap means.
    """

    schema: ColumnSchema
    scale: RobustScale
    bins: Bins
    flagged: bool

    @classmethod
    def fit(cls, schema: ColumnSchema, column: Column, source: str, weights: Doubles | None = None) -> BinnedQuantity:
        """The encoder for the training rows, each counted by its weight."""
        values = numbers_of(schema, column, source)
        most, distinct = bins_for(len(values))
        bins = Bins.of(values, most, weights, distinct=distinct)
        return cls(schema, RobustScale.of(values, weights), bins, bool(np.isnan(values).any()))

    @property
    def features(self) -> tuple[str, ...]:
        """The column itself, its bins, and its flag."""
        name = self.schema.name
        return (name, *self.bins.names(name), *((f"{name} missing",) if self.flagged else ()))

    def encode(self, column: Column, source: str) -> Numbers:
        """The clipped values, their bins, then 1 where one is missing, else 0."""
        values = numbers_of(self.schema, column, source)
        gaps = np.isnan(values)
        blocks = [self.scale.clip(values), *self.bins.encode(values).T, *([gaps] if self.flagged else [])]
        return Numbers(
            blocks, met_notes(self.schema.name, values, flagged=self.flagged, stand_in="the median stands in")
        )

    def to_json(self) -> dict[str, Any]:
        """The encoder as plain JSON values."""
        return {"scale": self.scale.to_json(), "bins": self.bins.to_json(), "flagged": self.flagged}

    @classmethod
    def from_json(cls, schema: ColumnSchema, document: Mapping[str, Any]) -> BinnedQuantity:
        """The encoder that `to_json` wrote."""
        scale, bins = RobustScale.from_json(document["scale"]), Bins.from_json(document["bins"])
        return cls(schema, scale, bins, document["flagged"])
