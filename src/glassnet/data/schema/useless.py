"""Columns that carry nothing: numbers of the rows, and one value throughout."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from glassnet.data.schema.question import Question
from glassnet.data.text.distinct import Distinct, Mask
from glassnet.data.text.numerals import LARGEST_EXACT, Doubles

ROW_NUMBERS: Final = frozenset(["", "#", "id", "index", "level_0", "row", "row_id", "row_number", "rowid", "rownames"])
NAMELESS: Final = ("column ", "unnamed: ")
ROWS: Final = "it numbers the rows"
NOISE: Final = 4 * float(np.finfo(np.float64).eps)  # the relative spread of one value computed in several ways


def why_useless(asked: Question, distinct: Distinct, values: Doubles, wanted: Mask) -> str | None:
    """Why a column of text that holds these values, one a text, is left out, or None."""
    if counts_rows(asked, distinct.spread(values)):
        return ROWS
    if is_constant(asked, values[wanted]) and distinct.rows(wanted) == len(distinct.codes):
        return f"one value throughout, {distinct.texts[int(np.argmax(wanted))]}: constant"
    return None


def counts_rows(asked: Question, values: Doubles) -> bool:
    """Whether a column without a name of its own counts the rows from 0 or from 1."""
    name = asked.name.strip().casefold()
    nameless = name in ROW_NUMBERS or name.startswith(NAMELESS)
    if asked.target or not asked.named or not nameless or len(values) < 2 or values[0] not in (0, 1):
        return False
    return bool((values == np.arange(len(values)) + values[0]).all())


def is_constant(asked: Question, present: npt.NDArray[Any]) -> bool:
    """Whether values, none missing, are one value but for rounding, and no target."""
    gaps = asked.column.kind != "text" and len(present) < len(asked.column)
    return not asked.target and not gaps and is_one_value(present)


def is_one_value(values: npt.NDArray[Any]) -> bool:
    """Whether all values are equal, or as close as one fraction that was computed in several ways.

    >>> is_one_value(np.array([0.3, 0.1 + 0.2])), is_one_value(np.array([1e-12, 2e-12]))
    (True, False)
    """
    least, most = values.min(), values.max()
    if least == most or values.dtype != np.float64:
        return bool(least == most)
    if not np.isfinite([least, most]).all() or most / 2 - least / 2 > NOISE / 2 * max(abs(least), abs(most)):
        return False
    return not bool((values == np.floor(values)).all())


def is_beyond(values: npt.NDArray[Any]) -> bool:
    """Whether whole numbers are larger than float64 can tell from their neighbours: 2^53."""
    return bool(values.max() > LARGEST_EXACT or values.min() < -LARGEST_EXACT)
