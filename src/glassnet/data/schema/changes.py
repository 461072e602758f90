"""Columns of text whose values change halfway down: numbers or dates up to a row, other words from there on."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from glassnet.data.schema.kinds import Kind
from glassnet.data.schema.question import Finding, Question
from glassnet.data.text import dates, numerals
from glassnet.data.text.distinct import Distinct, Mask
from glassnet.data.text.units import Parted

LEAST_ROWS: Final = 20  # with values, before the change and from there on
NEARLY: Final = 0.95  # of the values from there on are unlike those before
OF_WORDS: Final = (Kind.CATEGORY, Kind.TEXT, Kind.IGNORED)


def with_change(asked: Question, distinct: Distinct, wanted: Mask, found: Finding) -> Finding:
    """What was found of a column, and a note where it was taken for words because its values change at one row."""
    if found.schema.kind not in OF_WORDS:
        return found
    numbers = numerals.commonest(Distinct(Parted.of(distinct).numbers, distinct.codes))[1]
    days = np.logical_or.reduce([dates.moments(distinct, order)[1] for order in dates.ORDERS])
    told = [_change(asked, distinct, wanted, known, what) for known, what in ((numbers, "number"), (days, "date"))]
    return replace(found, notes=(*found.notes, *filter(None, told[:1] if told[0] else told)))


def _change(asked: Question, distinct: Distinct, wanted: Mask, known: Mask, what: str) -> str:
    """A note on the row where values change from ones that are `known` to others, or the other way; else ""."""
    rows = np.flatnonzero(np.append(wanted, False)[distinct.codes])
    are = known[distinct.codes[rows]]
    place = int(np.argmax(are != are[:1])) if len(are) else 0
    before, after = place, len(are) - place
    if min(before, after) < LEAST_ROWS or np.mean(are[place:] != are[0]) < NEARLY:
        return ""
    row, text = distinct.at(int(rows[place]))
    turn = f"is no {what}, as all before it are" if are[0] else f"is a {what}, as none before it is"
    last = "hardly any" if are[0] else "nearly all"
    return (
        f"column {asked.name!r} changes at row {row + 1:,}: {text!r} {turn}, and {last} from there on: look whether "
        "two tables were joined, or columns moved"
    )
