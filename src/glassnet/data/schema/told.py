"""What a column is taken for because the caller says so."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from glassnet.data.schema.categories import as_text, levels_of
from glassnet.data.schema.dates import date_schema, in_dates
from glassnet.data.schema.kinds import ColumnSchema, Kind
from glassnet.data.schema.notes import gap_note, said, stray_note
from glassnet.data.schema.numbers import number_schema
from glassnet.data.schema.ordered import SAID, decide_ordered, ranks_said
from glassnet.data.schema.question import Finding, Question
from glassnet.data.schema.units import most_have, with_unit
from glassnet.data.table import Table
from glassnet.data.text import dates
from glassnet.data.text.distinct import Distinct, Mask
from glassnet.data.text.numerals import commonest
from glassnet.data.text.units import Parted
from glassnet.data.text.words import is_gap, truth
from glassnet.errors import DataError, SettingError, nearest

AS_TOLD: Final = "as you said"


@dataclass(frozen=True)
class Told:
    """What the caller says of a column: its kind, and the decimal sign, the order of dates, the unit or the cycle.

    `ranks` are the levels from the lowest on, () where their own order counts, None where there is none.
    """

    kind: Kind
    decimal: str = ""
    order: str = ""
    unit: str = ""
    cycle: float = 0.0
    ranks: tuple[str, ...] | None = None


SAYINGS: Final[Mapping[str, Told]] = {
    **{str(kind): Told(kind) for kind in Kind if kind is not Kind.LABELS},  # which lists are without being told
    "decimal comma": Told(Kind.NUMBER, decimal=","),
    "decimal point": Told(Kind.NUMBER, decimal="."),
    "day first": Told(Kind.DATE, order=dates.DAY_FIRST),
    "month first": Told(Kind.DATE, order=dates.MONTH_FIRST),
    "year first": Told(Kind.DATE, order=dates.YEAR_FIRST),
}
IN_UNIT: Final = re.compile(r"number in (?P<unit>[^,]*[^, ])(?:, decimal (?P<sign>comma|point))?")
IN_CYCLE: Final = re.compile(r"cycle of (?P<length>[1-9][0-9]*(?:\.[0-9]+)?)")
KNOWN: Final = (*SAYINGS, SAID, "number in kg", "number in kg, decimal comma", "cycle of 24")  # as errors list them


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
        if name in targets and saying in (Kind.IGNORED, Kind.TEXT):
            raise SettingError(
                f"columns={{{name!r}: {saying!r}}}: {name!r} is the target, which is a number, a date or a category; "
                f"say so, or give another target"
            )
    return {name: _meant(name, saying) for name, saying in columns.items()}


def _meant(name: str, saying: object) -> Told:
    """What is said of one column; raises SettingError, with the nearest saying, for one that is not known."""
    if isinstance(saying, str) and saying in SAYINGS:
        return SAYINGS[saying]
    if (ranks := ranks_said(saying)) is not None:
        return Told(Kind.CATEGORY, ranks=ranks)
    if isinstance(saying, str) and (match := IN_CYCLE.fullmatch(saying)):
        return Told(Kind.NUMBER, cycle=float(match["length"]))
    match = IN_UNIT.fullmatch(saying) if isinstance(saying, str) else None
    if match is None:
        raise SettingError(
            f"columns={{{name!r}: {saying!r}}}: expected one of {', '.join(map(repr, KNOWN))}, with any unit or length"
            f"{nearest(saying, KNOWN)}"
        )
    return Told(Kind.NUMBER, {"comma": ",", "point": "."}.get(match["sign"], ""), unit=match["unit"])


def decide_as(asked: Question, told: Told) -> Finding:
    """The column as the caller wants it; raises DataError, naming a row, where its values cannot be so."""
    if told.kind is Kind.IGNORED:
        return _told(asked.left_out(AS_TOLD))
    if asked.column.kind == "lists":
        raise SettingError(
            f"columns={{{asked.name!r}: {str(told.kind)!r}}}: the column holds lists, which can only be labels, as a "
            f"target, or 'ignored'"
        )
    levels = levels_of(asked.column)
    if not levels:
        return _told(asked.left_out("every value is missing"))
    if told.ranks is not None:
        return _told(decide_ordered(asked, told.ranks))
    if told.kind is Kind.TEXT:
        return _told(Finding(asked.schema(Kind.TEXT, AS_TOLD)))
    if told.kind is Kind.CATEGORY:
        return _told(Finding(asked.schema(Kind.CATEGORY, AS_TOLD, levels=tuple(levels))))
    deciding = {Kind.NUMBER: _numbers, Kind.DATE: _dates, Kind.BOOLEAN: _truths}[told.kind]
    return _told(_in_cycle(deciding(asked, told), told.cycle))


def _in_cycle(finding: Finding, cycle: float) -> Finding:
    """A column of numbers as one that goes round, where a cycle was told."""
    schema = finding.schema
    reason = f"{schema.reason}, a cycle of {cycle:g}"
    return replace(finding, schema=replace(schema, reason=reason, cycle=cycle)) if cycle else finding


def _told(finding: Finding) -> Finding:
    schema = finding.schema
    reason = schema.reason if AS_TOLD in schema.reason else f"{schema.reason}, {AS_TOLD}"
    return replace(finding, schema=replace(schema, reason=reason, told=True))


def _numbers(asked: Question, told: Told) -> Finding:
    if asked.column.kind != "text":
        reason = "seconds since 1970" if asked.column.kind == "datetime" else "numbers"
        own = f"{reason} in {told.unit}" if told.unit else reason
        return Finding(asked.schema(Kind.NUMBER, own, unit=told.unit, bare=bool(told.unit)))
    distinct, wanted = _values(asked)
    parted = Parted.of(distinct)
    unit = told.unit or most_have(parted, wanted)
    own_texts = parted.in_unit(unit) if unit else distinct
    convention, known, _ = commonest(own_texts, told.decimal)
    _check(asked, distinct, wanted, known, f"number in {unit}" if unit else "number")
    schema = number_schema(asked, distinct, ~known, convention)
    notes = said(gap_note(asked, distinct, ~wanted), stray_note(asked, distinct, wanted & ~known, "number", unit))
    found = Finding(schema, notes)
    return with_unit(asked, found, parted, unit, known) if unit else found


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
