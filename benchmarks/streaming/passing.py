"""One pass of a system over a stream: it answers for each row, and then learns it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from statistics import fmean
from typing import Any, Final, Protocol

from streaming.streams import Row, Stream
from tabular.fits import Fit

WARM: Final = 0.1  # of the rows, which come first and are not asked about


class Learner(Protocol):
    """Something that learns from a row at a time."""

    @property
    def name(self) -> str:
        """What it is called in a file of fits."""

    @property
    def version(self) -> str:
        """The release of it."""

    def begin(self, rows: Sequence[Row], targets: Sequence[Any], labels: tuple[str, ...]) -> None:
        """Learn the first rows; `labels` are all that will come, none where the targets are numbers."""

    def answer(self, row: Row) -> Any:
        """The label or the number for a row."""

    def learn(self, row: Row, target: Any) -> None:
        """Learn a row."""


def passed(learner: Learner, name: str, stream: Stream, most: int | None = None) -> Fit:
    """A pass over the rows after the first tenth, or so many of them; `predict_s` is what all of them took together.

    A first answer, for a row that was learnt, belongs to the beginning, as what is compiled for it does. The error is
    the share of wrong labels, or the mean absolute error.
    """
    warm = int(len(stream.rows) * WARM)
    start = time.perf_counter()
    learner.begin(stream.rows[:warm], stream.targets[:warm], stream.labels)
    learner.answer(stream.rows[warm - 1])
    beginning = time.perf_counter() - start
    answers = []
    asked = list(zip(stream.rows, stream.targets, strict=True))[warm:][:most]
    start = time.perf_counter()
    for row, target in asked:
        answers.append(learner.answer(row))
        learner.learn(row, target)
    passing = time.perf_counter() - start
    pairs = zip(answers, (target for _, target in asked), strict=True)
    if stream.labels:
        task, metric, error = "classes", "share_wrong", fmean(answer != target for answer, target in pairs)
    else:
        task, metric, error = "regression", "mean_absolute", fmean(abs(answer - target) for answer, target in pairs)
    times = round(beginning, 3), round(passing, 4)
    return Fit(learner.name, learner.version, name, 0, task, metric, error, *times, warm, len(asked))
