"""The schema of a table: what each column is taken for, decided once from all rows, and part of the model."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from glassnet.data.schema.categories import DIFFERENT
from glassnet.data.schema.decide import decide
from glassnet.data.schema.kinds import ColumnSchema, Kind
from glassnet.data.schema.question import Finding, Hints, Question
from glassnet.data.schema.told import Told, as_told, decide_as
from glassnet.data.schema.useless import ROWS
from glassnet.data.table import Table
from glassnet.errors import DataError

NEEDED = 2  # rows from which on a column can be told from a constant


@dataclass(frozen=True)
class Schema:
    """The columns of a table and its targets, in order, and what has to be said of them.

    `named` is False where the columns had no names and are matched by position.
    """

    columns: tuple[ColumnSchema, ...]
    targets: tuple[ColumnSchema, ...]
    notes: tuple[str, ...] = ()
    named: bool = True

    @classmethod
    def decide(cls, table: Table, targets: Sequence[str], columns: Mapping[str, str] | None = None) -> Schema:
        """The schema of a table; `columns` says what some of its columns are to be taken for.

        What the values of one column leave open (a decimal comma, the day or the month first) is decided as in the
        other columns of the table. Raises SchemaError where there is no column of a target's name, SettingError for a
        name or kind in `columns` that is not known, and DataError where no column is left to learn from.
        """
        for name in targets:
            table.require(name)
        told = as_told(columns or {}, table, targets)
        asked = [_question(table, name, name in targets) for name in table.names]
        _check_rows(table)
        found = {each.name: _decide(each, told.get(each.name)) for each in asked}
        hints = _common(finding.proved for finding in found.values())
        for each in asked:
            if found[each.name].doubtful and hints != Hints():
                found[each.name] = _decide(replace(each, hints=hints), told.get(each.name))
        inputs = _useful(table, {each.name: found[each.name] for each in asked if not each.target})
        aims = tuple(found[name] for name in dict.fromkeys(targets))
        notes = (*_notes(inputs), *(note for aim in aims for note in aim.notes), *_alike(table.names))
        return cls(tuple(f.schema for f in inputs), tuple(_aim(table, f.schema) for f in aims), notes, table.named)

    def __str__(self) -> str:
        width = max(len(repr(each.name)) for each in (*self.columns, *self.targets))
        inputs = [f"{each.name!r:<{width}}  {each.kind} ({each.reason})" for each in self.columns]
        aims = [f"{each.name!r:<{width}}  target, {each.kind} ({each.reason})" for each in self.targets]
        return "\n".join([*inputs, *aims])

    def to_json(self) -> dict[str, Any]:
        """The schema as plain JSON values."""
        columns, targets = ([each.to_json() for each in side] for side in (self.columns, self.targets))
        return {"columns": columns, "targets": targets, "notes": list(self.notes), "named": self.named}

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Schema:
        """The schema that `to_json` wrote."""
        columns, targets = (tuple(map(ColumnSchema.from_json, document[key])) for key in ("columns", "targets"))
        return cls(columns, targets, tuple(document["notes"]), document["named"])


def _question(table: Table, name: str, target: bool) -> Question:
    return Question(name, table.columns[name], table.source, table.named, target)


def _decide(asked: Question, told: Told | None) -> Finding:
    return decide(asked) if told is None else decide_as(asked, told)


def _aim(table: Table, schema: ColumnSchema) -> ColumnSchema:
    """The schema of a target, which knows whether its numbers are text that somebody made, and made of it alone."""
    spelt = schema.kind is Kind.NUMBER and schema.given == "text" and not table.file
    if not spelt:
        return schema
    return replace(schema, spelt=True, meant=any(each.kind in ("int", "float") for each in table.columns.values()))


def _check_rows(table: Table) -> None:
    if len(table) < NEEDED:
        rows = "no rows" if len(table) == 0 else "one row"
        raise DataError(
            f"{table.source} has {rows}; what its columns are can be decided from {NEEDED} rows on: give more rows, or "
            "lay out the layers and give arrays"
        )


def _common(proved: Iterable[Hints]) -> Hints:
    """What all columns that prove anything agree on."""
    each = list(proved)
    decimals, orders = {hints.decimal for hints in each} - {""}, {hints.order for hints in each} - {""}
    return Hints(decimals.pop() if len(decimals) == 1 else "", orders.pop() if len(orders) == 1 else "")


def _useful(table: Table, found: Mapping[str, Finding]) -> list[Finding]:
    """The input columns; where nothing else is left, a column that numbers the rows is a number like any other."""
    inputs = list(found.values())
    if all(each.schema.kind is Kind.IGNORED for each in inputs):
        inputs = [_as_named(table, each) for each in inputs]
    if all(each.schema.kind is Kind.IGNORED for each in inputs):
        why = "; ".join(f"{each.schema.name!r}: {each.schema.reason}" for each in inputs) or "there is no other"
        raise DataError(f"{table.source}: no column is left to learn the target from ({why}); {_advice(inputs)}")
    return inputs


def _advice(inputs: Sequence[Finding]) -> str:
    """What to do where no column is left."""
    for each in inputs:
        if each.schema.reason.endswith(DIFFERENT):
            return f"say what one is, as in Network(columns={{{each.schema.name!r}: 'text'}}), or give other columns"
    return "give a column that differs from row to row"


def _as_named(table: Table, finding: Finding) -> Finding:
    if finding.schema.reason != ROWS:
        return finding
    return decide(replace(_question(table, finding.schema.name, False), named=False))


def _notes(inputs: Sequence[Finding]) -> list[str]:
    notes = []
    for each in inputs:
        if each.schema.kind is Kind.IGNORED and not each.schema.told:
            notes.append(f"column {each.schema.name!r} is left out: {each.schema.reason}")
        notes += each.notes
    return notes


def _alike(names: Sequence[str]) -> list[str]:
    """A note on names that differ in case alone."""
    first: dict[str, str] = {}
    alike = [(first[n.casefold()], n) for n in names if first.setdefault(n.casefold(), n) != n]
    return [f"{one!r} and {other!r} differ in case alone; they are two columns" for one, other in alike]
