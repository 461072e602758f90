"""The values of a column as numbers whatever its kind, and how far they reach in the rows learnt from."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from glassnet.data.parse import Doubles, numbers_of, places_of, truths_of
from glassnet.data.schema import ColumnSchema, Kind, Schema
from glassnet.data.schema.categories import as_text
from glassnet.data.table import Column, Table
from glassnet.data.text.distinct import Distinct

ORDERED: Final = (Kind.NUMBER, Kind.DATE)


def values_of(schema: ColumnSchema, column: Column, source: str) -> Doubles:
    """The values of a column (rows,) as float64, NaN for a gap: numbers, dates in seconds, 1 for true and 0 for false.

    Of a category it is the place of the level, NaN for a level never seen too; of free text which of the distinct texts
    it is, in the order in which they come. Raises SchemaError, naming the row, for
    a value that cannot be read as it was learnt.

    >>> colour = ColumnSchema("colour", Kind.CATEGORY, "", "text", levels=("blue", "red"))
    >>> values_of(colour, Column(np.array(["red", ""], object), np.array([False, True])), "the table").tolist()
    [1.0, nan]
    """
    if schema.kind is Kind.CATEGORY:
        places = places_of(schema.levels, column)[0]
        return np.where(places < 0, np.nan, places)
    if schema.kind is Kind.TEXT:
        codes = Distinct.of(as_text(column)).codes
        return np.where(codes < 0, np.nan, codes)
    return truths_of(schema, column)[0] if schema.kind is Kind.BOOLEAN else numbers_of(schema, column, source)


def with_limits(schema: Schema, table: Table) -> Schema:
    """The schema with the limits of its columns of numbers and dates in `table`, and which columns have no gap there.

    NaN and infinity are no limits.
    """
    return replace(schema, columns=tuple(_limited(each, table) for each in schema.columns))


def _limited(schema: ColumnSchema, table: Table) -> ColumnSchema:
    if schema.kind is Kind.IGNORED:
        return schema
    values = values_of(schema, table.require(schema.name), table.source)
    finite = values[np.isfinite(values)]
    limits = (float(finite.min()), float(finite.max())) if schema.kind in ORDERED and len(finite) else None
    return replace(schema, limits=limits, gapless=not np.isnan(values).any())
