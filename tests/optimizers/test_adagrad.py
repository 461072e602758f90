from __future__ import annotations

import numpy as np
import pytest

from glassnet.errors import SettingError
from glassnet.optimizers import Adagrad


def adagrad(w, deltas, rates, initial=0.0, epsilon=1e-10):
    """The diagonal form of Duchi, Hazan and Singer, a number at a time."""
    v, path = initial, []
    for d, rate in zip(deltas, rates, strict=True):
        v += d * d
        w -= rate * d / (v**0.5 + epsilon)
        path.append(w)
    return path


# From torch.optim.Adagrad of PyTorch 2.13, in float64.
@pytest.mark.parametrize(
    ("initial", "expected"),
    [
        (0.0, [0.9000000000999999, 0.9894427191599915, 0.9092643466076927, 0.896019023040551]),
        (0.1, [0.9698488655513146, 1.0214886434874135, 0.960251399930334, 0.9500979382810597]),
    ],
)
def test_first_steps(steps, initial, expected):
    path = steps(Adagrad(0.1, initial=initial), 1.0).path([0.1, -0.2, 0.3, 0.05])
    np.testing.assert_allclose(path, expected, rtol=1e-12)


def test_under_a_constant_delta_the_steps_fall_with_the_root_of_their_number(steps):
    path = steps(Adagrad(1.0), 0.0).path([7.0] * 4)
    np.testing.assert_allclose(path, np.cumsum([-1, -(2**-0.5), -(3**-0.5), -0.5]), rtol=1e-10)


def test_a_long_run_with_a_changing_rate(steps):
    deltas, rates = np.sin(np.arange(300.0)), 0.1 / np.arange(1.0, 301)
    path = steps(Adagrad(1.0, epsilon=1e-3), 1.0).path(deltas, scales=rates)
    np.testing.assert_allclose(path, adagrad(1.0, deltas, rates, epsilon=1e-3), rtol=1e-11)


@pytest.mark.parametrize("settings", [{"initial": -0.1}, {"epsilon": 0}, {"initial": float("inf")}])
def test_settings_out_of_range_are_refused(settings):
    with pytest.raises(SettingError, match=f"Adagrad: {next(iter(settings))}="):
        Adagrad(**settings)
