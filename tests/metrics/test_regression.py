"""The expected numbers of `VALUES` were taken once from scikit-learn 1.9.1; the others are worked out by hand."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from glassnet.errors import DataError, ShapeError
from glassnet.metrics import (
    mean_absolute_error,
    mean_absolute_percentage_error,
    mean_squared_error,
    r2,
    root_mean_squared_error,
)

Y, A = np.array([3.0, -0.5, 2.0, 7.0, 4.25]), np.array([2.5, 0.0, 2.0, 8.0, 5.5])
W = np.array([1.0, 0.5, 2.0, 0.25, 3.0])
YY = np.array([[0.5, 1.0], [-1.0, 1.0], [7.0, -6.0], [2.0, 3.0]])
AA = np.array([[0.0, 2.0], [-1.0, 2.0], [8.0, -5.0], [2.5, 2.0]])
WW = np.array([1.0, 2.0, 0.5, 4.0])
SCORES = [mean_squared_error, root_mean_squared_error, mean_absolute_error, r2]
score = pytest.mark.parametrize("score", SCORES)

VALUES = [
    (mean_squared_error, Y, A, None, 0.6125),
    (mean_squared_error, Y, A, W, 0.7870370370370371),
    (mean_squared_error, YY, AA, None, 0.6875),
    (mean_squared_error, YY, AA, WW, 0.6166666666666667),
    (root_mean_squared_error, Y, A, None, 0.7826237921249264),
    (root_mean_squared_error, Y, A, W, 0.8871510790372952),
    (root_mean_squared_error, YY, AA, None, math.sqrt(0.6875)),
    (mean_absolute_error, Y, A, None, 0.65),
    (mean_absolute_error, Y, A, W, 0.7037037037037037),
    (mean_absolute_error, YY, AA, None, 0.75),
    (mean_absolute_error, YY, AA, WW, 0.7),
    (mean_absolute_percentage_error, [2.0, -4, 1, 8], [1.0, -4, 3, 7], None, 0.65625),
    (mean_absolute_percentage_error, [2.0, -4, 1, 8], [1.0, -4, 3, 7], WW, 0.26666666666666666),
    (r2, Y, A, None, 0.9002442996742671),
    (r2, Y, A, W, 0.6812057230170857),
    (r2, YY, AA, None, 0.9364938627358621),
    (r2, YY, AA, WW, 0.8710486083007329),
]


@pytest.mark.parametrize(("function", "targets", "answers", "weights", "value"), VALUES)
def test_values_known_from_elsewhere(
    function: Callable[..., float], targets: np.ndarray, answers: np.ndarray, weights: np.ndarray | None, value: float
) -> None:
    found = function(targets, answers, weights)
    assert type(found) is float
    assert found == pytest.approx(value, rel=1e-14)


@score
@given(
    rows=hnp.arrays(np.float64, (6, 2), elements=st.integers(-50, 50).map(float)),
    counts=st.lists(st.integers(0, 3), min_size=6, max_size=6).filter(any),
)
def test_a_weight_counts_as_repeated_rows_and_0_as_none(
    score: Callable[..., float], rows: np.ndarray, counts: list[int]
) -> None:
    targets, answers = rows.T
    repeated = score(np.repeat(targets, counts), np.repeat(answers, counts))
    assert score(targets, answers, counts) == pytest.approx(repeated, rel=1e-12, abs=1e-12)


@score
def test_a_row_of_weight_0_may_hold_anything(score: Callable[..., float]) -> None:
    targets, answers, weights = np.append(Y, np.nan), np.append(A, np.inf), np.append(W, 0)
    assert score(targets, answers, weights) == score(Y, A, W)


@score
def test_only_the_ratio_of_weights_counts(score: Callable[..., float]) -> None:
    assert score(Y, A, W * 2.0**1000) == score(Y, A, W)
    assert score(Y, A, W * 2.0**-1060) == score(Y, A, W)


@score
@pytest.mark.parametrize("dtype", [np.float32, np.int8, np.uint8, np.int64, np.bool_])
def test_any_numeric_dtype_is_scored_in_float64(score: Callable[..., float], dtype: type) -> None:
    targets, answers = np.array([0, 1, 1], dtype), np.array([1, 0, 1], dtype)
    assert score(targets, answers) == score(targets.astype(float), answers.astype(float))


def test_unsigned_differences_do_not_wrap() -> None:
    assert mean_absolute_error(np.array([0], np.uint8), np.array([255], np.uint8)) == 255


@score
def test_nan_in_an_answer_gives_nan(score: Callable[..., float]) -> None:
    assert math.isnan(score([1.0, 2.0], [1.0, math.nan]))
    assert math.isnan(score([2.0, 2.0], [2.0, math.nan]))


def test_errors_too_large_for_squares() -> None:
    assert mean_squared_error([0.0], [1e200]) == math.inf
    assert root_mean_squared_error([0.0, 0.0], [3e200, 3e200]) == 3e200
    assert root_mean_squared_error([0.0, 0.0], [3e-200, 3e-200]) == 3e-200
    assert root_mean_squared_error([0.0], [math.inf]) == math.inf
    assert r2([0.0, 1.0], [0.0, 1e200]) == -math.inf


def test_r2_of_the_mean_of_the_targets_is_0() -> None:
    assert r2([1.0, 2.0, 6.0], [3.0, 3.0, 3.0]) == 0
    assert r2([1.0, 2.0, 6.0], [4.0, 4.0, 4.0], [1, 1, 2]) == pytest.approx(1 - 21 / 20.75)  # their mean is 3.75


@pytest.mark.parametrize("value", [0.0, 0.1, 1e300, -7.0])
def test_r2_of_constant_targets_is_1_only_where_every_answer_is_exact(value: float) -> None:
    targets = np.full(7, value)
    assert r2(targets, targets) == 1
    assert r2(targets, targets + np.array([0, 0, 0, 0, 0, 0, 1e290])) == 0


def test_r2_of_one_row() -> None:
    assert r2([3.0], [3.0]) == 1
    assert r2([3.0], [2.0]) == 0


def test_r2_takes_rounding_noise_for_a_constant() -> None:
    assert r2([0.3, 0.1 + 0.2], [0.3, 0.3]) == 0


def test_r2_counts_a_constant_output_beside_others() -> None:
    targets, answers = np.array([[1.0, 5.0], [3.0, 5.0]]), np.array([[1.0, 5.0], [3.0, 6.0]])
    assert r2(targets, answers) == 0.5


def test_r2_keeps_its_digits_beside_a_large_offset_and_on_a_tiny_scale() -> None:
    targets, answers = np.array([1.0, 2.0, 3.0]), np.array([1.0, 2.0, 4.0])
    assert r2(targets + 2.0**50, answers + 2.0**50) == 0.5
    assert r2(targets * 2.0**-1000, answers * 2.0**-1000) == 0.5
    assert r2(targets * 2.0**1000, answers * 2.0**1000) == 0.5


def test_outputs_may_have_several_axes() -> None:
    targets, answers = np.zeros((2, 3, 4)), np.ones((2, 3, 4))
    assert mean_squared_error(targets, answers) == 1


@score
@pytest.mark.parametrize(
    ("targets", "answers", "error", "words"),
    [
        (np.zeros(3), np.zeros((3, 1)), ShapeError, r"targets of shape \(3,\) .* answers of shape \(3, 1\)"),
        (np.zeros(3), np.zeros(2), ShapeError, r"\(3,\) .* \(2,\)"),
        (1.0, 1.0, ShapeError, "wrap a single value in a list"),
        (np.zeros((3, 0)), np.zeros((3, 0)), ShapeError, "hold no output"),
        ([], [], DataError, "no row to score"),
        (["a"], ["b"], DataError, "targets have dtype <U1; a score of numbers needs numbers"),
        ([1.0], [None], DataError, "answers have dtype object"),
    ],
)
def test_what_does_not_fit_is_named(
    score: Callable[..., float], targets: object, answers: object, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        score(targets, answers)


@score
@pytest.mark.parametrize(
    ("weights", "error", "words"),
    [
        ([1, 1, -1, 1, 1], DataError, "row 3 has the weight -1"),
        ([1, math.nan, 1, 1, 1], DataError, "row 2 has the weight nan"),
        ([1, 1, 1, 1, math.inf], DataError, "row 5 has the weight inf"),
        ([0, 0, 0, 0, 0], DataError, "every weight is 0"),
        ([1, 1], ShapeError, r"weights have shape \(2,\); expected one a row: \(5,\)"),
        (np.ones((5, 1)), ShapeError, r"weights have shape \(5, 1\)"),
        ("heavy", DataError, "weights have dtype"),
    ],
)
def test_weights_that_do_not_fit_are_named(
    score: Callable[..., float], weights: object, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        score(Y, A, weights)


def test_a_target_of_0_leaves_no_percentage_but_where_it_is_met() -> None:
    assert mean_absolute_percentage_error([0, 2], [0, 1]) == 0.25
    assert mean_absolute_percentage_error([0, 2], [1e-9, 1]) == math.inf
    assert math.isnan(mean_absolute_percentage_error([1], [math.nan]))
