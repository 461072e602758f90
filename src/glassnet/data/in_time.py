"""The column that the steps of a sequence are ordered by."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from glassnet.data.long_table import LongTable, Whole
from glassnet.data.parse import numbers_of
from glassnet.data.schema import ColumnSchema, Kind
from glassnet.data.schema.categories import as_written
from glassnet.data.table import Column
from glassnet.errors import DataError

ORDERED: Final = ("int", "float", "datetime")  # values that have an order as they are
READ: Final = (Kind.NUMBER, Kind.DATE)


def check_time(time: ColumnSchema, column: Column, source: str) -> None:
    """Raise DataError where a column that is to say when a step was holds neither numbers nor dates."""
    if column.kind not in ORDERED and time.kind not in READ:
        raise DataError(
            f"{source}, column {time.name!r} is a {time.kind} ({time.reason}), which puts no rows in order; "
            f"expected numbers or dates: name another column with time=, or leave it out where the rows stand in order"
        )


def in_order(table: LongTable, time: ColumnSchema | None) -> Whole:
    """The rows of a table sequence by sequence, each in the order of its time.

    Raises DataError, naming the rows, where a time is missing or where two rows of a sequence have the same, and
    SchemaError for a time that cannot be read as it was learnt.
    """
    if time is None:
        return np.argsort(table.numbers, kind="stable")
    moments = _moments(time, table.table.require(time.name), table)
    rows = np.lexsort((moments, table.numbers))
    same = (np.diff(table.numbers[rows]) == 0) & (moments[rows][1:] == moments[rows][:-1])
    if same.any():
        one, other = sorted(rows[[same.argmax(), same.argmax() + 1]].tolist())
        value = _shown(table.table.columns[time.name], one)
        raise DataError(
            f"{table.table.source}: rows {one + 1:,} and {other + 1:,} of {table.name(one)} are both of {time.name} "
            f"{value}; expected one row for each time, so that they have an order: leave one out, or say which comes "
            f"first in another column"
        )
    return rows


def _moments(time: ColumnSchema, column: Column, table: LongTable) -> npt.NDArray[Any]:
    """The times of rows as values that have an order."""
    ordered = column.kind in ORDERED
    moments = column.values if ordered else numbers_of(time, column, table.table.source)
    missing = column.missing if ordered else np.isnan(moments)
    if missing.any():
        row = int(missing.argmax())
        raise DataError(
            f"{table.table.source}, column {time.name!r}, row {row + 1:,}: nothing says when this step of "
            f"{table.name(row)} was; give a value, or leave the row out"
        )
    return moments


def _shown(column: Column, row: int) -> str:
    value = column.values[row]
    return as_written(value.item() if isinstance(value, np.generic) else value)
