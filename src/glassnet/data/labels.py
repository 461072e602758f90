"""Labels: the classes of a target in the type that they were given in, and each row's label as its place among them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from glassnet.data.parse import numbers_of, places_of, truths_of
from glassnet.data.schema import ColumnSchema, Kind
from glassnet.data.schema.categories import as_written
from glassnet.data.table import Column, counted, text_column
from glassnet.data.text.distinct import Distinct, Mask
from glassnet.data.text.words import is_gap, is_no_label
from glassnet.errors import TargetError

Places: TypeAlias = npt.NDArray[np.int64]

LEAST_ROWS: Final = 20  # rows from which on classes must repeat
SHOWN: Final = 12  # labels in a message


def labels_of(schema: ColumnSchema, column: Column) -> tuple[tuple[Any, ...], tuple[str, ...]]:
    """The labels of a target column in order, in the type given, and notes on words that are none.

    In text, words such as "NA" and "?" are no labels, unless the caller said that the column is a category. Labels are
    in the order of the column's ranks, where it has any, and else in their own; numbers given as text are so in that of
    the numbers, each as it is spelt first.

    Raises TargetError where there is no label, one only, or nearly as many as rows.
    """
    notes: tuple[str, ...] = ()
    if column.kind == "text" and schema.kind is not Kind.NUMBER:
        distinct = Distinct.of(column)
        gaps = np.array([_is_gap(schema, text) for text in distinct.texts], np.bool_)
        labels: list[Any] = sorted(text for text, gap in zip(distinct.texts, gaps, strict=True) if not gap)
        rows = distinct.rows(~gaps)
        notes = _gap_note(schema, distinct, gaps)
    else:
        labels, rows = _typed(schema, column)
    _check(schema, labels, rows, len(column))
    if schema.ranks:
        labels = sorted(labels, key=lambda label: schema.ranks.index(as_written(label)))
    return tuple(labels), notes


def _typed(schema: ColumnSchema, column: Column) -> tuple[list[Any], int]:
    """The labels of a column of numbers, truth values or dates, and how many rows have one."""
    if column.kind == "text":
        numbers = _numbers(schema, column)
        there = np.flatnonzero(~np.isnan(numbers))
        if schema.spelt:
            _, first = np.unique(numbers[there], return_index=True)
            return [text.strip() for text in column.values[there[first]]], len(there)
        values = numbers[there].astype(np.int64)
    else:
        values = column.values[~column.missing]
    labels = np.unique(values).tolist()
    return ([as_written(label) for label in labels] if column.kind == "datetime" else labels), len(values)


def _numbers(schema: ColumnSchema, column: Column) -> npt.NDArray[np.float64]:
    """The numbers of a target, NaN in a row that has none."""
    return numbers_of(schema, column, "the targets")


def _is_gap(schema: ColumnSchema, text: str) -> bool:
    if schema.kind is Kind.BOOLEAN:
        return is_gap(text)
    return is_no_label(text) and (as_written(text) not in schema.ranks if schema.ranks else not schema.told)


def _gap_note(schema: ColumnSchema, distinct: Distinct, gaps: Mask) -> tuple[str, ...]:
    if not gaps.any():
        return ()
    row, text = distinct.first_row(gaps)
    return (
        f"the target {schema.name!r} is {text!r} (row {row + 1:,}) or such in {counted(distinct.rows(gaps), 'row')}, "
        f"taken as without a target: say columns={{{schema.name!r}: 'category'}} if it is a class",
    )


def _beside(missing: int) -> str:
    """How many rows have no label, which may be meant for a class."""
    return f", beside {counted(missing, 'row')} without a target" if missing else ""


def _check(schema: ColumnSchema, labels: Sequence[Any], rows: int, of: int) -> None:
    if not labels:
        raise TargetError(
            f"none of the {counted(of, 'row')} has a value of the target {schema.name!r}; there is nothing to learn"
        )
    if len(labels) == 1:
        raise TargetError(
            f"the target {schema.name!r} holds one class only, {labels[0]!r}{_beside(of - rows)}; expected two at "
            f"least: give rows of another class"
        )
    if rows >= LEAST_ROWS and 2 * len(labels) > rows and not schema.told:
        raise TargetError(
            f"the target {schema.name!r} holds {len(labels):,} different values in {rows:,} rows; classes need rows "
            f"alike: give another target, or say columns={{{schema.name!r}: 'category'}}"
        )


@dataclass(frozen=True)
class LabelReader:
    """The labels of a target column, to find those of other rows among them."""

    schema: ColumnSchema
    labels: tuple[Any, ...]

    def read(self, column: Column) -> tuple[Places, Mask]:
        """The place of each row's label (rows,), 0 where a row has none, and which rows have one.

        Raises TargetError for a label that was not learnt.
        """
        places, gaps = self._places(column)
        wrong = (places < 0) & ~gaps
        if wrong.any():
            raise self._unknown(column, int(np.argmax(wrong)))
        return np.where(gaps, 0, places), ~gaps

    def _places(self, column: Column) -> tuple[Places, Mask]:
        """The place of each label, -1 for none, and which rows have no value."""
        gaps = self._gaps(column)
        if isinstance(self.labels[0], bool):
            values, _ = truths_of(self.schema, column)
            return np.where(np.isnan(values), -1, _among(self.labels, values)), gaps
        if self.schema.kind is Kind.NUMBER and (column.kind == "text" or self.schema.spelt):
            values = _numbers(self.schema, column)
            known = _numbers(self.schema, text_column(self.labels)) if self.schema.spelt else self.labels
            return _among(known, values), np.isnan(values)
        places, _ = places_of([as_written(label) for label in self.labels], column)
        return places, gaps & (places < 0)

    def _gaps(self, column: Column) -> Mask:
        if column.kind != "text":
            return column.missing
        distinct = Distinct.of(column)
        gaps = [_is_gap(self.schema, text) or is_no_label(text) for text in distinct.texts]
        return np.array([*gaps, True], np.bool_)[distinct.codes]

    def _unknown(self, column: Column, row: int) -> TargetError:
        value = column.values[row]
        return TargetError(
            f"row {row + 1:,} of the target {self.schema.name!r} holds the class "
            f"{value.item() if isinstance(value, np.generic) else value!r}, which was not learnt; the classes are "
            f"{listed(self.labels)}"
        )


def listed(labels: Sequence[Any]) -> str:
    """Labels in words, the first twelve.

    >>> listed(["no", "yes"])
    "'no', 'yes'"
    """
    return ", ".join(map(repr, labels[:SHOWN])) + (", ..." if len(labels) > SHOWN else "")


def _among(labels: npt.ArrayLike, values: npt.NDArray[np.float64]) -> Places:
    """The place of each number among labels that are numbers, -1 for none."""
    known = np.array(labels, np.float64)
    order = np.argsort(known)
    places = order[np.searchsorted(known, values, sorter=order).clip(max=len(known) - 1)]
    return np.where(known[places] == values, places, -1)
