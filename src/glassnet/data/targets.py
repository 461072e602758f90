"""Targets turned into what a loss takes, and answers back into the user's own values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from glassnet.data.numerals import is_missing, truth
from glassnet.data.schema import ColumnSchema, Kind, as_written, numbers_of
from glassnet.data.table import Column
from glassnet.errors import TargetError

Doubles: TypeAlias = npt.NDArray[np.float64]
Task: TypeAlias = Literal["regression", "binary", "classes"]
MOST_LABELS: Final = 20  # distinct whole numbers up to which they can be labels
ROWS_A_LABEL: Final = 10  # and how many rows each has at least, on average


@dataclass(frozen=True)
class TargetEncoding:
    """How targets are encoded: numbers standardised in float64, or the place of each label.

    `labels` are the classes, in order, in the type given; `means` and `deviations` those of each number.
    """

    columns: tuple[ColumnSchema, ...]
    task: Task
    reason: str
    labels: tuple[Any, ...] = ()
    means: tuple[float, ...] = ()
    deviations: tuple[float, ...] = ()

    @classmethod
    def fit(cls, columns: Mapping[str, Column], schemas: Sequence[ColumnSchema]) -> TargetEncoding:
        """The encoding of the target columns, rows without a target left out.

        Raises TargetError where no row has a target, where there is one class only, or where several targets are not
        all numbers.
        """
        draft = cls(tuple(schemas), "regression", "")
        present = draft.present(columns)
        if not present.any():
            raise TargetError(f"the target {schemas[0].name!r} has no value in any row; there is nothing to learn")
        known = {name: column.take(present) for name, column in columns.items()}
        if len(schemas) == 1 and (reason := _classes(schemas[0], known[schemas[0].name])):
            labels = _labels(schemas[0], known[schemas[0].name])
            if len(labels) == 1:
                raise TargetError(
                    f"the target {schemas[0].name!r} holds one class only, {labels[0]!r}; expected two at least"
                )
            return cls(tuple(schemas), "binary" if len(labels) == 2 else "classes", reason, labels)
        for schema in schemas:
            if schema.kind not in (Kind.NUMBER, Kind.DATE, Kind.BOOLEAN):
                raise TargetError(
                    f"the target {schema.name!r} is a {schema.kind} ({schema.reason}); several must all be numbers"
                )
        values = np.stack([numbers_of(s, known[s.name], "the targets") for s in schemas], axis=1)
        means = values.mean(axis=0)
        deviations = np.sqrt(((values - means) ** 2).mean(axis=0))
        deviations[(values == values[0]).all(axis=0) | (deviations == 0)] = 1.0
        return cls(
            tuple(schemas), "regression", schemas[0].reason, (), tuple(means.tolist()), tuple(deviations.tolist())
        )

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the target columns."""
        return tuple(schema.name for schema in self.columns)

    def present(self, columns: Mapping[str, Column]) -> npt.NDArray[np.bool_]:
        """For each row whether it has every target."""
        present = np.ones(len(next(iter(columns.values()))), np.bool_)
        for schema in self.columns:
            column = columns[schema.name]
            present &= ~column.missing
            if column.kind == "text" and schema.kind in (Kind.NUMBER, Kind.DATE):
                present &= ~np.isnan(numbers_of(schema, column, "the targets"))
            elif column.kind == "text":
                distinct, codes = np.unique(column.values.astype(str), return_inverse=True)
                present &= ~np.array([is_missing(text) for text in distinct.tolist()], np.bool_)[codes]
            if column.kind == "float":
                present &= np.isfinite(column.values)
        return present

    def encode(self, columns: Mapping[str, Column]) -> npt.NDArray[Any]:
        """Targets as the loss takes them: (rows, targets) float64 standardised, or (rows,) numbers of labels.

        Raises TargetError for a label that was not learnt.
        """
        if self.task == "regression":
            values = [numbers_of(schema, columns[schema.name], "the targets") for schema in self.columns]
            scaled: Doubles = (np.stack(values, axis=1) - np.array(self.means)) / np.array(self.deviations)
            return scaled
        column = columns[self.names[0]]
        places = {as_written(label): i for i, label in enumerate(self.labels)}
        distinct, codes = np.unique(
            column.values.astype(str) if column.kind == "text" else column.values, return_inverse=True
        )
        found = np.array([places.get(self._label(value), -1) for value in distinct.tolist()], np.int64)
        if (found < 0).any():
            wrong = int(np.flatnonzero(found < 0)[0])
            row = int(np.flatnonzero(codes == wrong)[0]) + 1
            raise TargetError(
                f"row {row:,} of the target {self.names[0]!r} holds the class {distinct[wrong].item()!r}, which was "
                f"not learnt; the classes are {', '.join(map(repr, self.labels))}"
            )
        return found[codes]

    def _label(self, value: Any) -> str:
        """A value as its label is written; "yes" and "true" are True where the labels are truth values."""
        word = as_written(value)
        known = truth(word) if isinstance(self.labels[0], bool) else None
        return word if known is None else str(known)

    def decode(self, answers: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Standardised numbers back on the user's scale, in float64; numbers of labels as labels."""
        if self.task == "regression":
            numbers: Doubles = answers.astype(np.float64) * np.array(self.deviations) + np.array(self.means)
            return numbers
        labels = np.array(self.labels, dtype=object if isinstance(self.labels[0], str) else None)
        chosen = np.asarray(labels[answers])
        return chosen.astype(str) if labels.dtype == object else chosen

    def to_json(self) -> dict[str, Any]:
        """The encoding as plain JSON values; numbers come back exactly."""
        return asdict(self)

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> TargetEncoding:
        """The encoding that `to_json` wrote."""
        columns = tuple(
            ColumnSchema(**{**each, "kind": Kind(each["kind"]), "levels": tuple(each["levels"])})
            for each in document["columns"]
        )
        numbers = {name: tuple(document[name]) for name in ("labels", "means", "deviations")}
        return cls(columns, document["task"], document["reason"], **numbers)


def _classes(schema: ColumnSchema, column: Column) -> str | None:
    """Why the target is one of classes, or None where it is a number."""
    if schema.kind is Kind.CATEGORY:
        return schema.reason
    if schema.kind is Kind.BOOLEAN:
        return "true or false"
    if schema.given != "int" or schema.reason == "as you said":
        return None
    distinct, counts = np.unique(column.values, return_counts=True)
    consecutive = distinct[0] in (0, 1) and len(distinct) == distinct[-1] - distinct[0] + 1
    if len(distinct) == 2:
        return f"two whole numbers, {distinct[0]} and {distinct[1]}"
    if consecutive and len(distinct) <= MOST_LABELS and counts.mean() >= ROWS_A_LABEL:
        return f"whole numbers from {distinct[0]} to {distinct[-1]}, each many times"
    return None


def _labels(schema: ColumnSchema, column: Column) -> tuple[Any, ...]:
    """The distinct labels in order, in the type given."""
    if column.kind == "text":
        return tuple(sorted({text.strip() for text in column.values.tolist()}))
    return tuple(np.unique(column.values).tolist())
