from __future__ import annotations

import numpy as np
import pytest

from glassnet.errors import SettingError
from glassnet.optimizers import Adam, AMSGrad


def amsgrad(w, deltas, rates, b1=0.9, b2=0.999, epsilon=1e-8):
    """Algorithm 2 of Reddi, Kale and Kumar with Adam's corrections after the maximum, a number at a time."""
    m = v = u = 0.0
    path = []
    for t, (d, rate) in enumerate(zip(deltas, rates, strict=True), 1):
        m, v = b1 * m + (1 - b1) * d, b2 * v + (1 - b2) * d * d
        u = max(u, v)
        w -= rate * m / (1 - b1**t) / ((u / (1 - b2**t)) ** 0.5 + epsilon)
        path.append(w)
    return path


def test_first_steps(steps):
    # From torch.optim.Adam(amsgrad=True) of PyTorch 2.13, in float64; the maximum of the corrected means, as optax
    # takes it, would give 0.96534 at the third step.
    path = steps(AMSGrad(0.1, beta2=0.9), 1.0).path([0.1, -0.5, 0.3, 0.05, 0.0])
    expected = [0.900000009999999, 0.9584463287745667, 0.9658202068719993, 0.9669680982378096, 0.9679148303965782]
    np.testing.assert_allclose(path, expected, rtol=1e-12)


def test_a_long_run_with_a_changing_rate(steps):
    deltas, rates = np.sin(np.arange(300.0)) / np.arange(1.0, 301), 0.1 / np.arange(1.0, 301)
    path = steps(AMSGrad(1.0, beta1=0.8, beta2=0.95, epsilon=1e-3), 1.0).path(deltas, scales=rates)
    np.testing.assert_allclose(path, amsgrad(1.0, deltas, rates, 0.8, 0.95, 1e-3), rtol=1e-11)


def test_it_is_adam_while_the_deltas_grow(steps):
    deltas = np.arange(1.0, 20)
    np.testing.assert_array_equal(steps(AMSGrad(0.1), 0.0).path(deltas), steps(Adam(0.1), 0.0).path(deltas))


def test_settings_out_of_range_are_refused():
    with pytest.raises(SettingError, match="AMSGrad: epsilon=0"):
        AMSGrad(epsilon=0)
