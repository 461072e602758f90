"""Which task a target sets: numbers to estimate, or classes to tell apart; decided with a reason."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from glassnet.data.schema import ColumnSchema, Kind
from glassnet.data.table import Column
from glassnet.data.text.distinct import Distinct

Doubles: TypeAlias = npt.NDArray[np.float64]
Task: TypeAlias = Literal["regression", "binary", "classes", "ordinal"]

MOST_LABELS: Final = 20  # distinct whole numbers up to which they can be labels
ROWS_A_LABEL: Final = 10  # rows that each has at least, on average
RAREST: Final = 0.1  # rows of the rarest label at least, as a share of the average: counts of things are rarer
TWO: Final = ((0, 1), (-1, 1))  # two numbers that are labels whatever their type and however few


def why_labels(schema: ColumnSchema, column: Column, values: Doubles) -> str | None:
    """Why the numbers of a target are labels of classes, or None where they are quantities.

    `values` (rows,) are those of the column, NaN where one is missing. Two numbers are labels if they are 0 and 1 or
    -1 and 1, or whole numbers with many rows each; so are whole numbers from 0 or 1 on without a gap, up to twenty,
    with many rows each. What the caller said of the column comes before all that.
    """
    if schema.told or schema.kind is not Kind.NUMBER:
        return None
    why = _labels(schema, column, values)
    return why and f"{why}: labels, unless you say columns={{{schema.name!r}: 'number'}}"


def _labels(schema: ColumnSchema, column: Column, values: Doubles) -> str | None:
    distinct, counts = np.unique(values[np.isfinite(values)], return_counts=True)
    if len(distinct) == 2 and tuple(distinct.tolist()) in TWO:
        return f"{distinct[0]:.0f} and {distinct[1]:.0f}"
    if (
        not 2 <= len(distinct) <= MOST_LABELS
        or counts.mean() < ROWS_A_LABEL
        or not _are_whole(schema, column, distinct)
    ):
        return None
    if len(distinct) == 2:
        return f"two whole numbers, {distinct[0]:.0f} and {distinct[1]:.0f}"
    if distinct[0] in (0, 1) and np.ptp(distinct) == len(distinct) - 1 and counts.min() >= RAREST * counts.mean():
        return f"whole numbers from {distinct[0]:.0f} to {distinct[-1]:.0f}, each in many rows"
    return None


def _are_whole(schema: ColumnSchema, column: Column, distinct: Doubles) -> bool:
    """Whether numbers were given as whole ones: 3, not 3.0."""
    if column.kind == "text":
        forms = Distinct.of(column).forms
        return not any(sign in form for form in forms for sign in (schema.decimal + "eE") if "0" in form)
    return column.kind == "int"
