from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.errors import DataError, SettingError, ShapeError
from glassnet.judging import Intervals

DIAMONDS = Path(__file__).parent.parent.parent / "examples" / "diamonds.csv"
Array = np.ndarray


def covered(intervals: Intervals, known: Array, answers: Array, spread: Array, level: float = 0.9) -> Array:
    low, high = intervals.of(answers, spread, level)
    return (low <= known) & (known <= high)


def by_thirds(hit: Array, order: Array) -> list[float]:
    return [float(part.mean()) for part in np.array_split(hit[np.argsort(order)], 3)]


def uneven(rows: int, seed: int) -> tuple[Array, Array, Array]:
    """Truth, answers and spreads where errors are up to ten times as large as elsewhere, and the spread hints at it."""
    rng = np.random.default_rng(seed)
    answers, size = rng.uniform(-1, 1, rows), np.exp(rng.uniform(-1.2, 1.2, rows))
    return answers + size * rng.normal(size=rows), answers, size * np.exp(0.3 * rng.normal(size=rows))


@pytest.mark.parametrize("level", [0.5, 0.8, 0.9, 0.98])
def test_intervals_hold_the_truth_as_often_as_they_say_wherever_the_spread_is(level: float) -> None:
    intervals = Intervals.fit(*uneven(4_000, seed=0))
    known, answers, spread = uneven(20_000, seed=1)
    hit = covered(intervals, known, answers, spread, level)
    assert hit.mean() == pytest.approx(level, abs=0.015)
    assert by_thirds(hit, spread) == pytest.approx([level] * 3, abs=0.035)


def test_intervals_that_know_no_spread_fail_where_errors_are_large() -> None:
    """So that the one above shows something."""
    known, answers, spread = uneven(20_000, seed=1)
    plain = Intervals.fit(*uneven(4_000, seed=0)[:2], np.ones(4_000))
    least, _, most = by_thirds(covered(plain, known, answers, np.ones(20_000)), spread)
    assert least > 0.98
    assert most < 0.80


def test_errors_that_grow_with_the_answer_have_intervals_that_do() -> None:
    rng = np.random.default_rng(2)
    answers = rng.uniform(1, 10, 9_000)
    known = answers * np.exp(0.2 * rng.normal(size=9_000))
    intervals = Intervals.fit(known[:3_000], answers[:3_000], np.ones(3_000))
    hit = covered(intervals, known[3_000:], answers[3_000:], np.ones(6_000))
    assert by_thirds(hit, answers[3_000:]) == pytest.approx([0.9] * 3, abs=0.03)
    low, high = intervals.of([2.0, 8.0], [1.0, 1.0], 0.9)
    assert (high - low)[1] / (high - low)[0] == pytest.approx(4, rel=0.15)


def test_a_spread_that_tells_nothing_is_not_listened_to() -> None:
    rng = np.random.default_rng(3)
    intervals = Intervals.fit(rng.normal(size=2_000), np.zeros(2_000), rng.uniform(1, 2, 2_000))
    low, high = intervals.of(np.zeros(2), [1.0, 2.0], 0.9)
    assert (high - low)[0] == (high - low)[1] == pytest.approx(2 * 1.645, rel=0.05)


def test_skewed_errors_have_skewed_intervals() -> None:
    rng = np.random.default_rng(4)
    intervals = Intervals.fit(rng.exponential(size=4_000), np.zeros(4_000), np.ones(4_000))
    low, high = intervals.of([0.0], [1.0], 0.9)
    assert float(low[0]) == pytest.approx(0.0513, abs=0.02)  # -log(0.95) and -log(0.05)
    assert float(high[0]) == pytest.approx(2.996, abs=0.2)


def folds_of(folds: int, rows: int, seed: int) -> tuple[Array, Array, Array, Array]:
    """Truth, the answer of one fold, that of the blend of all, and the noise: as large as what no fold can know."""
    rng = np.random.default_rng(seed)
    sure, each = rng.uniform(-20, 20, rows), rng.normal(size=(folds, rows))
    noise = each[1:].std(axis=0, ddof=1) * np.sqrt(1 - 1 / folds)
    return sure + rng.normal(size=rows), sure + each[0], sure + each.mean(axis=0), noise


@pytest.mark.parametrize(("told", "least", "most"), [(False, 0.96, 0.99), (True, 0.88, 0.92)])
def test_what_the_blend_averages_out_makes_intervals_too_wide_unless_it_is_told(
    told: bool, least: float, most: float
) -> None:
    known, one, _, noise = folds_of(8, 4_000, seed=5)
    intervals = Intervals.fit(known, one, np.ones(4_000), noise=noise if told else None)
    known, _, blend, _ = folds_of(8, 20_000, seed=6)
    assert least < covered(intervals, known, blend, np.ones(20_000)).mean() < most


def diamonds() -> tuple[Array, Array]:
    """The standardised sizes of each diamond and a column for each of its grades, and its price."""
    with DIAMONDS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    numbers = np.array([[float(row[name]) for name in ("carat", "depth", "table")] for row in rows])
    words = [np.array([row[name] for row in rows]) for name in ("cut", "color", "clarity")]
    columns = [(numbers - numbers.mean(axis=0)) / numbers.std(axis=0)]
    columns += [(word[:, None] == np.unique(word)).astype(float) for word in words]
    return np.hstack(columns), np.array([float(row["price"]) for row in rows])


