"""CatBoost tuned: a random search by five-fold cross-validation, for twenty times as long as its default takes."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from tabular.boosters import CatBoost
from tabular.folds import FOLDS, fold_of_rows, split
from tabular.kept import append, records
from tabular.other_musts import TUNED
from tabular.scores import error, in_order
from tabular.tables import DataTable
from tabular.trials import WHOLE, Trial, chosen

SETTINGS: Final = 20  # the default among them
TIMES: Final = 20  # as long as the default takes on the same rows, after which no further fit is begun
PATIENCE: Final = 50  # trees without a better loss on the rows left out, after which a trial has enough


class TunedCatBoost(CatBoost):
    """CatBoost with settings that a search has chosen."""

    name = TUNED

    def __init__(self, threads: int, settings: Mapping[str, Any]) -> None:
        super().__init__(threads)
        self.settings = settings

    def model(self, numbers: bool, columns: pd.DataFrame, **settings: Any) -> Any:
        """A regressor or a classifier with what was chosen."""
        return super().model(numbers, columns, **self.settings, **settings)


class Search:
    """A random search on the rows that the first fold of a table leaves to learn from.

    The other folds go by its choice too, which has seen rows that they are asked about: what little that tells is to
    the rival's advantage. A trial has 1,000 trees at the most and stops early on the rows left out; what is chosen then
    learns from all rows, with the mean of the trees that were best in its five trials. So many trials run side by side,
    each in a process of its own, whose processors' time is that of the trial.
    """

    def __init__(self, name: str, table: DataTable, threads: int, path: Path, side_by_side: int = 1) -> None:
        self.name, self.table, self.threads, self.path, self.side_by_side = name, table, threads, path, side_by_side
        self.rows, _ = split(table.target, 0, classes=table.task != "regression")
        self.settings = drawn_settings()

    def found(self) -> Mapping[str, Any]:
        """Try what is not tried yet, and give the settings that are best."""
        trials = [trial for trial in records(self.path, Trial) if trial.name == self.name]
        running: dict[Future[Trial], tuple[int, int]] = {}
        with ProcessPoolExecutor(self.side_by_side, multiprocessing.get_context("spawn")) as processes:
            while True:
                while len(running) < self.side_by_side and (now := self.next_of(trials, running.values())) is not None:
                    running[processes.submit(self.tried, *now)] = now
                if not running:
                    break
                for ended in wait(running, return_when=FIRST_COMPLETED).done:
                    del running[ended]
                    append(self.path, ended.result())
                    trials.append(ended.result())
        best = chosen(trials)
        if best is None:
            raise RuntimeError(f"no setting was tried on all folds of {self.name} in {TIMES} times the default's time")
        return {**self.settings[best.setting], "iterations": best.trees}

    def next_of(self, trials: Sequence[Trial], running: Collection[tuple[int, int]] = ()) -> tuple[int, int] | None:
        """The setting and the fold to be tried beside those that run; None where all are, or the time is over.

        The default on all rows comes first and by itself: how long it takes bounds the search.
        """
        done = {(trial.setting, trial.fold) for trial in trials}
        if (0, WHOLE) not in done:
            return None if running else (0, WHOLE)
        spent = sum(trial.seconds for trial in trials if trial.fold != WHOLE)
        whole = next(trial.seconds for trial in trials if trial.fold == WHOLE)
        if spent > TIMES * whole and chosen(trials) is not None:
            return None
        left = ((setting, fold) for setting in range(SETTINGS) for fold in range(FOLDS))
        return next((each for each in left if each not in done and each not in running), None)

    def tried(self, setting: int, fold: int) -> Trial:
        """One setting without one fold, or the default on all rows."""
        return self._whole() if (setting, fold) == (0, WHOLE) else self._without(setting, fold)

    def _whole(self) -> Trial:
        """How long the default takes on all rows."""
        table, began = self.table, time.process_time()
        CatBoost(self.threads).learn(table.columns.iloc[self.rows], table.target[self.rows], table.task)
        return Trial(self.name, 0, WHOLE, float("nan"), 0, time.process_time() - began)

    def _without(self, setting: int, fold: int) -> Trial:
        """One setting without one fold."""
        columns, target, began = self.table.columns.iloc[self.rows], self.table.target[self.rows], time.process_time()
        folds = fold_of_rows(target, classes=self.table.task != "regression")
        inner, left = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
        wrong, trees = stopped_early(
            self.table.task, columns, target, inner, left, self.threads, self.settings[setting]
        )
        return Trial(self.name, setting, fold, wrong, trees, time.process_time() - began)


def stopped_early(
    task: str,
    columns: pd.DataFrame,
    target: npt.NDArray[Any],
    inner: npt.NDArray[np.int64],
    left: npt.NDArray[np.int64],
    threads: int,
    settings: Mapping[str, Any],
) -> tuple[float, int]:
    """The error on the rows left out, which say when a fit on the inner rows ends, and how many trees it has then."""
    booster, numbers = TunedCatBoost(threads, settings), task == "regression"
    taken = booster.taken(columns)
    labels, places = ([], target) if numbers else booster.coded(target)
    model = booster.model(numbers, columns, early_stopping_rounds=PATIENCE)
    model.fit(taken.iloc[inner], places[inner], eval_set=(taken.iloc[left], places[left]))
    if numbers:
        answers = model.predict(taken.iloc[left])
    else:
        own = [labels[each] for each in model.classes_]
        answers = in_order(model.predict_proba(taken.iloc[left]), own, np.array(labels))
    return error(task, target[left], answers, target[inner]), model.tree_count_


def drawn_settings() -> list[Mapping[str, Any]]:
    """The default, and 19 settings drawn at random, the same for every table."""
    random = np.random.default_rng(0)
    return [{}, *(drawn(random) for _ in range(SETTINGS - 1))]


def drawn(random: np.random.Generator) -> dict[str, Any]:
    """A setting drawn at random: rates and penalties by their logarithm, the others evenly."""
    return {
        "learning_rate": float(np.exp(random.uniform(np.log(0.01), np.log(0.3)))),
        "depth": int(random.integers(4, 11)),
        "l2_leaf_reg": float(np.exp(random.uniform(np.log(0.5), np.log(30)))),
        "random_strength": float(np.exp(random.uniform(np.log(0.1), np.log(10)))),
        "bagging_temperature": float(random.uniform(0, 1)),
        "border_count": int(random.choice([64, 128, 254])),
        "one_hot_max_size": int(random.choice([2, 10, 25])),
    }
