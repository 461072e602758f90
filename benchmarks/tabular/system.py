"""What a system does on a fold of a table, and how that is judged: the same for all of them."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final, Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd

from tabular.fits import Fit
from tabular.folds import MOST_ROWS, split
from tabular.scores import METRICS, by_chance, calibration, coverage, error, in_order
from tabular.tables import DataTable

SHARE: Final = 0.9  # of the numbers, which an interval should hold


class System(Protocol):
    """Something that learns a table and answers for rows of it."""

    @property
    def name(self) -> str:
        """What it is called in a file of fits."""

    @property
    def version(self) -> str:
        """The release of it."""

    @property
    def labels(self) -> Sequence[str]:
        """The classes that were learnt, in the order of the columns of `answers`."""

    def learn(self, columns: pd.DataFrame, target: npt.NDArray[Any], task: str) -> None:
        """Learn numbers, or labels as text."""

    def answers(self, columns: pd.DataFrame) -> npt.NDArray[Any]:
        """Numbers (rows,), or probabilities (rows, classes)."""

    def ranges(self, columns: pd.DataFrame, share: float) -> npt.NDArray[Any] | None:
        """The low and the high ends (rows, 2) of intervals that should hold so many of the numbers; None without."""


def fit_of(
    system: System, name: str, table: DataTable, fold: int, *, seed: int = 0, most: int | None = MOST_ROWS
) -> Fit:
    """The fit of a system on a fold of a table, at `most` so many rows of it."""
    train, test = split(table.target, fold, classes=table.task != "regression", most=most)
    learnt, known, asked = table.target[train], table.target[test], table.columns.iloc[test]
    start = time.perf_counter()
    system.learn(table.columns.iloc[train], learnt, table.task)
    learning = time.perf_counter() - start
    start = time.perf_counter()
    answers = system.answers(asked)
    answering = time.perf_counter() - start
    if table.task != "regression":
        answers = in_order(answers, system.labels, np.unique(table.target))
    fit = Fit(
        system.name, system.version, name, fold, table.task, METRICS[table.task],
        error(table.task, known, answers, learnt), round(learning, 3), round(answering, 4), len(train), len(test), seed,
    )  # fmt: skip
    if table.task != "regression":
        chance, wrong = by_chance(answers), calibration(known, answers, np.unique(table.target))
        return replace(fit, calibration=wrong, chance=chance.mean, chance_deviation=chance.deviation)
    ranges = system.ranges(asked, SHARE)
    return fit if ranges is None else replace(fit, coverage=coverage(known, ranges))
