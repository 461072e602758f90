"""Units beside numbers, as in "12 kg", "$1,299.00" and "45 %": which number and which unit a text is made of.

A unit is what stands after the digits, up to 16 signs without blanks at the ends: letters, signs such as % and °, a 2
or 3 at the end of a small letter (m2). Before the digits stand currencies alone, as else "Home 7" would be seven homes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from glassnet.data.text.distinct import Distinct, Mask
from glassnet.data.text.numerals import MOST_FORMS

LONGEST: Final = 16  # signs of a unit
MONEY: Final = "$€£¥₹₽₩₺₪₫₴₱฿¢"
CODES: Final = (  # currencies of ISO 4217 that are written before numbers, as alternatives
    "AED|ARS|AUD|BRL|CAD|CHF|CLP|CNY|COP|CZK|DKK|EUR|GBP|HKD|HUF|IDR|ILS|INR|ISK|JPY|KRW|MXN|MYR|NOK|NZD|PHP|PLN|RON|"
    "RUB|SAR|SEK|SGD|THB|TRY|TWD|UAH|USD|VND|ZAR"
)
BEFORE: Final = rf"[A-Z]{{0,3}}[{MONEY}]|{CODES}|kr\.?|Rs\.?|Fr\.?"
FIRST: Final = rf"(?:[^\W\d_]|[{MONEY}%‰％°²³µΩ″′\"])"
OTHER: Final = rf"(?:{FIRST}|[/.·*^-])"
AFTER: Final = rf"{FIRST}{OTHER}*(?: {FIRST}{OTHER}*){{0,2}}(?:(?<=[a-z^])0)?"
NUMBER: Final = r"[+-]?[.,]?0(?:[0.,' ]*0)?(?:[eE][+-]?0+)?"
FORM: Final = re.compile(
    rf"(?P<sign>[+-] ?)?(?P<before>{BEFORE}) ?(?P<own>{NUMBER})|(?P<number>{NUMBER}) ?(?P<after>{AFTER})"
)
POWERS: Final = "23²³"  # digits at the end of a unit
PLURAL: Final = 3  # letters from which on an s at the end of a unit is that of a plural


@dataclass(frozen=True, eq=False)
class Parted:
    """The distinct texts of a column, and of each the number and the unit, "" where it has none.

    Where it has none, the number is the text itself, whatever that is.
    """

    distinct: Distinct
    numbers: list[str]
    units: list[str]

    @classmethod
    def of(cls, distinct: Distinct) -> Parted:
        """The texts, parted.

        >>> from glassnet.data.table import text_column
        >>> found = Parted.of(Distinct.of(text_column(["-$1,299.00", "12 kg", "45%", "3 m2", "Home 7", "3 Apr 2021"])))
        >>> list(zip(found.numbers, found.units))
        [('-1,299.00', '$'), ('12', 'kg'), ('45', '%'), ('3', 'm2'), ('Home 7', ''), ('3 Apr 2021', '')]
        """
        numbers, units = list(distinct.texts), [""] * len(distinct.texts)
        if len(distinct.forms) <= MOST_FORMS:
            matches = [FORM.fullmatch(form) for form in distinct.forms]
            for place, form in enumerate(distinct.form_codes.tolist()):
                match = matches[form]
                if match is not None:
                    numbers[place], units[place] = _slices(distinct.texts[place], match)
        return cls(distinct, numbers, units)

    @cached_property
    def keys(self) -> list[str]:
        """The key of each text's unit; units with one key are the same."""
        known = {unit: key(unit) for unit in set(self.units)}
        return [known[unit] for unit in self.units]

    def rows(self, wanted: Mask) -> Mapping[str, int]:
        """For each unit of the marked texts how many rows hold it, the commonest first, under its commonest spelling.

        Texts without a unit do not count.
        """
        spellings: dict[str, dict[str, int]] = {}
        for place in np.flatnonzero(wanted).tolist():
            if unit := self.units[place]:
                own = spellings.setdefault(self.keys[place], {})
                own[unit] = own.get(unit, 0) + int(self.distinct.counts[place])
        found = {max(own, key=own.__getitem__): sum(own.values()) for own in spellings.values()}
        return dict(sorted(found.items(), key=lambda each: -each[1]))

    def having(self, unit: str) -> Mask:
        """Which texts have this unit."""
        return np.array([each == key(unit) for each in self.keys], np.bool_)

    def in_unit(self, unit: str) -> Distinct:
        """The texts with this unit as their numbers, all others as they are."""
        wanted = key(unit)
        texts = zip(self.numbers, self.distinct.texts, self.keys, strict=True)
        own = [number if each == wanted else text for number, text, each in texts]
        return Distinct(own, self.distinct.codes)


def key(unit: str) -> str:
    """What units that are the same have in common: one may end with a point, or be a plural.

    >>> key("years") == key("year"), key("sq. ft.") == key("sq ft"), key("mW") == key("MW"), key("ms") == key("m")
    (True, True, False, False)
    """
    plain = " ".join(unit.replace(".", " ").split())
    plural = len(plain) >= PLURAL and plain.endswith("s") and not plain.endswith("ss")
    return plain[:-1] if plural else plain


def _slices(text: str, match: re.Match[str]) -> tuple[str, str]:
    """The number and the unit of a text, whose form matched; what is too long, or ends with another digit, is none."""
    which, own = ("before", "own") if match["before"] is not None else ("after", "number")
    unit = " ".join(text[slice(*match.span(which))].split())
    if len(unit) > LONGEST or (unit[-1].isdigit() and unit[-1] not in POWERS):
        return text, ""
    sign = "" if match["sign"] is None else text[slice(*match.span("sign"))].strip()
    return sign + text[slice(*match.span(own))], unit
