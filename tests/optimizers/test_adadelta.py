from __future__ import annotations

import numpy as np
import pytest

from glassnet.errors import SettingError
from glassnet.optimizers import Adadelta


def adadelta(w, deltas, rates, rho=0.95, epsilon=1e-6):
    """Algorithm 1 of Zeiler, a number at a time."""
    v = u = 0.0
    path = []
    for d, rate in zip(deltas, rates, strict=True):
        v = rho * v + (1 - rho) * d * d
        s = (u + epsilon) ** 0.5 / (v + epsilon) ** 0.5 * d
        u = rho * u + (1 - rho) * s * s
        w -= rate * s
        path.append(w)
    return path


def test_first_steps(steps):
    # From torch.optim.Adadelta of PyTorch 2.13 and optax.adadelta 0.2.8, in float64, which agree.
    path = steps(Adadelta(), 1.0).path([0.1, -0.2, 0.3, 0.05])
    expected = [0.9955323294839123, 1.0012136965746437, 0.9943737669001602, 0.9928988568929095]
    np.testing.assert_allclose(path, expected, rtol=1e-12)


def test_the_first_step_by_hand(steps):
    # sqrt(1/100) / sqrt(1/2 x 4 + 1/100) x 2
    path = steps(Adadelta(decay=0.5, epsilon=0.01), 0.0).path([2.0])
    np.testing.assert_allclose(path, [-0.2 / 2.01**0.5], rtol=1e-14)


def test_a_long_run_with_a_changing_rate(steps):
    # The mean of squared steps is of those before the rate: were it of those after, the paths would part.
    deltas, rates = np.sin(np.arange(300.0)), 10 / np.arange(1.0, 301)
    path = steps(Adadelta(1.0, decay=0.8, epsilon=1e-4), 1.0).path(deltas, scales=rates)
    np.testing.assert_allclose(path, adadelta(1.0, deltas, rates, 0.8, 1e-4), rtol=1e-11)


@pytest.mark.parametrize("settings", [{"decay": 1.0}, {"decay": -0.1}, {"epsilon": 0}])
def test_settings_out_of_range_are_refused(settings):
    with pytest.raises(SettingError, match=f"Adadelta: {next(iter(settings))}="):
        Adadelta(**settings)
