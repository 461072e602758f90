"""The benchmark of tables: folds, errors, and how systems are compared; values worked out by hand."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tabular.comparison import ahead, errors, matching, mean_ranks, ratios, spread, wins
from tabular.fits import OURS, Fit
from tabular.folds import MOST_ROWS, fold_of_rows, split
from tabular.kept import append, records
from tabular.learning import ours
from tabular.must import Must
from tabular.musts import musts
from tabular.scores import error, in_order
from tabular.shown import of_tables, verdicts
from tabular.tables import DataTable, labelled, measured

LABELS = np.array(["a", "b", "b", "c"])


def fit(system: str, name: str, value: float, *, fold: int = 0, seed: int = 0, seconds: float = 1.0) -> Fit:
    return Fit(system, "1", name, fold, "binary", "auc_error", value, seconds, 0.5, 80, 20, seed)


# -- the folds ---------------------------------------------------------------------------------------------------------
def test_each_row_is_asked_about_once_and_each_class_is_dealt_out_evenly():
    target = np.array(["a"] * 50 + ["b"] * 12 + ["c"] * 3)
    folds = fold_of_rows(target, classes=True)
    for label, times in (("a", 50), ("b", 12), ("c", 3)):
        dealt = np.bincount(folds[target == label], minlength=5)
        assert dealt.sum() == times
        assert np.ptp(dealt) <= 1
    assert np.bincount(folds).tolist() == [13] * 5
    for fold in range(5):
        train, test = split(target, fold, classes=True)
        assert sorted([*train, *test]) == list(range(65))
        assert (folds[test] == fold).all()


def test_a_long_table_is_cut_to_rows_that_are_drawn_without_return():
    train, test = split(np.arange(60_000.0), 0, classes=False)
    assert (len(train), len(test)) == (MOST_ROWS, 12_000)
    assert (np.diff(train) > 0).all()
    assert not set(train) & set(test)
    assert [len(rows) for rows in split(np.arange(60_000.0), 0, classes=False, most=None)] == [48_000, 12_000]


# -- errors ------------------------------------------------------------------------------------------------------------
def test_the_error_of_numbers_is_in_standard_deviations_of_what_was_learnt_from():
    assert error("regression", np.array([1.0, 5.0]), np.array([4.0, 1.0]), np.array([0.0, 10.0])) == math.sqrt(12.5) / 5


def test_the_error_of_two_classes_is_the_share_of_pairs_in_the_wrong_order():
    known = np.array(["no", "yes", "no", "yes"])
    second = np.array([0.3, 0.3, 0.8, 0.9])  # of four pairs one is a tie and one the wrong way round
    assert error("binary", known, np.stack([1 - second, second], axis=1), known) == 1 - 2.5 / 4


def test_the_error_of_classes_is_the_log_loss_with_probabilities_cut():
    given = np.array([[0.2, 0.3, 0.5], [0.5, 0.0, 0.5], [0.1, 0.8, 0.1], [0.25, 0.25, 0.5]])
    expected = -(math.log(0.2) + math.log(1e-7) + math.log(0.8) + math.log(0.5)) / 4
    assert error("multiclass", LABELS, given, LABELS) == pytest.approx(expected, rel=1e-14)


def test_columns_of_probabilities_are_put_in_order_and_a_class_that_was_not_learnt_has_none():
    found = in_order(np.array([[0.4, 0.6]]), ["c", "a"], np.unique(LABELS))
    assert found.tolist() == [[0.6, 0.0, 0.4]]


# -- comparing ---------------------------------------------------------------------------------------------------------
FITS = [
    fit(OURS, "p", 1, fold=0, seed=0), fit(OURS, "p", 3, fold=1, seed=0), fit(OURS, "p", 2, fold=0, seed=1),
    fit(OURS, "p", 4, fold=1, seed=1), fit(OURS, "q", 0.2, seconds=6),
    fit("catboost", "p", 2, fold=0), fit("catboost", "p", 4, fold=1), fit("catboost", "q", 0.1, seconds=3),
    fit("hgb", "p", 2.5, fold=0), fit("hgb", "p", 2.5, fold=1),
]  # fmt: skip


def test_means_ranks_wins_and_ratios():
    found = errors(FITS)
    assert found == {"p": {OURS: 2.5, "catboost": 3.0, "hgb": 2.5}, "q": {OURS: 0.2, "catboost": 0.1}}
    assert mean_ranks(found) == {"hgb": 1.5, OURS: 1.75, "catboost": 2.0}
    assert wins(found, "catboost") == (1, 2)
    assert wins(found, "hgb") == (1, 2)  # not by a draw, but where it has no result
    assert ratios(found, "catboost") == {"p": 2.5 / 3, "q": 2.0}


def test_the_spread_is_that_of_the_means_of_seeds():
    assert spread(FITS) == {"p": 0.5 / 2.5, "q": 0.0}


def test_the_interval_of_a_difference_that_is_the_same_everywhere_has_no_width():
    same = {str(place): {OURS: 1.0, "catboost": 2.0} for place in range(16)}
    assert ahead(same, "catboost") == (-1, -1, -1)
    mixed = {**same, **{str(place): {OURS: 2.0, "catboost": 1.0} for place in range(4)}}
    value, low, high = ahead(mixed, "catboost")
    assert value == -0.5
    # The mean of 16 differences of -1 and 1 has a deviation of sqrt(0.75 / 16) = 0.217: about 1.96 of it to each side.
    assert low == pytest.approx(-0.5 - 0.424, abs=0.1)
    assert high == pytest.approx(-0.5 + 0.424, abs=0.1)
    assert ahead(same, "nobody") is None


def test_a_rival_without_all_of_our_folds_has_no_result_of_the_table():
    mine = [each for each in FITS if each.system == OURS]
    others = [fit("a", "p", 1, fold=0), fit("b", "p", 1, fold=0), fit("b", "p", 1, fold=1), fit("b", "z", 1)]
    assert matching([*others, fit(OURS, "q", 1)], mine) == others[1:3]


def test_musts_say_what_was_reached():
    reached = {must.what: must for must in musts(FITS)}
    assert reached["the lowest mean rank"] == Must("the lowest mean rank", "1.75, hgb 1.50", met=False)
    assert reached["geometric mean error <= 0.94 of catboost's"].reached == f"{math.sqrt(2.5 / 3 * 2):.3f}"
    assert reached["no error > 1.12 of catboost's"] == Must("no error > 1.12 of catboost's", "q 2.000", met=False)
    assert reached["median time of a fit <= 2 of catboost's"].reached == "1.50"
    assert reached["median time of a fit <= 2 of catboost's"].met
    assert not reached["wins against catboost >= 12"].met
    shown = of_tables(FITS) + verdicts(FITS, list(reached.values()))
    assert "| q     | 0.2000 |  0.0% |   0.1000 |        |       2.000 |     6.0 |       2.000 |" in shown


# -- files and tables --------------------------------------------------------------------------------------------------
def test_what_is_written_is_read_back_and_a_failed_fit_is_left_out(tmp_path: Path):
    path = tmp_path / "fits.csv"
    for each in FITS:
        append(path, each)
    with path.open("a") as file:
        file.write("hgb,1,q,0,binary,failed: it fell,,0,0,80,20,0\n")
    assert records(path, Fit) == FITS


def test_an_older_file_is_read_and_gets_the_columns_that_it_lacks(tmp_path: Path):
    path = tmp_path / "fits.csv"
    older = "system,version,name,fold,task,metric,value,fit_s,predict_s,n_train,n_test"
    path.write_text(
        f"{older}\nhgb,1,p,0,binary,auc_error,0.5,1.0,0.5,80,20\nhgb,1,p,1,binary,failed: it fell,,0,0,80,20\n"
    )
    assert records(path, Fit) == [fit("hgb", "p", 0.5)]
    later = replace(fit(OURS, "p", 0.25), calibration=0.125, coverage=0.9, peak_mib=8.5)
    append(path, later)
    assert records(path, Fit) == [fit("hgb", "p", 0.5), later]
    assert "failed: it fell" in path.read_text()


def test_a_file_without_the_columns_of_fits_is_named(tmp_path: Path):
    path = tmp_path / "other.csv"
    path.write_text("system,name\na,b\n")
    with pytest.raises(ValueError, match=r"other\.csv has no column version, fold, task"):
        records(path, Fit)


def frame() -> pd.DataFrame:
    return pd.DataFrame(
        {"x": [1.0, 2, 3], "w": ["a", None, "b"], "t": [True, False, True], "k": [7, 8, 7], "y": [0, 1, None]}
    )


def test_words_are_categories_and_rows_without_a_target_are_left_out():
    table = measured(frame(), "y", told=["k"], log=True)
    assert [str(kind) for kind in table.columns.dtypes] == ["float64", "category", "int8", "category"]
    assert table.target.tolist() == [0.0, math.log(2)]
    assert table.columns["w"].isna().tolist() == [False, True]
    assert labelled(frame(), "w", drop=["t"]).target.tolist() == ["a", "b"]


@pytest.mark.parametrize("task", ["regression", "binary"])
def test_a_fit_of_ours_has_an_error_on_the_rows_that_were_not_learnt(task: str):
    x = np.linspace(-1, 1, 60)
    target = x if task == "regression" else np.where(x > 0, "up", "down")
    found = ours("line", DataTable(pd.DataFrame({"x": x}), target, task), 0, 0, 2.0)
    assert found.value < 0.1
    assert (found.n_train, found.n_test, found.seed) == (48, 12, 0)
    assert found.judged
