"""CatBoost tuned: a random search of 20 settings, each judged on five folds of the rows to learn from."""

from __future__ import annotations

from collections.abc import Mapping
from statistics import fmean
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from tabular.boosters import CatBoost
from tabular.folds import FOLDS, fold_of_rows
from tabular.other_musts import TUNED
from tabular.scores import error, in_order

TRIALS: Final = 20
PATIENCE: Final = 50  # trees without a better loss on the rows left out, after which a trial has enough


class Trial(NamedTuple):
    """The mean error of a setting on the rows left out, with the mean number of trees that was best there."""

    error: float
    trees: int


class TunedCatBoost(CatBoost):
    """CatBoost with the best of its default and of 19 settings drawn at random, by five-fold cross-validation.

    A trial has 1,000 trees at the most and stops early on the rows left out; the chosen setting then learns from all
    rows, with the mean of the trees that were best in its five trials. That is 100 fits of a trial, and one more.
    """

    name = TUNED

    def __init__(self, threads: int, trials: int = TRIALS) -> None:
        super().__init__(threads)
        self.trials = trials

    def learn(self, columns: pd.DataFrame, target: npt.NDArray[Any], task: str) -> None:
        """Search, then learn from all rows with what was found."""
        random = np.random.default_rng(0)
        settings: list[Mapping[str, Any]] = [{}, *(drawn(random) for _ in range(self.trials - 1))]
        judged = [self._tried(columns, target, task, each) for each in settings]
        best = min(range(len(judged)), key=lambda place: judged[place].error)
        self.chosen = {**settings[best], "iterations": judged[best].trees}
        super().learn(columns, target, task)

    def model(self, numbers: bool, columns: pd.DataFrame, **settings: Any) -> Any:
        """A regressor or a classifier with these settings, and else those that were chosen."""
        return super().model(numbers, columns, **(settings or self.chosen))

    def _tried(self, columns: pd.DataFrame, target: npt.NDArray[Any], task: str, settings: Mapping[str, Any]) -> Trial:
        numbers, taken = task == "regression", self.taken(columns)
        labels, places = ([], target) if numbers else self._coded(target)
        folds = fold_of_rows(target, classes=not numbers)
        errors, trees = [], []
        for fold in range(FOLDS):
            inner, left = folds != fold, folds == fold
            model = self.model(numbers, columns, early_stopping_rounds=PATIENCE, **settings)
            model.fit(taken[inner], places[inner], eval_set=(taken[left], places[left]))
            answers = (
                model.predict(taken[left])
                if numbers
                else in_order(
                    model.predict_proba(taken[left]), [labels[each] for each in model.classes_], np.array(labels)
                )
            )
            errors.append(error(task, target[left], answers, target[inner]))
            trees.append(model.tree_count_)
        return Trial(fmean(errors), max(1, round(fmean(trees))))


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
