from __future__ import annotations

import numpy as np
import pytest

from glassnet.errors import SettingError
from glassnet.optimizers import Nadam


def nadam(w, deltas, rates, b1=0.9, b2=0.999, epsilon=1e-8):
    """Algorithm 2 of Dozat with a constant momentum, a number at a time."""
    m = v = 0.0
    path = []
    for t, (d, rate) in enumerate(zip(deltas, rates, strict=True), 1):
        m, v = b1 * m + (1 - b1) * d, b2 * v + (1 - b2) * d * d
        ahead = b1 * m / (1 - b1 ** (t + 1)) + (1 - b1) * d / (1 - b1**t)
        w -= rate * ahead / ((v / (1 - b2**t)) ** 0.5 + epsilon)
        path.append(w)
    return path


def test_first_steps(steps):
    # From optax.nadam 0.2.8, in float64.
    path = steps(Nadam(0.1), 1.0).path([0.1, -0.2, 0.3, 0.05])
    expected = [0.852631593684209, 0.9422968631194202, 0.8667235863912227, 0.8321363470341557]
    np.testing.assert_allclose(path, expected, rtol=1e-12)


def test_a_long_run_with_a_changing_rate(steps):
    deltas, rates = np.sin(np.arange(300.0)), 0.1 / np.arange(1.0, 301)
    path = steps(Nadam(1.0, beta1=0.8, beta2=0.95, epsilon=1e-3), 1.0).path(deltas, scales=rates)
    np.testing.assert_allclose(path, nadam(1.0, deltas, rates, 0.8, 0.95, 1e-3), rtol=1e-11)


def test_settings_out_of_range_are_refused():
    with pytest.raises(SettingError, match="Nadam: beta1="):
        Nadam(beta1=1.0)
