"""What a classifier is to tell of a row: one class, several labels, or a class in each of several columns."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from glassnet.data.table import Table
from glassnet.errors import SettingError, TargetError
from glassnet.estimators.aim import Aim
from glassnet.estimators.labels import Labels
from glassnet.estimators.rows import Array, as_columns
from glassnet.network import Network
from glassnet.nn import Several, SoftmaxLogLoss

Doubles = npt.NDArray[np.float64]


class ClassTargets(ABC):
    """One kind of targets, learnt from the first rows; a network is told of them under `names`.

    They are `exclusive` where a row has one class, and no other.
    """

    exclusive: ClassVar[bool] = True

    @property
    @abstractmethod
    def classes(self) -> Any:
        """The attribute `classes_`."""

    @property
    @abstractmethod
    def aim(self) -> Aim:
        """What a network is to answer."""

    @abstractmethod
    def check(self, y: Array) -> None:
        """Raise TargetError for targets of another shape than those learnt."""

    @abstractmethod
    def numbers(self, y: Array) -> Array:
        """Targets as numbers; raises TargetError for a class that was not learnt."""

    @abstractmethod
    def told(self, names: Sequence[str], numbers: Array) -> Table:
        """Such numbers as the network is told of them."""

    @abstractmethod
    def weights(self, names: Sequence[str], given: Any) -> Any:
        """The weights of classes as `learn` takes them; raises SettingError for what are none."""

    @abstractmethod
    def lacking(self, numbers: Array) -> Array:
        """Numbers of further rows, which together show each class that these do not."""

    @abstractmethod
    def probabilities(self, network: Network, rows: Any) -> Any:
        """What `predict_proba` gives: an array, or a list of one for each column of targets."""

    @abstractmethod
    def chosen(self, probabilities: Any) -> Array:
        """The answers for such probabilities."""


@dataclass(frozen=True)
class OneClass(ClassTargets):
    """One of several classes."""

    labels: Labels

    @property
    def classes(self) -> Array:
        """The classes in order."""
        return self.labels.values

    @property
    def aim(self) -> Aim:
        """An output a class."""
        return Aim(len(self.classes), "softmax log loss", None, "category")

    def check(self, y: Array) -> None:
        """Targets are (rows,)."""
        if y.ndim != 1:
            raise _unlike(y, "one class a row")

    def numbers(self, y: Array) -> Array:
        """The place of each class (rows,)."""
        return self.labels.places(y)

    def told(self, names: Sequence[str], numbers: Array) -> Table:
        """One column."""
        return as_columns(names, [self.labels.spoken[numbers]])

    def weights(self, names: Sequence[str], given: Any) -> Any:
        """A name, or a mapping from class to weight."""
        return self.labels.weights(given)

    def lacking(self, numbers: Array) -> Array:
        """A row for each class (rows,)."""
        return self.labels.lacking(numbers)

    def probabilities(self, network: Network, rows: Any) -> Doubles:
        """One column a class (rows, classes)."""
        return _shares(network.predict_probabilities(rows))

    def chosen(self, probabilities: Any) -> Array:
        """The likeliest class (rows,)."""
        chosen: Array = self.classes[probabilities.argmax(axis=1)]
        return chosen


@dataclass(frozen=True)
class SeveralLabels(ClassTargets):
    """Several labels, each of which a row has, 1, or has not, 0."""

    exclusive: ClassVar[bool] = False
    count: int

    @property
    def classes(self) -> Array:
        """The numbers of the labels."""
        return np.arange(self.count)

    @property
    def aim(self) -> Aim:
        """An output a label."""
        return Aim(self.count, "multi-label log loss", "multi-label log loss", "number")

    def check(self, y: Array) -> None:
        """Targets are (rows, labels) of 0 and 1."""
        if y.ndim != 2 or y.shape[1] != self.count or not np.isin(y, [0, 1]).all():
            raise _unlike(y, f"{self.count} labels a row, each 0 or 1")

    def numbers(self, y: Array) -> Array:
        """The labels as they are (rows, labels)."""
        return y.astype(np.float64)

    def told(self, names: Sequence[str], numbers: Array) -> Table:
        """A column a label."""
        return as_columns(names, numbers.T)

    def weights(self, names: Sequence[str], given: Any) -> Any:
        """As they are given: the network refuses those of classes."""
        return given

    def lacking(self, numbers: Array) -> Array:
        """None: 0 and 1 are known."""
        return numbers[:0]

    def probabilities(self, network: Network, rows: Any) -> Doubles:
        """One column a label (rows, labels)."""
        return np.asarray(network.predict(rows), np.float64)

    def chosen(self, probabilities: Any) -> Array:
        """1 where a label is likelier than not (rows, labels)."""
        chosen: Array = (probabilities > 0.5).astype(np.int64)
        return chosen


@dataclass(frozen=True)
class SeveralClasses(ClassTargets):
    """A class in each of several columns, which one network learns together."""

    labels: tuple[Labels, ...]

    @property
    def classes(self) -> list[Array]:
        """The classes of each column in order."""
        return [each.values for each in self.labels]

    @property
    def aim(self) -> Aim:
        """The outputs of all columns, one after the other, an output a class."""
        widths = tuple(len(each.values) for each in self.labels)
        loss = Several((SoftmaxLogLoss(),) * len(widths), widths)
        return Aim(sum(widths), loss, None, "category")

    def check(self, y: Array) -> None:
        """Targets are (rows, columns)."""
        if y.ndim != 2 or y.shape[1] != len(self.labels):
            raise _unlike(y, f"a class in each of {len(self.labels)} columns")

    def numbers(self, y: Array) -> Array:
        """The places of the classes (rows, columns)."""
        each = zip(self.labels, y.T, strict=True)
        return np.stack([labels.places(column, f", column {i + 1}") for i, (labels, column) in enumerate(each)], axis=1)

    def told(self, names: Sequence[str], numbers: Array) -> Table:
        """A column for each."""
        each = zip(self.labels, numbers.T, strict=True)
        return as_columns(names, [labels.spoken[column] for labels, column in each])

    def weights(self, names: Sequence[str], given: Any) -> Any:
        """A name for all, or a list of names and mappings, one a column."""
        if given is None or isinstance(given, str):
            return given
        if isinstance(given, Mapping) or len(given) != len(names):
            raise SettingError(
                f"class_weight={given!r}: y has {len(names)} columns; expected 'balanced', or a list with 'balanced' "
                f"or a mapping from class to weight for each of them"
            )
        each = zip(names, self.labels, given, strict=True)
        return {name: labels.weights(own) for name, labels, own in each if own is not None}

    def lacking(self, numbers: Array) -> Array:
        """As many rows as the column has that lacks most; their other columns hold the first class."""
        each = [labels.lacking(column) for labels, column in zip(self.labels, numbers.T, strict=True)]
        shown = np.zeros((max(map(len, each)), len(each)), np.int64)
        for place, column in enumerate(each):
            shown[: len(column), place] = column
        return shown

    def probabilities(self, network: Network, rows: Any) -> list[Doubles]:
        """One array (rows, classes) for each column."""
        found = network.predict_probabilities(rows)
        return [_shares(found[name]) for name in network.targets]

    def chosen(self, probabilities: Any) -> Array:
        """The likeliest class of each column (rows, columns)."""
        each = zip(self.labels, probabilities, strict=True)
        return np.stack([labels.values[found.argmax(axis=1)] for labels, found in each], axis=1)


def class_targets(y: Array, *, multilabel: bool, coming: Any) -> ClassTargets:
    """The kind of targets that these are; `coming` are the classes that may come, where somebody has said.

    Several columns take a list of them, one a column. Raises TargetError where there is one class only, and
    SettingError for classes that are not as many as the columns.
    """
    if y.ndim == 1:
        return OneClass(Labels.of(y, coming))
    count = y.shape[1]
    if multilabel and (coming is None or all(np.ndim(each) == 0 for each in coming)):
        return SeveralLabels(count)
    if coming is not None and (len(coming) != count or not all(np.ndim(each) == 1 for each in coming)):
        raise SettingError(f"classes={coming!r}: y has {count} columns; expected a list with the classes of each")
    each = zip(y.T, [None] * count if coming is None else coming, strict=True)
    return SeveralClasses(tuple(Labels.of(*both, f", column {i + 1}") for i, both in enumerate(each)))


def as_each(found: Any) -> list[Array]:
    """What there is for each column of targets, which for one is an array alone."""
    return found if isinstance(found, list) else [found]


def for_each(function: Callable[[Array], Array], found: Any) -> Any:
    """What a function gives for an array, or for each of a list of them."""
    return [function(each) for each in found] if isinstance(found, list) else function(found)


def _shares(found: Any) -> Doubles:
    found = np.asarray(found, np.float64)
    shares: Doubles = found / found.sum(axis=1, keepdims=True)
    return shares


def _unlike(y: Array, learnt: str) -> TargetError:
    return TargetError(f"y has the shape {y.shape}, unlike the targets learnt before, {learnt}; give such as these")
