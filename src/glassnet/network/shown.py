"""Targets of rows and the answers for them as scores take them: those of a network, or of each of its targets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from glassnet.data.contract import Array, Contract
from glassnet.data.several_targets import Answered, SeveralTargets
from glassnet.data.table_contract import TableContract
from glassnet.metrics.table import METRICS
from glassnet.network.scoring import pairs, plain_answers, scored


@dataclass(frozen=True, eq=False)
class Shown:
    """One target of rows: what its scores are called after, their names, targets, answers, and what each counts.

    `classes` says how many the target has, None for a number; `paired` that it is lists of labels, of which each pair
    of a row and a label is scored.
    """

    of: str
    metrics: tuple[str, ...]
    known: Array
    answers: Array
    weights: npt.NDArray[np.float64]
    classes: int | None = None
    paired: bool = False

    def called(self, metric: str) -> str:
        """What a score of it is called: by itself, or after the name of one of several targets."""
        return f"{self.of} {metric}" if self.of else metric

    def scores(self) -> dict[str, float]:
        """The scores of the answers."""
        rows = self.known, self.answers, self.weights
        found = scored(self.metrics, *(pairs(*rows) if self.paired else rows))
        return {self.called(name): score for name, score in found.items()}

    def beside(self, training: Shown) -> Shown:
        """The same targets, answered by the plain average or the shares of the classes in training rows."""
        answers = plain_answers(training.known, training.weights, len(self.known), self.classes)
        return replace(self, answers=answers)


def several_of(contract: Contract) -> SeveralTargets | None:
    """The targets where they are several, each of its own kind."""
    return contract.several if isinstance(contract, TableContract) else None


def labels_of(contract: Contract) -> Sequence[Any] | Mapping[str, Sequence[Any]] | None:
    """The classes, or the labels of lists, in order; None for numbers, and of several targets those that each has."""
    if not isinstance(contract, TableContract):
        return contract.labels
    if contract.several is not None:
        return {part.names[0]: part.labels for part in contract.several.parts if part.labels} or None
    return contract.labels if contract.lists is None else contract.lists.held


def shown_of(one: Answered, metrics: Sequence[str], weights: npt.NDArray[np.float64]) -> Shown:
    """One of several targets in the rows that have it, with those of the scores that are of its kind."""
    there = one.counts > 0
    fitting = tuple(name for name in metrics if (METRICS[name].of == "numbers") == (one.labels is None))
    counts = (one.counts * weights)[there]
    return Shown(one.name, fitting, one.known[there], one.answers[there], counts, classes_of(one.labels))


def classes_of(labels: Sequence[Any] | None) -> int | None:
    """How many classes there are, None for numbers."""
    return None if labels is None else len(labels)
