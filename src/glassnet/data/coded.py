"""The columns of a table as numbers of their distinct values, so that two columns are compared whatever they hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from glassnet.data.parse import numbers_of, places_of, truths_of
from glassnet.data.schema import ColumnSchema, Kind, Schema
from glassnet.data.schema.categories import as_text
from glassnet.data.table import Column, Table
from glassnet.data.text.distinct import Distinct
from glassnet.random import bits

Codes = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Doubles = npt.NDArray[np.float64]
GAP: Final = -1


@dataclass(frozen=True, eq=False)
class Coded:
    """Which of its distinct values each row of a column holds: `codes` (rows,), from 0 to `count` - 1, -1 for a gap.

    `ordered` says that the values are numbers or dates, whose codes rise with them.
    """

    codes: Codes
    count: int
    ordered: bool

    @classmethod
    def of(cls, values: npt.NDArray[Any], known: Mask, *, ordered: bool) -> Coded:
        """The codes of any values (rows,) that can be sorted, with a gap where they are not `known`."""
        distinct, places = np.unique(values[known], return_inverse=True)
        codes = np.full(len(values), GAP, np.int64)
        codes[known] = places
        return cls(codes, len(distinct), ordered)

    def __len__(self) -> int:
        return len(self.codes)

    @cached_property
    def known(self) -> Mask:
        """Which rows have a value."""
        return self.codes >= 0

    def within(self, rows: Mask) -> Coded:
        """The column of some rows that all have a value."""
        if rows.all():
            return self
        return Coded.of(self.codes[rows], np.ones(int(rows.sum()), np.bool_), ordered=self.ordered)

    @cached_property
    def counts(self) -> Codes:
        """How many rows hold each value."""
        return np.bincount(self.codes[self.known], minlength=self.count)

    @property
    def ranks(self) -> Doubles:
        """The rank of each row, the mean one where values tie, for a column without gaps."""
        last = np.cumsum(self.counts)
        middles: Doubles = (last - (self.counts - 1) / 2)[self.codes]
        return middles


def coded(table: Table, schema: Schema) -> dict[str, Coded]:
    """The input columns that are learnt from, by name, read as the schema says."""
    kept = [each for each in schema.columns if each.kind is not Kind.IGNORED]
    return {each.name: _coded(each, table.require(each.name), table.source) for each in kept}


def _coded(schema: ColumnSchema, column: Column, source: str) -> Coded:
    if schema.kind is Kind.CATEGORY:
        places = places_of(schema.levels, column)[0]
        return Coded.of(places, places >= 0, ordered=False)
    if schema.kind is Kind.TEXT:
        codes = Distinct.of(as_text(column)).codes
        return Coded.of(codes, codes >= 0, ordered=False)
    values = truths_of(schema, column)[0] if schema.kind is Kind.BOOLEAN else numbers_of(schema, column, source)
    return Coded.of(values, ~np.isnan(values), ordered=schema.kind is not Kind.BOOLEAN)


def groups_alike(columns: Iterable[Coded]) -> Codes:
    """A number for each row (rows,), from 0, the same for rows that hold the same in every column; gaps are alike.

    Rows are told apart by a sum of the codes, each times a random word of 64 bits, modulo 2^64: n rows that all differ
    are taken for alike with a probability below n^2 / 2^64. Folds that keep the rows of a group together learn none of
    the rows that they are scored on.
    """
    total: npt.NDArray[np.uint64] | None = None
    for place, column in enumerate(columns):
        low, high = (word.astype(np.uint64) for word in np.split(bits(0, f"column {place}", 2), 2))
        part = (column.codes + 1).astype(np.uint64) * (low | (high << np.uint64(32)) | np.uint64(1))
        total = part if total is None else total + part
    return np.zeros(0, np.int64) if total is None else np.unique(total, return_inverse=True)[1].astype(np.int64)


def targets_coded(known: npt.NDArray[Any], present: Mask, names: Iterable[str]) -> Mapping[str, Coded]:
    """Targets by name, (rows, targets) numbers or (rows,) class numbers as `TargetEncoding.read` gives them."""
    ordered = known.ndim == 2
    columns = known.T if ordered else [known]
    return {name: Coded.of(each, present, ordered=ordered) for name, each in zip(names, columns, strict=True)}
