"""The rows that an estimator learns from: a table, targets and weights, in an order that they have by themselves."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from glassnet.data.batches import SPARSE, Batches
from glassnet.data.columns import from_array
from glassnet.data.frames import as_table
from glassnet.data.sparse import SparseRows
from glassnet.data.table import Column, Table
from glassnet.errors import DataWarning

Array = npt.NDArray[Any]
Words = npt.NDArray[np.uint64]

WRITTEN: Final = 2**24  # numbers of a sparse matrix up to which it is written out with its zeros
MOST_COPIES: Final = 8  # of a row in the mean, up to which whole weights are taken as so many rows
ODD: Final = np.uint64(0x9E3779B97F4A7C15)  # 2^64 over the golden ratio, which spreads multiples evenly
SHIFT: Final = np.uint64(29)


class Examples(NamedTuple):
    """Rows, their targets (rows,) or (rows, targets), and the weight of each, None where each counts once.

    Rows are a table, or those of a sparse matrix that is too large to be written out whole.
    """

    table: Table | SparseRows
    targets: Array
    weights: npt.NDArray[np.float64] | None

    def take(self, rows: Array) -> Examples:
        """Some of the rows, or some more than once."""
        weights = None if self.weights is None else self.weights[rows]
        return Examples(self.table.take(rows), self.targets[rows], weights)


class Counted:
    """So many rows, for checks of lengths."""

    def __init__(self, count: int) -> None:
        self.shape = (count,)

    def __len__(self) -> int:
        return self.shape[0]


def say_missing(present: npt.NDArray[np.bool_]) -> None:
    """Warn whoever called `fit` of rows without a target."""
    missing = int((~present).sum())
    if missing:
        are = "row without a target is" if missing == 1 else "rows without a target are"
        warnings.warn(f"{missing:,} {are} left out", DataWarning, stacklevel=5)


def taken(sparse: SparseRows) -> Table | SparseRows:
    """The rows of a sparse matrix as a table, or as they are where that would be large."""
    return sparse if sparse.shape[0] * sparse.shape[1] > WRITTEN else as_table(sparse.written_out(0, len(sparse)))


def shown(examples: Examples) -> Examples:
    """The examples, or as many of them, evenly spaced, as can be written out: enough to see what columns hold."""
    sparse = examples.table
    if isinstance(sparse, Table):
        return examples
    places = np.linspace(0, len(sparse) - 1, max(2, WRITTEN // sparse.shape[1])).astype(np.int64)
    return examples.take(places)._replace(table=as_table(sparse.take(places).written_out(0, len(places))))


def streamed(sparse: SparseRows, told: Table, weights: Array | None) -> Batches:
    """The rows of a sparse matrix with their targets, and weights where there are any, some at a time."""
    columns = [column.values for column in told.columns.values()]
    targets = columns[0] if len(columns) == 1 else np.stack(columns, axis=1)
    beside = [targets] if weights is None else [targets, weights]
    return Batches(SPARSE, partial(sparse.batches, *beside), again=True, tabular=True)


def as_columns(names: Sequence[str], columns: Iterable[Array]) -> Table:
    """Targets without gaps as a table: whole numbers, numbers, or words as objects."""
    made = {}
    for name, values in zip(names, columns, strict=True):
        held = values if values.dtype == object else from_array(values, "y").values
        made[name] = Column(held, np.zeros(len(values), np.bool_))
    return Table(made, "y")


def ordered(examples: Examples) -> Examples:
    """The examples in the order of a hash of each row and its targets, and whole weights as so many rows.

    So a network learns the same from rows in any order, and the same from a row of weight 2 as from the row twice:
    draws of folds and batches see equal arrays. Weights that are not whole, or would make more than eight rows of one
    in the mean, stay weights.
    """
    order = np.argsort(_hashed(examples), kind="stable")
    weights = examples.weights
    if weights is None or (weights % 1).any() or weights.sum() > MOST_COPIES * len(weights):
        return examples.take(order)
    copies = weights[order].astype(np.int64)
    return examples._replace(weights=None).take(np.repeat(order, copies))


def _hashed(examples: Examples) -> Words:
    """A number for each row (rows,) that its values alone decide."""
    table, targets = examples.table, examples.targets.reshape(len(examples.targets), -1).astype(np.float64)
    parts = [table] if isinstance(table, Table) else map(as_table, table.batches())
    hashed = np.concatenate([_together(map(_words, part.columns.values()), len(part)) for part in parts])
    return _together(map(_of_floats, targets.T), len(targets), hashed)


def _together(columns: Iterable[Words], rows: int, begun: Words | None = None) -> Words:
    """A number for each row that the words of its columns decide, one column after another."""
    hashed = np.zeros(rows, np.uint64) if begun is None else begun
    for words in columns:
        hashed = (hashed ^ words) * ODD
        hashed ^= hashed >> SHIFT
    return hashed


def _words(column: Column) -> Words:
    """The values of a column as whole numbers, equal for equal values; those of text by their place in order."""
    if column.kind == "text":
        texts = column.values.tolist()
        places = {text: place for place, text in enumerate(sorted(set(texts)))}
        return np.array([places[text] for text in texts], np.uint64)
    values = column.values.view(np.int64) if column.kind == "datetime" else column.values
    return _of_floats(np.where(column.missing, np.nan, values.astype(np.float64)))


def _of_floats(values: npt.NDArray[np.float64]) -> Words:
    """The bits of numbers, NaN and 0 having one form."""
    plain = np.where(np.isnan(values), np.nan, values + 0.0)
    return np.ascontiguousarray(plain).view(np.uint64)
