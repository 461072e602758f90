"""The answers of a network beside the desired ones, as they print and as they are drawn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from glassnet.data.contract import Array
from glassnet.display.beside import MOST_CLASSES, draw_classes, draw_numbers
from glassnet.display.parts import Part, Table, as_table
from glassnet.display.shown import Shown
from glassnet.errors import DataError, SettingError, nearest
from glassnet.explain.written import in_short
from glassnet.metrics import confusion_matrix
from glassnet.network.learnt import Learnt
from glassnet.network.preparation import given_rows
from glassnet.network.scoring import TOGETHER, as_scored
from glassnet.network.shown import aims_of
from glassnet.training.turnstile import Turnstile

WORST: Final = 8  # rows, or pairs of classes, that are shown


@dataclass(frozen=True, eq=False, repr=False)
class Comparison(Shown):
    """The answers of a network for rows whose targets are known.

    For numbers `desired` and `answers` (rows, targets) are on the user's own scale, and `names` are the targets; for
    classes both are class numbers (rows,) and `labels` the classes. Of sequences with a target for each step the rows
    are the steps.

    `print` shows the rows that are farthest off, or how many rows of each class were given each class; `plot` draws
    with matplotlib.
    """

    desired: Array
    answers: Array
    names: tuple[str, ...]
    labels: tuple[Any, ...] | None

    @property
    def counts(self) -> Array:
        """For each class, a row, how many of its rows were given each class, a column; of classes only."""
        classes = range(len(self.labels or ()))
        return confusion_matrix(self.desired, self.answers, labels=classes).astype(np.int64)

    def plot(self, ax: Any = None, of: str | None = None) -> Any:
        """Draw answers against desired numbers, or how many rows of each class were given each class; returns the axes.

        It is done with matplotlib; `ax` is where to draw, a new figure where it is None, and `of` names one of several
        targets. Raises MissingExtraError where matplotlib is missing, SettingError for an `of` that there is not.
        """
        place = self._place(of)
        if self.labels is not None:
            return draw_classes(self.counts, [str(label) for label in self.labels], self.names[0], ax)
        return draw_numbers(self.desired[:, place], self.answers[:, place], self.names[place], ax)

    def parts(self) -> Sequence[Part]:
        """Its tables."""
        if self.labels is None:
            return [self._farthest(place) for place in range(len(self.names))]
        right = int((self.desired == self.answers).sum())
        said = f"{right:,} of {len(self.desired):,} rows were given their own class"
        return [self._matrix() if len(self.labels) <= MOST_CLASSES else self._confused(), said]

    def _place(self, of: str | None) -> int:
        if of is None:
            return 0
        if of not in self.names:
            raise SettingError(f"of={of!r}: expected a target, one of {', '.join(self.names)}{nearest(of, self.names)}")
        return self.names.index(of)

    def _farthest(self, place: int) -> Table:
        """The rows whose answers are farthest off."""
        desired, answers = self.desired[:, place], self.answers[:, place]
        errors = answers - desired
        order = np.argsort(-np.abs(errors), kind="stable")[:WORST].tolist()
        rows = [[str(i), *map(in_short, (desired[i], answers[i], errors[i]))] for i in order]
        mean, middle = np.abs(errors).mean(), np.median(np.abs(errors))
        title = (
            f"{self.names[place]}: the rows that are farthest off, of {len(errors):,}; the error is "
            f"{in_short(float(mean))} on average, {in_short(float(middle))} in the middle row"
        )
        return as_table(title, ("row", "desired", "answer", "error"), rows)

    def _matrix(self) -> Table:
        labels = [str(label) for label in self.labels or ()]
        rows = [[label, *map(str, counts)] for label, counts in zip(labels, self.counts.tolist(), strict=True)]
        title = f"{self.names[0]}: how many rows of each class, a line, were given each class, a column"
        return as_table(title, ("desired", *labels), rows)

    def _confused(self) -> Table:
        """The pairs of classes that were taken for each other most often."""
        title = f"{self.names[0]}: which classes were taken for others most often, of {len(self.labels or ())}"
        return as_table(title, ("desired", "answer", "rows"), [*self._pairs()])

    def _pairs(self) -> Iterator[tuple[str, str, str]]:
        counts, labels = self.counts, self.labels or ()
        np.fill_diagonal(counts, 0)
        for place in np.argsort(-counts, axis=None, kind="stable")[:WORST].tolist():
            desired, given = divmod(place, len(labels))
            if counts[desired, given]:
                yield str(labels[desired]), str(labels[given]), f"{counts[desired, given]:,}"


def comparison_of(learnt: Learnt, turns: Turnstile, data: Any, targets: Any) -> tuple[Comparison, tuple[str, ...]]:
    """The comparison for rows with known targets, and notes on the rows.

    Raises DataError or TargetError for rows that do not fit.
    """
    if learnt.kind in TOGETHER:
        raise SettingError(
            f"compare: {aims_of(learnt.contract)} are learnt together, which are not compared "
            f"yet; predict gives the answers for each"
        )
    rows, notes = given_rows(learnt.contract, data, targets)
    if len(rows) == 0:
        raise DataError("compare: there are no rows with a target; expected one at least")
    learnt.check(rows.targets)
    with turns.gate, turns.room, turns.held:
        desired, answers = learnt.beside(learnt.begun(rows))
    if learnt.kind == "number":
        return Comparison(_columns(desired), _columns(answers), _names(learnt, answers), None), notes
    desired, answers = as_scored("accuracy", desired, answers)
    labels = learnt.contract.labels or range(learnt.outputs)
    return Comparison(desired, answers, learnt.contract.names, tuple(labels)), notes


def _columns(values: Array) -> Array:
    """Numbers as (rows, targets)."""
    return values.reshape(len(values), -1)


def _names(learnt: Learnt, answers: Array) -> tuple[str, ...]:
    """A name for each number of an answer; several targets that came as an array are numbered."""
    names, width = learnt.contract.names, _columns(answers).shape[1]
    return names if len(names) == width else tuple(f"{names[0]} {place + 1}" for place in range(width))
