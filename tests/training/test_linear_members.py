"""Lines of least loss for the members of an ensemble, each without the rows of its fold."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.nn import Absolute, BinaryLogLoss, MultiLabelLogLoss, SoftmaxLogLoss, Squared
from glassnet.nn.losses.loss import Loss
from glassnet.training.least_squares import STRENGTHS
from glassnet.training.linear_members import (
    MOST_ROWS,
    MOST_SEARCHED,
    Straight,
    products,
    sample,
    solved,
    solver,
)
from glassnet.training.rows import Rows

Doubles = npt.NDArray[np.float64]


def of_numbers(x: Doubles, targets: Doubles, weights: Doubles, folds: npt.NDArray[np.int64], seen: Doubles) -> Straight:
    """The lines of least squares."""
    start = np.zeros((len(seen), targets.shape[1]))
    return solved(Squared(), x, Rows({}, targets, weights), folds, seen, start)


def by_normal_equations(
    x: Doubles, targets: Doubles, weights: Doubles, scale: Doubles, strength: float
) -> tuple[Doubles, Doubles]:
    """The least of sum s_i (t_i - x_i w - b)^2 / sum s_i + strength sum (d_j w_j)^2, the bias being a weight too."""
    shares = weights / weights.sum()
    wide = np.column_stack([x, np.ones(len(x))])
    penalty = np.diag(np.append(strength * scale**2, 0.0))
    found = np.linalg.solve(wide.T @ (shares[:, None] * wide) + penalty, wide.T @ (shares[:, None] * targets))
    return found[:-1], found[-1]


@given(seed=st.integers(0, 1000), rows=st.integers(12, 40), features=st.integers(1, 60))
def test_each_member_has_the_ridge_of_its_own_rows_that_is_best_on_the_others(seed: int, rows: int, features: int):
    random = np.random.default_rng(seed)
    x = random.normal(size=(rows, features)) * random.uniform(0.5, 2, features) + 3
    targets = x[:, :1] * [[1.0, -2.0]] + random.normal(size=(rows, 2))
    weights, folds = random.uniform(0.5, 2, rows), np.arange(rows) % 3
    seen = (random.uniform(size=(3, features)) < 0.8) | (np.arange(features) == 0)
    found = of_numbers(x, targets, weights, folds, seen.astype(np.float64))
    mean = weights @ x / weights.sum()
    scale = np.sqrt(weights @ (x - mean) ** 2 / weights.sum())
    each = {}
    for strength in STRENGTHS:
        lines = np.zeros((3, features, 2)), np.zeros((3, 2))
        wrong = 0.0
        for member in range(3):
            own, columns = folds != member, seen[member]
            one = by_normal_equations(x[own][:, columns], targets[own], weights[own], scale[columns], strength)
            lines[0][member, columns], lines[1][member] = one
            off = x[~own] @ lines[0][member] + lines[1][member] - targets[~own]
            wrong += float(weights[~own] @ (off**2).sum(axis=1))
        each[wrong] = lines
    best, bias = each[min(each)]
    tolerance = 1e-5 * (1 + np.abs(best).max())  # the weakest penalties leave equations that lose ten digits
    np.testing.assert_allclose(found.weights, best, atol=tolerance)
    np.testing.assert_allclose(found.bias, bias, atol=10 * tolerance)


def test_what_is_linear_is_told_exactly_however_alike_columns_are():
    random = np.random.default_rng(0)
    common = random.normal(size=(200, 1))
    x = common + 1e-3 * random.normal(size=(200, 5))  # correlations of 0.999999
    targets = x @ np.array([[3.0], [-2], [0], [1], [5]]) + 4
    found = of_numbers(x, targets, np.ones(200), np.arange(200) % 4, np.ones((4, 5)))
    off = np.einsum("nf,mfo->nmo", x, found.weights) + found.bias - targets[:, None]
    assert np.abs(off).max() < 0.01 * targets.std()


def test_a_feature_of_one_value_or_of_one_value_but_in_a_fold_has_a_small_weight():
    random = np.random.default_rng(1)
    x = random.normal(size=(80, 3)).astype(np.float32)
    x[:, 1] = 7
    x[:, 2] = np.where(np.arange(80) < 10, 1.0, 1e-9 * random.normal(size=80))  # fold 0 alone has it
    found = of_numbers(x, x[:, :1], np.ones(80), np.arange(80) // 10, np.ones((8, 3)))
    assert np.abs(found.weights[:, 1]).max() == 0
    assert np.abs(found.weights[:, 2]).max() < 0.1
    np.testing.assert_allclose(found.weights[:, 0, 0], 1, atol=1e-4)


def test_a_row_of_weight_2_is_the_row_twice_and_one_of_weight_0_is_none():
    random = np.random.default_rng(2)
    x, targets, folds = random.normal(size=(30, 4)), random.normal(size=(30, 1)), np.arange(30) % 3
    weights = random.integers(0, 3, 30)
    weighed = of_numbers(x, targets, weights.astype(np.float64), folds, np.ones((3, 4)))
    rows = np.repeat(np.arange(30), weights)
    repeated = of_numbers(x[rows], targets[rows], np.ones(len(rows)), folds[rows], np.ones((3, 4)))
    np.testing.assert_allclose(weighed.weights, repeated.weights, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(weighed.bias, repeated.bias, rtol=1e-9, atol=1e-12)


def test_a_member_that_sees_nothing_answers_0():
    x = np.arange(12.0).reshape(6, 2)
    nothing = of_numbers(x, x[:, :1], np.ones(6), np.array([0, 0, 0, 1, 1, 1]), np.array([[1, 1], [0, 0]]))
    assert nothing.weights[0].any()
    assert not nothing.weights[1].any()
    assert nothing.bias[1] == 0
    none = of_numbers(x, x[:, :1], np.ones(6), np.zeros(6, np.int64), np.ones((1, 2)))  # its fold has all rows
    assert not none.weights.any()


@pytest.mark.parametrize(
    ("rows", "features", "expected"), [(500, 2000, 500), (10**6, 10, MOST_ROWS), (10**6, 1000, 4194)]
)
def test_of_many_rows_a_sample_is_solved_for(rows: int, features: int, expected: int):
    taken = sample(rows, features, 0, 0)
    assert taken is not None
    assert len(set(taken.tolist())) == expected
    assert (np.diff(taken) > 0).all()
    assert 0 <= taken[0] < taken[-1] < rows


def test_where_both_are_many_nothing_is_solved_for():
    assert sample(5000, 2000, 0, 0) is None
    assert products(5000, 2000) == 0


def test_classes_are_solved_for_on_fewer_rows_the_more_there_are():
    taken = sample(1500, 500, 4, 0)
    assert taken is not None
    assert len(taken) == MOST_SEARCHED // 4 // 500
    assert len(sample(100, 20, 4, 0)) == 100
    assert products(100, 20, 4) > products(100, 20)


@pytest.mark.parametrize(
    "loss", [BinaryLogLoss(), SoftmaxLogLoss(), MultiLabelLogLoss()], ids=lambda own: type(own).__name__
)
def test_members_tell_the_classes_of_rows_that_they_do_not_see(loss: Loss):
    random = np.random.default_rng(3)
    z, scale, folds = random.normal(size=(400, 3)), np.array([1, 10, 0.1]), np.arange(400) % 4
    a, b = z[:, 0] - z[:, 1] > 0, z[:, 2] > 0
    targets = np.stack([a, b], axis=1).astype(np.float64)
    if isinstance(loss, SoftmaxLogLoss):
        targets = np.where(a, 0, np.where(b, 1, 2))
    elif not isinstance(loss, MultiLabelLogLoss):
        targets = targets[:, :1]
    outputs = 3 if isinstance(loss, SoftmaxLogLoss) else targets.shape[1]
    rows = Rows({}, targets, np.ones(400))
    found = solved(loss, scale * z + 5, rows, folds, np.ones((4, 3)), np.zeros((4, outputs)))
    for member in range(4):
        held = folds == member
        told = (scale * z[held] + 5) @ found.weights[member] + found.bias[member]
        right = told.argmax(axis=1) == targets[held] if targets.ndim == 1 else (told > 0) == (targets[held] > 0.5)
        assert right.mean() > (0.85 if targets.ndim == 1 else 0.95)  # the bounds of three classes are not all lines


def test_a_class_that_a_member_has_no_row_of_is_told_to_be_rare_and_nothing_breaks():
    random = np.random.default_rng(4)
    x, targets = random.normal(size=(60, 3)), np.arange(60) % 2
    targets[:10], folds = 2, np.arange(60) // 10  # all rows of class 2 are in the first fold
    start = np.log(np.tile([25 / 60, 25 / 60, 10 / 60], (6, 1)))
    found = solved(SoftmaxLogLoss(), x, Rows({}, targets, np.ones(60)), folds, np.ones((6, 3)), start)
    assert np.isfinite(found.weights).all()
    assert found.bias[0, 2] < found.bias[1, 2] - 1


def test_a_bias_stays_where_a_member_has_no_rows():
    x = np.arange(12.0).reshape(6, 2)
    start = np.array([[0.3]])
    none = solved(
        BinaryLogLoss(), x, Rows({}, np.ones((6, 1)), np.ones(6)), np.zeros(6, np.int64), np.ones((1, 2)), start
    )
    assert none.bias == 0.3
    assert not none.weights.any()


def test_other_losses_have_no_solver():
    assert solver(Absolute()) is None
    assert solver(SoftmaxLogLoss(smoothing=0.1)) is None


@pytest.mark.parametrize("loss", [Squared(), BinaryLogLoss()])
@pytest.mark.parametrize("seed", range(8))
def test_a_feature_of_one_value_has_no_weight_however_rows_are_weighed(loss: Loss, seed: int):
    """Its weighted mean may be off by a rounding, which is not to be taken for a deviation."""
    random = np.random.default_rng(seed)
    x = np.column_stack([random.normal(size=60), np.full(60, random.normal())]).astype(np.float32)
    targets = (x[:, :1] + random.normal(size=(60, 1)) > 0).astype(np.float64)
    rows = Rows({}, targets, random.uniform(0.5, 1.5, 60))
    found = solved(loss, x, rows, np.arange(60) % 3, np.ones((3, 2)), np.zeros((3, 1)))
    assert (found.weights[:, 1] == 0).all()
    assert (found.weights[:, 0] > 0.1).all()
