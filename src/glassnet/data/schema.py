"""What each column of a table is taken for: decided once, from the whole column, and part of the model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from glassnet.data import dates
from glassnet.data.numerals import PLAIN, Convention, convention_of, is_code, is_missing, truth
from glassnet.data.table import Column, Table, counted
from glassnet.errors import DataError, SchemaError, SettingError, nearest

ROW_NUMBER_NAMES: Final = ("unnamed: 0", "index", "rownames", "row", "id", "")
LEAST_IDENTIFIER_ROWS: Final = 20


class Kind(StrEnum):
    """What a column can be."""

    NUMBER = "number"
    BOOLEAN = "boolean"
    CATEGORY = "category"
    DATE = "date"
    IGNORED = "ignored"


@dataclass(frozen=True)
class ColumnSchema:
    """What one column is taken for, and why.

    `levels` are those of a category, as written; `decimal` and `thousands` the signs of its numbers; `order` that of
    year, month and day; `given` the kind of values that it came with: text, bool, int, float or datetime.
    """

    name: str
    kind: Kind
    reason: str
    given: str
    levels: tuple[str, ...] = ()
    decimal: str = "."
    thousands: str = ""
    order: str = "ymd"

    @property
    def convention(self) -> Convention:
        """How its numbers are written."""
        return Convention(self.decimal, self.thousands)


@dataclass(frozen=True)
class Schema:
    """The columns of a table and its targets, and what was noticed."""

    columns: tuple[ColumnSchema, ...]
    targets: tuple[ColumnSchema, ...]
    notes: tuple[str, ...] = ()
    named: bool = True

    @classmethod
    def decide(cls, table: Table, targets: Sequence[str], columns: Mapping[str, str] | None = None) -> Schema:
        """The schema of a table; `columns` says what some are to be taken for.

        Raises SettingError for a name or kind in `columns` that is not known, and DataError where no column is left to
        learn from.
        """
        overrides = _checked(columns or {}, table)
        found = [decide(name, column, overrides.get(name)) for name, column in table.columns.items()]
        inputs = tuple(each for each in found if each.name not in targets)
        aims = tuple(decide(name, table.require(name), overrides.get(name), target=True) for name in targets)
        if all(each.kind is Kind.IGNORED for each in inputs):
            why = "; ".join(f"{each.name!r}: {each.reason}" for each in inputs) or "there is none beside the target"
            raise DataError(f"{table.source}: no column is left to learn from ({why})")
        notes = tuple(f"column {c.name!r} is left out: {c.reason}" for c in inputs if c.kind is Kind.IGNORED)
        return cls(inputs, aims, notes, table.named)

    def to_json(self) -> dict[str, Any]:
        """The schema as plain JSON values."""
        return asdict(self)

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Schema:
        """The schema that `to_json` wrote."""
        columns, targets = (tuple(_column(each) for each in document[key]) for key in ("columns", "targets"))
        return cls(columns, targets, tuple(document["notes"]), document["named"])


def _column(document: Mapping[str, Any]) -> ColumnSchema:
    return ColumnSchema(**{**document, "kind": Kind(document["kind"]), "levels": tuple(document["levels"])})


def _checked(columns: Mapping[str, str], table: Table) -> dict[str, Kind]:
    kinds = [str(kind) for kind in Kind]
    for name, kind in columns.items():
        if name not in table.columns:
            raise SettingError(f"columns: {table.source} has no column {name!r}{nearest(name, table.names)}")
        if kind not in kinds:
            raise SettingError(
                f"columns: {name!r} as {kind!r}; expected one of {', '.join(kinds)}{nearest(kind, kinds)}"
            )
    return {name: Kind(kind) for name, kind in columns.items()}


def decide(name: str, column: Column, override: Kind | None = None, *, target: bool = False) -> ColumnSchema:
    """What one column is taken for; a target is never left out for holding one value or only distinct ones."""
    distinct = levels_of(column)
    words = [word for word in distinct if not is_missing(word)]
    if override is not None:
        return _forced(name, column, override, words)
    if not words:
        return ColumnSchema(name, Kind.IGNORED, "every value is missing", column.kind)
    if len(words) == 1 and not target:
        gaps = len(words) < len(distinct) or bool(column.missing.any())
        if not gaps:
            return ColumnSchema(name, Kind.IGNORED, f"one value throughout, {words[0]!r}: constant", column.kind)
    if column.kind == "text":
        return _text(name, column, words, target)
    if column.kind == "int" and _row_numbers(name, column) and not target:
        return ColumnSchema(name, Kind.IGNORED, "it numbers the rows", column.kind)
    if column.kind == "int" and int(np.abs(column.values.astype(np.float64)).max()) > 2**53:
        return ColumnSchema(name, Kind.CATEGORY, "whole numbers beyond 2^53 are codes", "int", tuple(words))
    kind = {"bool": Kind.BOOLEAN, "datetime": Kind.DATE}.get(column.kind, Kind.NUMBER)
    return ColumnSchema(name, kind, f"values of type {column.kind}", column.kind)


def levels_of(column: Column) -> list[str]:
    """The distinct values that are not missing, as text, in the order of the alphabet or of the numbers.

    3 and 3.0 are the same level, "3".
    """
    present = column.values[~column.missing]
    distinct = np.unique(present)
    return list(dict.fromkeys(as_written(value) for value in distinct.tolist()))


def as_written(value: Any) -> str:
    """A value as a level: whole numbers without a fraction, text without blanks around it."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    return value.strip() if isinstance(value, str) else str(value)


