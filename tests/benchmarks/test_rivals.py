"""Rivals of the benchmark of tables: what they are given, how any system is judged, and settings drawn at random."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest

from tabular.asked import some_of
from tabular.boosters import GAP, Booster, CatBoost, HistGradientBoosting, LightGBM, XGBoost
from tabular.fits import Fit
from tabular.kept import append
from tabular.other_musts import TUNED
from tabular.scores import by_chance, calibration, coverage
from tabular.system import fit_of
from tabular.tables import DataTable
from tabular.trials import WHOLE, Trial
from tabular.tuning import TIMES, Search, TunedCatBoost, drawn
from tabular.uncapped import peak

FRAME = pd.DataFrame({"x": [1.0, np.nan, 3], "w": pd.Categorical(["b", None, "a"])})
MIB = 2**20


class Constant:
    """A system that answers the mean with half of the numbers about it, or how often each class came."""

    name, version = "constant", "1"
    labels: Sequence[str] = ()

    def learn(self, columns: pd.DataFrame, target: npt.NDArray[Any], task: str) -> None:
        if task == "regression":
            self.answer, self.ends = target.mean(), np.quantile(target, [0.25, 0.75])
        else:
            labels, times = np.unique(target, return_counts=True)
            self.labels, self.answer = labels.tolist()[::-1], (times / len(target))[::-1]

    def answers(self, columns: pd.DataFrame) -> npt.NDArray[Any]:
        return np.repeat(np.atleast_1d(self.answer)[None], len(columns), axis=0).squeeze()

    def ranges(self, columns: pd.DataFrame, share: float) -> npt.NDArray[Any]:
        return np.tile(self.ends, (len(columns), 1))


# -- judging -----------------------------------------------------------------------------------------------------------
def test_the_calibration_error_is_that_of_classes_by_their_labels_and_of_probabilities_that_add_up_nearly():
    known = np.array(["no", "yes", "yes", "yes"])
    second = np.array([0.9, 0.9, 0.9, 0.55], np.float32)
    given = np.stack([1 - second, second], axis=1) * np.float32(1.000001)
    # Three rows sure of 0.9 are right in two of three, and one sure of 0.55 is right.
    expected = (3 * abs(2 / 3 - 0.9) + 1 * abs(1 - 0.55)) / 4
    assert calibration(known, given, np.array(["no", "yes"])) == pytest.approx(expected, rel=1e-6)


def test_true_answers_err_by_chance_as_the_share_of_a_coin_does():
    mean, deviation = by_chance(np.full((400, 2), 0.5))
    # |share - 1/2| of 400 throws: a half-normal distribution of sigma 0.025.
    assert mean == pytest.approx(0.025 * np.sqrt(2 / np.pi), abs=0.003)
    assert deviation == pytest.approx(0.025 * np.sqrt(1 - 2 / np.pi), abs=0.003)


def test_the_ends_of_a_range_belong_to_it():
    assert coverage(np.array([0.0, 1, 2, 3]), np.array([[0, 1], [0, 1], [0, 1], [4, 5]])) == 0.5


def test_a_system_is_judged_on_rows_that_it_did_not_learn():
    numbers = DataTable(pd.DataFrame({"x": np.arange(100.0)}), np.repeat([0.0, 1, 2, 3], 25), "regression")
    found = fit_of(Constant(), "steps", numbers, 0, seed=2)
    assert (found.system, found.n_train, found.n_test, found.seed, found.calibration) == ("constant", 80, 20, 2, None)
    assert found.value == pytest.approx(1, abs=0.2)
    assert found.coverage == pytest.approx(0.5, abs=0.3)
    assert found.judged


def test_columns_of_classes_are_judged_in_the_order_of_labels_whatever_that_of_the_system():
    target = np.repeat(["a", "b", "c"], [50, 30, 20])
    found = fit_of(Constant(), "classes", DataTable(pd.DataFrame({"x": np.arange(100.0)}), target, "multiclass"), 0)
    expected = -(0.5 * np.log(0.5) + 0.3 * np.log(0.3) + 0.2 * np.log(0.2))  # each class is dealt out evenly
    assert found.value == pytest.approx(expected, rel=1e-12)
    assert found.chance > 0 < found.chance_deviation
    assert found.calibration == pytest.approx(0, abs=1e-12)  # half of the rows are of the class that is likely by half
    assert found.coverage is None


def test_a_fit_is_judged_in_full_with_what_belongs_to_its_task():
    fit = Fit(TUNED, "1", "t", 0, "binary", "auc_error", 0.1, 1, 1, 8, 2)
    assert not fit.judged
    assert Fit(**{**vars(fit), "calibration": 0.0}).judged
    assert Fit(**{**vars(fit), "task": "regression"}).judged
    assert not Fit(**{**vars(fit), "task": "regression", "system": "glassnet"}).judged


# -- what rivals are given ---------------------------------------------------------------------------------------------
def test_catboost_has_categories_as_text_and_a_gap_is_one():
    assert CatBoost(1).taken(FRAME).w.tolist() == ["b", GAP, "a"]
    assert FRAME.w.isna().tolist() == [False, True, False]


def test_hist_gradient_boosting_has_categories_as_numbers_and_a_gap_is_none():
    codes = HistGradientBoosting(1).taken(FRAME).w
    assert codes.tolist()[::2] == [1.0, 0.0]
    assert codes.isna().tolist() == [False, True, False]


@pytest.mark.parametrize("kind", [CatBoost, LightGBM, XGBoost, HistGradientBoosting, TunedCatBoost])
@pytest.mark.parametrize("task", ["regression", "binary"])
def test_a_rival_learns_from_a_category_with_a_gap(kind: type[Booster], task: str):
    pytest.importorskip(kind.package)
    words = np.tile(np.array(["a", "b", "c", None]), 100)
    target = np.where(words == "b", 1.0, 0.0) if task == "regression" else np.where(words == "b", "yes", "no")
    table = DataTable(pd.DataFrame({"w": pd.Categorical(words), "x": np.arange(400.0) % 7}), target, task)
    found = fit_of(TunedCatBoost(1, {"iterations": 50}) if kind is TunedCatBoost else kind(1), "words", table, 0)
    assert found.value < 0.05
    assert (found.system, found.coverage) == (kind.name, None)
    assert found.judged


# -- searching and asking ----------------------------------------------------------------------------------------------
def test_settings_are_drawn_within_their_ranges_and_the_same_for_the_same_seed():
    settings = [drawn(np.random.default_rng(seed)) for seed in range(200)]
    rates = [each["learning_rate"] for each in settings]
    assert 0.01 <= min(rates) < 0.02
    assert 0.2 < max(rates) <= 0.3
    assert {each["depth"] for each in settings} == set(range(4, 11))
    assert settings[3] == drawn(np.random.default_rng(3))


NUMBERS = DataTable(pd.DataFrame({"x": np.arange(60.0)}), np.arange(60.0), "regression")


def tried(setting: int, fold: int, seconds: float, error: float = 0.5) -> Trial:
    return Trial("numbers", setting, fold, error, 100, seconds)


def test_a_search_begins_with_the_time_of_the_default_and_ends_after_twenty_times_as_long(tmp_path: Path):
    search = Search("numbers", NUMBERS, 1, tmp_path / "trials.csv")
    assert search.next_of([]) == (0, WHOLE)
    default = [tried(0, WHOLE, 1.0), *(tried(0, fold, TIMES / 6) for fold in range(5))]
    assert search.next_of(default[:3]) == (0, 2)
    assert search.next_of(default) == (1, 0)
    assert search.next_of([*default, tried(1, 0, TIMES / 5)]) is None


def test_a_search_goes_on_until_one_setting_has_been_judged_on_all_folds(tmp_path: Path):
    search = Search("numbers", NUMBERS, 1, tmp_path / "trials.csv")
    assert search.next_of([tried(0, WHOLE, 1.0), *(tried(0, fold, TIMES) for fold in range(4))]) == (0, 4)


def test_what_runs_is_not_begun_again_and_the_default_runs_by_itself(tmp_path: Path):
    search = Search("numbers", NUMBERS, 1, tmp_path / "trials.csv", side_by_side=2)
    assert search.next_of([], [(0, WHOLE)]) is None
    assert search.next_of([tried(0, WHOLE, 1.0)], [(0, 0)]) == (0, 1)
    assert search.next_of([tried(0, WHOLE, 1.0), tried(0, 1, 1.0)], [(0, 0)]) == (0, 2)


def test_the_best_setting_of_a_file_of_trials_is_what_learns_with_the_trees_that_were_best(tmp_path: Path):
    path = tmp_path / "trials.csv"
    search = Search("numbers", NUMBERS, 1, path)
    append(path, tried(0, WHOLE, 1.0, float("nan")))
    for setting in range(2):
        for fold in range(5):
            append(path, replace(tried(setting, fold, 4.0, 0.5 - setting / 10), trees=90 + fold))
    assert search.found() == {**search.settings[1], "iterations": 92}


def test_a_name_that_is_not_known_is_answered_with_those_that_are():
    with pytest.raises(argparse.ArgumentTypeError, match="'oak': expected some of sonar,ames"):
        some_of(["sonar", "ames"])("ames,oak")


def test_the_peak_of_a_process_counts_what_was_given_back():
    before = peak()
    size = before // MIB + 32
    assert np.ones(size * MIB, np.uint8).sum() == size * MIB
    assert peak() >= size * MIB
