from __future__ import annotations

import json
import math

import numpy as np
import pytest

from glassnet.errors import SettingError, ShapeError
from glassnet.judging import Estimate, estimated
from glassnet.metrics import METRICS, area_under_curve, mean_absolute_error


def test_the_error_of_a_mean_is_the_deviation_over_the_root_of_the_rows() -> None:
    rng = np.random.default_rng(0)
    answers = rng.exponential(size=2_000)
    found = estimated("mean_absolute_error", np.zeros(2_000), answers)
    assert found.score == mean_absolute_error(np.zeros(2_000), answers)
    assert found.error == pytest.approx(answers.std(ddof=1) / math.sqrt(2_000), rel=0.12)  # 200 draws
    assert (found.low, found.high) == pytest.approx(
        (found.score - 1.96 * found.error, found.score + 1.96 * found.error), rel=0.02
    )


def test_more_rows_than_are_drawn_from_have_an_error_as_much_smaller() -> None:
    rng = np.random.default_rng(1)
    answers = rng.exponential(size=90_000)
    found = estimated("mean_absolute_error", np.zeros(90_000), answers)
    assert found.score == mean_absolute_error(np.zeros(90_000), answers)
    assert found.error == pytest.approx(answers.std() / 300, rel=0.12)
    assert found.low < found.score < found.high


@pytest.mark.parametrize(("metric", "truth"), [("r2", 0.8), ("area_under_curve", 0.8), ("f1_binary", 0.68)])
def test_19_of_20_intervals_hold_the_score_of_endless_rows(metric: str, truth: float) -> None:
    held = 0
    endless = of_sample(metric, 400_000, seed=999)
    assert endless == pytest.approx(truth, abs=0.03)
    for seed in range(100):
        known, answers = sample(metric, 300, seed)
        found = estimated(metric, known, answers, seed=seed)
        held += found.low <= endless <= found.high
    assert 89 <= held <= 99  # of 100 at 0.95: three standard errors to either side


def sample(metric: str, rows: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Targets and answers: numbers with R2 0.8, or two classes told apart by a normal score."""
    rng = np.random.default_rng(seed)
    if metric == "r2":
        answers = rng.normal(size=rows)
        return answers + 0.5 * rng.normal(size=rows), answers
    known = rng.integers(0, 2, rows)
    chances = 1 / (1 + np.exp(-1.19 * (rng.normal(size=rows) + 1.19 * (known - 0.5))))
    return known, chances if metric == "area_under_curve" else (chances > 0.55).astype(int)


def of_sample(metric: str, rows: int, seed: int) -> float:
    return METRICS[metric].score(*sample(metric, rows, seed), None)


def test_a_share_of_right_rows_has_the_interval_of_wilson() -> None:
    """For 8 of 10, 0.4902 to 0.9433: worked out from the formula by hand, as tables of it give too."""
    known, answers = np.ones(10), np.array([1] * 8 + [0] * 2)
    found = estimated("accuracy", known, answers)
    assert (found.score, found.error) == pytest.approx((0.8, math.sqrt(0.016)))
    assert (found.low, found.high) == pytest.approx((0.4902, 0.9433), abs=5e-5)
    assert estimated("accuracy", np.ones(10), np.ones(10)).low == pytest.approx(0.7225, abs=5e-5)


def test_rows_of_unequal_weight_tell_less() -> None:
    known, answers = np.ones(100), np.arange(100) % 4 > 0
    even, uneven = (
        estimated("accuracy", known, answers, w) for w in (np.ones(100), np.where(np.arange(100) < 4, 24, 1))
    )
    assert (even.score, uneven.score) == pytest.approx((0.75, 0.75))
    assert uneven.error == pytest.approx(even.error * math.sqrt(100 * (4 * 24**2 + 96)) / 192)


def test_rows_without_weight_have_no_part() -> None:
    known, answers = sample("r2", 60, seed=3)
    weights = np.arange(60) < 40
    assert estimated("r2", known, answers, weights) == estimated("r2", known[:40], answers[:40], np.ones(40))


def test_the_same_seed_gives_the_same_interval_and_another_one_nearly() -> None:
    known, answers = sample("r2", 300, seed=4)
    first, again, other = (estimated("r2", known, answers, seed=seed) for seed in (1, 1, 2))
    assert first == again != other
    assert other.error == pytest.approx(first.error, rel=0.3)


def test_draws_of_one_class_alone_do_not_count() -> None:
    found = estimated("area_under_curve", [0, 0, 0, 0, 1], [0.1, 0.2, 0.3, 0.6, 0.5])  # a third has no row of class 1
    assert found.score == area_under_curve([0, 0, 0, 0, 1], [0.1, 0.2, 0.3, 0.6, 0.5]) == 0.75
    assert 0 < found.error < 0.5


def test_what_tells_nothing_of_how_sure_it_is_says_so() -> None:
    for found in (estimated("r2", [1.0], [1.0]), estimated("area_under_curve", [1, 1], [0.5, 0.6])):
        assert math.isnan(found.error)
    assert str(estimated("r2", [1.0], [1.0])) == "1.000"


@pytest.mark.parametrize(
    ("estimate", "words"),
    [
        (Estimate(543.21, 6, 531.4, 555.7), "543 (531 to 556)"),
        (Estimate(12_345.6, 300, 11_700.0, 12_900.0), "12,346 (11,700 to 12,900)"),
        (Estimate(0.5, 0.05, 0.4, 0.6), "0.5 (0.4 to 0.6)"),
        (Estimate(0.91234, 0.0002, 0.9119, 0.9127), "0.9123 (0.9119 to 0.9127)"),
        (Estimate(1.0, 0.0, 1.0, 1.0), "1 (1 to 1)"),
    ],
)
def test_an_estimate_is_said_with_as_many_digits_as_it_is_sure_of(estimate: Estimate, words: str) -> None:
    assert str(estimate) == words


def test_an_estimate_comes_back_from_json() -> None:
    found = estimated("r2", *sample("r2", 50, seed=5))
    assert Estimate.from_json(json.loads(json.dumps(found.to_json()))) == found


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(SettingError, match="metric='rmse' is called 'root_mean_squared_error' here"):
        estimated("rmse", [1.0], [1.0])
    with pytest.raises(SettingError, match="seed=-1"):
        estimated("r2", [1.0], [1.0], seed=-1)
    with pytest.raises(ShapeError, match="cannot be compared"):
        estimated("r2", [1.0, 2.0], [1.0])


@pytest.mark.parametrize("rows", [*range(2, 60), 342, 343])
@pytest.mark.parametrize("right", [0, 1])
def test_a_share_of_all_or_none_lies_within_its_interval(rows: int, right: int) -> None:
    found = estimated("accuracy", [1] * rows, [right] * rows)
    assert 0 <= found.low <= found.score <= found.high <= 1
