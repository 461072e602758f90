"""The expected numbers of `VALUES` were taken once from scikit-learn 1.9.1; the others are worked out by hand."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.errors import DataError, ShapeError
from glassnet.metrics import accuracy, balanced_accuracy, log_loss

LABELS = ["cat", "dog", "cat", "bird", "dog", "dog"]
GIVEN = ["cat", "dog", "dog", "bird", "cat", "dog"]
WEIGHTS = [1.0, 0.5, 2.0, 0.25, 3.0, 1.5]
BINARY, CHANCES = [0, 1, 1, 0], [0.1, 0.9, 0.35, 0.4]
CLASSES = [0, 2, 1, 2]
SHARES = [[0.7, 0.2, 0.1], [0.1, 0.3, 0.6], [0.25, 0.5, 0.25], [0.3, 0.6, 0.1]]
W = [1.0, 2.0, 0.5, 4.0]

VALUES = [
    (accuracy, LABELS, GIVEN, None, 0.6666666666666666),
    (accuracy, LABELS, GIVEN, WEIGHTS, 0.3939393939393939),
    (balanced_accuracy, LABELS, GIVEN, None, 0.7222222222222222),
    (balanced_accuracy, LABELS, GIVEN, WEIGHTS, 0.5777777777777778),
    (log_loss, BINARY, CHANCES, None, 0.4428421948950803),
    (log_loss, BINARY, CHANCES, W, 0.3845726805715708),
    (log_loss, CLASSES, SHARES, None, 0.9658082103146785),
    (log_loss, CLASSES, SHARES, W, 1.4580320204969157),
]
of_labels = pytest.mark.parametrize("score", [accuracy, balanced_accuracy])


@pytest.mark.parametrize(("function", "targets", "answers", "weights", "value"), VALUES)
def test_values_known_from_elsewhere(
    function: Callable[..., float], targets: list[object], answers: list[object], weights: list[float], value: float
) -> None:
    found = function(targets, answers, weights)
    assert type(found) is float
    assert found == pytest.approx(value, rel=1e-14)


@of_labels
@given(
    rows=st.lists(st.tuples(st.integers(0, 2), st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=8).filter(
        lambda rows: any(count for *_, count in rows)
    )
)
def test_a_weight_counts_as_repeated_rows_and_0_as_none(
    score: Callable[..., float], rows: list[tuple[int, int, int]]
) -> None:
    targets, answers, counts = np.array(rows).T
    repeated = score(np.repeat(targets, counts), np.repeat(answers, counts))
    assert score(targets, answers, counts) == pytest.approx(repeated, rel=1e-12)


@of_labels
@pytest.mark.parametrize(
    "labels",
    [
        ["yes", "no", "no"],
        np.array(["yes", "no", "no"], object),
        [True, False, False],
        [7, -1, -1],
        [0.5, 1.5, 1.5],
        np.array([None, "no", "no"], object),
        np.array([1, "1", "1"], object),
        np.array(["2020-01-01", "2021-01-01", "2021-01-01"], "M8[D]"),
    ],
)
def test_labels_may_have_any_type(score: Callable[..., float], labels: list[object]) -> None:
    reordered = np.asarray(labels)[[0, 1, 0]]
    assert score(labels, labels) == 1
    assert score(labels, reordered) == pytest.approx(2 / 3 if score is accuracy else 3 / 4)


@of_labels
def test_text_is_compared_with_text_kept_as_objects(score: Callable[..., float]) -> None:
    assert score(np.array(["a", "b"]), np.array(["a", "b"], object)) == 1


def test_always_the_same_class_scores_one_over_the_classes_when_balanced() -> None:
    targets = np.repeat([0, 1, 2, 3], [97, 1, 1, 1])
    assert accuracy(targets, np.zeros(100, int)) == 0.97
    assert balanced_accuracy(targets, np.zeros(100, int)) == 0.25


def test_a_class_never_asked_for_does_not_count_in_the_balance() -> None:
    assert balanced_accuracy([0, 0, 1], [0, 2, 1]) == 0.75
    assert balanced_accuracy([0, 0, 1, 2], [0, 2, 1, 0], [1, 1, 1, 0]) == 0.75


@of_labels
@pytest.mark.parametrize(
    ("targets", "answers", "error", "words"),
    [
        (["a"], [1], DataError, "targets of dtype <U1 never equal answers of dtype int64"),
        (["a"], [["a"]], ShapeError, r"\(1,\) .* \(1, 1\); expected one label a row"),
        ([1, 2], [1], ShapeError, r"\(2,\) .* \(1,\)"),
        (1, 1, ShapeError, "expected one label a row"),
        ([], [], DataError, "no row to score"),
    ],
)
def test_labels_that_do_not_fit_are_named(
    score: Callable[..., float], targets: object, answers: object, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        score(targets, answers)


def test_log_loss_is_exact_at_0_and_1() -> None:
    assert log_loss([1, 0], [1.0, 0.0]) == 0
    assert math.copysign(1, log_loss([1, 0], [1.0, 0.0])) == 1
    assert log_loss([1, 0], [1.0, 1.0]) == math.inf
    assert log_loss([1], [0.0]) == math.inf
    assert log_loss([0, 1], [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]) == 0
    assert log_loss([2], [[1.0, 0.0, 0.0]]) == math.inf


def test_log_loss_keeps_its_digits_near_0_and_1() -> None:
    assert log_loss([0], [1e-20]) == 1e-20
    assert log_loss([1], [1e-300]) == pytest.approx(300 * math.log(10), rel=1e-15)
    assert log_loss([1], [5e-324]) == pytest.approx(1074 * math.log(2), rel=1e-15)


def test_log_loss_leaves_rows_of_weight_0_out() -> None:
    assert log_loss([1, 5], [0.5, math.nan], [1, 0]) == pytest.approx(math.log(2), rel=1e-15)
    assert log_loss([1, 0], [0.5, 1.0], [1, 0]) == pytest.approx(math.log(2), rel=1e-15)


def test_log_loss_of_two_columns_equals_that_of_one() -> None:
    p = np.array(CHANCES)
    assert log_loss(BINARY, np.column_stack([1 - p, p])) == pytest.approx(log_loss(BINARY, p), rel=1e-15)
    assert log_loss(np.array(BINARY, bool), p) == log_loss(np.array(BINARY, float), p) == log_loss(BINARY, p)


def test_log_loss_takes_the_rounding_of_float32() -> None:
    assert log_loss([1], np.array([1 + 2**-23], np.float32)) == 0
    shares = np.full((1, 1000), np.float32(0.001))
    assert log_loss([3], shares) == pytest.approx(math.log(1000), rel=1e-6)


@pytest.mark.parametrize(
    ("targets", "probabilities", "error", "words"),
    [
        ([2], [0.5], DataError, "a target is 2; with 2 classes the class numbers are 0 to 1"),
        ([-1], [[0.5, 0.5]], DataError, "a target is -1"),
        ([0.5], [0.5], DataError, r"a target is 0\.5"),
        ([math.nan], [0.5], DataError, "a target is nan"),
        (["yes"], [0.5], DataError, "targets have dtype <U3"),
        ([1], [1.5], DataError, r"a probability is 1\.5; expected numbers from 0 to 1"),
        ([1], [-0.1], DataError, r"a probability is -0\.1"),
        ([1], [math.nan], DataError, "a probability is nan"),
        ([1], [[0.5, 0.6]], DataError, r"the probabilities of a row sum to 1\.1; expected 1"),
        ([[1]], [0.5], ShapeError, r"targets of shape \(1, 1\)"),
        ([1], [[[0.5, 0.5]]], ShapeError, r"expected \(rows,\) and either"),
        ([1, 0], [0.5], ShapeError, "2 rows of targets cannot be compared with 1 rows"),
        ([], [], DataError, "no row to score"),
    ],
)
def test_probabilities_that_do_not_fit_are_named(
    targets: object, probabilities: object, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        log_loss(targets, probabilities)
