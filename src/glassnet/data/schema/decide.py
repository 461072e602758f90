"""What one column is taken for, decided from all of its values and said with a reason."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from glassnet.data.columns import check_single
from glassnet.data.schema.categories import DIFFERENT, as_doubles, as_written, category, levels_of, words
from glassnet.data.schema.changes import with_change
from glassnet.data.schema.dates import in_dates
from glassnet.data.schema.free_text import free_text
from glassnet.data.schema.kinds import Kind
from glassnet.data.schema.notes import gap_note, gaps_in_words, marked, said
from glassnet.data.schema.numbers import BEYOND, in_numbers
from glassnet.data.schema.question import Finding, Question
from glassnet.data.schema.strays import with_strays
from glassnet.data.schema.units import in_units
from glassnet.data.schema.useless import ROWS, counts_rows, is_beyond, is_constant
from glassnet.data.text.distinct import Distinct, Mask
from glassnet.data.text.words import are_truths, is_gap

KINDS: Final = {
    "bool": (Kind.BOOLEAN, "truth values"),
    "int": (Kind.NUMBER, "whole numbers"),
    "float": (Kind.NUMBER, "numbers"),
    "datetime": (Kind.DATE, "dates"),
    "lists": (Kind.LABELS, "lists of labels"),
}
CATEGORICAL: Final = "categories in the frame"
MISSING: Final = "every value is missing"


def decide(asked: Question) -> Finding:
    """What a column is taken for.

    Raises DataError where numbers are written in ways that cannot both be right, and for lists in an input; TargetError
    for a target of numbers with other words among them.
    """
    column = asked.column
    if not asked.target:
        check_single(column, asked.where)
    if column.categorical and not column.missing.all():
        found = category(asked, levels_of(column), int((~column.missing).sum()), CATEGORICAL)
        return replace(found, schema=replace(found.schema, ranks=column.ranks)) if asked.target else found
    if column.kind == "text":
        return _text(asked, Distinct.of(column))
    present = column.values[~column.missing]
    if len(present) == 0:
        return asked.left_out(MISSING)
    if column.kind in ("int", "float") and counts_rows(asked, as_doubles(column)):
        return asked.left_out(ROWS)
    if is_constant(asked, present):
        return asked.left_out(f"one value throughout, {as_written(present[0].item())}: constant")
    if column.kind == "int" and is_beyond(present):
        return category(asked, levels_of(column), len(present), BEYOND)
    kind, reason = KINDS[column.kind]
    return Finding(asked.schema(kind, reason))


def _text(asked: Question, distinct: Distinct) -> Finding:
    gaps = distinct.having(is_gap)
    if gaps.all() and len(gaps) <= 1:
        return asked.left_out(f"{MISSING} ({distinct.texts[0]!r})" if distinct.texts else MISSING)
    if not gaps.all():
        for reading in (in_numbers, in_dates, _truths, in_units, with_strays):
            found = reading(asked, distinct, ~gaps)
            if found is not None:
                return with_change(asked, distinct, ~gaps, found)
    return with_change(asked, distinct, ~gaps, _words(asked, distinct))


def _words(asked: Question, distinct: Distinct) -> Finding:
    """A category, or free text where its values nearly all differ and words come again."""
    found = words(asked, distinct)
    text = free_text(asked, distinct) if found.schema.reason.endswith(DIFFERENT) else None
    return text or found


def _truths(asked: Question, distinct: Distinct, wanted: Mask) -> Finding | None:
    """Truth values, or None; as a target they are labels like any others."""
    if asked.target or not are_truths(texts := marked(distinct, wanted)):
        return None
    reason = " and ".join(map(repr, sorted(texts)[:2])) + gaps_in_words(distinct, ~wanted)
    schema = asked.schema(Kind.BOOLEAN, reason, gaps=marked(distinct, ~wanted))
    return Finding(schema, said(gap_note(asked, distinct, ~wanted)))
