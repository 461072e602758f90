"""Numbers and truth values as people write them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

MISSING: Final = frozenset(
    [
        "",
        "na",
        "n/a",
        "#n/a",
        "<na>",
        "nan",
        "null",
        "none",
        "nil",
        "missing",
        "unknown",
        "-",
        "--",
        "?",
        ".",
        "(blank)",
    ]
)
INFINITY: Final = {"inf": "inf", "infinity": "inf", "+inf": "inf", "-inf": "-inf", "-infinity": "-inf", "∞": "inf"}
TRUE: Final = frozenset(["true", "yes", "y", "t", "on"])
FALSE: Final = frozenset(["false", "no", "n", "f", "off"])
CODE: Final = re.compile(r"0\d+")  # significant leading zeros


@dataclass(frozen=True)
class Convention:
    """How numbers are written: the decimal sign, and the sign between thousands or ""."""

    decimal: str
    thousands: str

    def __str__(self) -> str:
        return f"decimal {self.decimal!r}" + (f", thousands {self.thousands!r}" if self.thousands else "")

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        d, t = re.escape(self.decimal), re.escape(self.thousands)
        whole = rf"(?:\d{{1,3}}(?:{t}\d{{3}})+|\d+)" if self.thousands else r"\d+"
        return re.compile(rf"[+\-−]?(?:{whole}(?:{d}\d*)?|{d}\d+)(?:[eE][+\-]?\d+)?")

    def number(self, text: str) -> float | None:
        """The number that the text is under this convention, or None."""
        stripped = text.strip()
        infinite = INFINITY.get(stripped.casefold())
        if infinite is not None:
            return float(infinite)
        if self._pattern.fullmatch(stripped) is None:
            return None
        plain = stripped.replace(self.thousands, "") if self.thousands else stripped
        return float(plain.replace(self.decimal, ".").replace("−", "-"))


PLAIN: Final = Convention(".", "")
CONVENTIONS: Final = (
    PLAIN,
    Convention(".", ","),
    Convention(",", ""),
    Convention(",", "."),
    Convention(".", " "),
    Convention(",", " "),
    Convention(".", "\u202f"),
    Convention(",", "\u202f"),
    Convention(".", "'"),
)


def convention_of(texts: Sequence[str]) -> Convention | None:
    """The first convention under which every text is a number, or None.

    >>> convention_of(["1,5", "2,25"])
    Convention(decimal=',', thousands='')
    >>> convention_of(["1,234.5", "17"])
    Convention(decimal='.', thousands=',')
    """
    return next((c for c in CONVENTIONS if texts and all(c.number(text) is not None for text in texts)), None)


def is_missing(text: str) -> bool:
    """Whether the text is a usual spelling of a gap."""
    return text.strip().casefold() in MISSING


def is_code(texts: Iterable[str]) -> bool:
    """Whether any text is a number with significant leading zeros, or a whole number that float64 cannot hold."""
    return any(CODE.fullmatch(text) or (text.isdigit() and int(text) > 2**53) for text in map(str.strip, texts))


def truth(text: str) -> bool | None:
    """The truth value that the text is, or None."""
    folded = text.strip().casefold()
    return True if folded in TRUE else False if folded in FALSE else None
