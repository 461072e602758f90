from __future__ import annotations

import numpy as np
import pytest

from glassnet.errors import SettingError
from glassnet.optimizers import Momentum, Step


def test_velocity_under_a_constant_rate(steps):
    # Velocities 1, 1.9, 2.71, by hand.
    np.testing.assert_allclose(steps(Momentum(0.1), 1.0).path([1, 1, 1]), [0.9, 0.71, 0.439], rtol=1e-12)


def test_rate_stands_outside_the_velocity(steps):
    # The third step moves by 0.01 x 2.71; inside the velocity it would leave 0.529.
    rates = [0.1, 0.1, 0.01]
    path = steps(Momentum(1.0), 1.0).path([1, 1, 1], scales=rates)
    np.testing.assert_allclose(path, [0.9, 0.71, 0.6829], rtol=1e-12)
    scheduled = steps(Momentum(Step(0.1, every=2, factor=0.1)), 1.0).path([1, 1, 1])
    np.testing.assert_allclose(scheduled, [0.9, 0.71, 0.6829], rtol=1e-12)


def test_nesterov_looks_ahead(steps):
    path = steps(Momentum(0.1, nesterov=True), 1.0).path([1, 1, 1])
    np.testing.assert_allclose(path, [0.81, 0.539, 0.1951], rtol=1e-12)


def test_nesterov_equals_momentum_seen_from_where_it_looks(steps):
    # With p = w - rate mu v, the place that plain momentum would move to next, Nesterov's weights are p of a run that
    # takes its deltas there: here of the loss w^2 / 2, whose delta at p is p.
    mu, rate = 0.9, 0.1
    ahead = steps(Momentum(rate, momentum=mu, nesterov=True), 1.0)
    w, v = 1.0, 0.0
    for _ in range(20):
        v = mu * v + (w - rate * mu * v)
        w -= rate * v
        ahead.step(ahead.w)
        np.testing.assert_allclose(ahead.w, w - rate * mu * v, rtol=1e-12)


def test_without_momentum_it_is_the_delta_rule(steps):
    assert steps(Momentum(0.5, momentum=0.0), 1.0).path([1, -2]) == [0.5, 1.5]


@pytest.mark.parametrize("momentum", [-0.1, 1.0, float("nan"), "0.9", True])
def test_momentum_out_of_range_is_refused(momentum):
    with pytest.raises(SettingError, match=r"Momentum: momentum=.*, expected a number in \[0, 1\)"):
        Momentum(momentum=momentum)


def test_nesterov_is_true_or_false():
    with pytest.raises(SettingError, match="Momentum: nesterov='yes', expected True or False"):
        Momentum(nesterov="yes")
