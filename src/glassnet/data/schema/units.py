"""Columns of text that hold numbers with a unit, a currency or a percent sign."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from glassnet.data.schema.categories import words
from glassnet.data.schema.kinds import Kind
from glassnet.data.schema.notes import gap_note, said, stray_note
from glassnet.data.schema.numbers import in_numbers, number_schema
from glassnet.data.schema.question import Finding, Question
from glassnet.data.schema.strays import STRAY, are_quantities, few, mixed
from glassnet.data.table import counted
from glassnet.data.text import numerals
from glassnet.data.text.distinct import Distinct, Mask
from glassnet.data.text.units import Parted
from glassnet.errors import TargetError

MOST_UNITS: Final = 4  # of a column of numbers; more are words


def in_units(asked: Question, distinct: Distinct, wanted: Mask) -> Finding | None:
    """Numbers that have one unit, or more than one, or None.

    Those without a unit among others that have one are taken as in it. Raises DataError for numbers that are written in
    two ways, and TargetError for a target in several units.
    """
    parted = Parted.of(distinct)
    unit = most_have(parted, wanted)
    found = _in_one(asked, parted, unit, wanted) if unit else None
    if found is None:
        return _in_several(asked, parted, wanted)
    return with_unit(asked, found, parted, unit, wanted) if found.schema.kind is Kind.NUMBER else found


def most_have(parted: Parted, wanted: Mask) -> str:
    """The unit that at least half of the rows have which hold a marked text, or ""."""
    units = parted.rows(wanted)
    unit, rows = next(iter(units.items()), ("", 0))
    return unit if 2 * rows >= parted.distinct.rows(wanted) else ""


def _in_one(asked: Question, parted: Parted, unit: str, wanted: Mask) -> Finding | None:
    """What the texts hold once the unit is taken off: numbers, codes, or None."""
    distinct, own = parted.distinct, parted.in_unit(unit)
    convention, numbers, any_way = numerals.commonest(own)
    if asked.target and not are_quantities(own, numbers):
        return None
    found = in_numbers(asked, own, wanted)
    if found is not None and found.schema.kind is Kind.CATEGORY:
        return words(asked, distinct, found.schema.reason)
    if found is None and few(own, wanted, numbers):
        strays = stray_note(asked, distinct, wanted & ~numbers, "number", unit)
        notes = said(gap_note(asked, distinct, ~wanted), strays)
        return Finding(number_schema(asked, own, ~numbers, convention), notes)
    rows = distinct.rows(wanted)
    if found is None and distinct.rows(numbers) < (1 - STRAY) * rows <= distinct.rows(any_way):
        raise mixed(asked, distinct, numbers, any_way)
    return found


def with_unit(asked: Question, found: Finding, parted: Parted, unit: str, wanted: Mask) -> Finding:
    """A column of numbers as one of numbers in a unit, and a note on those that stand without it."""
    bare = wanted & parted.having("") & found.schema.convention.known(parted.distinct)
    schema = found.schema
    reason = schema.reason.replace("numbers", f"numbers in {unit}", 1)
    notes = found.notes
    if bare.any():
        row, text = parted.distinct.first_row(bare)
        rows = counted(parted.distinct.rows(bare), "value")
        notes += (
            f"column {asked.name!r}: {rows} without a unit, such as {text!r} in row {row + 1:,}, taken as in {unit}",
        )
    return replace(found, schema=replace(schema, reason=reason, unit=unit, bare=bool(bare.any())), notes=notes)


def _in_several(asked: Question, parted: Parted, wanted: Mask) -> Finding | None:
    """Quantities in several units: a category, and said; None where they are hardly quantities."""
    units, distinct = parted.rows(wanted), parted.distinct
    numbers = Distinct(parted.numbers, distinct.codes)
    known = numerals.commonest(numbers)[1]
    many = 2 * sum(units.values()) >= distinct.rows(wanted)
    if not 2 <= len(units) <= MOST_UNITS or not many or not few(numbers, wanted, known):
        return None
    (unit, rows), (other, others), *_ = units.items()
    row, text = distinct.first_row(wanted & parted.having(other))
    such = f"{counted(others, 'value')}, such as {text!r} in row {row + 1:,}"
    told = f"in {unit} ({counted(rows, 'value')}) and in {other} ({such})"
    if asked.target:
        raise TargetError(
            f"{asked.source}: the target {asked.name!r} holds numbers {told}; give all of them in one unit, or say "
            f"columns={{{asked.name!r}: 'number in {unit}'}} to leave the others out"
        )
    found = words(asked, distinct)
    taken = "left out" if found.schema.kind is Kind.IGNORED else "taken for a category"
    note = (
        f"column {asked.name!r} holds numbers {told}, so it is {taken}: give all of them in one unit, or say "
        f"columns={{{asked.name!r}: 'number in {unit}'}} to take the others as missing"
    )
    return replace(found, notes=(*found.notes, note))
