"""What the default for tables must reach besides ranks: calibration, intervals, the longest table, a tuned rival."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tabular.fits import OURS, Fit
from tabular.musts import compared, musts
from tabular.other_musts import TUNED, UNKNOWN, of_calibration, of_coverage, of_tuned, of_uncapped
from tabular.page import page, report
from tabular.shown import of_trust
from tabular.uncapped import UNCAPPED

CLASSES = Fit(OURS, "1", "sonar", 0, "binary", "auc_error", 0.1, 1, 1, 166, 42, calibration=0.04)
NUMBERS = Fit(OURS, "1", "ames", 0, "regression", "nrmse", 0.3, 1, 1, 2344, 586, coverage=0.9)
LONG = replace(NUMBERS, name=UNCAPPED, fit_s=599.0, peak_mib=2000.4)


def test_the_calibration_error_is_held_against_the_least_of_the_rivals():
    fits = [
        CLASSES, replace(CLASSES, fold=1, calibration=0.06), replace(CLASSES, system="hgb", calibration=0.05),
        replace(CLASSES, system="xgboost", calibration=0.07), replace(CLASSES, name="phoneme"),
    ]  # fmt: skip
    sonar, phoneme = of_calibration(fits)
    assert sonar[1:] == ("0.0500, hgb 0.0500, chance 0.0000", True)
    assert (phoneme.reached, phoneme.met) == (UNKNOWN, False)
    assert not list(of_calibration([replace(CLASSES, task="multiclass")]))


def test_a_calibration_error_that_chance_gives_is_enough():
    rival = replace(CLASSES, system="hgb", calibration=0.01)
    # Two folds of deviations 0.003 and 0.004: that of their mean is 0.005 / 2, and 0.05 + 1.645 x 0.0025 = 0.0541.
    folds = [replace(CLASSES, fold=i, chance=0.05, chance_deviation=d) for i, d in enumerate((0.003, 0.004))]
    for error, met in ((0.0541, True), (0.0542, False)):
        (sonar,) = of_calibration([*(replace(fit, calibration=error) for fit in folds), rival])
        assert sonar[1:] == (f"{error:.4f}, hgb 0.0100, chance 0.0541", met)
    seeds = [replace(fit, seed=1, calibration=0.0541) for fit in folds]  # of the same rows: they make chance no less
    (sonar,) = of_calibration([*(replace(fit, calibration=0.0541) for fit in folds), *seeds, rival])
    assert sonar.met


@pytest.mark.parametrize(
    ("second", "told", "met"),
    [
        (0.86, "88.0%", True),
        (0.85, "87.5%", False),
        (0.94, "92.0%", True),
        (0.95, "92.5%", False),
        (None, UNKNOWN, False),
    ],
)
def test_intervals_hold_what_they_promise_in_the_mean_over_folds(second: float | None, told: str, met: bool):
    (must,) = of_coverage([NUMBERS, replace(NUMBERS, fold=1, coverage=second)])
    assert must == ("90 % intervals on ames hold 88% to 92%", told, met)


def test_intervals_of_small_tables_need_not():
    assert not list(of_coverage([replace(NUMBERS, n_train=800, n_test=200)]))
    assert len(list(of_coverage([replace(NUMBERS, n_train=801, n_test=200)]))) == 1


def test_the_longest_table_has_an_error_a_time_and_a_memory():
    rival = replace(LONG, system="lightgbm", value=0.3, fit_s=9, peak_mib=3000)
    met = list(of_uncapped([LONG, rival, NUMBERS]))
    assert [must.reached for must in met] == ["0.3000, lightgbm 0.3000", "599", "2000"]
    assert all(must.met for must in met)
    missed = list(of_uncapped([replace(LONG, value=0.31), replace(LONG, seed=1, fit_s=601, peak_mib=2049), rival]))
    assert not any(must.met for must in missed)
    assert [must.reached for must in of_uncapped([NUMBERS])] == [UNKNOWN] * 3
    assert [must.reached for must in of_uncapped([replace(LONG, peak_mib=None), rival])][2] == UNKNOWN


def test_a_tuned_rival_is_held_against_ours_on_all_tables_but_the_longest():
    tuned = [replace(NUMBERS, system=TUNED, value=0.6), replace(CLASSES, system=TUNED, value=0.05)]
    (must,) = of_tuned([NUMBERS, CLASSES, LONG, *tuned])
    assert (must.reached, must.met) == ("1.000", True)  # the geometric mean of 1 / 2 and 2
    (must,) = of_tuned([NUMBERS, CLASSES, tuned[0]])
    assert (must.reached, must.met) == ("0.500 on 1 of 2 tables", False)
    (must,) = of_tuned([NUMBERS])
    assert (must.reached, must.met) == (UNKNOWN, False)


def test_ranks_and_wins_are_of_the_tables_with_caps_and_of_rivals_at_their_defaults():
    rival = replace(NUMBERS, system="catboost", value=0.4)
    fits = [NUMBERS, rival, LONG, replace(LONG, system="lightgbm"), replace(rival, system=TUNED)]
    assert compared(fits) == [NUMBERS, rival]
    told = [must.what for must in musts(fits)]
    assert f"wins against {TUNED} >= 14" not in told
    assert "wins against catboost >= 12" in told
    assert f"error on {UNCAPPED} <= lightgbm's" in told


def test_the_longest_table_alone_has_its_musts_and_no_ranks():
    told = [must.what for must in musts([LONG])]
    assert f"seconds of a fit on {UNCAPPED} <= 600" in told
    assert "the lowest mean rank" not in told
    assert f"| {UNCAPPED} |" in report([LONG], musts([LONG]))


def test_the_page_holds_the_tables_the_musts_and_the_releases():
    ours = replace(CLASSES, chance=0.03, chance_deviation=0.0)
    fits = [ours, NUMBERS, replace(CLASSES, system="catboost", version="1.2", calibration=0.08)]
    assert of_trust(fits).splitlines()[2:] == [
        "| sonar |            0.0400 |    0.0300 |   0.0800 |              |",
        "| ames  |                   |           |          |        90.0% |",
    ]
    told = page(report(fits, musts(fits)))
    assert told.startswith("# Tables\n")
    assert "Systems: glassnet 1, catboost 1.2.\n" in told
    assert "| calibration error on sonar <= the best rival's, or chance" in told
