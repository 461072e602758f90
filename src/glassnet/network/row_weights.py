"""What each row counts: a weight of its own, and that of its class."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from glassnet.data.contract import Array
from glassnet.data.frames import as_table
from glassnet.data.long_table import LongTable
from glassnet.data.schema import Kind
from glassnet.data.sequences import Sequences
from glassnet.data.table import Table
from glassnet.data.weights import WeightColumn, as_weights, check_as_many
from glassnet.errors import DataError, SettingError

Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class RowWeights:
    """The weights of rows (rows,), or None where each counts once, and those of classes as `learn` takes them.

    `column` is the name of the column of a table that has those of its rows, None where no name was given.
    """

    rows: Doubles | None = None
    classes: str | Mapping[Any, Any] | None = None
    column: str | None = None

    @classmethod
    def checked(cls, rows: npt.ArrayLike | None, classes: str | Mapping[Any, Any] | None) -> RowWeights:
        """The weights given, those of rows as numbers or as the name of a column.

        Raises DataError, naming the row, for a weight of a row that is negative or not finite, and where all are 0;
        SettingError, naming the class, for such a weight of a class.
        """
        balanced = isinstance(classes, str) and classes == "balanced"
        if classes is not None and not balanced and not isinstance(classes, Mapping):
            raise SettingError(f"class_weight={classes!r}: expected 'balanced' or a mapping from class to weight")
        for label, weight in classes.items() if isinstance(classes, Mapping) else ():
            if weight == "balanced" or isinstance(weight, Mapping):  # those of one of several targets
                continue
            if not isinstance(weight, int | float | np.number) or not 0 <= weight < np.inf:
                raise SettingError(
                    f"class_weight: class {label!r} has the weight {weight!r}; expected a finite number of at least 0"
                )
        if isinstance(rows, str):
            return cls(None, classes, rows)
        return cls(None if rows is None else _not_all_zero(as_weights(rows)), classes)

    def ignoring(self, columns: Mapping[str, str], targets: Sequence[str]) -> Mapping[str, str]:
        """What columns are to be taken for, that of the weights being no input.

        Raises SettingError where it is a target.
        """
        if self.column is None:
            return columns
        if self.column in targets:
            raise SettingError(f"sample_weight={self.column!r} is the target; name another column")
        return {**columns, self.column: Kind.IGNORED}

    def counting(self, data: Any, targets: Any) -> tuple[Any, Any, RowWeights]:
        """Data, targets and weights without the rows of weight 0, as if these had not been given.

        Those of a table with a row for each time step become those of its sequences. Raises DataError where there are
        not as many weights as rows, and where the rows of a sequence have different ones; SchemaError where a column
        is named that is not there.
        """
        if self.column is not None and self.rows is None:
            data = data if isinstance(data, LongTable) else _named(data, self.column)
            table = data.table if isinstance(data, LongTable) else data
            read = _not_all_zero(WeightColumn(self.column).read(table))
            return replace(self, rows=read).counting(data, targets)
        if self.rows is None:
            return data, targets, self
        rows = _of_sequences(data, self.rows) if isinstance(data, LongTable) else self.rows
        kept = rows > 0
        chosen = _taken(data, kept)
        left = replace(self, rows=rows[kept])
        if kept.all():
            return data, targets, left
        return chosen, None if targets is None else _taken(targets, kept), left

    def of(self, encoded: Array, present: npt.NDArray[np.bool_], labels: Sequence[Any] | None) -> Doubles:
        """The weight of each row: its own times that of its class, 0 where it has no target.

        Raises SettingError for weights of classes where there are none, or of one that there is not, and DataError
        where nothing is left.
        """
        weights = np.where(present, 1.0 if self.rows is None else self.rows, 0.0)
        if self.classes is not None:
            weights = weights * self.of_classes(encoded, weights, labels)[encoded]
        if not weights.any():
            raise DataError(
                "sample_weight and class_weight leave no row with a target: each such row has the weight 0, and "
                "expected are weights that are not all 0"
            )
        return weights

    def of_classes(self, encoded: Array, weights: Doubles, labels: Sequence[Any] | None) -> Doubles:
        """The weight of each class (classes,), where rows of these classes have these weights.

        "balanced" gives each class the same sum of weights. Raises SettingError as `of` does.
        """
        if labels is None:
            raise SettingError(
                "class_weight: the target is a number or lists of labels, not a class; use sample_weight"
            )
        if encoded.ndim > 1:
            raise SettingError("class_weight: each step of a sequence has a class; weigh sequences with sample_weight")
        if isinstance(self.classes, Mapping):
            for label in self.classes:
                if label not in labels:
                    raise SettingError(
                        f"class_weight: no class is {label!r}; the classes are {', '.join(map(repr, labels))}"
                    )
                if not isinstance(weight := self.classes[label], int | float | np.number):
                    raise SettingError(f"class_weight: class {label!r} has the weight {weight!r}; expected a number")
            return np.array([self.classes.get(label, 1.0) for label in labels], np.float64)
        sums = np.bincount(encoded, weights, minlength=len(labels))
        occurring = sums > 0
        balanced: Doubles = np.where(occurring, sums.sum() / (occurring.sum() * np.where(occurring, sums, 1)), 0)
        return balanced


def _not_all_zero(weights: Doubles) -> Doubles:
    """The weights; raises DataError where all are 0."""
    if len(weights) and not weights.any():
        raise DataError("sample_weight: every weight is zero; expected weights that are not all zero")
    return weights


def _named(data: Any, column: str) -> Table:
    """Data as a table whose columns have names; raises DataError for what is none."""
    if isinstance(data, Sequences) or not (table := as_table(data)).named:
        raise DataError(
            f"sample_weight={column!r} names a column, and the columns of the inputs have no names; give a number for "
            f"each row"
        )
    return table


def _of_sequences(data: LongTable, rows: Doubles) -> Doubles:
    """The weight of each sequence, which all of its rows have."""
    check_as_many(len(rows), len(data.table))
    differing = data.differing(rows, np.ones(len(rows), np.bool_))
    if differing is not None:
        one, other = differing
        raise DataError(
            f"sample_weight: {data.name(one)} has the weight {rows[one]:g} in row {one + 1:,} and {rows[other]:g} in "
            f"row {other + 1:,}; a sequence is weighed as a whole: give each of its rows the same weight"
        )
    return rows[data.first]


def _taken(rows: Any, kept: npt.NDArray[np.bool_]) -> Any:
    """The rows that are kept, of any kind of data; raises DataError where these are not as many."""
    if hasattr(rows, "__array__") and not hasattr(rows, "columns"):
        rows = np.asarray(rows)
    elif not isinstance(rows, list | tuple | Sequences | LongTable):
        rows = as_table(rows)
    check_as_many(len(kept), len(rows))
    if isinstance(rows, list | tuple):
        return [row for row, keep in zip(rows, kept.tolist(), strict=True) if keep]
    return rows[kept] if isinstance(rows, np.ndarray) else rows.take(kept)
