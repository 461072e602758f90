"""Logistic regressions of many strengths, beside Newton's method on the same loss, written out."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from hypothesis import given
from hypothesis import strategies as st

from glassnet.training.logistic import STRENGTHS, logistic

Doubles = npt.NDArray[np.float64]
FIRM = STRENGTHS >= 0.09  # so strong that the least is found to many digits


def told_by(x: Doubles, w: Doubles, b: Doubles, *, exclusive: bool) -> Doubles:
    z = x @ w + b
    return np.exp(z) / np.exp(z).sum(axis=1, keepdims=True) if exclusive else 1 / (1 + np.exp(-z))


def by_newton(x: Doubles, t: Doubles, shares: Doubles, strength: float, *, exclusive: bool) -> Doubles:
    """The weights, with the bias as the last row, at which the slope of loss and penalty is 0."""
    wide, (n, outputs) = np.column_stack([x, np.ones(len(x))]), t.shape
    features = wide.shape[1]
    penalty = np.kron(np.diag(np.append(np.full(features - 1, strength), 0.0)), np.eye(outputs))
    at = np.zeros((features, outputs))
    for _ in range(50):
        p = told_by(wide, at, np.zeros(outputs), exclusive=exclusive)
        slope = (wide.T @ (shares[:, None] * (p - t))).ravel() + penalty @ at.ravel()
        second = np.zeros((features * outputs, features * outputs))
        for row in range(n):
            own = np.diag(p[row]) - np.outer(p[row], p[row]) if exclusive else np.diag(p[row] * (1 - p[row]))
            second += shares[row] * np.kron(np.outer(wide[row], wide[row]), own)
        at = at - np.linalg.lstsq(second + penalty, slope, rcond=1e-10)[0].reshape(features, outputs)
    return at


def loss_of(x: Doubles, t: Doubles, shares: Doubles, w: Doubles, b: Doubles, *, exclusive: bool) -> float:
    p = told_by(x, w, b, exclusive=exclusive)
    each = t * np.log(p) if exclusive else t * np.log(p) + (1 - t) * np.log(1 - p)
    return float(-(shares @ each).sum())


@given(seed=st.integers(0, 1000), features=st.integers(1, 5), exclusive=st.booleans())
def test_each_is_the_least_of_loss_and_penalty(seed: int, features: int, exclusive: bool):
    random = np.random.default_rng(seed)
    x = random.normal(size=(40, features)) + 0.3
    z = x[:, :1] * [[1.0, -1.0, 0.5]] + random.normal(size=(40, 3))
    t = np.eye(3)[z.argmax(axis=1)] if exclusive else (z > 0).astype(np.float64)
    weights = random.uniform(0.5, 2, 40)
    shares = weights / weights.sum()
    found = logistic(x, t, weights, np.zeros(3), exclusive=exclusive)
    for place, strength in enumerate(STRENGTHS):
        w, b = found.line(place)
        if FIRM[place]:
            p = told_by(x, w, b, exclusive=exclusive)
            slope = x.T @ (shares[:, None] * (p - t)) + strength * w
            assert np.abs(slope).max() < 1e-3
            assert np.abs(shares @ (p - t)).max() < 1e-3
    strength = float(STRENGTHS[4])
    least = by_newton(x, t, shares, strength, exclusive=exclusive)
    w, b = found.line(4)
    np.testing.assert_allclose(w, least[:-1], atol=0.01)
    np.testing.assert_allclose(
        told_by(x, w, b, exclusive=exclusive), told_by(x, least[:-1], least[-1], exclusive=exclusive), atol=0.01
    )


def test_a_weaker_penalty_always_tells_the_rows_that_were_learnt_better():
    random = np.random.default_rng(0)
    x = random.normal(size=(50, 80))  # more features than rows: they can be told without an error
    t = np.eye(4)[random.integers(0, 4, 50)]
    shares = np.full(50, 0.02)
    found = logistic(x, t, np.ones(50), np.zeros(4), exclusive=True)
    losses = [loss_of(x, t, shares, *found.line(place), exclusive=True) for place in range(len(STRENGTHS))]
    assert (np.diff(losses) < 0).all()
    assert losses[0] > 1
    assert losses[-1] < 0.05


def test_columns_that_are_nearly_the_same_share_what_they_tell():
    random = np.random.default_rng(1)
    a = random.normal(size=200)
    x = np.stack([a, a + 1e-6 * random.normal(size=200)], axis=1)
    t = (a + 0.5 * random.normal(size=200) > 0).astype(np.float64)[:, None]
    w, _ = logistic(x, t, np.ones(200), np.zeros(1), exclusive=False).line(5)
    np.testing.assert_allclose(w[0], w[1], rtol=1e-3)


def test_shares_of_classes_alone_are_told_by_the_bias():
    x = np.zeros((8, 2))
    x[:4] = 1.0
    x[2:6, 1] = -1.0
    t = np.array([1, 0, 1, 0, 1, 0, 1, 1.0])[:, None]
    w, b = logistic(x, t, np.ones(8), np.zeros(1), exclusive=False).line(0)  # the strongest penalty
    np.testing.assert_allclose(1 / (1 + np.exp(-(x @ w + b))).mean(), 5 / 8, atol=0.01)
