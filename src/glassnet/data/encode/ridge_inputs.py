"""What a ridge takes of the columns of a table, and whether a table needs one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from glassnet.data.encode.category import Category
from glassnet.data.encode.column_encoder import ColumnEncoder
from glassnet.data.encode.scale import Doubles
from glassnet.data.encode.statistics import Whole

MANY_LEVELS: Final = 20  # of a category, above which a ridge serves more than one output
ROWS_OF_A_COLUMN: Final = 10  # below which a ridge learns rows by heart
MOST_OUTPUTS, MOST_NUMBERS = 3, 256


def needs_ridge(encoders: Mapping[str, ColumnEncoder], targets: Doubles, *, apart: bool) -> bool:
    """Whether a ridge tells what the columns by themselves do not: the effects of many levels, or long tails.

    The outputs are those of targets `apart`, or of the classes of one.
    """
    rows, outputs = targets.shape
    if not 1 <= outputs <= MOST_OUTPUTS or not 0 < ROWS_OF_A_COLUMN * len(encoders) <= rows:
        return False
    return apart or any(
        isinstance(encoder, Category) and encoder.targets is not None and encoder.seen > MANY_LEVELS
        for encoder in encoders.values()
    )


def of_ridge(encoders: Mapping[str, ColumnEncoder], values: Mapping[str, Any]) -> tuple[list[Whole], Doubles]:
    """The levels of each category, and the numbers beside them, that a ridge takes of the rows as they were read.

    Of more than 256 columns of numbers it takes none.
    """
    rows = len(next(iter(values.values())))
    levels = [values[name] for name, encoder in encoders.items() if isinstance(encoder, Category)]
    others = {name: encoder for name, encoder in encoders.items() if not isinstance(encoder, Category)}
    if len(others) > MOST_NUMBERS:
        return levels, np.empty((0, rows))
    numbers = [line for name, encoder in others.items() for line in encoder.lines(values[name])]
    return levels, np.stack(numbers) if numbers else np.empty((0, rows))


def feeding(encoders: Mapping[str, ColumnEncoder], values: Mapping[str, Any]) -> list[int]:
    """For each category, then each number that `of_ridge` gives, the place of its column."""
    kinds = list(enumerate(encoders.items()))
    levels = [place for place, (_, encoder) in kinds if isinstance(encoder, Category)]
    return levels + [
        place
        for place, (name, encoder) in kinds
        if not isinstance(encoder, Category)
        for _ in encoder.lines(values[name])
    ]
