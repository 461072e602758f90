"""The columns of a stream, which come and go: where the numbers and marks of a dictionary stand in a row of floats."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from numbers import Real
from typing import Any, Final, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from glassnet.data.settled import SettledColumns
from glassnet.errors import DataError, short

FEW: Final = 8  # different numbers at most, for each of which a column has a mark
WATCHED: Final = 16  # rows after which it is known whether a column of numbers holds few
LARGEST: Final = 3e38  # a number that float32 holds
MOST: Final = 64  # levels with a mark of their own; all others of the column have one together

Name: TypeAlias = str | int
Value: TypeAlias = float | str | None  # None is a gap
EXPECTED: Final = "expected a number, text, True or False, a date, or None for a gap"


class Room(NamedTuple):
    """How many places a row has for numbers, and for marks: a row is the numbers, whether each is known, the marks."""

    numbers: int
    marks: int

    @property
    def width(self) -> int:
        """The floats of a row."""
        return 2 * self.numbers + self.marks

    def places_in(self, other: Room) -> npt.NDArray[np.int64]:
        """Where each float of a row stands in a row of more room."""
        numbers = np.arange(self.numbers)
        return np.concatenate([numbers, other.numbers + numbers, 2 * other.numbers + np.arange(self.marks)])


@dataclass(slots=True)
class StreamColumn:
    """One column: the place of its number, if it has held any, and the places of its marks by what they stand for.

    A mark says that the column holds a text, one of few numbers, or nothing (None); `rest` is that of all texts beyond
    the first 64. `seen` are the numbers of the first rows while it is watched whether they are `few`.
    """

    place: int | None = None
    marks: dict[Value, int] = field(default_factory=dict)
    rest: int | None = None
    rows: int = 0
    seen: set[float] | None = field(default_factory=set)
    few: bool = False
    full: bool = False

    def to_json(self) -> list[Any]:
        """The column as plain JSON values."""
        seen = None if self.seen is None else sorted(self.seen)
        return [
            self.place,
            [list(mark) for mark in self.marks.items()],
            self.rest,
            self.rows,
            seen,
            self.few,
            self.full,
        ]

    @classmethod
    def from_json(cls, document: Sequence[Any]) -> StreamColumn:
        """The column that `to_json` wrote."""
        place, marks, rest, rows, seen, few, full = document
        return cls(place, dict(marks), rest, rows, None if seen is None else set(seen), few, full)


@dataclass
class GrowingColumns:
    """The columns seen so far, by name in the order of their coming, and the places given to their numbers and marks.

    `encode` looks and changes nothing; `learn` gives places to what `encode` found to be new.
    """

    columns: dict[Name, StreamColumn] = field(default_factory=dict)
    numbers: int = 0
    marks: int = 0

    def __post_init__(self) -> None:
        self._settled = SettledColumns.of(self)

    def encode(self, x: Mapping[Any, Any], row: memoryview[Any], room: Room) -> list[tuple[Any, Value]]:
        """Write a dictionary into a row of zeros; gives what has no place yet, or is still watched.

        Raises DataError for a value that is none, naming the column.
        """
        if self._settled is not None and self._settled.write(x, row, room):
            return []
        columns, news = self.columns, list[tuple[Any, Value]]()
        known, base, met = room.numbers, 2 * room.numbers, 0
        for name, value in x.items():
            if type(value) is not float and type(value) is not int and type(value) is not str:
                value = plain(name, value)
            column = columns.get(name)
            if column is None:
                news.append((name, value))
                continue
            met += 1
            if type(value) is str or value is None or value != value:
                value = value if type(value) is str and value else None
                mark = column.marks.get(value, None if value is None else column.rest)
            elif column.place is None:
                news.append((name, value))
                continue
            else:
                row[column.place] = value
                row[known + column.place] = 1.0
                if column.seen is not None:
                    news.append((name, value))
                if not column.few:
                    continue
                mark = column.marks.get(value)
            if mark is not None:
                row[base + mark] = 1.0
            elif value is None or not column.full:
                news.append((name, value))
        if met < len(columns):
            self._gaps(x, row, base, news)
        return news

    def _gaps(self, x: Mapping[Any, Any], row: memoryview[Any], base: int, news: list[tuple[Any, Value]]) -> None:
        """Mark the columns that are not there."""
        for name, column in self.columns.items():
            if name not in x:
                mark = column.marks.get(None)
                if mark is None:
                    news.append((name, None))
                else:
                    row[base + mark] = 1.0

    def fits(self, news: Sequence[tuple[Any, Value]], room: Room) -> bool:
        """Whether there is room for all that may come of what is new."""
        most = len(news) * (FEW + 1)  # marks, where each column turns out to hold few numbers
        return self.numbers + len(news) <= room.numbers and self.marks + most <= room.marks

    def learn(self, news: Sequence[tuple[Any, Value]]) -> None:
        """Give places to what is new; raises DataError for a name or a number that is none, and gives none then."""
        for name, value in news:
            if not isinstance(name, str | int):
                raise DataError(f"a column named {short(name)}: expected text or a whole number as its name")
            if not (value is None or isinstance(value, str) or value != value or -LARGEST <= value <= LARGEST):
                raise DataError(f"column {name!r}: {short(value)} is infinite, or beyond what a network holds")
        for name, value in news:
            self._place(self.columns.setdefault(name, StreamColumn()), value)
        self._settled = SettledColumns.of(self)

    def _place(self, column: StreamColumn, value: Value) -> None:
        if type(value) is str or value is None or value != value:
            self._mark(column, value if type(value) is str and value else None)
            return
        if column.place is None:
            column.place, self.numbers = self.numbers, self.numbers + 1
        if column.seen is not None:
            self._watch(column, float(value))
        elif column.few:
            self._mark(column, float(value))
            column.full = sum(type(each) is float for each in column.marks) >= FEW

    def _watch(self, column: StreamColumn, value: float) -> None:
        """Look at one number more of a column; in the end it has a mark for each, or is known to hold many."""
        assert column.seen is not None
        column.seen.add(value)
        column.rows += 1
        if len(column.seen) > FEW:
            column.seen = None
        elif column.rows > WATCHED:
            column.few, seen, column.seen = True, sorted(column.seen), None
            for each in seen:
                self._mark(column, each)
            column.full = len(seen) == FEW

    def _mark(self, column: StreamColumn, value: Value) -> None:
        if value in column.marks:
            return
        if type(value) is str and sum(type(each) is str for each in column.marks) >= MOST:
            if column.rest is None:
                column.rest, self.marks = self.marks, self.marks + 1
            return
        column.marks[value], self.marks = self.marks, self.marks + 1

    def to_json(self) -> dict[str, Any]:
        """The columns as plain JSON values."""
        columns = [[name, column.to_json()] for name, column in self.columns.items()]
        return {"columns": columns, "numbers": self.numbers, "marks": self.marks}

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> GrowingColumns:
        """The columns that `to_json` wrote."""
        columns = {name: StreamColumn.from_json(column) for name, column in document["columns"]}
        return cls(columns, document["numbers"], document["marks"])


def plain(name: Any, value: Any) -> Value:
    """A value as a float, text or None; a date as the days since 1970, in UTC.

    Raises DataError, naming the column, for what is none of these.

    >>> plain("day", date(1970, 1, 2)), plain("sold", True), plain("note", None)
    (1.0, 1.0, None)
    """
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, str):
        return value
    if value is None or _is_gap(value):
        return None
    try:
        if isinstance(value, Real | Decimal):
            return float(value)
        if isinstance(value, datetime):
            return (value if value.tzinfo else value.replace(tzinfo=UTC)).timestamp() / 86_400
    except (ValueError, OverflowError):
        raise DataError(f"column {name!r}: {short(value)} is no number that a float holds; {EXPECTED}") from None
    if isinstance(value, date):
        return float(value.toordinal() - date(1970, 1, 1).toordinal())
    raise DataError(
        f"column {name!r}: {short(value)} was given, a {type(value).__name__}; {EXPECTED}. Several values need a "
        f"column each"
    )


def _is_gap(value: Any) -> bool:
    """Whether a value is the gap of a frame: it is not itself, or does not tell."""
    try:
        return bool(value != value)
    except (TypeError, ArithmeticError):  # the gap of pandas, and the signalling one of decimals
        return True
    except ValueError:  # an array
        return False
