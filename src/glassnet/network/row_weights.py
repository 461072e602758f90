"""What each row counts: a weight of its own, and that of its class."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from glassnet.data.contract import Array
from glassnet.data.schema import Kind
from glassnet.data.table import counted
from glassnet.data.weights import as_weights
from glassnet.errors import DataError, SettingError

Doubles = npt.NDArray[np.float64]

LARGEST_COUNT: Final = 2**24  # of a row that is there so many times; float32 holds all whole numbers up to here


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
        return cls(None if rows is None else not_all_zero(as_weights(rows)), classes)

    def ignoring(self, columns: Mapping[str, str], targets: Sequence[str]) -> Mapping[str, str]:
        """What columns are to be taken for, that of the weights being no input.

        Raises SettingError where it is a target.
        """
        if self.column is None:
            return columns
        if self.column in targets:
            raise SettingError(f"sample_weight={self.column!r} is the target; name another column")
        return {**columns, self.column: Kind.IGNORED}

    def scaled(self) -> RowWeights:
        """The same as counts of rows: whole numbers as they are, others such that a row counts 1 on average."""
        rows = self.rows
        if rows is None or not len(rows) or (rows.max() <= LARGEST_COUNT and (rows == np.round(rows)).all()):
            return self
        rows = rows / rows.max()  # whose sum is finite
        return replace(self, rows=rows / rows.mean())

    def of(self, encoded: Array, present: npt.NDArray[np.bool_], labels: Sequence[Any] | None) -> Doubles:
        """The weight of each row: its own times that of its class, 0 where it has no target.

        Raises SettingError for weights of classes where there are none, or of one that there is not, and DataError
        where nothing is left.
        """
        if not present.any():
            raise DataError(f"none of the {counted(len(present), 'row')} has a target; there is nothing to learn from")
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


def not_all_zero(weights: Doubles) -> Doubles:
    """The weights; raises DataError where all are 0."""
    if len(weights) and not weights.any():
        raise DataError("sample_weight: every weight is zero; expected weights that are not all zero")
    return weights
