"""What is said of the words in a column that stand for no value."""

from __future__ import annotations

from typing import Final

import numpy as np

from glassnet.data.schema.question import Question
from glassnet.data.table import counted
from glassnet.data.text.distinct import Distinct, Mask

SHOWN: Final = 3


def marked(distinct: Distinct, texts: Mask) -> tuple[str, ...]:
    """The texts that the mask marks."""
    return tuple(distinct.texts[i] for i in np.flatnonzero(texts).tolist())


def gaps_in_words(distinct: Distinct, gaps: Mask) -> str:
    """The end of a reason that names the words taken as missing, or ""."""
    words = marked(distinct, gaps)
    shown = ", ".join(map(repr, words[:SHOWN])) + (", ..." if len(words) > SHOWN else "")
    return f"; {shown} taken as missing" if words else ""


def gap_note(asked: Question, distinct: Distinct, gaps: Mask) -> str:
    """That words stood for missing values, or ""."""
    if not gaps.any():
        return ""
    row, text = distinct.first_row(gaps)
    rows = counted(distinct.rows(gaps), "value")
    words = f" or another of {int(gaps.sum())} words" if gaps.sum() > 1 else ""
    return f"column {asked.name!r}: {rows} {text!r} (row {row + 1:,}){words} taken as missing"


def stray_note(asked: Question, distinct: Distinct, strays: Mask, what: str, unit: str = "") -> str:
    """That values unlike the rest are taken as missing, or ""; `unit` is that of numbers."""
    if not strays.any():
        return ""
    row, text = distinct.first_row(strays)
    of = f" in {unit}" if unit else ""
    rows = counted(distinct.rows(strays), f"value is no {what}{of}", f"values are no {what}s{of}")
    return f"column {asked.name!r}: {rows} and taken as missing, such as {text!r} in row {row + 1:,}"


def said(*notes: str) -> tuple[str, ...]:
    """The notes that say anything."""
    return tuple(note for note in notes if note)
