from __future__ import annotations

import numpy as np
import pytest

from glassnet.errors import SettingError
from glassnet.optimizers import LAMB, Adam


def lamb(w, deltas, rates, b1, b2, e, decay):
    """Algorithm 2 of You and others with phi(z) = z, for one array."""
    m = v = np.zeros_like(w)
    path = []
    for t, (d, rate) in enumerate(zip(deltas, rates, strict=True), 1):
        m, v = b1 * m + (1 - b1) * d, b2 * v + (1 - b2) * d**2
        r = (m / (1 - b1**t)) / (np.sqrt(v / (1 - b2**t)) + e) + decay * w
        w = w - rate * np.linalg.norm(w) / np.linalg.norm(r) * r
        path.append(w)
    return path


def test_first_steps(steps):
    # From optax.lamb 0.2.8, in float64.
    path = steps(LAMB(0.1, weight_decay=0.5), [3.0, -4.0]).path([[0.1, -0.2], [-0.3, 0.05], [0.2, 0.4]])
    expected = [
        [2.6799082409458466, -3.615888992886669],
        [2.5232198309298846, -3.1939715174790315],
        [2.2256661601274317, -2.9162257043897304],
    ]
    np.testing.assert_allclose(path, expected, rtol=1e-12)


def test_a_long_run_of_a_matrix_with_a_changing_rate(steps):
    w, rates = np.cos(np.arange(6.0)).reshape(2, 3), 0.1 / np.arange(1.0, 201)
    deltas = np.sin(np.arange(1200.0)).reshape(200, 2, 3)
    rule = LAMB(1.0, beta1=0.8, beta2=0.95, epsilon=1e-3, weight_decay=0.1)
    np.testing.assert_allclose(
        steps(rule, w).path(deltas, scales=rates), lamb(w, deltas, rates, 0.8, 0.95, 1e-3, 0.1), rtol=1e-10
    )


def test_a_step_is_as_long_as_the_rate_times_the_weights(steps):
    run = steps(LAMB(0.01), np.full((4, 5), 30.0))
    before = run.w
    run.step(np.cos(np.arange(20.0)).reshape(4, 5))
    assert np.linalg.norm(run.w - before) / np.linalg.norm(before) == pytest.approx(0.01, rel=1e-12)


def test_weights_of_0_and_deltas_of_0_have_no_ratio(steps):
    # The first step of Adam is the rate, whatever the delta; without delta and decay nothing moves.
    path = steps(LAMB(0.1, epsilon=1e-30, weight_decay=0.0), [0.0, 0.0]).path([[2.0, -3.0]])
    np.testing.assert_allclose(path, [[-0.1, 0.1]], rtol=1e-12)
    assert steps(LAMB(0.1, weight_decay=0.0), [1.0, 2.0]).path([[0.0, 0.0]]) == [[1.0, 2.0]]


def test_parameters_without_decay_take_the_step_of_adam(steps):
    deltas = np.sin(np.arange(40.0)).reshape(20, 2)
    spared = steps(LAMB(0.1, epsilon=1e-8, weight_decay=0.5), [3.0, 1.0], decayed=False).path(deltas)
    assert spared == steps(Adam(0.1), [3.0, 1.0]).path(deltas)


def test_a_delta_that_is_no_number_is_seen(steps):
    assert np.isnan(steps(LAMB(), [1.0, 2.0]).path([[np.nan, 1.0]])).all()


@pytest.mark.parametrize("settings", [{"weight_decay": -1}, {"beta1": 1.0}, {"epsilon": 0.0}])
def test_settings_out_of_range_are_refused(settings):
    with pytest.raises(SettingError, match=f"LAMB: {next(iter(settings))}="):
        LAMB(**settings)


def test_each_member_of_a_packed_parameter_has_its_ratio(steps):
    random = np.random.default_rng(3)
    w, delta = random.normal(size=(2, 3, 4, 5))
    run = steps(LAMB(0.1), w * np.array([1, 10, 100.0])[:, None, None], batch=1)
    before = run.w
    run.step(delta)
    lengths = np.linalg.norm((run.w - before).reshape(3, -1), axis=1)
    np.testing.assert_allclose(lengths / np.linalg.norm(before.reshape(3, -1), axis=1), 0.1, rtol=1e-12)
