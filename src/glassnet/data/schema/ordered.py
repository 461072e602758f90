"""Categories that have an order, because the caller says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from glassnet.data.schema.categories import as_text, as_written, levels_of
from glassnet.data.schema.kinds import ColumnSchema, Kind
from glassnet.data.schema.question import Finding, Question
from glassnet.data.text.distinct import Distinct
from glassnet.data.text.words import is_no_label
from glassnet.errors import DataError, SettingError, nearest

ORDERED: Final = "ordered"
SAID: Final = "ordered: low < middle < high"


def ranks_said(saying: object) -> tuple[str, ...] | None:
    """The levels from the lowest to the highest, () for "ordered" alone, and None for what is no such saying.

    Raises SettingError where there is one level only, or one of them twice.

    >>> ranks_said("ordered: low < middle < high")
    ('low', 'middle', 'high')
    """
    if not isinstance(saying, str) or saying.partition(":")[0].strip() != ORDERED:
        return None
    if ":" not in saying:
        return ()
    ranks = tuple(level.strip() for level in saying.partition(":")[2].split("<"))
    if len(ranks) < 2 or not all(ranks) or len(set(ranks)) < len(ranks):
        raise SettingError(f"{saying!r}: expected at least two levels from the lowest on, each once, as in {SAID!r}")
    return ranks


def decide_ordered(asked: Question, ranks: Sequence[str]) -> Finding:
    """A category whose levels rise as `ranks` do; where there are none, as its numbers, dates or truth values do.

    Raises DataError, naming the row, for a value that is not among the ranks, and where words are given no order.
    """
    schema = asked.schema(Kind.CATEGORY, "ordered", levels=tuple(levels_of(asked.column)))
    if not ranks:
        return Finding(replace(schema, ranks=_by_size(asked, schema)))
    distinct = Distinct.of(as_text(asked.column))
    wrong = distinct.having(lambda text: as_written(text) not in ranks and not is_no_label(text))
    if wrong.any():
        row, text = distinct.first_row(wrong)
        raise DataError(
            f"{asked.place(row)}: {text!r} is not in the order that was given, {' < '.join(ranks)}"
            f"{nearest(text, ranks)}; give it a place there"
        )
    return Finding(replace(schema, ranks=tuple(ranks)))


def _by_size(asked: Question, schema: ColumnSchema) -> tuple[str, ...]:
    """The levels by their size; those of text are numbers, or have no order."""
    if asked.column.kind != "text":
        return schema.levels
    known = [level for level in schema.levels if not is_no_label(level)]
    try:
        return tuple(sorted(known, key=float))
    except ValueError:
        row, text = Distinct.of(asked.column).first_row(Distinct.of(asked.column).having(_is_word))
        raise DataError(
            f"{asked.place(row)}: {text!r} is no number, so that its order has to be said; expected all levels from "
            f"the lowest on, as in columns={{{asked.name!r}: {SAID!r}}}"
        ) from None


def _is_word(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return not is_no_label(text)
    return False
