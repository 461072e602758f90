"""Values that lie outside what was learnt, so that an answer for their row is a guess."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from glassnet.data.limits import ORDERED, values_of
from glassnet.data.schema import ColumnSchema, Kind
from glassnet.data.table import Column, counted
from glassnet.data.text.dates import TIME
from glassnet.display.parts import Part, as_table
from glassnet.display.shown import Shown
from glassnet.explain.subject import Subject
from glassnet.explain.written import as_date, as_value, in_unit, is_missing


class Beyond(NamedTuple):
    """A value outside what was learnt: the row, counted from 0, the column, and why."""

    row: int
    column: str
    why: str


@dataclass(frozen=True, repr=False)
class Outside(Shown):
    """The values outside what was learnt, in the order of rows; counts and iterates as their sequence.

    `unknown` are columns of numbers of which the network does not know how far they reached, as it came from a file of
    an earlier release.
    """

    values: tuple[Beyond, ...]
    rows: int
    unknown: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.values)

    def __iter__(self) -> Iterator[Beyond]:
        return iter(self.values)

    def __getitem__(self, place: int) -> Beyond:
        return self.values[place]

    def parts(self) -> Sequence[Part]:
        """Its table and words."""
        unknown = ", ".join(map(repr, self.unknown))
        notes = [f"How far these reached is not known, since an earlier release learnt: {unknown}."] if unknown else []
        if not self.values:
            return [f"None of the {counted(self.rows, 'row')} lies outside what was learnt.", *notes]
        held = len({each.row for each in self.values})
        title = f"{held:,} of {counted(self.rows, 'row')} outside what was learnt"
        return [as_table(title, Beyond._fields, self.values), *notes]


def outside(subject: Subject) -> Outside:
    """The values outside what was learnt; see `Explanation.outside`."""
    table, found = subject.table, []
    for schema in subject.columns:
        column = table.columns[schema.name]
        values = values_of(schema, column, table.source)
        doubtful = np.isnan(values)
        if schema.limits is not None:
            doubtful |= (values < schema.limits[0]) | (values > schema.limits[1])
        for row in np.flatnonzero(doubtful).tolist():
            why = _why(schema, column, row, float(values[row]))
            found += [Beyond(row, schema.name, why)] if why else []
    unknown = tuple(each.name for each in subject.columns if each.kind in ORDERED and each.limits is None)
    return Outside(tuple(sorted(found, key=lambda each: each.row)), len(subject), unknown)


def _why(schema: ColumnSchema, column: Column, row: int, value: float) -> str | None:
    """Why a value lies outside, or None for a gap where there were some."""
    if is_missing(schema, column, row):
        return "missing, and no value was missing when it was learnt" if schema.gapless else None
    shown = as_value(schema, column, row)
    if schema.kind is Kind.CATEGORY:
        return f"{shown} is none of the {counted(len(schema.levels), 'level')} learnt"
    if schema.kind is Kind.BOOLEAN:
        return f"{shown} is no truth value"
    return None if schema.limits is None else _how_far(schema, shown, value, schema.limits)


def _how_far(schema: ColumnSchema, shown: str, value: float, limits: tuple[float, float]) -> str:
    least, largest = limits
    above = value > largest
    far = (value - largest if above else least - value) / (largest - least) if largest > least else np.inf
    by = f", by {far:.2g} times the whole range" if np.isfinite(far) else ""
    if schema.kind is Kind.DATE:
        where = (
            f"after {_moment(schema, largest)}, the last" if above else f"before {_moment(schema, least)}, the first"
        )
    else:
        end = in_unit(f"{largest if above else least:,.6g}", schema.unit)
        where = f"above {end}, the largest" if above else f"below {end}, the least"
    return f"{shown} is {where} learnt{by}"


def _moment(schema: ColumnSchema, seconds: float) -> str:
    return str(np.datetime64(round(seconds), "s")).split("T")[1] if schema.order == TIME else as_date(seconds)
