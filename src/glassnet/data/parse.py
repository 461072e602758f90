"""Values read by the schema of the model, at `learn` and ever after: never guessed again from new data."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from glassnet.data.schema.categories import as_doubles, as_text, as_written
from glassnet.data.schema.kinds import ColumnSchema, Kind
from glassnet.data.table import Column
from glassnet.data.text.dates import moments
from glassnet.data.text.distinct import Distinct, Mask
from glassnet.data.text.numerals import PLAIN, commonest
from glassnet.data.text.units import Parted
from glassnet.data.text.words import is_gap, truth
from glassnet.errors import SchemaError

Doubles: TypeAlias = npt.NDArray[np.float64]
Places: TypeAlias = npt.NDArray[np.int64]
TRUTHS: Final = {"0": False, "1": True}
DECIMAL: Final = re.compile(r"[+-]?(?:0|[1-9][0-9]*)(?:\.[0-9]*)?")  # a number without leading zeros


def numbers_of(schema: ColumnSchema, column: Column, source: str) -> Doubles:
    """The values of a column of numbers or dates as float64 (rows,): NaN where one is missing, dates in seconds.

    Numbers may come as text that is written as it was learnt, or as numbers of any type. Raises SchemaError, naming
    row, column, value and what was learnt, for a value that is none.
    """
    if column.missing.all():
        return np.full(len(column), np.nan)
    if column.kind == "text" or (schema.kind is Kind.DATE and column.kind == "int"):
        return _from_text(schema, Distinct.of(as_text(column)), source)
    as_dates = schema.kind is Kind.DATE or schema.given == "datetime"
    if as_dates != (column.kind == "datetime") and column.kind != schema.given:
        row = int(np.argmin(column.missing))
        raise _no_such(schema, as_written(column.values[row].item()), row, source)
    return as_doubles(column)


def unread(schema: ColumnSchema, distinct: Distinct) -> Mask:
    """Which texts are neither values of a column of numbers or dates, as it was learnt, nor gaps of it."""
    return _read(schema, distinct)[1]


def _from_text(schema: ColumnSchema, distinct: Distinct, source: str) -> Doubles:
    values, wrong = _read(schema, distinct)
    if wrong.any():
        row, text = distinct.first_row(wrong)
        raise _no_such(schema, text, row, source)
    return distinct.spread(values)


def _read(schema: ColumnSchema, distinct: Distinct) -> tuple[Doubles, Mask]:
    """The value of each text, NaN for what is none, and which are neither values nor gaps."""
    values, known = _dates(schema, distinct) if schema.kind is Kind.DATE else _numbers(schema, distinct)
    unknown = np.flatnonzero(~known).tolist()
    wrong = np.zeros(len(known), np.bool_)
    wrong[unknown] = [not _is_gap(schema, distinct.texts[i]) for i in unknown]
    return values, wrong


def _numbers(schema: ColumnSchema, distinct: Distinct) -> tuple[Doubles, Mask]:
    if schema.unit:
        distinct = Parted.of(distinct).in_unit(schema.unit)
    values = schema.convention.numbers(distinct)
    if "." not in (schema.decimal, schema.thousands):  # then "10.5" can mean one number alone
        values = np.where(np.isnan(values), PLAIN.numbers(distinct), values)
    return values, ~np.isnan(values)


def _dates(schema: ColumnSchema, distinct: Distinct) -> tuple[Doubles, Mask]:
    values, known = moments(distinct, schema.order)
    return np.where(known, values / 1e6, np.nan), known


def _is_gap(schema: ColumnSchema, text: str) -> bool:
    return is_gap(text) or text in schema.gaps


def _no_such(schema: ColumnSchema, value: str, row: int, source: str) -> SchemaError:
    (unit,) = Parted.of(Distinct([value], np.zeros(1, np.int64))).units if schema.kind is Kind.NUMBER else ("",)
    wrong = f"is in {unit}" if unit and schema.unit else f"is no {schema.kind}"
    if schema.kind is Kind.NUMBER and (other := _other_convention(schema, value)):
        return SchemaError(
            f"{source}, column {schema.name!r}, row {row + 1:,}: {value!r} has {other}; the column was learnt with "
            f"{schema.convention}: write its numbers so"
        )
    return SchemaError(
        f"{source}, column {schema.name!r}, row {row + 1:,}: {value!r} {wrong}; the column was learnt as a "
        f"{schema.kind} ({schema.reason}): correct the value, or leave it empty where it is not known"
    )


def _other_convention(schema: ColumnSchema, value: str) -> str:
    """How a number is written that is none as the column was learnt, in words; "" for what is none at all."""
    distinct = Distinct([value], np.zeros(1, np.int64))
    found, known, _ = commonest(distinct)
    return str(found) if known.any() and found.decimal != schema.convention.decimal else ""


def without_unit(schema: ColumnSchema, column: Column) -> int:
    """How many values stand without the unit that all numbers of the column had when it was learnt."""
    if not schema.unit or schema.bare:
        return 0
    if column.kind != "text":
        return int((~column.missing).sum())
    distinct = Distinct.of(column)
    bare = Parted.of(distinct).having("")
    return distinct.rows(bare & ~np.isnan(schema.convention.numbers(distinct)))


def truths_of(schema: ColumnSchema, column: Column) -> tuple[Doubles, dict[str, int]]:
    """The truth values of a column as 1 and 0 (rows,), NaN where there is none; and how often each other value came.

    Truth values may come as such, as words of any of the usual pairs, or as 1 and 0.
    """
    if column.kind == "bool":
        return as_doubles(column), {}
    distinct = Distinct.of(as_text(column))
    found = [_truth(text) for text in distinct.texts]
    unseen = {
        text: int(times)
        for text, value, times in zip(distinct.texts, found, distinct.counts, strict=True)
        if value is None and not _is_gap(schema, text)
    }
    return distinct.spread(np.array([np.nan if value is None else value for value in found], np.float64)), unseen


def _truth(text: str) -> bool | None:
    return TRUTHS[text] if text in TRUTHS else truth(text)


def places_of(levels: Sequence[str], column: Column) -> tuple[Places, dict[str, int]]:
    """Which of the levels each row holds (rows,), -1 where it holds none; and how often each other value came.

    A value is a level where it is written so, or where it is the same number: 3, 3.0 and "3" are one. Leading zeros
    count; but the number 501 is the code "00501" where all codes have five digits, since a number cannot keep them.
    """
    if column.kind == "text":
        distinct = Distinct.of(column)
        words, codes = distinct.texts, distinct.codes
    else:
        values, codes = np.unique(column.values, return_inverse=True)
        words, codes = list(map(as_written, values.tolist())), np.where(column.missing, -1, codes)
    places = _found(levels, words, numeric=column.kind in ("int", "float"))
    rows = np.append(places, -1)[codes]
    times = np.bincount(codes[codes >= 0], minlength=len(words))
    other = {word: int(t) for word, place, t in zip(words, places, times, strict=True) if place < 0 and t}
    return rows, other


def _found(levels: Sequence[str], words: Sequence[str], *, numeric: bool) -> Places:
    """The place of each word among the levels, as written or else as the same number; -1 for none."""
    exact = {level: place for place, level in enumerate(levels)}
    found = [exact.get(word, -1) for word in words]
    if -1 in found:
        same = _unique((as_number(level), place) for level, place in exact.items())
        width = _width(levels) if numeric else 0
        for i in np.flatnonzero(np.array(found) < 0).tolist():
            number = as_number(words[i])
            filled = exact.get(number.zfill(width), -1) if width else -1
            found[i] = same.get(number, filled)
    return np.array(found, np.int64)


def _width(levels: Sequence[str]) -> int:
    """The number of digits of codes that all have the same, such as "00501"; else 0."""
    widths = {len(level) for level in levels if level.isdigit()}
    return widths.pop() if len(widths) == 1 else 0


def _unique(pairs: Iterable[tuple[str, int]]) -> dict[str, int]:
    """The pairs as a mapping, without the keys that come more than once."""
    places: dict[str, int] = {}
    twice = set()
    for key, place in pairs:
        if places.setdefault(key, place) != place:
            twice.add(key)
    return {key: place for key, place in places.items() if key not in twice}


def as_number(word: str) -> str:
    """A number in one spelling, whatever its digits; every other word, one with leading zeros too, as it is.

    >>> as_number("3.0"), as_number("+2.50"), as_number("007"), as_number("9007199254740993")
    ('3', '2.5', '007', '9007199254740993')
    """
    if DECIMAL.fullmatch(word) is None:
        return word
    plain = word.lstrip("+")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain
