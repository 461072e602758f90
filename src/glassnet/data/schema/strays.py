"""Numbers or dates with other words among them, numbers written in two ways."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from glassnet.data.schema.categories import words
from glassnet.data.schema.dates import date_schema
from glassnet.data.schema.kinds import Kind
from glassnet.data.schema.notes import gap_note, said, stray_note
from glassnet.data.schema.numbers import codes, number_schema
from glassnet.data.schema.question import Finding, Question
from glassnet.data.table import counted
from glassnet.data.text import dates, numerals
from glassnet.data.text.distinct import Distinct, Mask
from glassnet.errors import DataError, TargetError

STRAY: Final = 0.01  # the largest share of rows whose words can be strays among numbers or dates
OF_A_TARGET, OF_AN_INPUT = 0.5, 0.1  # shares of numbers from which on the words beside them are told
LEAST_VALUES: Final = 20  # distinct numbers or dates from which on the rest can be strays


def with_strays(asked: Question, distinct: Distinct, wanted: Mask) -> Finding | None:
    """Numbers or dates with very few other words among them, which are then taken as missing."""
    convention, numbers, any_way = numerals.commonest(distinct)
    rows = distinct.rows(wanted)
    if few(distinct, wanted, numbers) and codes(distinct, numbers) is None:
        return Finding(
            number_schema(asked, distinct, ~numbers, convention),
            said(gap_note(asked, distinct, ~wanted), stray_note(asked, distinct, wanted & ~numbers, "number")),
        )
    if distinct.rows(numbers) < (1 - STRAY) * rows <= distinct.rows(any_way):
        raise mixed(asked, distinct, numbers, any_way)
    for order in dates.ORDERS:
        known = dates.moments(distinct, order)[1]
        if few(distinct, wanted, known):
            notes = [gap_note(asked, distinct, ~wanted), stray_note(asked, distinct, wanted & ~known, "date")]
            return Finding(date_schema(asked, distinct, ~known, order), said(*notes))
    if distinct.rows(numbers) < rows * (OF_A_TARGET if asked.target else OF_AN_INPUT):
        return None
    if are_quantities(distinct, numbers):
        return _unlike(asked, distinct, wanted, numbers)
    return _labels(asked, distinct, wanted, numbers) if distinct.rows(wanted & ~numbers) <= STRAY * rows else None


def few(distinct: Distinct, wanted: Mask, known: Mask) -> bool:
    """Whether all but very few rows hold what is known, in enough distinct values to be sure."""
    return int(known.sum()) >= LEAST_VALUES and distinct.rows(wanted & ~known) <= STRAY * distinct.rows(wanted)


def are_quantities(distinct: Distinct, numbers: Mask) -> bool:
    """Whether numbers are too many, or too fine, to be the names of a few things."""
    return int(numbers.sum()) >= LEAST_VALUES or not numerals.are_whole(distinct, numbers)


def mixed(asked: Question, distinct: Distinct, numbers: Mask, any_way: Mask) -> DataError:
    """The error for a column of `numbers` and of others that are so in another way."""
    (row, text), (other, unlike) = distinct.first_row(numbers), distinct.first_row(any_way & ~numbers)
    return DataError(
        f"{asked.place(other)}: {unlike!r} is a number in another way than {text!r} in row {row + 1:,}; write all of "
        f"them in one way, or say columns={{{asked.name!r}: 'category'}}, or 'ignored'"
    )


def _unlike(asked: Question, distinct: Distinct, wanted: Mask, numbers: Mask) -> Finding:
    """A column of numbers with too many other words among them: a category, and said; no target."""
    if asked.target:
        row, text = distinct.first_row(wanted & ~numbers)
        others = counted(distinct.rows(numbers), "other row holds a number", "other rows hold numbers")
        raise TargetError(
            f"{asked.place(row)}: {text!r} is no number, and {others}; correct it, leave it empty, or say "
            f"columns={{{asked.name!r}: 'number'}} to leave such rows out, or 'category'"
        )
    return _labels(asked, distinct, wanted, numbers)


def _labels(asked: Question, distinct: Distinct, wanted: Mask, numbers: Mask) -> Finding:
    """A category, and a note on the word that keeps the column from being a number."""
    row, text = distinct.first_row(wanted & ~numbers)
    found = words(asked, distinct)
    others = "most others" if 2 * distinct.rows(numbers) >= distinct.rows(wanted) else "many others"
    taken = "left out" if found.schema.kind is Kind.IGNORED else "taken for a category"
    note = (
        f"column {asked.name!r}: {text!r} (row {row + 1:,}) is no number as {others} are, so it is {taken}: say "
        f"columns={{{asked.name!r}: 'number'}} to take such words as missing"
    )
    return replace(found, notes=(*found.notes, note))