def _text(name: str, column: Column, words: list[str], target: bool) -> ColumnSchema:
    if not is_code(words):
        convention = convention_of(words)
        if convention is not None:
            return _numeric_text(name, column, convention, target)
    order = dates.order_of(words)
    if order is not None:
        return ColumnSchema(name, Kind.DATE, f"dates in the order {order}", "text", order=order)
    if not target and len(words) == 2 and all(truth(word) is not None for word in words):
        return ColumnSchema(name, Kind.BOOLEAN, f"{words[0]!r} and {words[1]!r}", "text")
    rows = len(column)
    if not target and len(words) == rows and rows >= LEAST_IDENTIFIER_ROWS:
        return ColumnSchema(name, Kind.IGNORED, "every value is different: an identifier or free text", "text")
    why = "codes with leading zeros" if is_code(words) else counted(len(words), "distinct text")
    return ColumnSchema(name, Kind.CATEGORY, why, "text", tuple(words))


def _numeric_text(name: str, column: Column, convention: Convention, target: bool) -> ColumnSchema:
    if not target and _counts_up(name, [convention.number(word) for word in column.values.tolist()]):
        return ColumnSchema(name, Kind.IGNORED, "it numbers the rows", "text")
    words = sorted({word.strip() for word in column.values.tolist() if word and is_missing(word)})
    gaps = f"; {', '.join(map(repr, words))} taken as missing" if words else ""
    how = "" if convention == PLAIN else f" with {convention}"
    reason = f"every value is a number{how}{gaps}"
    return ColumnSchema(name, Kind.NUMBER, reason, "text", (), convention.decimal, convention.thousands)


def _row_numbers(name: str, column: Column) -> bool:
    return not column.missing.any() and _counts_up(name, column.values.tolist())


def _counts_up(name: str, values: Sequence[float | None]) -> bool:
    """Whether a column without a name of its own counts the rows from 0 or 1."""
    nameless = name.casefold() in ROW_NUMBER_NAMES or name.startswith("column ")
    if not nameless or len(values) < 2 or values[0] not in (0, 1):
        return False
    return all(value is not None and value == i + values[0] for i, value in enumerate(values))


def _forced(name: str, column: Column, kind: Kind, words: list[str]) -> ColumnSchema:
    """A column as the caller wants it."""
    reason = "as you said"
    if kind is Kind.CATEGORY:
        return ColumnSchema(name, kind, reason, column.kind, tuple(words))
    if kind is Kind.NUMBER and column.kind == "text":
        convention = convention_of(words)
        if convention is None:
            wrong = next(word for word in words if PLAIN.number(word) is None)
            raise DataError(f"column {name!r} is to be a number, but holds {wrong!r}")
        return ColumnSchema(name, kind, reason, "text", (), convention.decimal, convention.thousands)
    if kind is Kind.DATE and column.kind == "text":
        order = dates.order_of(words)
        if order is None:
            raise DataError(f"column {name!r} is to be a date, but its values are none, {words[0]!r} for one")
        return ColumnSchema(name, kind, reason, "text", order=order)
    return ColumnSchema(name, kind, reason, column.kind)


def numbers_of(schema: ColumnSchema, column: Column, source: str) -> npt.NDArray[np.float64]:
    """The values of a column as float64 under its schema, NaN where they are missing or infinite.

    Raises SchemaError, naming column, row and value, for one that is none.
    """
    _check_type(schema, column, source)
    if column.kind == "datetime":
        return dates.seconds(column.values)
    if column.kind != "text":
        values = column.values.astype(np.float64)
        values[column.missing | ~np.isfinite(values)] = np.nan
        return values
    distinct, codes = np.unique(column.values.astype(str), return_inverse=True)
    parsed = np.full(len(distinct), np.nan)
    for i, text in enumerate(distinct.tolist()):
        value = None if is_missing(text) else _parsed(schema, text)
        if value is None and not is_missing(text):
            row = int(np.flatnonzero(codes == i)[0]) + 1
            raise SchemaError(
                f"{source}, column {schema.name!r}, row {row:,}: {text!r} is no {schema.kind}; the column was learnt "
                f"as a {schema.kind} ({schema.reason}). Correct the value, or leave it empty"
            )
        parsed[i] = np.nan if value is None or np.isinf(value) else value
    return parsed[codes]


def _check_type(schema: ColumnSchema, column: Column, source: str) -> None:
    """Raise SchemaError for dates where numbers were learnt, and the other way about."""
    date = column.kind == "datetime"
    known = column.kind in ("text", schema.given) or date == (schema.kind is Kind.DATE)
    if not known and not column.missing.all():
        row = int(np.flatnonzero(~column.missing)[0])
        raise SchemaError(
            f"{source}, column {schema.name!r}, row {row + 1:,}: {str(column.values[row])!r} is no {schema.kind}; the "
            f"column was learnt as a {schema.kind} ({schema.reason}). Give it as it was learnt, or leave it empty"
        )


def _parsed(schema: ColumnSchema, text: str) -> float | None:
    """One text as a number under the schema of its column."""
    if schema.kind is Kind.BOOLEAN:
        value = truth(text)
        return PLAIN.number(text) if value is None else float(value)
    if schema.kind is Kind.DATE:
        found = dates.moment(text, schema.order)
        return None if found is None else float(dates.seconds(np.array([found]))[0])
    own = schema.convention.number(text)
    return PLAIN.number(text) if own is None else own
