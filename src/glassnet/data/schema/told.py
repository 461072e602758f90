"""What a column is taken for because the caller says so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from glassnet.data.schema.categories import as_text, levels_of
from glassnet.data.schema.dates import date_schema, in_dates
from glassnet.data.schema.kinds import ColumnSchema, Kind
from glassnet.data.schema.notes import gap_note, said, stray_note
from glassnet.data.schema.numbers import number_schema
from glassnet.data.schema.ordered import EXAMPLE, decide_ordered, ranks_said
from glassnet.data.schema.question import Finding, Question
from glassnet.data.table import Table
from glassnet.data.text import dates
from glassnet.data.text.distinct import Distinct, Mask
from glassnet.data.text.numerals import commonest
from glassnet.data.text.words import is_gap, truth
from glassnet.errors import DataError, SettingError, nearest

AS_TOLD: Final = "as you said"


@dataclass(frozen=True)
class Told:
    """What the caller says of a column: its kind, the decimal sign or the order of dates, or "", and that of levels.

    `ranks` are the levels from the lowest on, () where their own order counts, None where there is none.
    """

    kind: Kind
    decimal: str = ""
    order: str = ""
    ranks: tuple[str, ...] | None = None


SAYINGS: Final[Mapping[str, Told]] = {
    **{str(kind): Told(kind) for kind in Kind},
    "decimal comma": Told(Kind.NUMBER, decimal=","),
    "decimal point": Told(Kind.NUMBER, decimal="."),
    "day first": Told(Kind.DATE, order=dates.DAY_FIRST),
    "month first": Told(Kind.DATE, order=dates.MONTH_FIRST),
    "year first": Told(Kind.DATE, order=dates.YEAR_FIRST),
}


def as_told(columns: Mapping[str, str], table: Table, targets: Sequence[str]) -> dict[str, Told]:
    """What the caller says of each column by name.

    Raises SettingError, with the nearest that there is, for a name or a saying that is not known, and for a target
    that is to be ignored.
    """
    for name, saying in columns.items():
        if name not in table.columns:
            raise SettingError(
                f"columns={{{name!r}: ...}}: {table.source} has no column {name!r}{nearest(name, table.names)}"
            )
        if ranks_said(saying) is None and (not isinstance(saying, str) or saying not in SAYINGS):
            raise SettingError(
                f"columns={{{name!r}: {saying!r}}}: expected one of {', '.join(map(repr, SAYINGS))}, or {EXAMPLE}"
                f"{nearest(saying, SAYINGS)}"
            )
        if name in targets and _said(saying).kind is Kind.IGNORED:
            raise SettingError(f"columns={{{name!r}: 'ignored'}}: {name!r} is the target; give another target")
    return {name: _said(saying) for name, saying in columns.items()}


def _said(saying: str) -> Told:
    ranks = ranks_said(saying)
    return SAYINGS[saying] if ranks is None else Told(Kind.CATEGORY, ranks=ranks)


def decide_as(asked: Question, told: Told) -> Finding:
    """The column as the caller wants it; raises DataError, naming a row, where its values cannot be so."""
    if told.kind is Kind.IGNORED:
        return _told(asked.left_out(AS_TOLD))
    levels = levels_of(asked.column)
    if not levels:
        return _told(asked.left_out("every value is missing"))
    if told.ranks is not None:
        return _told(decide_ordered(asked, told.ranks))
    if told.kind is Kind.CATEGORY:
        return _told(Finding(asked.schema(Kind.CATEGORY, AS_TOLD, levels=tuple(levels))))
    deciding = {Kind.NUMBER: _numbers, Kind.DATE: _dates, Kind.BOOLEAN: _truths}[told.kind]
    return _told(deciding(asked, told))


def _told(finding: Finding) -> Finding:
    schema = finding.schema
    reason = schema.reason if AS_TOLD in schema.reason else f"{schema.reason}, {AS_TOLD}"
    return replace(finding, schema=replace(schema, reason=reason, told=True))


def _numbers(asked: Question, told: Told) -> Finding:
    if asked.column.kind != "text":
        reason = "seconds since 1970" if asked.column.kind == "datetime" else "numbers"
        return Finding(asked.schema(Kind.NUMBER, reason))
    distinct, wanted = _values(asked)
    convention, known, _ = commonest(distinct, told.decimal)
    _check(asked, distinct, wanted, known, "number")
    return _found(asked, distinct, wanted, known, number_schema(asked, distinct, ~known, convention), "number")


def _dates(asked: Question, told: Told) -> Finding:
    if asked.column.kind == "datetime":
        return Finding(asked.schema(Kind.DATE, "dates"))
    distinct, wanted = _values(asked)
    found = in_dates(asked, distinct, wanted) if not told.order and wanted.any() else None
    if found is not None and found.schema.kind is Kind.DATE:
        return found
    orders = [told.order] if told.order else dates.ORDERS
    known = {order: dates.moments(distinct, order)[1] for order in orders}
    order = max(known, key=lambda each: distinct.rows(known[each]))
    _check(asked, distinct, wanted, known[order], "date")
    return _found(asked, distinct, wanted, known[order], date_schema(asked, distinct, ~known[order], order), "date")


def _truths(asked: Question, told: Told) -> Finding:
    if asked.column.kind == "bool":
        return Finding(asked.schema(Kind.BOOLEAN, "truth values"))
    distinct, wanted = _values(asked)
    known = np.array([truth(text) is not None or text in ("0", "1") for text in distinct.texts], np.bool_)
    wrong = wanted & ~known
    if wrong.any():
        row, text = distinct.first_row(wrong)
        raise DataError(
            f"{asked.place(row)}: {text!r} is no truth value, and the column is to be a boolean; expected words such "
            "as true and false, yes and no, or 1 and 0"
        )
    return _found(asked, distinct, wanted, known, asked.schema(Kind.BOOLEAN, "truth values"), "truth value")


def _values(asked: Question) -> tuple[Distinct, Mask]:
    """The distinct texts of a column of any kind, and which of them are no gaps."""
    distinct = Distinct.of(as_text(asked.column))
    return distinct, ~distinct.having(is_gap)


def _check(asked: Question, distinct: Distinct, wanted: Mask, known: Mask, what: str) -> None:
    if not known.any():
        row, text = distinct.first_row(wanted if wanted.any() else ~wanted)
        raise DataError(f"{asked.place(row)}: {text!r} is no {what}, nor is any other value; say another kind")


def _found(asked: Question, distinct: Distinct, wanted: Mask, known: Mask, schema: ColumnSchema, what: str) -> Finding:
    return Finding(schema, said(gap_note(asked, distinct, ~wanted), stray_note(asked, distinct, wanted & ~known, what)))
