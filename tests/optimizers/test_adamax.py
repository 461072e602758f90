from __future__ import annotations

import numpy as np
import pytest

from glassnet.errors import SettingError
from glassnet.optimizers import AdaMax


def adamax(w, deltas, rates, b1=0.9, b2=0.999, epsilon=1e-8):
    """Algorithm 2 of Kingma and Ba, a number at a time, epsilon beside the size of the delta."""
    m = u = 0.0
    path = []
    for t, (d, rate) in enumerate(zip(deltas, rates, strict=True), 1):
        m, u = b1 * m + (1 - b1) * d, max(b2 * u, abs(d) + epsilon)
        w -= rate / (1 - b1**t) * m / u
        path.append(w)
    return path


def test_first_steps(steps):
    # From torch.optim.Adamax of PyTorch 2.13 and optax.adamax 0.2.8, in float64, which agree.
    path = steps(AdaMax(0.1), 1.0).path([0.1, -0.2, 0.3, 0.05])
    expected = [0.900000009999999, 0.9289473769736832, 0.9042241305653191, 0.8818211913943624]
    np.testing.assert_allclose(path, expected, rtol=1e-12)


def test_a_long_run_with_a_changing_rate(steps):
    deltas, rates = np.sin(np.arange(300.0)), 0.1 / np.arange(1.0, 301)
    path = steps(AdaMax(1.0, beta1=0.8, beta2=0.9, epsilon=1e-3), 1.0).path(deltas, scales=rates)
    np.testing.assert_allclose(path, adamax(1.0, deltas, rates, 0.8, 0.9, 1e-3), rtol=1e-11)


def test_a_large_delta_is_forgotten_slowly(steps):
    run = steps(AdaMax(0.1, beta2=0.5), 0.0)
    run.path([-8.0, 0.0, 0.0])
    np.testing.assert_allclose(run.slots["maximum"], 2.0, rtol=1e-8)


@pytest.mark.parametrize("settings", [{"beta1": 1.0}, {"beta2": 1.0}, {"epsilon": 0}])
def test_settings_out_of_range_are_refused(settings):
    with pytest.raises(SettingError, match=f"AdaMax: {next(iter(settings))}="):
        AdaMax(**settings)
