"""Columns of text that hold numbers, or codes that only look like numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from glassnet.data.schema.categories import as_written, words
from glassnet.data.schema.kinds import ColumnSchema, Kind
from glassnet.data.schema.notes import gap_note, gaps_in_words, marked, said
from glassnet.data.schema.question import Finding, Hints, Question
from glassnet.data.schema.useless import why_useless
from glassnet.data.text import numerals
from glassnet.data.text.distinct import Distinct, Mask
from glassnet.data.text.numerals import PLAIN, Convention

ZEROS: Final = "codes with leading zeros"
BEYOND: Final = "whole numbers beyond 2^53, which are codes"


def in_numbers(asked: Question, distinct: Distinct, wanted: Mask) -> Finding | None:
    """Numbers in text, codes among them, or None."""
    fitting = numerals.conventions(distinct, wanted)
    if not fitting:
        return None
    if (why := codes(distinct, wanted)) is not None:
        return words(asked, distinct, why)
    convention = next((c for c in fitting if c.decimal == asked.hints.decimal), fitting[0])
    values = np.where(wanted, convention.numbers(distinct), np.nan)
    if (reason := why_useless(asked, distinct, values, wanted)) is not None:
        return asked.left_out(reason)
    notes = [gap_note(asked, distinct, ~wanted)]
    doubtful = len(fitting) > 1
    if doubtful and asked.hints.decimal == "" and convention != PLAIN:
        notes.append(_which_decimal(asked, distinct, wanted, fitting))
    used = "" if doubtful or not _has_decimals(distinct, wanted, convention) else convention.decimal
    return Finding(number_schema(asked, distinct, ~wanted, convention), said(*notes), Hints(decimal=used), doubtful)


def number_schema(asked: Question, distinct: Distinct, gaps: Mask, convention: Convention) -> ColumnSchema:
    """The schema of a column of numbers in text, `gaps` marking the words that stand for none."""
    reason = "numbers" if convention == PLAIN else f"numbers with {convention}"
    return asked.schema(
        Kind.NUMBER, reason + gaps_in_words(distinct, gaps), decimal=convention.decimal,
        thousands=convention.thousands, gaps=marked(distinct, gaps),
    )  # fmt: skip


def codes(distinct: Distinct, wanted: Mask) -> str | None:
    """Why texts of digits are codes, or None."""
    if not numerals.are_whole(distinct, wanted):
        return None
    if numerals.has_leading_zero(distinct, wanted):
        return ZEROS
    return BEYOND if numerals.is_beyond(distinct, wanted) else None


def _has_decimals(distinct: Distinct, wanted: Mask, convention: Convention) -> bool:
    """Whether any marked text has a sign that only this convention explains."""
    signs = convention.decimal + convention.thousands
    return any(sign in form for form in distinct.forms_of(wanted) for sign in signs)


def _which_decimal(asked: Question, distinct: Distinct, wanted: Mask, fitting: Sequence[Convention]) -> str:
    row, text = distinct.first_row(wanted & distinct.having(lambda form: "," in form))
    one = Distinct([text], np.zeros(1, np.int64))
    first, other = (as_written(float(c.numbers(one)[0])) for c in fitting[:2])
    return (
        f"column {asked.name!r}: {text!r} (row {row + 1:,}) is read as {first}; with a decimal comma it would be "
        f"{other}: if so, say columns={{{asked.name!r}: 'decimal comma'}}"
    )
