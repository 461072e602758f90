"""Numbers as people write them: which sign divides decimals, which one thousands, and what a text is under both.

The signs are told from how every value of a column is written. "1,5" has a decimal comma; "1,234,567" has commas
between thousands; "1,234" alone may be either: the other values decide, or the other columns of its table.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import Final

import numpy as np
import numpy.typing as npt

from glassnet.data.text.distinct import SPACES, Distinct, Mask

Doubles = npt.NDArray[np.float64]

DECIMALS: Final = (".", ",")
THOUSANDS: Final = ("", ",", ".", " ", "'")
WRITTEN: Final = {" ": " " + SPACES, "'": "'\u2019"}  # the signs that a form shows as one
SIGNS: Final = "+-\u2212"
NAMES: Final = {".": "points", ",": "commas", " ": "spaces", "'": "apostrophes"}
MOST_FORMS: Final = 10_000  # more than any column of numbers or dates has
LARGEST_EXACT: Final = 2**53  # the largest whole number up to which float64 holds each
INFINITE: Final = re.compile(r"[+-]?(?:inf(?:inity)?|∞)", re.IGNORECASE)
NUMBERLIKE: Final = re.compile(r"[+-]?[0.,' ]*0[0.,' ]*(?:e[+-]?0+)?", re.IGNORECASE)


@dataclass(frozen=True)
class Convention:
    """How numbers are written: the decimal sign, and the sign between thousands or ""."""

    decimal: str = "."
    thousands: str = ""

    def __str__(self) -> str:
        thousands = f", {NAMES[self.thousands]} between thousands" if self.thousands else ""
        return f"decimal {NAMES[self.decimal]}{thousands}"

    def fits(self, form: str) -> bool:
        """Whether a text of this form is a number: plain, with an exponent, or infinite."""
        return _pattern(self).fullmatch(form) is not None or INFINITE.fullmatch(form) is not None

    def known(self, distinct: Distinct) -> Mask:
        """For each text whether it is a number."""
        known = distinct.having(self.fits)
        if self.thousands:
            zero = [text[0] == "0" or (text[1:2] == "0" and text[0] in SIGNS) for text in distinct.texts]
            for i in np.flatnonzero(known & np.array(zero, np.bool_)).tolist():
                known[i] = not self._begins_with_zero(distinct.texts[i])
        return known

    def numbers(self, distinct: Distinct) -> Doubles:
        """Each text as a number, correctly rounded; NaN for one that is none."""
        known = self.known(distinct)
        values = np.full(len(known), np.nan)
        texts = [distinct.texts[i] for i in np.flatnonzero(known).tolist()]
        values[known] = np.fromiter(map(float, self._plain("\n".join(texts)).split("\n") if texts else ()), np.float64)
        return values

    def _begins_with_zero(self, text: str) -> bool:
        """Whether a text has thousands and begins with 0: no number is grouped so, and "0,123" has a decimal comma."""
        groups = text.split(self.decimal)[0]
        return groups.lstrip(SIGNS)[:1] == "0" and any(s in groups for s in _signs(self.thousands))

    def _plain(self, text: str) -> str:
        for sign in _signs(self.thousands):
            text = text.replace(sign, "")
        if self.decimal != ".":
            text = text.replace(self.decimal, ".")
        return text if text.isascii() else text.replace("\u2212", "-").replace("∞", "inf")


PLAIN: Final = Convention()


def _signs(sign: str) -> str:
    return WRITTEN.get(sign, sign)


@cache
def _pattern(convention: Convention) -> re.Pattern[str]:
    d, t = re.escape(convention.decimal), re.escape(convention.thousands)
    whole = "0+"
    if convention.thousands:
        whole = f"0{{1,3}}(?:{t}000)+|0+"
    if convention.thousands == ",":
        whole = f"0{{1,2}}(?:,00)+,000|{whole}"  # as in 12,34,567 (lakh and crore)
    return re.compile(f"[+-]?(?:(?:{whole})(?:{d}0*)?|{d}0+)(?:[eE][+-]?0+)?")


def conventions(distinct: Distinct, wanted: Mask) -> list[Convention]:
    """The conventions under which every text that `wanted` marks is a number, the likeliest first.

    More than one means that the texts can be read in two ways that differ, as "1,234" can.

    >>> from glassnet.data.table import text_column
    >>> def of(*texts):
    ...     distinct = Distinct.of(text_column(texts))
    ...     return list(map(str, conventions(distinct, np.ones(len(distinct.texts), bool))))
    >>> of("1,5", "2,25")
    ['decimal commas']
    >>> of("1,234", "17")
    ['decimal points, commas between thousands', 'decimal commas']
    >>> of("1,234", "0,5"), of("12", "twelve")
    (['decimal commas'], [])
    """
    forms = _marked(distinct, wanted)
    fitting = [c for c in _candidates("".join(forms)) if all(map(c.fits, forms))]
    return [c for c in fitting if not c.thousands or bool(c.known(distinct)[wanted].all())]


def commonest(distinct: Distinct, decimal: str = "") -> tuple[Convention, Mask, Mask]:
    """The convention under which most rows hold numbers, which texts these are, and which are so under any other.

    With `decimal` only the conventions with that decimal sign count.
    """
    none = np.zeros(len(distinct.texts), np.bool_)
    if len(distinct.forms) > MOST_FORMS:
        return Convention(decimal or "."), none, none
    signs = "".join(form for form in distinct.forms if NUMBERLIKE.fullmatch(form))
    candidates = [c for c in _candidates(signs + decimal) if decimal in ("", c.decimal)]
    found = [(convention, convention.known(distinct)) for convention in candidates]
    convention, known = max(found, key=lambda each: distinct.rows(each[1]))
    return convention, known, np.logical_or.reduce([other for _, other in found])


def _marked(distinct: Distinct, wanted: Mask) -> list[str]:
    """The forms of the texts that are marked; none where they are too many for numbers."""
    if len(distinct.forms) > MOST_FORMS:
        return [""]
    return distinct.forms_of(wanted)


def _candidates(signs: str) -> Iterator[Convention]:
    """The conventions that texts with these signs may follow: only what occurs can be a decimal comma or a group."""
    for decimal, thousands in product(DECIMALS, THOUSANDS):
        grouped = not thousands or thousands in signs
        if grouped and decimal != thousands and (decimal == "." or "," in signs or thousands == "."):
            yield Convention(decimal, thousands)


def are_whole(distinct: Distinct, wanted: Mask) -> bool:
    """Whether the marked texts consist of digits alone."""
    return len(distinct.forms) <= MOST_FORMS and all(set(form) == {"0"} for form in _marked(distinct, wanted))


def has_leading_zero(distinct: Distinct, wanted: Mask) -> bool:
    """Whether a marked text begins with a 0 that a number would not have, as "007" does."""
    marked = np.flatnonzero(wanted & distinct.having(lambda form: len(form) > 1)).tolist()
    return any(distinct.texts[i][0] == "0" for i in marked)


def is_beyond(distinct: Distinct, wanted: Mask) -> bool:
    """Whether a marked whole number is larger than float64 can tell from its neighbours: 2^53."""
    marked = np.flatnonzero(wanted & distinct.having(lambda form: len(form) >= len(str(LARGEST_EXACT)))).tolist()
    return any(int(distinct.texts[i]) > LARGEST_EXACT for i in marked)
