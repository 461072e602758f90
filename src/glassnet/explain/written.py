"""Values of a table, and numbers, as a sentence has them."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from glassnet.data.columns import spelt
from glassnet.data.schema import ColumnSchema, Kind
from glassnet.data.table import Column
from glassnet.data.text.distinct import Distinct
from glassnet.data.text.units import MONEY, Parted
from glassnet.data.text.words import is_gap

DIGITS: Final = 3  # that count in the largest of several numbers
LONGEST: Final = 8  # signs of a number that is shown as it is
LONGEST_TEXT: Final = 40  # signs of free text that are shown
MOST_SHOWN: Final = 99.9  # percent
SIGNS: Final = frozenset(MONEY) - {"¢"}  # that are written before a number
LARGEST_POWER: Final = 700.0  # of e that float64 holds


def is_missing(schema: ColumnSchema, column: Column, row: int) -> bool:
    """Whether a row holds no value: nothing, or a word that stands for nothing."""
    if column.missing[row]:
        return True
    text = str(column.values[row]).strip()
    return column.kind == "text" and text not in schema.levels and (not text or is_gap(text) or text in schema.gaps)


def as_value(schema: ColumnSchema, column: Column, row: int) -> str:
    """The value of a row: a number as it was given, long ones with six digits; words in quotes, long texts cut.

    A number of a column that has a unit has it here too, whether or not it was given with it. A gap is "missing".
    """
    if is_missing(schema, column, row):
        return "missing"
    text = _as_given(schema, column, row)
    return in_unit(text, schema.unit) if _lacks_unit(schema, column, text) else text


def in_unit(number: str, unit: str) -> str:
    """A number with its unit, "" being none: signs of currencies stand before it, all others after it.

    >>> in_unit("120", "EUR"), in_unit("-1.5", "$"), in_unit("45", "%"), in_unit("3", "")
    ('120 EUR', '-$1.5', '45 %', '3')
    """
    if not unit:
        return number
    if unit[-1] in SIGNS:
        return f"-{unit}{number[1:]}" if number.startswith("-") else f"{unit}{number}"
    return f"{number} {unit}"


def _lacks_unit(schema: ColumnSchema, column: Column, text: str) -> bool:
    """Whether a number stands without the unit that those of its column have."""
    if schema.kind is not Kind.NUMBER or not schema.unit or column.kind == "datetime":
        return False
    return column.kind != "text" or Parted.of(Distinct([text], np.zeros(1, np.int64))).units == [""]


def _as_given(schema: ColumnSchema, column: Column, row: int) -> str:
    """A value that is there, as `as_value` has it but for its unit."""
    value = column.values[row]
    if column.kind == "datetime":
        return _as_day(np.datetime64(value, "s"))
    if column.kind == "float" and schema.kind is Kind.NUMBER and len(spelt(float(value))) > LONGEST:
        return in_short(float(value), digits=6)
    text = spelt(value.item() if isinstance(value, np.generic) else value).strip()
    if schema.kind is Kind.TEXT and len(text) > LONGEST_TEXT:
        text = text[: LONGEST_TEXT - 3].rstrip() + "..."
    return repr(text) if schema.kind in (Kind.CATEGORY, Kind.TEXT) else text


def as_date(seconds: float) -> str:
    """A moment given in seconds since 1970, without the time of day where that is midnight.

    >>> as_date(0.0), as_date(1704110400.2)
    ('1970-01-01', '2024-01-01T12:00:00')
    """
    return _as_day(np.datetime64(round(seconds), "s"))


def _as_day(moment: np.datetime64) -> str:
    return str(moment).removesuffix("T00:00:00")


def decimals(largest: float) -> int:
    """How many decimals show three digits of the largest of several numbers, all of a whole number.

    >>> decimals(1940.0), decimals(23.4), decimals(0.0512), decimals(99.99999)
    (0, 1, 4, 0)
    """
    if not 0 < largest < math.inf:
        return 0
    return max(0, DIGITS - 1 - math.floor(math.log10(float(f"{largest:.{DIGITS}g}"))))


def as_number(value: float, places: int) -> str:
    """A number with so many decimals and with commas between thousands; never -0.

    >>> as_number(3261.4, 0), as_number(-0.004, 1)
    ('3,261', '0.0')
    """
    return f"{round(value, places) + 0.0:,.{places}f}"


def in_short(value: float, digits: int = 4) -> str:
    """A number of any size by itself: so many digits, and all of those before the decimal point.

    >>> in_short(12319.6), in_short(0.00123456), in_short(-2.0)
    ('12,320', '0.001235', '-2')
    """
    return f"{value:,.0f}" if 1e4 <= abs(value) < 1e15 else f"{value:.{digits}g}"


def as_percent(log_odds: float) -> str:
    """The probability of log-odds, which may lie far out.

    >>> as_percent(0.0), as_percent(9.0), as_percent(-800.0)
    ('50 %', 'more than 99.9 %', 'less than 0.1 %')
    """
    percent = 100 / (1 + math.exp(-max(log_odds, -LARGEST_POWER)))
    if percent > MOST_SHOWN:
        return f"more than {MOST_SHOWN} %"
    return f"{percent:.3g} %" if percent >= 100 - MOST_SHOWN else "less than 0.1 %"
