"""What rows count: finite numbers of at least 0, in an array of their own or in a column of a table."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from glassnet.data.parse import numbers_of
from glassnet.data.schema import ColumnSchema, Kind
from glassnet.data.schema.categories import as_doubles
from glassnet.data.schema.question import Question
from glassnet.data.schema.told import SAYINGS, decide_as
from glassnet.data.table import Column, Table
from glassnet.errors import DataError

Doubles = npt.NDArray[np.float64]

GIVEN = "sample_weight"


def as_weights(given: Any) -> Doubles:
    """Weights (rows,) as numbers; raises DataError, naming the row, for what is no weight."""
    try:
        array = np.asarray(given)
    except ValueError:  # lists of unequal lengths
        raise DataError(f"{GIVEN} holds lists of unequal lengths; expected a number for each row") from None
    if array.dtype.kind not in "biuf":
        raise DataError(f"{GIVEN} holds values of dtype {array.dtype}; expected a number for each row")
    if array.size != len(np.atleast_1d(array)):
        raise DataError(f"{GIVEN} has the shape {array.shape}; expected a number for each row")
    weights: Doubles = array.astype(np.float64).reshape(-1)
    _check(weights, GIVEN, np.arange(len(weights)))
    return weights


def check_as_many(weights: int, rows: int) -> None:
    """Raise DataError unless there are as many weights as rows."""
    if weights != rows:
        raise DataError(f"{GIVEN} has {weights:,} weights for {rows:,} rows; expected one a row")


@dataclass
class WeightColumn:
    """The column of a table that says what its rows count.

    How its numbers are written is decided by the first table that is read; those after it are parts of the same.
    """

    name: str
    _schema: ColumnSchema | None = None

    def read(self, table: Table) -> Doubles:
        """The weight of each row (rows,).

        Raises SchemaError where there is no such column, and DataError, naming the row, for a value that is no weight.
        """
        column = table.require(self.name)
        where = f"{table.source}, column {self.name!r}"
        if column.kind == "datetime":
            raise DataError(f"{where} holds dates; expected what each row counts, a number of at least 0")
        weights = as_doubles(column) if column.kind != "text" else self._numbers(column, table.source)
        _check(weights, where, np.arange(len(table)) if column.places is None else column.places)
        return weights

    def positive(self, table: Table) -> Table:
        """The rows that count, their weights as numbers in their column."""
        weights = self.read(table)
        column = replace(table.columns[self.name], values=weights, missing=np.zeros(len(weights), np.bool_))
        read = replace(table, columns={**table.columns, self.name: column})
        return read if weights.all() else read.take(weights > 0)

    def _numbers(self, column: Column, source: str) -> Doubles:
        """Numbers that are written as text, NaN for what is none."""
        if self._schema is None or self._schema.kind is not Kind.NUMBER:
            self._schema = decide_as(Question(self.name, column, source), SAYINGS[str(Kind.NUMBER)]).schema
        return numbers_of(self._schema, column, source)


def _check(weights: Doubles, where: str, places: npt.NDArray[np.int64]) -> None:
    """Raise DataError, naming the first row in question, unless all weights are finite and at least 0."""
    wrong = ~(np.isfinite(weights) & (weights >= 0))
    if wrong.any():
        row = int(wrong.argmax())
        raise DataError(
            f"{where}: row {int(places[row]) + 1:,} has the weight {weights[row]}; expected a finite number of at "
            f"least 0"
        )