def hidden_units(x: Array, seed: int) -> Array:
    """80 random hidden units, of which a member learns the last layer alone."""
    rng = np.random.default_rng(seed)
    return np.tanh(x @ rng.normal(size=(x.shape[1], 80)) * 0.5 + rng.normal(size=80))


def ridge(hidden: Array, y: Array) -> Array:
    return np.linalg.solve(hidden.T @ hidden + np.eye(hidden.shape[1]), hidden.T @ y)


def test_intervals_of_out_of_fold_answers_hold_the_price_of_nine_diamonds_in_ten() -> None:
    x, y = diamonds()
    order = np.random.default_rng(7).permutation(len(y))
    learnt, fresh = order[:3_000], order[3_000:13_000]
    folds, groups, rows = 4, 3, np.arange(3_000)
    fold = rows % folds
    old, new = np.empty((groups, folds, 3_000)), np.empty((groups, folds, 10_000))
    for group in range(groups):
        for each in range(folds):
            hidden, seen = hidden_units(x, 10 * group + each), learnt[fold != each]
            weights = ridge(hidden[seen], y[seen])
            old[group, each], new[group, each] = hidden[learnt] @ weights, hidden[fresh] @ weights
    out = old[:, fold, rows]
    others = [np.delete(old.mean(axis=0), each, axis=0).std(axis=0, ddof=1) for each in range(folds)]
    noise = np.array(others)[fold, rows] * np.sqrt(1 - 1 / folds)
    intervals = Intervals.fit(y[learnt], out.mean(axis=0), out.std(axis=0), noise=noise)
    spread = new.std(axis=0).mean(axis=0)
    hit = covered(intervals, y[fresh], new.mean(axis=(0, 1)), spread)
    assert 0.88 <= hit.mean() <= 0.92
    assert all(0.85 <= third <= 0.95 for third in by_thirds(hit, spread))


@given(
    unit=st.sampled_from([1e-6, 0.5, 1.0, 1e9]),
    rows=st.lists(st.tuples(st.integers(-9, 9), st.integers(-9, 9), st.integers(0, 4)), min_size=1, max_size=200),
)
def test_in_another_unit_the_intervals_are_the_same(unit: float, rows: list[tuple[int, int, int]]) -> None:
    known, answers, spread = np.array(rows, float).T
    plain = np.array(Intervals.fit(known, answers, spread).of(answers, spread, 0.8))
    scaled = Intervals.fit(unit * known, unit * answers, unit * spread).of(unit * answers, unit * spread, 0.8)
    assert np.allclose(scaled, unit * plain, rtol=1e-9, atol=unit * 1e-9)
    assert (plain[0] <= plain[1]).all()


def test_each_target_has_intervals_of_its_own_and_rows_of_weight_0_have_no_part() -> None:
    rng = np.random.default_rng(8)
    known = rng.normal(size=(500, 2)) * [1, 100]
    alone = Intervals.fit(known[:, 1], np.zeros(500), np.ones(500))
    known[400:, 0] = 1e6
    both = Intervals.fit(known, np.zeros((500, 2)), np.ones((500, 2)))
    weighed = Intervals.fit(known, np.zeros((500, 2)), np.ones((500, 2)), np.arange(500) < 400)
    assert np.allclose(both.of([[0.0, 7.0]], [[1.0, 1.0]], 0.9)[1][:, 1], alone.of([7.0], [1.0], 0.9)[1])
    assert weighed.of([[0.0, 0.0]], [[1.0, 1.0]], 0.9)[1][0, 0] < 3
    assert weighed == Intervals.fit(known[:400], np.zeros((400, 2)), np.ones((400, 2)))


def test_answers_that_were_all_right_have_intervals_of_no_width() -> None:
    intervals = Intervals.fit([1.0, 2.0, 3.0], [1.0, 2.0, 3.0], [0.0, 0.0, 0.0])
    assert [each.tolist() for each in intervals.of([5.0], [1.0], 0.99)] == [[5.0], [5.0]]


def test_intervals_come_back_from_json() -> None:
    intervals = Intervals.fit(*uneven(1_000, seed=9))
    assert Intervals.from_json(json.loads(json.dumps(intervals.to_json()))) == intervals


@pytest.mark.parametrize("level", [0, 1, 90, -0.1, True, "0.9", float("nan")])
def test_a_level_is_a_number_between_0_and_1(level: object) -> None:
    intervals = Intervals.fit([1.0, 2.0], [1.5, 1.5], [1.0, 1.0])
    with pytest.raises(
        SettingError, match=r"an interval of .*: expected a number in \(0, 1\), such as 0.9 for 90 % of the rows"
    ):
        intervals.of([1.0], [1.0], level)


def test_what_does_not_fit_is_refused_with_what_was_given() -> None:
    with pytest.raises(ShapeError, match=r"known \(2,\), answers \(3,\), spread \(2,\), noise \(2,\); expected"):
        Intervals.fit([1.0, 2.0], [1.0, 2.0, 3.0], [1.0, 1.0])
    with pytest.raises(DataError, match=r"answers: nan is among them"):
        Intervals.fit([1.0, 2.0], [1.0, np.nan], [1.0, 1.0])
    with pytest.raises(DataError, match="no row to score"):
        Intervals.fit([], [], [])
    intervals = Intervals.fit([1.0, 2.0], [1.5, 1.5], [1.0, 1.0])
    with pytest.raises(
        ShapeError, match=r"answers of shape \(1, 2\) and spread of shape \(1, 2\); expected \(rows, 1\)"
    ):
        intervals.of([[1.0, 2.0]], [[1.0, 2.0]], 0.9)
