"""A target whose values are lists of labels, such as tags: a row has none of them, one or several."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, ClassVar, Final

import numpy as np
import numpy.typing as npt

from glassnet.data.labels import LEAST_ROWS, listed
from glassnet.data.schema import ColumnSchema
from glassnet.data.table import Column, counted
from glassnet.errors import TargetError

Doubles = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
EVEN: Final = 0.5  # the probability above which a row is given a label
ALIKE: Final = "labels need rows alike: give another target"


@dataclass(frozen=True)
class LabelLists:
    """How lists of labels are encoded: a column of 0 and 1 for each label that occurs, `held`, in their own order.

    Labels are texts without blanks around them, whole numbers or truth values, all of one type, and come back so. How
    often a list names one, and in which order, does not count.
    """

    task: ClassVar = "labels"
    labels: ClassVar[tuple[Any, ...]] = ()  # a row has no one class
    notes: ClassVar[tuple[str, ...]] = ()

    schema: ColumnSchema
    held: tuple[Any, ...]

    @classmethod
    def fit(cls, schema: ColumnSchema, column: Column) -> LabelLists:
        """The encoding of a column of lists.

        Raises TargetError where no list holds a label, where all hold the same, where labels are of several types,
        where hardly one is in two rows, and for vectors: lists of numbers, equally long, one of which holds one twice.
        """
        rows = _rows(schema, column)
        given = list(chain.from_iterable(rows))
        if not given:
            raise TargetError(
                f"none of the {counted(len(column), 'row')} has a label of the target {schema.name!r}; there is "
                "nothing to learn"
            )
        if len(kinds := {type(label) for label in given}) > 1:
            raise TargetError(
                f"the labels of the target {schema.name!r} are of type "
                f"{' and '.join(sorted(kind.__name__ for kind in kinds))}; expected one type throughout"
            )
        present = [row for row, gap in zip(rows, column.missing.tolist(), strict=True) if not gap]
        if kinds != {str} and len(set(map(len, present))) == 1 and any(len(set(row)) < len(row) for row in present):
            raise TargetError(
                f"the target {schema.name!r} holds {len(present[0])} values in each row, some row the same one twice, "
                "which is a vector and no list of labels; give a column for each"
            )
        held = tuple(sorted(set(given)))
        if len(set(map(frozenset, present))) == 1:
            raise TargetError(
                f"each list of the target {schema.name!r} holds the same labels, {listed(held)}; there is nothing to "
                "tell apart"
            )
        if len(present) >= LEAST_ROWS and 2 * len(held) > sum(len(set(row)) for row in present):
            raise TargetError(
                f"the target {schema.name!r} holds {counted(len(held), 'label')}, hardly one of them in two rows; "
                f"{ALIKE}"
            )
        return cls(schema, held)

    @property
    def columns(self) -> tuple[ColumnSchema, ...]:
        """The schema of the target."""
        return (self.schema,)

    @property
    def names(self) -> tuple[str, ...]:
        """The name of the target."""
        return (self.schema.name,)

    @property
    def reason(self) -> str:
        """Why the task is this one."""
        return f"{self.schema.reason} {listed(self.held)}"

    def read(self, columns: Mapping[str, Column]) -> tuple[Doubles, Mask]:
        """Whether each row has each label, (rows, labels) of 0 and 1, and whether it has a list at all.

        Raises TargetError for a label that was not learnt, and for a column of other values than lists.
        """
        column = columns[self.schema.name]
        places = {label: place for place, label in enumerate(self.held)}
        marks = np.zeros((len(column), len(self.held)))
        for row, labels in enumerate(_rows(self.schema, column)):
            for label in labels:
                if label not in places or type(label) is not type(self.held[0]):
                    raise TargetError(
                        f"row {row + 1:,} of the target {self.schema.name!r} holds the label {label!r}, which was not "
                        f"learnt; the labels are {listed(self.held)}"
                    )
                marks[row, places[label]] = 1
        return marks, ~column.missing

    def numbers(self, answers: npt.NDArray[Any]) -> Doubles:
        """Marks or probabilities (rows, labels) in float64."""
        return answers.astype(np.float64)

    def decode(self, answers: npt.NDArray[Any]) -> npt.NDArray[np.object_]:
        """For each row the list of those labels whose probability (rows, labels) is above a half, in their order."""
        lists = [[label for label, there in zip(self.held, row, strict=True) if there] for row in answers > EVEN]
        return np.fromiter(lists, np.dtype(object), len(lists))

    def shares(self, encoded: Doubles, weights: Doubles) -> Doubles:
        """The share of the weight of the rows that have each label, (labels,)."""
        return np.asarray(np.average(encoded, axis=0, weights=weights))

    def learnt_in(self, encoded: Doubles, training: npt.NDArray[np.int64]) -> Mask:
        """For each encoded row whether some of the `training` rows has each of its labels."""
        strange = ~encoded[training].any(axis=0)
        return np.asarray(~encoded[:, strange].any(axis=1))

    def to_json(self) -> dict[str, Any]:
        """The encoding as plain JSON values, without the schema."""
        return {"task": self.task, "held": list(self.held)}

    @classmethod
    def from_json(cls, document: Mapping[str, Any], schemas: Sequence[ColumnSchema]) -> LabelLists:
        """The encoding that `to_json` wrote, for the schema of its target."""
        (schema,) = schemas
        return cls(schema, tuple(document["held"]))


def _rows(schema: ColumnSchema, column: Column) -> list[tuple[Any, ...]]:
    """The labels of each row, texts without blanks around them; raises TargetError for values that are no lists."""
    if column.kind == "lists":
        return [tuple(map(_bare, labels)) for labels in column.values]
    if not column.missing.all():
        row = int((~column.missing).argmax())
        raise TargetError(
            f"row {row + 1:,} of the target {schema.name!r} holds {column.values[row]!r}; expected lists of labels in "
            "every row, [] where there is none"
        )
    return [()] * len(column)


def _bare(label: Any) -> Any:
    return label.strip() if isinstance(label, str) else label
