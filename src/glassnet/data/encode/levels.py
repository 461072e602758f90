"""Categories as numbers of levels, or as a column for each level."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from glassnet.data.encode.encoders import Array, Values, unseen_notes
from glassnet.data.encode.scale import Doubles
from glassnet.data.parse import places_of
from glassnet.data.schema.kinds import ColumnSchema
from glassnet.data.table import Column, counted
from glassnet.data.text.words import is_gap

MOST_COLUMNS: Final = 256  # levels of one category that get a column of their own


@dataclass(frozen=True)
class Levels:
    """A category: a number from 1 for each level, 0 for a gap and for what was never seen.

    Where the training rows had no gap but a level that means one ("None", "NA"), a gap later on is that level:
    `gap` is its number, else 0.
    """

    schema: ColumnSchema
    gap: int
    gaps_known: bool

    @classmethod
    def fit(cls, schema: ColumnSchema, column: Column) -> Levels:
        """The encoder for the training rows."""
        gaps = bool((places_of(schema.levels, column)[0] < 0).any())
        words = [place for place, level in enumerate(schema.levels, 1) if is_gap(level)]
        return cls(schema, words[0] if len(words) == 1 and not gaps else 0, gaps)

    @property
    def count(self) -> int:
        """How many numbers there are: one for each level, and 0."""
        return len(self.schema.levels) + 1

    def number(self, column: Column) -> tuple[npt.NDArray[np.int64], list[str]]:
        """The number of each row's level (rows,), and notes on what was met."""
        places, unseen = places_of(self.schema.levels, column)
        other = {word: times for word, times in unseen.items() if not is_gap(word)}
        notes = unseen_notes(self.schema.name, other)
        gaps = int((places < 0).sum()) - sum(other.values())
        if gaps and not self.gaps_known:
            as_what = f"taken as {self.schema.levels[self.gap - 1]!r}" if self.gap else "taken as never seen"
            notes.append(f"{self.schema.name}: {counted(gaps, 'missing value')}, none when learnt: {as_what}")
        if self.gap and gaps:
            places[_are_gaps(column, places)] = self.gap - 1
        return places + 1, notes

    def apart(self, column: Column) -> tuple[npt.NDArray[np.int64], list[str]]:
        """The same with gaps apart from what was never seen: a gap that is no level has the number `count`."""
        numbers, notes = self.number(column)
        numbers[_are_gaps(column, numbers - 1) & (numbers == 0)] = self.count
        return numbers, notes

    def to_json(self) -> dict[str, Any]:
        """The encoder as plain JSON values."""
        return {"gap": self.gap, "gaps_known": self.gaps_known}

    @classmethod
    def from_json(cls, schema: ColumnSchema, document: Mapping[str, Any]) -> Levels:
        """The encoder that `to_json` wrote."""
        return cls(schema, document["gap"], document["gaps_known"])


def _are_gaps(column: Column, places: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """The rows that hold no level and no other value either."""
    gaps = column.missing.copy()
    if column.kind == "text":
        rows = np.flatnonzero((places < 0) & ~gaps)
        gaps[rows] = [not text.strip() or is_gap(text.strip()) for text in column.values[rows].tolist()]
    return gaps


@dataclass(frozen=True)
class Hot:
    """A category as a column for each of its levels, the 256 that most training rows hold where there are more."""

    levels: Levels
    shown: tuple[int, ...]

    @classmethod
    def fit(cls, schema: ColumnSchema, column: Column, weights: Doubles | None = None) -> Hot:
        """The encoder for the training rows, each counted by its weight."""
        levels = Levels.fit(schema, column)
        counts = np.bincount(levels.number(column)[0], weights, minlength=levels.count)[1:]
        commonest = np.argsort(-counts, kind="stable")[:MOST_COLUMNS]
        return cls(levels, tuple((np.sort(commonest) + 1).tolist()))

    @property
    def features(self) -> tuple[str, ...]:
        """The names of the columns, such as "colour=red"."""
        schema = self.levels.schema
        return tuple(f"{schema.name}={schema.levels[number - 1]}" for number in self.shown)

    def read(self, column: Column, source: str) -> Values:
        """The number of each row's level."""
        return Values(*self.levels.number(column))

    def write(self, values: npt.NDArray[np.int64], into: Array) -> None:
        """For each level whether a row holds it."""
        np.equal(values[:, None], np.array(self.shown), out=into, casting="unsafe")

    def to_json(self) -> dict[str, Any]:
        """The encoder as plain JSON values."""
        return {**self.levels.to_json(), "shown": list(self.shown)}

    @classmethod
    def from_json(cls, schema: ColumnSchema, document: Mapping[str, Any]) -> Hot:
        """The encoder that `to_json` wrote."""
        return cls(Levels.from_json(schema, document), tuple(document["shown"]))
