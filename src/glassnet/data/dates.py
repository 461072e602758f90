"""Dates and times as people write them; the order of day and month is decided from a whole column."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

ORDERS: Final = ("ymd", "dmy", "mdy")  # where day and month are both possible, the day is taken to come first
PATTERN: Final = re.compile(
    r"(\d{1,4})[-/.](\d{1,2})[-/.](\d{1,4})"
    r"(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(\.\d+)?)?\s*(Z|[+-]\d{2}:?\d{2})?)?"
)


def order_of(texts: Sequence[str]) -> str | None:
    """The first order of year, month and day under which every text is a date, or None.

    >>> order_of(["03/04/2021", "25/12/2021"]), order_of(["2021-04-03"]), order_of(["x"])
    ('dmy', 'ymd', None)
    """
    return next((o for o in ORDERS if texts and all(moment(text, o) is not None for text in texts)), None)


def moment(text: str, order: str) -> np.datetime64 | None:
    """The moment that the text is under an order of year, month and day, in UTC where it names a zone; or None."""
    found = PATTERN.fullmatch(text.strip())
    if found is None:
        return None
    parts = dict(zip(order, found.groups()[:3], strict=True))
    if len(parts["y"]) != 4 or len(parts["m"]) > 2 or len(parts["d"]) > 2:
        return None
    try:
        day = np.datetime64(f"{parts['y']}-{int(parts['m']):02d}-{int(parts['d']):02d}", "us")
    except ValueError:
        return None
    hour, minute, second, fraction, zone = found.groups()[3:]
    seconds = 3600 * int(hour or 0) + 60 * int(minute or 0) + int(second or 0) + float(fraction or 0)
    return day + np.timedelta64(round((seconds - _offset(zone)) * 1e6), "us")


def _offset(zone: str | None) -> int:
    if not zone or zone == "Z":
        return 0
    digits = zone[1:].replace(":", "")
    seconds = 3600 * int(digits[:2]) + 60 * int(digits[2:])
    return seconds if zone[0] == "+" else -seconds


def seconds(moments: npt.NDArray[np.datetime64]) -> npt.NDArray[np.float64]:
    """Seconds since 1970 in float64; NaN for NaT."""
    whole = moments.astype("datetime64[us]").astype(np.int64) / 1e6
    return np.where(np.isnat(moments), np.nan, whole)
