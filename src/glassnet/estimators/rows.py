"""The rows that an estimator learns from: a table, targets and weights, in an order that they have by themselves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from glassnet.data.columns import from_array
from glassnet.data.table import Column, Table

Array = npt.NDArray[Any]
Words = npt.NDArray[np.uint64]

MOST_COPIES: Final = 8  # of a row in the mean, up to which whole weights are taken as so many rows
ODD: Final = np.uint64(0x9E3779B97F4A7C15)  # 2^64 over the golden ratio, which spreads multiples evenly
SHIFT: Final = np.uint64(29)


class Examples(NamedTuple):
    """Rows, their targets (rows,) or (rows, targets), and the weight of each, None where each counts once."""

    table: Table
    targets: Array
    weights: npt.NDArray[np.float64] | None

    def take(self, rows: Array) -> Examples:
        """Some of the rows, or some more than once."""
        weights = None if self.weights is None else self.weights[rows]
        return Examples(self.table.take(rows), self.targets[rows], weights)


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
    columns = [_words(column) for column in examples.table.columns.values()]
    targets = examples.targets.reshape(len(examples.targets), -1).astype(np.float64)
    hashed = np.zeros(len(targets), np.uint64)
    for words in [*columns, *(_of_floats(each) for each in targets.T)]:
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
