"""Columns of text that hold dates or times of day."""

from __future__ import annotations

import numpy as np

from glassnet.data.schema.kinds import ColumnSchema, Kind
from glassnet.data.schema.notes import gap_note, gaps_in_words, marked, said
from glassnet.data.schema.question import Finding, Hints, Question
from glassnet.data.schema.useless import why_useless
from glassnet.data.text import dates
from glassnet.data.text.distinct import Distinct, Mask


def in_dates(asked: Question, distinct: Distinct, wanted: Mask) -> Finding | None:
    """Dates in text, or None."""
    orders = dates.order_of(distinct, wanted)
    if not orders:
        return None
    order = asked.hints.order if asked.hints.order in orders else orders[0]
    moments, known = dates.moments(distinct, order)
    if (reason := why_useless(asked, distinct, np.where(known, moments / 1e6, np.nan), wanted)) is not None:
        return asked.left_out(reason)
    notes = [gap_note(asked, distinct, ~wanted)]
    if len(orders) > 1 and order != asked.hints.order:
        row, text = distinct.first_row(wanted)
        notes.append(
            f"column {asked.name!r}: dates such as {text!r} (row {row + 1:,}) can have the day or the month first; "
            f"they are read with the {order}: if not so, say columns={{{asked.name!r}: {orders[1]!r}}}"
        )
    proved = Hints(order=order if len(orders) == 1 and order in dates.OWN and _is_own(distinct, wanted) else "")
    return Finding(date_schema(asked, distinct, ~wanted, order), said(*notes), proved, len(orders) > 1)


def _is_own(distinct: Distinct, wanted: Mask) -> bool:
    return not all(dates.fits(form, dates.ANY) for form in distinct.forms_of(wanted))


def date_schema(asked: Question, distinct: Distinct, gaps: Mask, order: str) -> ColumnSchema:
    """The schema of a column of dates in text, `gaps` marking the words that stand for none."""
    reason = "times of day" if order == dates.TIME else f"dates, {order}"
    return asked.schema(Kind.DATE, reason + gaps_in_words(distinct, gaps), order=order, gaps=marked(distinct, gaps))
