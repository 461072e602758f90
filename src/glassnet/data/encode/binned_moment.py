"""A column of dates, or of numbers that go round, as the clipped value, its bins, and its place in each period."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from glassnet.data.encode.binned import BinnedQuantity
from glassnet.data.encode.encoders import Array, Values
from glassnet.data.encode.mixed import Mixing, alone, diagonal
from glassnet.data.encode.periods import Periods
from glassnet.data.encode.scale import Doubles
from glassnet.data.schema.kinds import ColumnSchema
from glassnet.data.table import Column


@dataclass(frozen=True)
class BinnedMoment:
    """A column of dates: the time in seconds as any number, and its place in each period that it went through.

    Numbers that go round, as the caller says, have a place in their cycle.
    """

    time: BinnedQuantity
    periods: Periods

    @classmethod
    def of(cls, schema: ColumnSchema, values: Doubles, weights: Doubles | None = None) -> BinnedMoment:
        """The encoder for the dates of the training rows, each counted by its weight."""
        return cls(BinnedQuantity.of(schema, values, weights), Periods.of(schema, values))

    def capped(self, values: Doubles, weights: Doubles | None, most: int) -> BinnedMoment:
        """The same with at most so many bins, as for a column of numbers."""
        return replace(self, time=self.time.capped(values, weights, most))

    @property
    def features(self) -> tuple[str, ...]:
        """Those of the time, then two for each period."""
        return (*self.time.features, *self.periods.features(self.time.schema.name))

    @property
    def linear(self) -> tuple[bool, ...]:
        """For each feature whether it is no bin."""
        return self.time.linear + (True,) * self.periods.width

    def read(self, column: Column, source: str) -> Values:
        """The dates in seconds, NaN where one is missing."""
        return self.time.read(column, source)

    def write(self, values: Doubles, into: Array) -> None:
        """The time, then sine and cosine for each period, 0 where the date is missing."""
        own = len(self.time.linear)
        self.time.write(values, into[:, :own])
        self.periods.write(values, into[:, own:])

    @property
    def corners(self) -> Doubles:
        """Those of the time, then one for each sine and cosine."""
        return diagonal([self.time.corners, alone(self.periods.width)])

    @property
    def terms(self) -> int:
        """Those of the time, then one for each sine and cosine."""
        return self.time.terms + self.periods.width

    def mix(self, values: Doubles, into: Mixing) -> None:
        """Put the same as `write` does as shares of the corners."""
        own = self.time.terms
        self.time.mix(values, into.part(0, own))
        turns = into.part(own, self.periods.width)
        self.periods.write(values, turns.shares)
        turns.places[...] = len(self.time.corners) + np.arange(self.periods.width)

    def lines(self, values: Doubles) -> list[Doubles]:
        """The time as a linear path takes it, with its flag, then sine and cosine for each period."""
        turns = np.empty((len(values), self.periods.width))
        self.periods.write(values, turns)
        return [*self.time.lines(values), *turns.T]

    def to_json(self) -> dict[str, Any]:
        """The encoder as plain JSON values."""
        return {**self.time.to_json(), "periods": list(self.periods.names)}

    @classmethod
    def from_json(cls, schema: ColumnSchema, document: Mapping[str, Any]) -> BinnedMoment:
        """The encoder that `to_json` wrote."""
        return cls(BinnedQuantity.from_json(schema, document), Periods(tuple(document["periods"]), schema.cycle))
