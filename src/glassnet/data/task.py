"""Which task a target sets: numbers to estimate, or classes to tell apart; decided with a reason."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from glassnet.data.schema import ColumnSchema, Kind
from glassnet.data.table import Column
from glassnet.data.text.distinct import Distinct

Doubles: TypeAlias = npt.NDArray[np.float64]
Task: TypeAlias = Literal["regression", "binary", "classes", "ordinal"]

MOST_LABELS: Final = 20  # distinct whole numbers up to which they can be labels
ROWS_A_LABEL: Final = 10  # rows that each has at least, on average
ROWS_MEANT: Final = 3  # the same where text was chosen for them
RAREST: Final = 0.1  # rows of the rarest label at least, as a share of the average: counts of things are rarer
FULL: Final = 0.75  # of the numbers from the first label to the last that are labels: codes have few gaps
TWO: Final = ((0, 1), (-1, 1))  # two numbers that are labels whatever their type and however few


class Levels(NamedTuple):
    """The distinct numbers of a target, ascending, and the rows of each."""

    numbers: Doubles
    rows: npt.NDArray[np.int64]

    @classmethod
    def of(cls, values: Doubles) -> Levels:
        """Those of the finite ones among numbers."""
        return cls(*np.unique(values[np.isfinite(values)], return_counts=True))

    def few(self, rows: int = ROWS_A_LABEL) -> bool:
        """Whether there are two or some more, with so many rows each on average."""
        return 2 <= len(self.numbers) <= MOST_LABELS and bool(self.rows.mean() >= rows)

    @property
    def even(self) -> bool:
        """Whether the rarest has many rows too."""
        return bool(self.rows.min() >= RAREST * self.rows.mean())

    @property
    def full(self) -> bool:
        """Whether they are 0 or 1 and hardly without a gap what follows."""
        return bool(self.numbers[0] in (0, 1) and len(self.numbers) >= FULL * (np.ptp(self.numbers) + 1))

    def __str__(self) -> str:
        return f"whole numbers from {self.numbers[0]:.0f} to {self.numbers[-1]:.0f}"


def why_labels(schema: ColumnSchema, column: Column, levels: Levels) -> str | None:
    """Why the numbers of a target, of these levels, are labels of classes, or None where they are quantities.

    Two numbers are labels if they are 0 and 1 or -1 and 1, or whole numbers with many rows each; so are up to twenty
    whole numbers with many rows each that follow 0 or 1 with hardly a gap, and those with some rows each that were
    given as text beside columns of numbers. What the caller said of the column comes before all that.
    """
    if schema.told or schema.kind is not Kind.NUMBER:
        return None
    why = _labels(schema, column, levels)
    return why and f"{why}: labels, unless you say columns={{{schema.name!r}: 'number'}}"


def could_be_labels(schema: ColumnSchema, levels: Levels) -> str | None:
    """A note on the numbers of a target that are quantities here and could be labels; None where they could not."""
    if schema.told or schema.kind is not Kind.NUMBER or not (levels.few() and levels.even):
        return None
    if (levels.numbers % 1).any():
        return None
    return (
        f"the target {schema.name!r} is learnt as a number, and holds {len(levels.numbers)} {levels} only; if they are "
        f"classes, say columns={{{schema.name!r}: 'category'}}"
    )


def _labels(schema: ColumnSchema, column: Column, levels: Levels) -> str | None:
    numbers = levels.numbers
    if len(numbers) == 2 and tuple(numbers.tolist()) in TWO:
        return f"{numbers[0]:.0f} and {numbers[1]:.0f}"
    if not (levels.few(ROWS_MEANT if schema.meant else ROWS_A_LABEL) and _are_whole(schema, column)):
        return None
    if len(numbers) == 2:
        return f"two whole numbers, {numbers[0]:.0f} and {numbers[1]:.0f}"
    if schema.meant:
        return "whole numbers given as text, where other columns are numbers"
    return f"{levels}, each in many rows" if levels.full and levels.even else None


def _are_whole(schema: ColumnSchema, column: Column) -> bool:
    """Whether numbers were given as whole ones: 3, not 3.0."""
    if column.kind == "text":
        forms = Distinct.of(column).forms
        return not any(sign in form for form in forms for sign in (schema.decimal + "eE") if "0" in form)
    return column.kind == "int"
