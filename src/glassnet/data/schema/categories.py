"""Categories: their levels as written, and when a column of text is none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from glassnet.data.columns import spelt
from glassnet.data.schema.kinds import Kind
from glassnet.data.schema.question import Finding, Question
from glassnet.data.table import Column, counted, text_column
from glassnet.data.text.dates import seconds
from glassnet.data.text.distinct import Distinct
from glassnet.data.text.numerals import LARGEST_EXACT, Doubles

DIFFERENT: Final = "different: an identifier or free text"
LEAST_ROWS: Final = 20  # rows below which an identifier cannot be told from a category


def words(asked: Question, distinct: Distinct, why: str = "") -> Finding:
    """A category of the texts, each as it is written."""
    return category(asked, sorted(distinct.texts), int(distinct.counts.sum()), why)


def category(asked: Question, levels: Sequence[str], rows: int, why: str = "") -> Finding:
    """A category of levels in so many rows; left out where it has one level, or hardly any level twice."""
    if not asked.target:
        if len(levels) == 1 and rows == len(asked.column):
            return asked.left_out(f"one value throughout, {levels[0]!r}: constant")
        if rows >= LEAST_ROWS and 2 * len(levels) > rows:
            share = "every value is" if len(levels) == rows else f"{len(levels):,} of {rows:,} values are"
            return asked.left_out(f"{share} {DIFFERENT}")
    kind = "text" if asked.column.kind == "text" else "value"
    return Finding(asked.schema(Kind.CATEGORY, why or counted(len(levels), f"distinct {kind}"), levels=tuple(levels)))


def levels_of(column: Column) -> list[str]:
    """The distinct values of a column as they are written, in their own order."""
    if column.kind == "text":
        return sorted(Distinct.of(column).texts)
    return list(dict.fromkeys(map(as_written, np.unique(column.values[~column.missing]).tolist())))


def as_written(value: Any) -> str:
    """A value as a level: a whole number without a fraction, text without blanks around it.

    >>> as_written(3.0), as_written(2.5), as_written(" a"), as_written(True)
    ('3', '2.5', 'a', 'true')
    """
    if isinstance(value, float) and value.is_integer() and abs(value) < LARGEST_EXACT:
        return str(int(value))
    return spelt(value).strip()


def as_doubles(column: Column) -> Doubles:
    """The values of a column that is no text as float64, NaN where they are missing; dates as seconds since 1970."""
    if column.kind == "datetime":
        return seconds(column.values)
    values = column.values.astype(np.float64)
    values[column.missing] = np.nan
    return values


def as_text(column: Column) -> Column:
    """A column with each value as it is written."""
    if column.kind == "text":
        return column
    distinct, codes = np.unique(column.values, return_inverse=True)
    texts = np.array([*map(as_written, distinct.tolist())], dtype=object)[codes]
    return text_column(np.where(column.missing, "", texts))
