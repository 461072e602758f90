"""Rows divided into those learnt from and those held out: by a share of all, by time, or by groups that stay whole."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from glassnet.data.folds import Folds, folds_of, folds_of_groups
from glassnet.data.in_time import ORDERED, READ
from glassnet.data.parse import numbers_of
from glassnet.data.schema import Schema
from glassnet.data.schema.categories import as_written
from glassnet.data.table import Table, counted
from glassnet.data.text.distinct import Distinct, numbered
from glassnet.errors import DataError, SettingError
from glassnet.random import permutation
from glassnet.settings import Configured, check_number

Array = npt.NDArray[Any]
Mask = npt.NDArray[np.bool_]
Whole = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Division:
    """How rows are divided: a `share` of them drawn, or those marked in `out` (rows,).

    `groups` (rows,) has the number of each row's group, where no group may be parted; `words` say how it was done.
    """

    share: float = 0.0
    out: Mask | None = None
    groups: Whole | None = None
    words: str = ""

    def folds(self, classes: Whole | None, rows: Whole, count: int, seed: int, division: int = 0) -> Folds:
        """The fold of each of these rows (rows,), in `count` folds at most; see `folds_of` and `folds_of_groups`."""
        if self.groups is None:
            return folds_of(classes, len(rows), min(count, len(rows)), seed, division)
        return folds_of_groups(self.groups[rows], count, seed, division)

    def parts(self, rows: Whole, most: int) -> int:
        """In how many folds these rows may be divided, `most` at most."""
        return min(most, len(rows) if self.groups is None else len(np.unique(self.groups[rows])))


@dataclass(frozen=True)
class Divided(Configured, ABC):
    """Rows divided by what a column of the table says."""

    column: str
    share: float = 0.1

    def __post_init__(self) -> None:
        if not isinstance(self.column, str):
            raise SettingError(f"{type(self).__name__}({self.column!r}): expected the name of a column")
        check_number(self, "share", "[0, 1)")

    @abstractmethod
    def divide(self, table: Table, seed: int) -> Division:
        """The division of the rows of a table.

        Raises SchemaError where there is no such column, DataError for one that does not say how to divide.
        """


@dataclass(frozen=True)
class ByTime(Divided):
    """The last `share` of the rows by time are held out: what comes later is foretold from what came before.

    `column` holds numbers or dates. Rows of one time stay together, so that the share is met as nearly as times allow.

    >>> from glassnet.data.frames import as_table
    >>> ByTime("day", 0.25).divide(as_table({"day": [3, 1, 2, 4]}), seed=0).out.tolist()
    [False, False, False, True]
    """

    def divide(self, table: Table, seed: int) -> Division:
        """The division; see `Divided`."""
        moments = moments_of(table, self.column)
        if self.share == 0:
            return Division()
        times, sizes = np.unique(moments, return_counts=True)
        _check_two(table, self.column, len(times), "time")
        last = _nearest(sizes[::-1], self.share)
        out = moments >= times[-last]
        first = _shown(table, self.column, int(np.flatnonzero(out)[moments[out].argmin()]))
        return Division(out=out, words=f"{_rows(out)} are held out, from {self.column!r} {first} on")


@dataclass(frozen=True)
class ByGroup(Divided):
    """A `share` of the rows is held out, in whole groups: rows of one value in `column` are never on both sides.

    The folds of an ensemble part no group either, so that with a share of 0 its own scores are those of new groups.

    >>> from glassnet.data.frames import as_table
    >>> ByGroup("patient", 0.3).divide(as_table({"patient": [7, 7, 8, 8, 9, 9]}), seed=0).out.tolist()
    [False, False, False, False, True, True]
    """

    def divide(self, table: Table, seed: int) -> Division:
        """The division; see `Divided`."""
        groups = groups_of(table, self.column)
        sizes = np.bincount(groups)
        _check_two(table, self.column, len(sizes), "group")
        if self.share == 0:
            return Division(groups=groups, words=f"no group of {self.column!r} is parted by folds")
        drawn = permutation(seed, "groups held out", len(sizes))
        taken = drawn[: _nearest(sizes[drawn], self.share)]
        out = np.isin(groups, taken)
        of = f"{len(taken):,} of {len(sizes):,} groups of {self.column!r}"
        return Division(out=out, groups=groups, words=f"{_rows(out)} are held out, {of}; no group is on both sides")


DIVISIONS: Final[Mapping[str, type[Divided]]] = {each.__name__: each for each in (ByTime, ByGroup)}


def groups_of(table: Table, name: str) -> Whole:
    """The number of each row's group (rows,), in the order in which groups first come.

    Raises SchemaError where there is no such column and DataError, naming the row, for a row of no group.
    """
    column = table.require(name)
    groups = Distinct.of(column).codes if column.kind == "text" else numbered(column.values.tolist())[1]
    _check_there(table, name, column.missing | (groups < 0), "what group the row belongs to")
    return groups


def moments_of(table: Table, name: str) -> Array:
    """The times of the rows of a table (rows,), as values that have an order.

    Raises SchemaError where there is no such column and DataError, naming the row, for a row without a time, or where
    the column holds neither numbers nor dates.
    """
    column = table.require(name)
    if column.kind in ORDERED:
        moments, missing = column.values, column.missing
    else:
        (schema,) = Schema.decide(table, [name]).targets
        if schema.kind not in READ:
            raise DataError(
                f"{table.source}, column {name!r} is a {schema.kind} ({schema.reason}), which puts no rows in order; "
                f"expected numbers or dates: name another column"
            )
        moments = numbers_of(schema, column, table.source)
        missing = np.isnan(moments)
    _check_there(table, name, missing, "when the row was")
    return moments


def _check_there(table: Table, name: str, missing: Mask, what: str) -> None:
    if missing.any():
        raise DataError(
            f"{table.source}, column {name!r}, row {int(missing.argmax()) + 1:,}: nothing says {what}; give a value, "
            f"or leave the row out"
        )


def _check_two(table: Table, name: str, found: int, thing: str) -> None:
    if found < 2:
        raise DataError(
            f"{table.source}, column {name!r} holds {counted(found, thing)}, and two at least are needed to hold one "
            f"out; name another column"
        )


def _nearest(sizes: Whole, share: float) -> int:
    """How many of the first parts come nearest to a share of all rows; one at least, and not all."""
    sums = np.cumsum(sizes)[:-1]
    return int(np.abs(sums - share * sizes.sum()).argmin()) + 1


def _rows(out: Mask) -> str:
    return f"{counted(int(out.sum()), 'row')} of {len(out):,}"


def _shown(table: Table, name: str, row: int) -> str:
    value = table.columns[name].values[row]
    return as_written(value.item() if isinstance(value, np.generic) else value)
