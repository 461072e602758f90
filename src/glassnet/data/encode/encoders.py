"""Encoders of one column, a kind each: fitted on the training rows, then a value read by the schema becomes numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

from glassnet.data.encode.mixed import Mixing
from glassnet.data.encode.periods import Periods
from glassnet.data.encode.scale import Doubles, Scale
from glassnet.data.parse import numbers_of, truths_of, without_unit
from glassnet.data.schema.kinds import ColumnSchema
from glassnet.data.table import Column, counted

Array: TypeAlias = npt.NDArray[Any]

SHOWN: Final = 3


class Values(NamedTuple):
    """What a column holds, as its encoder takes it: mostly one number a row (rows,), and notes on what was met."""

    values: Any
    notes: list[str]


class NumberEncoder(Protocol):
    """A column that becomes columns of numbers."""

    @property
    def features(self) -> tuple[str, ...]:
        """The names of the columns that it gives."""

    def read(self, column: Column, source: str) -> Values:
        """The values of the rows; raises SchemaError for one that does not fit what was learnt."""

    def write(self, values: Any, into: Array) -> None:
        """Put what the values read become into an array (rows, features) of any float dtype."""

    def to_json(self) -> dict[str, Any]:
        """The encoder as plain JSON values."""


@dataclass(frozen=True)
class Quantity:
    """A column of numbers: standardised and bent, with a flag of gaps where the training rows had any."""

    schema: ColumnSchema
    scale: Scale
    flagged: bool

    @classmethod
    def fit(cls, schema: ColumnSchema, column: Column, source: str, weights: Doubles | None = None) -> Quantity:
        """The encoder for the training rows, each counted by its weight."""
        values = numbers_of(schema, column, source)
        return cls(schema, Scale.of(values, weights), bool(np.isnan(values).any()))

    @property
    def features(self) -> tuple[str, ...]:
        """The column itself, and its flag."""
        return (self.schema.name, *flag(self.schema.name, flagged=self.flagged))

    def read(self, column: Column, source: str) -> Values:
        """The numbers, NaN where one is missing."""
        values = numbers_of(self.schema, column, source)
        notes = met_notes(self.schema.name, values, flagged=self.flagged, stand_in="the mean stands in")
        return Values(values, notes + unit_notes(self.schema, column))

    def write(self, values: Doubles, into: Array) -> None:
        """The bent values, 0 where one is missing; then 1 where one is missing, else 0."""
        into[:, 0] = self.scale.bend(values)
        if self.flagged:
            into[:, 1] = np.isnan(values)

    def to_json(self) -> dict[str, Any]:
        """The encoder as plain JSON values."""
        return {"scale": self.scale.to_json(), "flagged": self.flagged}

    @classmethod
    def from_json(cls, schema: ColumnSchema, document: Mapping[str, Any]) -> Quantity:
        """The encoder that `to_json` wrote."""
        return cls(schema, Scale.from_json(document["scale"]), document["flagged"])


@dataclass(frozen=True)
class Truth:
    """A column of truth values: 1 for true, -1 for false, 0 where one is missing, with a flag of gaps."""

    schema: ColumnSchema
    flagged: bool

    @classmethod
    def fit(cls, schema: ColumnSchema, column: Column, source: str, weights: Doubles | None = None) -> Truth:
        """The encoder for the training rows, each counted by its weight."""
        return cls(schema, bool(np.isnan(truths_of(schema, column)[0]).any()))

    @property
    def features(self) -> tuple[str, ...]:
        """The column itself, and its flag."""
        return (self.schema.name, *flag(self.schema.name, flagged=self.flagged))

    @property
    def linear(self) -> tuple[bool, ...]:
        """For each feature whether it is no bin: none is."""
        return (True,) * (1 + self.flagged)

    def read(self, column: Column, source: str) -> Values:
        """1 for true, 0 for false, NaN where there is neither; a word that is no truth value is missing, and noted."""
        values, unseen = truths_of(self.schema, column)
        gaps = np.isnan(values)
        notes = unseen_notes(self.schema.name, unseen)
        known = np.zeros(len(gaps), np.bool_) if unseen else gaps
        notes += gap_notes(self.schema.name, known, flagged=self.flagged, stand_in="taken as neither")
        return Values(values, notes)

    def write(self, values: Doubles, into: Array) -> None:
        """The values as 1 and -1, 0 where one is missing; then 1 where one is missing, else 0."""
        gaps = np.isnan(values)
        into[:, 0] = np.where(gaps, 0.0, 2 * values - 1)
        if self.flagged:
            into[:, 1] = gaps

    @property
    def corners(self) -> Doubles:
        """One for the value and one for the flag."""
        return np.eye(self.terms)

    @property
    def terms(self) -> int:
        """How many corners a row is made of."""
        return 1 + self.flagged

    def mix(self, values: Doubles, into: Mixing) -> None:
        """Put the same as `write` does as shares of the corners."""
        self.write(values, into.shares)
        into.places[...] = np.arange(self.terms)

    def lines(self, values: Doubles) -> list[Doubles]:
        """The same as columns."""
        into = np.empty((len(values), len(self.linear)))
        self.write(values, into)
        return list(into.T)

    def to_json(self) -> dict[str, Any]:
        """The encoder as plain JSON values."""
        return {"flagged": self.flagged}

    @classmethod
    def from_json(cls, schema: ColumnSchema, document: Mapping[str, Any]) -> Truth:
        """The encoder that `to_json` wrote."""
        return cls(schema, document["flagged"])


@dataclass(frozen=True)
class Moment:
    """A column of dates: the time itself, standardised and bent, and its place in the year, the week and the day.

    The place is the sine and the cosine of 2 pi t / period, a year having 365.2425 days, for each period that the
    training rows went through at least once. Numbers that go round, as the caller says, have a place in their cycle.
    """

    schema: ColumnSchema
    time: Quantity
    periods: Periods

    @classmethod
    def fit(cls, schema: ColumnSchema, column: Column, source: str, weights: Doubles | None = None) -> Moment:
        """The encoder for the training rows, each counted by its weight."""
        values = numbers_of(schema, column, source)
        time = Quantity(schema, Scale.of(values, weights), bool(np.isnan(values).any()))
        return cls(schema, time, Periods.of(schema, values))

    @property
    def features(self) -> tuple[str, ...]:
        """The column itself, its flag, and two for each period."""
        return (*self.time.features, *self.periods.features(self.schema.name))

    def read(self, column: Column, source: str) -> Values:
        """The dates in seconds, NaN where one is missing."""
        return self.time.read(column, source)

    def write(self, values: Doubles, into: Array) -> None:
        """The time and its flag, then sine and cosine for each period, 0 where the date is missing."""
        own = len(self.time.features)
        self.time.write(values, into[:, :own])
        self.periods.write(values, into[:, own:])

    def to_json(self) -> dict[str, Any]:
        """The encoder as plain JSON values."""
        return {**self.time.to_json(), "periods": list(self.periods.names)}

    @classmethod
    def from_json(cls, schema: ColumnSchema, document: Mapping[str, Any]) -> Moment:
        """The encoder that `to_json` wrote."""
        return cls(schema, Quantity.from_json(schema, document), Periods(tuple(document["periods"]), schema.cycle))


def flag(name: str, *, flagged: bool) -> tuple[str, ...]:
    """The name of the flag of gaps, where there is one."""
    return (f"{name} missing",) if flagged else ()


def met_notes(name: str, values: Doubles, *, flagged: bool, stand_in: str) -> list[str]:
    """Notes on numbers that are missing in a column that had no gaps when it was learnt, and on infinite ones."""
    notes = gap_notes(name, np.isnan(values), flagged=flagged, stand_in=stand_in)
    if infinite := int(np.isinf(values).sum()):
        what = counted(infinite, "infinite value", "infinite values")
        notes.append(f"{name}: {what} taken as beyond every other")
    return notes


def unit_notes(schema: ColumnSchema, column: Column) -> list[str]:
    """A note on numbers without the unit that all had when the column was learnt."""
    count = without_unit(schema, column)
    what = f"{counted(count, 'value')} without a unit, none when learnt"
    return [f"{schema.name}: {what}: taken as in {schema.unit}"] if count else []


def gap_notes(name: str, gaps: npt.NDArray[np.bool_], *, flagged: bool, stand_in: str) -> list[str]:
    """A note on gaps in a column that had none when it was learnt."""
    count = int(gaps.sum())
    return [f"{name}: {counted(count, 'missing value')}, none when learnt: {stand_in}"] if count and not flagged else []


def unseen_notes(name: str, unseen: Mapping[str, int]) -> list[str]:
    """A note on values that were never seen when the column was learnt."""
    if not unseen:
        return []
    shown: Sequence[str] = list(unseen)[:SHOWN]
    more = ", ..." if len(unseen) > SHOWN else ""
    return [
        f"{name}: {counted(sum(unseen.values()), 'value')} never seen when learnt ({', '.join(map(repr, shown))}{more})"
    ]
