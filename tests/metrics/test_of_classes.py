"""The expected numbers of `VALUES` were taken once from scikit-learn 1.9.1; the others follow the definitions.

Its `brier_score_loss` for more than two classes was called with `scale_by_half=True`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import glassnet as gn
from glassnet.errors import DataError, SettingError, ShapeError
from glassnet.metrics import (
    METRICS,
    area_under_curve,
    average_precision,
    brier,
    calibration_error,
    confusion_matrix,
    f1,
    top_k_accuracy,
)

LABELS = ["cat", "dog", "cat", "bird", "dog", "dog"]
GIVEN = ["cat", "dog", "dog", "bird", "cat", "dog"]
WEIGHTS = [1.0, 0.5, 2.0, 0.25, 3.0, 1.5]
BINARY, CHANCES = [0, 1, 1, 0, 1, 0], [0.1, 0.9, 0.4, 0.4, 0.35, 0.4]
CHOSEN = [0, 1, 1, 1, 0, 1]
CLASSES = [0, 2, 1, 2]
SHARES = [[0.7, 0.2, 0.1], [0.1, 0.3, 0.6], [0.25, 0.5, 0.25], [0.3, 0.6, 0.1]]
W = [1.0, 2.0, 0.5, 4.0]
micro, binary, top_2 = partial(f1, average="micro"), partial(f1, average="binary"), partial(top_k_accuracy, k=2)

VALUES = [
    (f1, LABELS, GIVEN, None, 0.7222222222222222),
    (f1, LABELS, GIVEN, WEIGHTS, 0.5767195767195766),
    (micro, LABELS, GIVEN, None, 0.6666666666666666),
    (micro, LABELS, GIVEN, WEIGHTS, 0.3939393939393939),
    (binary, BINARY, CHOSEN, None, 0.5714285714285714),
    (binary, BINARY, CHOSEN, WEIGHTS, 0.5128205128205128),
    (area_under_curve, BINARY, CHANCES, None, 0.6666666666666667),
    (area_under_curve, BINARY, CHANCES, WEIGHTS, 0.5371900826446281),
    (area_under_curve, CLASSES, SHARES, None, 0.763888888888889),
    (area_under_curve, CLASSES, SHARES, W, 0.6613756613756614),
    (average_precision, BINARY, CHANCES, None, 0.7),
    (average_precision, BINARY, CHANCES, WEIGHTS, 0.7186059376728747),
    (average_precision, CLASSES, SHARES, None, 0.75),
    (average_precision, CLASSES, SHARES, W, 0.6592592592592593),
    (brier, BINARY, CHANCES, None, 0.18708333333333335),
    (brier, BINARY, CHANCES, WEIGHTS, 0.27666666666666667),
    (brier, CLASSES, SHARES, None, 0.254375),
    (brier, CLASSES, SHARES, W, 0.3925),
    (top_2, CLASSES, SHARES, None, 0.75),
    (top_2, CLASSES, SHARES, W, 0.4666666666666667),
]
OF_CHANCES = [area_under_curve, average_precision, brier, calibration_error, top_k_accuracy, top_2]
rows_of = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 6), st.integers(0, 6)), min_size=2, max_size=9)


def drawn(rows: list[tuple[int, int, int]]) -> tuple[np.ndarray, np.ndarray]:
    """Classes, and probabilities of few values, so that many tie."""
    classes, first, second = np.array(rows).T
    shares = np.column_stack([first, second, np.full(len(rows), 3)]) + 0.5
    return classes, shares / shares.sum(axis=1, keepdims=True)


@pytest.mark.parametrize(("function", "targets", "answers", "weights", "value"), VALUES)
def test_values_known_from_elsewhere(
    function: Callable[..., float], targets: list[object], answers: list[object], weights: list[float], value: float
) -> None:
    found = function(targets, answers, weights)
    assert type(found) is float
    assert found == pytest.approx(value, rel=1e-14)


def test_the_confusion_matrix_holds_sums_of_weights_a_row_a_class_that_was_asked_for() -> None:
    assert confusion_matrix(LABELS, GIVEN).tolist() == [[1, 0, 0], [0, 1, 1], [0, 1, 2]]  # as scikit-learn's
    assert confusion_matrix(LABELS, GIVEN, WEIGHTS).tolist() == [[0.25, 0, 0], [0, 1, 2], [0, 3, 2]]
    named = confusion_matrix(["b"], ["a"], labels=["a", "b", "c"])
    assert named.tolist() == [[0, 0, 0], [1, 0, 0], [0, 0, 0]]
    with pytest.raises(DataError, match=r"the label 'b' is none of labels=\['a'\]"):
        confusion_matrix(["b"], ["a"], labels=["a"])


@pytest.mark.parametrize("score", OF_CHANCES)
@given(rows=rows_of, counts=st.lists(st.integers(0, 3), min_size=9, max_size=9))
def test_a_weight_counts_as_repeated_rows_and_0_as_none(
    score: Callable[..., float], rows: list[tuple[int, int, int]], counts: list[int]
) -> None:
    counts = [*counts[: len(rows) - 1], 1]
    classes, shares = drawn(rows)
    repeated = score(np.repeat(classes, counts), np.repeat(shares, counts, axis=0))
    for factor in (1, 10):
        weighed = score(classes, shares, factor * np.array(counts))
        assert weighed == pytest.approx(repeated, rel=1e-12, abs=1e-15, nan_ok=True)


@given(rows=rows_of)
def test_the_area_is_the_share_of_pairs_in_the_right_order(rows: list[tuple[int, int, int]]) -> None:
    classes, shares = drawn(rows)
    hit, chance = classes == 1, shares[:, 1]
    pairs = [(a > b) + (a == b) / 2 for a in chance[hit] for b in chance[~hit]]
    area = area_under_curve(hit, chance)
    assert area == pytest.approx(np.mean(pairs)) if pairs else math.isnan(area)


@given(rows=rows_of)
def test_the_precision_is_averaged_over_the_recall_in_steps(rows: list[tuple[int, int, int]]) -> None:
    classes, shares = drawn(rows)
    hit, chance = classes == 1, shares[:, 1]
    if not hit.any() or hit.all():
        assert math.isnan(average_precision(hit, chance))
        return
    total, recall = 0.0, 0.0
    for level in sorted(set(chance.tolist()), reverse=True):
        above = chance >= level
        found = (hit & above).sum() / hit.sum()
        total, recall = total + (found - recall) * (hit & above).sum() / above.sum(), found
    assert average_precision(hit, chance) == pytest.approx(total, rel=1e-12)


@given(rows=rows_of, bins=st.integers(1, 12))
def test_the_calibration_error_is_the_gap_of_each_bin_by_its_share(rows: list[tuple[int, int, int]], bins: int) -> None:
    classes, shares = drawn(rows)
    total = 0.0
    for low in range(bins):
        inside = [i for i in range(len(classes)) if low < math.ceil(shares[i].max() * bins) <= low + 1]
        gap = sum((shares[i].argmax() == classes[i]) - shares[i].max() for i in inside)
        total += abs(gap) / len(classes)
    assert calibration_error(classes, shares, bins=bins) == pytest.approx(total, abs=1e-14)


def test_two_columns_score_as_the_one_of_class_1() -> None:
    p = np.array(CHANCES)
    for score in OF_CHANCES:
        assert score(BINARY, np.column_stack([1 - p, p])) == pytest.approx(score(BINARY, p), rel=1e-15)


def test_of_classes_that_tie_the_first_come_first() -> None:
    even = np.full((3, 3), 1 / 3)
    assert [top_k_accuracy([0, 1, 2], even, k=k) for k in (1, 2, 3, 9)] == pytest.approx([1 / 3, 2 / 3, 1, 1])


def test_a_class_without_a_hit_scores_0_and_one_never_met_does_not_count() -> None:
    assert f1([0, 0, 2], [0, 0, 0]) == pytest.approx((4 / 5 + 0) / 2)
    assert f1([0, 0], [0, 0], average="binary") == 0
    assert f1([1, 1], [1, 1], average="binary") == 1
    assert f1(["no", "yes"], ["yes", "yes"], average="binary", positive="yes") == pytest.approx(2 / 3)


@pytest.mark.parametrize("score", OF_CHANCES)
def test_probabilities_that_do_not_fit_are_named(score: Callable[..., float]) -> None:
    for targets, chances, error, words in (
        ([3], [[0.2, 0.3, 0.5]], DataError, "a target is 3; with 3 classes"),
        ([1], [[0.5, 0.6]], DataError, r"sum to 1\.1; expected 1"),
        ([1, 0], [0.5], ShapeError, "2 rows of targets"),
        ([], [], DataError, "no row to score"),
    ):
        with pytest.raises(error, match=words):
            score(targets, chances)


def test_settings_out_of_range_are_refused() -> None:
    for call, words in (
        (lambda: f1([1], [1], average="mean"), "average='mean': expected 'macro', 'micro' or 'binary'"),
        (lambda: top_k_accuracy([1], [0.5], k=0), "k=0, expected a whole number of at least 1"),
        (lambda: calibration_error([1], [0.5], bins=0.5), "bins=0.5, expected a whole number"),
    ):
        with pytest.raises(SettingError, match=words):
            call()


def test_a_network_reports_every_score_of_its_kind() -> None:
    x = np.linspace(-1, 1, 30)[:, None]
    y = (x[:, 0] > 0.2).astype(int) + (x[:, 0] > 0.6)
    names = [name for name, metric in METRICS.items() if metric.of != "numbers"]
    network = gn.Network([gn.Dense(3)], loss="softmax log loss", optimizer=gn.Adam(0.1), seed=0)
    network.learn(x, y, epochs=5, metric=names)
    found = network.test(x, y)
    assert list(found) == ["loss", *names]
    p = network.predict_probabilities(x).astype(np.float64)
    assert found["area_under_curve"] == area_under_curve(y, p)
    assert found["f1_macro"] == f1(y, network.predict(x))
