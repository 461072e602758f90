"""What a column can be taken for, and what of it the model keeps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from glassnet.data.text.dates import YEAR_FIRST
from glassnet.data.text.numerals import Convention


class Kind(StrEnum):
    """What a column can be taken for."""

    NUMBER = "number"
    BOOLEAN = "boolean"
    CATEGORY = "category"
    DATE = "date"
    TEXT = "text"
    LABELS = "labels"
    IGNORED = "ignored"


@dataclass(frozen=True)
class ColumnSchema:
    """What one column is taken for, and why: decided at the first `learn`, and all that reads it later.

    `given` is the kind of values that it came with: text, bool, int, float, datetime or lists. `levels` are those of a
    category, as written, and `ranks` these from the lowest to the highest where they have an order; `decimal` and
    `thousands` the signs of numbers in text; `order` that of day, month and year; `gaps` the words that stood for
    missing values; `told` says that the caller decided the kind. `limits` are the least and the largest number of the
    column, seconds for dates, and `gapless` says that no value was missing; files of earlier releases know neither, and
    have None and False. `unit` is that of numbers which have one, such as "kg", and `bare` says that some of them stood
    without it. `cycle` is the length of the cycle that numbers go round in, or 0. `spelt` says that the numbers of a
    target were given as text, and not in a file, where all is text: labels among them stay text; `meant` that other
    columns were given as numbers, so that text was chosen for this one. `zone` is the time zone of dates that are no
    text, "" where they had none, and None in files of earlier releases.
    """

    name: str
    kind: Kind
    reason: str
    given: str
    levels: tuple[str, ...] = ()
    decimal: str = "."
    thousands: str = ""
    order: str = YEAR_FIRST
    gaps: tuple[str, ...] = ()
    told: bool = False
    limits: tuple[float, float] | None = None
    gapless: bool = False
    unit: str = ""
    bare: bool = False
    cycle: float = 0.0
    ranks: tuple[str, ...] = ()
    spelt: bool = False
    meant: bool = False
    zone: str | None = None

    @property
    def convention(self) -> Convention:
        """How its numbers are written."""
        return Convention(self.decimal, self.thousands)

    def to_json(self) -> dict[str, Any]:
        """The schema of the column as plain JSON values."""
        return asdict(self)

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> ColumnSchema:
        """The schema that `to_json` wrote."""
        lists = {
            name: tuple(document[name])
            for name in ("levels", "gaps", "limits", "ranks")
            if document.get(name) is not None
        }
        return cls(**{**document, **lists, "kind": Kind(document["kind"])})
