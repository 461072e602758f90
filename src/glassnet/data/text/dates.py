"""Dates and times as people write them; the order of day and month is decided from a whole column.

A text is a date, a date and a time, or a time of day. Dates are read as year, month, day (ISO 8601, with or without a
zone), with the day or the month first, or with an English name of the month. Fields are read for all texts of one form
at once: they stand at the same places in each.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt

from glassnet.data.text.distinct import Distinct, Mask
from glassnet.data.text.numerals import MOST_FORMS

Whole = npt.NDArray[np.int64]
Fields = dict[str, Whole]

YEAR_FIRST, DAY_FIRST, MONTH_FIRST, TIME = "year first", "day first", "month first", "time of day"
ANY = "any order"  # four digits of a year first, or the month by its name: read alike in every order
ORDERS: Final = (DAY_FIRST, MONTH_FIRST, YEAR_FIRST, TIME)  # where several are possible, the first is taken
PIVOT: Final = 69  # two-digit years from here on are of the 20th century, as in POSIX
MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
DAY: Final = 86_400 * 10**6  # microseconds

CLOCK: Final = (
    r"(?P<hour>00?):(?P<minute>00)(?::(?P<second>00)(?:[.,](?P<fraction>0{1,9}))?)?"
    r"(?:\s?(?P<half>[ap])\.?m\.?)?"
)
ZONE: Final = r"(?:\s?(?:z|utc|gmt|(?P<sign>[+-])(?P<ahead>00):?(?P<minutes>00)?))?"
WEEKDAY: Final = r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s)?"
NAME: Final = (
    r"(?P<name>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|"
    r"oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
NAMED: Final = (
    rf"(?P<d>00?)(?:st|nd|rd|th)?[-/. ]{NAME},?[-/. ](?P<y>0000|00)",
    rf"{NAME} (?P<d>00?)(?:st|nd|rd|th)?,? (?P<y>0000)",
    rf"{NAME}[-/ ](?P<y>0000)",
)
YEARS: Final = (
    r"(?P<y>0000)(?P<between>[-/.])(?P<m>00?)(?P=between)(?P<d>00?)",
    r"(?P<y>0000)-(?P<m>00)",
    r"(?P<y>0000)(?P<m>00)(?P<d>00)",
)
OWN: Final = {  # what can be read in one order alone
    YEAR_FIRST: (r"(?P<y>00)(?P<between>[-/.])(?P<m>00)(?P=between)(?P<d>00)",),
    DAY_FIRST: (r"(?P<d>00?)(?P<between>[-/. ])(?P<m>00?)(?P=between)(?P<y>0000|00)",),
    MONTH_FIRST: (r"(?P<m>00?)(?P<between>[-/. ])(?P<d>00?)(?P=between)(?P<y>0000|00)",),
}


@cache
def _pattern(order: str) -> re.Pattern[str]:
    """What a form has to match in this order; group names tell what each field is."""
    if order == TIME:
        return re.compile(CLOCK, re.IGNORECASE)
    dates = [*YEARS, *NAMED, *OWN.get(order, ())]
    whole = "|".join(f"(?:{_numbered(date, i)})" for i, date in enumerate(dates))
    return re.compile(rf"{WEEKDAY}(?:{whole})(?:(?:t|\s+|,\s*){CLOCK}{ZONE})?", re.IGNORECASE)


def _numbered(pattern: str, number: int) -> str:
    """The pattern with the number at the end of its group names: no two groups may bear one name."""
    return re.sub(r"\(\?P([<=])(\w+)", rf"(?P\1\g<2>_{number}", pattern)


def fits(form: str, order: str) -> bool:
    """Whether texts of this form can be dates in this order.

    >>> fits("00/00/0000 00:00", DAY_FIRST), fits("0000-00-00T00:00:00Z", YEAR_FIRST), fits("00.0", DAY_FIRST)
    (True, True, False)
    """
    return _pattern(order).fullmatch(form) is not None


def moments(distinct: Distinct, order: str) -> tuple[Whole, Mask]:
    """Microseconds since 1970 (UTC), or since midnight for times of day, of each text, and which texts are such.

    >>> from glassnet.data.table import text_column
    >>> found, known = moments(Distinct.of(text_column(["03/04/2021", "31/04/2021"])), DAY_FIRST)
    >>> str(found[:1].view("datetime64[us]")[0]), known.tolist()
    ('2021-04-03T00:00:00.000000', [True, False])
    """
    values, known = np.zeros(len(distinct.texts), np.int64), np.zeros(len(distinct.texts), np.bool_)
    if len(distinct.forms) > MOST_FORMS:
        return values, known
    for texts, match in _groups(distinct, order):
        values[texts], known[texts] = _moments(_fields(distinct, texts, match), match, order)
    return values, known


def _groups(distinct: Distinct, order: str) -> Iterator[tuple[Whole, re.Match[str]]]:
    """The texts of each form that fits, with its match."""
    matches = [_pattern(order).fullmatch(form) for form in distinct.forms]
    by_form = np.argsort(distinct.form_codes, kind="stable")
    ends = np.cumsum(np.bincount(distinct.form_codes, minlength=len(matches)))
    for match, texts in zip(matches, np.split(by_form, ends[:-1]), strict=True):
        if match is not None:
            yield texts, match


def _fields(distinct: Distinct, texts: Whole, match: re.Match[str]) -> Fields:
    """The fields of digits of texts of one form."""
    length = len(match.string)
    letters = np.array([distinct.texts[i] for i in texts.tolist()], f"U{length}").view(np.uint32)
    digits = letters.reshape(-1, length).astype(np.int64) - ord("0")
    fields: Fields = {}
    for name, text in match.groupdict().items():
        if text is not None and text.strip("0") == "":
            start, end = match.span(name)
            fields[name.partition("_")[0]] = digits[:, start:end] @ 10 ** np.arange(end - start)[::-1]
    return fields


def _moments(fields: Fields, match: re.Match[str], order: str) -> tuple[Whole, Mask]:
    words = {name.partition("_")[0]: text.casefold() for name, text in match.groupdict().items() if text is not None}
    time, known = _time(fields, words)
    if order == TIME:
        return time, known
    if "name" in words:
        fields["m"] = np.full_like(fields["y"], MONTHS.index(words["name"][:3]) + 1)
    if len(words["y"]) == 2:
        fields["y"] = fields["y"] + np.where(fields["y"] < PIVOT, 2000, 1900)
    days, valid = _days(fields["y"], fields["m"], fields.get("d", np.ones_like(fields["y"])))
    return days * DAY + time, known & valid


def _days(year: Whole, month: Whole, day: Whole) -> tuple[Whole, Mask]:
    """Days since 1970, and which of the dates are in the calendar."""
    known = (month >= 1) & (month <= 12) & (day >= 1) & (year >= 1)
    months = ((year - 1970) * 12 + np.where(known, month, 1) - 1).astype("datetime64[M]")
    first, end = (each.astype("datetime64[D]").astype(np.int64) for each in (months, months + np.timedelta64(1, "M")))
    return first + day - 1, known & (day <= end - first)


def _time(fields: Fields, words: Mapping[str, str]) -> tuple[Whole, Mask]:
    """Microseconds since midnight in UTC, and which of the times are on the clock."""
    if "hour" not in fields:
        return np.zeros(1, np.int64), np.ones(1, np.bool_)
    hour, minute = fields["hour"], fields["minute"]
    second = fields.get("second", np.zeros_like(hour))
    known = (hour <= 23) & (minute <= 59) & (second <= 60)
    if "half" in words:
        known &= (hour >= 1) & (hour <= 12)
        hour = hour % 12 + (12 if words["half"] == "p" else 0)
    micros = fields.get("fraction", np.zeros_like(hour)) * 10**6 // 10 ** len(words.get("fraction", ""))
    minute = minute + 60 * hour
    if "sign" in words:
        ahead = 60 * fields["ahead"] + fields.get("minutes", np.zeros_like(hour))
        minute = minute - (ahead if words["sign"] == "+" else -ahead)
    return (60 * minute + second) * 10**6 + micros, known


def order_of(distinct: Distinct, wanted: Mask) -> list[str]:
    """The orders under which every text that `wanted` marks is a date, the likeliest first.

    More than one means that day and month cannot be told apart: then the field that is the same in all dates is the
    day, or, where points divide the fields, the first.

    >>> from glassnet.data.table import text_column
    >>> def of(*texts):
    ...     distinct = Distinct.of(text_column(texts))
    ...     return order_of(distinct, np.ones(len(distinct.texts), bool))
    >>> of("03/04/2021", "25/12/2021"), of("2021-04-03"), of("9:30", "14:05"), of("x")
    (['day first'], ['year first'], ['time of day'], [])
    >>> of("03/04/2021", "05/06/2021"), of("01/03/2021", "01/04/2021"), of("1/1/2021", "2/1/2021")
    (['day first', 'month first'], ['day first'], ['month first'])
    """
    if len(distinct.forms) > MOST_FORMS:
        return []
    forms = distinct.forms_of(wanted)
    likely = [order for order in ORDERS if all(fits(form, order) for form in forms)]
    if likely and all(fits(form, ANY) for form in forms):
        likely = [YEAR_FIRST]
    fitting = [order for order in likely if bool(moments(distinct, order)[1][wanted].all())]
    if len(fitting) < 2:
        return fitting
    if all(re.match(r"00?\.", form) for form in forms):
        return [DAY_FIRST]
    return _with_one_day(distinct, wanted, fitting) or fitting


def _with_one_day(distinct: Distinct, wanted: Mask, orders: list[str]) -> list[str]:
    """The one order in which all dates have the same day of the month, in months that differ; else none."""
    found = []
    for order in orders:
        days = moments(distinct, order)[0][wanted].astype("datetime64[us]").astype("datetime64[D]")
        months = days.astype("datetime64[M]")
        of_month = (days - months.astype("datetime64[D]")).astype(np.int64)
        if len(of_month) > 1 and (of_month == of_month[0]).all() and (months != months[0]).any():
            found.append(order)
    return found if len(found) == 1 else []


def seconds(moments: npt.NDArray[np.datetime64]) -> npt.NDArray[np.float64]:
    """Seconds since 1970 in float64; NaN for NaT."""
    micros = moments.astype("datetime64[us]")
    return np.where(np.isnat(micros), np.nan, micros.astype(np.int64) / 1e6)
