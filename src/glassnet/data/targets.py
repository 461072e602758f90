"""Targets turned into what a loss takes, and answers back into the user's own values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from glassnet.data.encode.scale import moments
from glassnet.data.labels import LabelReader, labels_of, listed
from glassnet.data.parse import numbers_of
from glassnet.data.schema import ColumnSchema, Kind
from glassnet.data.table import Column, counted
from glassnet.data.task import Levels, Task, could_be_labels, why_labels
from glassnet.data.text.dates import TIME
from glassnet.errors import TargetError

Doubles: TypeAlias = npt.NDArray[np.float64]
Mask: TypeAlias = npt.NDArray[np.bool_]

SOURCE: Final = "the targets"
NUMBERS: Final = (Kind.NUMBER, Kind.DATE)
LARGEST: Final = 1e150  # of a number whose square, and sums of such, float64 holds
NOT_OF_NUMBERS: Final = (
    "and the loss is one of numbers; a loss of classes learns words: loss='softmax log loss', with an output for each "
    "class"
)


@dataclass(frozen=True)
class TargetEncoding:
    """How targets are encoded: numbers standardised in float64, or the place of each label.

    `labels` are the classes, in order, in the type given; `means` and `deviations` are those of each column of numbers,
    a deviation of 1 standing for a column of one value. `reason` says why the task is this one, `notes` what else has
    to be said.
    """

    columns: tuple[ColumnSchema, ...]
    task: Task
    reason: str
    labels: tuple[Any, ...] = ()
    means: tuple[float, ...] = ()
    deviations: tuple[float, ...] = ()
    notes: tuple[str, ...] = ()

    @classmethod
    def fit(
        cls,
        columns: Mapping[str, Column],
        schemas: Sequence[ColumnSchema],
        weights: Doubles | None = None,
        *,
        scaled: bool = True,
        classes: bool | None = None,
    ) -> TargetEncoding:
        """The encoding of the target columns; rows without a target do not count, the others by `weights` above 0.

        Numbers are standardised unless `scaled` is False, which leaves them as they are. `classes` says whether the
        loss is one of classes, so that a single target is read as labels unless it holds probabilities, or one of
        numbers; where it is None, what the column holds decides.

        Raises TargetError where no row has a target, where there is one class only or hardly a class with two rows,
        where several targets are not all numbers, for lists of labels, where labels meet a loss of numbers, and for
        numbers whose squares float64 does not hold.
        """
        schemas = tuple(schemas)
        _check_no_lists(schemas)
        one = schemas[0]
        if len(schemas) == 1 and one.kind not in NUMBERS:
            if classes is False and one.kind is not Kind.IGNORED:
                raise TargetError(f"the target {one.name!r} is a {one.kind} ({one.reason}), {NOT_OF_NUMBERS}")
            return cls._of_labels(one, columns[one.name])
        _check_numbers(schemas, columns)
        values, present = _stacked(schemas, columns)
        if len(schemas) == 1 and classes and not _are_probabilities(values[present]):
            return cls._of_labels(one, columns[one.name], "the loss is one of classes")
        levels = Levels.of(values[:, 0]) if len(schemas) == 1 and classes is None else None
        if levels and (why := why_labels(one, columns[one.name], levels)):
            return cls._of_labels(one, columns[one.name], why)
        if not present.any():
            raise TargetError(_nothing(schemas, columns))
        _check_sizes(schemas, values[present])
        counts = None if weights is None else weights[present]
        scales = [moments(each, counts) if scaled else (0.0, 1.0) for each in values[present].T]
        means, deviations = tuple(mean for mean, _ in scales), tuple(deviation or 1.0 for _, deviation in scales)
        reason = one.reason if len(schemas) == 1 else "numbers"
        same = [each.name for each, (_, deviation) in zip(schemas, scales, strict=True) if not deviation]
        notes = (*_infinite(schemas, values), *_in_units(schemas), *map(_of_one_value, same))
        if levels and (note := could_be_labels(one, levels)):
            notes = (*notes, note)
        return cls(schemas, "regression", reason, (), means, deviations, notes)

    @classmethod
    def _of_labels(cls, schema: ColumnSchema, column: Column, reason: str = "") -> TargetEncoding:
        labels, notes = labels_of(schema, column)
        apart = " < ".join(map(repr, labels)) if schema.ranks else listed(labels)
        reason = reason or f"labels {apart}{', as you said' if schema.told else ''}"
        task: Task = "binary" if len(labels) == 2 else "ordinal" if schema.ranks else "classes"
        return cls((schema,), task, reason, labels, notes=notes)

    def with_classes(self, labels: Sequence[Any]) -> TargetEncoding:
        """The same with these classes, in this order, whether or not rows that were seen have them all.

        Raises TargetError where the target is a number, or rows have a class that is none of these.
        """
        name = self.columns[0].name
        if not self.labels:
            raise TargetError(f"classes={list(labels)!r}, and the target {name!r} is a number ({self.reason})")
        unknown = [label for label in self.labels if label not in labels]
        if unknown:
            raise TargetError(
                f"the target {name!r} holds {listed(unknown)}, and the classes given are {listed(labels)}; expected "
                f"every class, in the type in which the column has it"
            )
        task: Task = self.task if self.task == "ordinal" else "binary" if len(labels) == 2 else "classes"
        return replace(self, labels=tuple(labels), task=task, reason=f"labels {listed(labels)}, as you said")

    @property
    def zone(self) -> str:
        """The time zone that the targets were given in, where these are dates of one; else ""."""
        zones = {schema.zone for schema in self.columns}
        return zones.pop() or "" if len(zones) == 1 else ""

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the target columns."""
        return tuple(schema.name for schema in self.columns)

    def read(self, columns: Mapping[str, Column]) -> tuple[npt.NDArray[Any], Mask]:
        """Targets as a loss takes them, and for each row whether it has one.

        Numbers come as (rows, targets) float64, standardised; classes as (rows,) int64, the place of each label. A row
        without a target holds 0. Raises TargetError for a label that was not learnt, SchemaError for a word that is no
        number.
        """
        if self.task != "regression":
            return LabelReader(self.columns[0], self.labels).read(columns[self.names[0]])
        values, present = _stacked(self.columns, columns)
        with np.errstate(over="ignore"):  # far from all that was learnt: infinite, which a network refuses
            scaled = (values - np.array(self.means)) / np.array(self.deviations)
        return np.where(present[:, None], scaled, 0.0), present

    def alone(self, place: int) -> TargetEncoding:
        """The encoding of the target at that place as if it were the only one."""
        one = slice(place, place + 1)
        return replace(self, columns=self.columns[one], means=self.means[one], deviations=self.deviations[one])

    def present(self, columns: Mapping[str, Column]) -> Mask:
        """For each row whether it has every target."""
        return self.read(columns)[1]

    def encode(self, columns: Mapping[str, Column]) -> npt.NDArray[Any]:
        """Targets as a loss takes them, 0 in a row that has none; see `read`."""
        return self.read(columns)[0]

    def numbers(self, answers: npt.NDArray[Any]) -> Doubles:
        """Standardised numbers (rows, targets) back on the user's scale, in float64; dates in seconds since 1970."""
        numbers: Doubles = answers.astype(np.float64) * np.array(self.deviations) + np.array(self.means)
        return numbers

    def decode(self, answers: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Answers as the user gave targets: numbers in float64, dates, or labels for the numbers of classes."""
        if self.task != "regression":
            beyond = type(self.labels[-1]) is int and self.labels[-1] > np.iinfo(np.int64).max
            labels: npt.NDArray[Any] = np.array(self.labels, np.uint64 if beyond else None)[answers]
            return labels
        return self.as_given(self.numbers(answers))

    def as_given(self, numbers: Doubles) -> npt.NDArray[Any]:
        """Numbers on the user's scale, (rows, ...), in the type of the targets: dates where all of them are."""
        if all(schema.kind is Kind.DATE and schema.order != TIME for schema in self.columns):
            return np.round(numbers * 1e6).astype(np.int64).view("datetime64[us]")
        return numbers

    def to_json(self) -> dict[str, Any]:
        """The encoding as plain JSON values, without the schemas of the targets; numbers come back exactly."""
        return {
            "task": self.task, "reason": self.reason, "labels": list(self.labels), "means": list(self.means),
            "deviations": list(self.deviations), "notes": list(self.notes),
        }  # fmt: skip

    @classmethod
    def from_json(cls, document: Mapping[str, Any], schemas: Sequence[ColumnSchema]) -> TargetEncoding:
        """The encoding that `to_json` wrote, for the schemas of its targets."""
        lists = {name: tuple(document[name]) for name in ("labels", "means", "deviations", "notes")}
        return cls(tuple(schemas), document["task"], document["reason"], **lists)


def _of_one_value(name: str) -> str:
    """The note on a target that does not vary."""
    return f"the target {name!r} holds one number throughout: there is nothing to learn but that"


def _stacked(schemas: Sequence[ColumnSchema], columns: Mapping[str, Column]) -> tuple[Doubles, Mask]:
    """The targets as numbers (rows, targets), and for each row whether all are finite."""
    values = np.stack([numbers_of(schema, columns[schema.name], SOURCE) for schema in schemas], axis=1)
    return values, np.logical_and.reduce(np.isfinite(values), axis=1)


def _are_probabilities(values: Doubles) -> bool:
    """Whether numbers lie from 0 to 1, some of them in between."""
    return bool(((values >= 0) & (values <= 1)).all() and ((values > 0) & (values < 1)).any())


def _check_no_lists(schemas: Sequence[ColumnSchema]) -> None:
    for schema in schemas:
        if schema.kind is Kind.LABELS:
            raise TargetError(
                f"the target {schema.name!r} holds lists of labels, which are learnt alone: by loss='multi-label log "
                f"loss', as the only target of a table with a row for each example"
            )


def _check_numbers(schemas: Sequence[ColumnSchema], columns: Mapping[str, Column]) -> None:
    for schema in schemas:
        if schema.kind is Kind.IGNORED:
            raise TargetError(_nothing([schema], columns))
        if schema.kind not in NUMBERS:
            raise TargetError(
                f"the target {schema.name!r} is a {schema.kind} ({schema.reason}), and the loss takes several targets "
                "only where all are numbers: leave loss= out, or give gn.Several with a loss for each"
            )


def _check_sizes(schemas: Sequence[ColumnSchema], values: Doubles) -> None:
    """Raise TargetError for numbers, or distances between them, that cannot be squared, as scores do."""
    for schema, each in zip(schemas, values.T, strict=True):
        largest = float(np.abs(each).max())
        if largest > LARGEST:
            raise TargetError(
                f"the target {schema.name!r} holds numbers of a size up to {largest:.3g}; expected at most "
                f"{LARGEST:g}, as errors are squared: give it in a larger unit"
            )
        if 0 < (apart := float(np.ptp(each))) < 1 / LARGEST:
            raise TargetError(
                f"the numbers of the target {schema.name!r} differ by {apart:.3g} at most; expected {1 / LARGEST:g} at "
                f"least, as errors are squared: give it in a smaller unit"
            )


def _nothing(schemas: Sequence[ColumnSchema], columns: Mapping[str, Column]) -> str:
    names = " and ".join(repr(schema.name) for schema in schemas)
    rows = len(columns[schemas[0].name])
    return f"none of the {counted(rows, 'row')} has a value of the target {names}; there is nothing to learn"


def _infinite(schemas: Sequence[ColumnSchema], values: Doubles) -> tuple[str, ...]:
    """A note on each target with infinite values."""
    return tuple(
        f"the target {schema.name!r} is infinite in {counted(int(count), 'row')}, taken as without a target"
        for schema, count in zip(schemas, np.isinf(values).sum(axis=0), strict=True)
        if count
    )


def _in_units(schemas: Sequence[ColumnSchema]) -> list[str]:
    """A note on each target whose numbers have a unit."""
    return [f"answers for the target {each.name!r} are numbers in {each.unit}" for each in schemas if each.unit]
