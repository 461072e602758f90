"""Long tables: a row for each time step, in which the rows of one value in a column are one sequence."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from glassnet.data.frames import as_table
from glassnet.data.table import Table
from glassnet.data.text.distinct import Distinct, numbered
from glassnet.errors import DataError

Array = npt.NDArray[Any]
Mask = npt.NDArray[np.bool_]
Whole = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class LongTable:
    """A table of which the rows that hold one value in the column `sequence` are one sequence.

    `time` names the column that its rows are ordered by, None for the order in which they stand. `numbers` (rows,) is
    the number of each row's sequence; sequences are counted from 0 in the order in which they first come.
    """

    table: Table
    sequence: str
    time: str | None
    numbers: Whole

    @classmethod
    def of(cls, data: Any, sequence: str, time: str | None) -> LongTable:
        """The sequences of a table however it is given.

        Raises SchemaError, with the nearest name, where there is no such column; DataError for a table without rows
        and, naming the row, for one that belongs to no sequence.
        """
        if isinstance(data, LongTable):
            return data
        table = as_table(data)
        column = table.require(sequence)
        if time is not None:
            table.require(time)
        if len(table) == 0:
            raise DataError(f"{table.source} has no rows; expected a row for each step of at least one sequence")
        numbers = Distinct.of(column).codes if column.kind == "text" else numbered(column.values.tolist())[1]
        missing = column.missing | (numbers < 0)
        if missing.any():
            raise DataError(
                f"{table.source}, column {sequence!r}, row {int(missing.argmax()) + 1:,}: nothing says what sequence "
                f"the row belongs to; give a value, or leave the row out"
            )
        return cls(table, sequence, time, numbers)

    def __len__(self) -> int:
        return int(self.numbers.max()) + 1 if len(self.numbers) else 0

    @cached_property
    def lengths(self) -> Whole:
        """The number of rows of each sequence."""
        return np.bincount(self.numbers, minlength=len(self))

    @cached_property
    def first(self) -> Whole:
        """The first row of each sequence."""
        return self.first_where(np.ones(len(self.numbers), np.bool_))

    @property
    def features(self) -> Table:
        """The columns that say something of a step: all but those of the sequence and of the time."""
        return self.table.select(name for name in self.table.names if name not in (self.sequence, self.time))

    def take(self, sequences: Array) -> LongTable:
        """Some of the sequences, true where one is taken."""
        rows = self.rows(sequences)
        renumbered = np.cumsum(sequences) - 1
        return LongTable(self.table.take(rows), self.sequence, self.time, renumbered[self.numbers[rows]])

    def rows(self, sequences: Mask) -> Whole:
        """The rows of the sequences that the mask marks, in the order of the table."""
        return np.flatnonzero(sequences[self.numbers])

    def first_where(self, rows: Mask) -> Whole:
        """The first of the marked rows of each sequence, its first row where none is marked."""
        order = np.lexsort((~rows, self.numbers))
        first: Whole = order[np.cumsum(self.lengths) - self.lengths]
        return first

    def differing(self, values: Array, rows: Mask) -> tuple[int, int] | None:
        """Two of the marked rows of one sequence that hold different values (rows, ...), or None."""
        first = self.first_where(rows)[self.numbers]
        unlike = (values != values[first]).reshape(len(values), -1).any(axis=1) & rows
        return (int(first[unlike.argmax()]), int(unlike.argmax())) if unlike.any() else None

    def name(self, row: int) -> str:
        """What messages call the sequence that a row belongs to."""
        value = self.table.columns[self.sequence].values[row]
        return f"sequence {(value.item() if isinstance(value, np.generic) else value)!r}"
