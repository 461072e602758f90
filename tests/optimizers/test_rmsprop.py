from __future__ import annotations

import numpy as np
import pytest

from glassnet.errors import SettingError
from glassnet.optimizers import RMSprop


def rmsprop(w, deltas, rate, rho, epsilon):
    """The formula of the docstring, a number at a time."""
    v, path = 0.0, []
    for d in deltas:
        v = rho * v + (1 - rho) * d * d
        w -= rate * d / (v**0.5 + epsilon)
        path.append(w)
    return path


@pytest.mark.parametrize(("rho", "epsilon"), [(0.9, 1e-8), (0.99, 1e-3), (0.0, 0.5)])
def test_first_steps(steps, rho, epsilon):
    deltas = [0.1, -0.2, 0.3, 1e-6, 0.0]
    path = steps(RMSprop(0.1, decay=rho, epsilon=epsilon), 1.0).path(deltas)
    np.testing.assert_allclose(path, rmsprop(1.0, deltas, 0.1, rho, epsilon), rtol=1e-12)


def test_first_step_is_not_corrected(steps):
    # v = 0.1 x 4, so that the step is 2 / sqrt(0.4) = sqrt(10) times the rate.
    path = steps(RMSprop(0.1, epsilon=1e-30), 1.0).path([2.0])
    np.testing.assert_allclose(path, [1 - 0.1 * 10**0.5], rtol=1e-12)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_zero_deltas_move_nothing(steps, dtype):
    assert steps(RMSprop(0.1, epsilon=1e-30), [1.0], dtype=dtype).path([0.0, 0.0]) == [[1.0], [1.0]]


@pytest.mark.parametrize("settings", [{"decay": 1.0}, {"epsilon": 0.0}, {"epsilon": 1e-40}, {"epsilon": float("inf")}])
def test_settings_out_of_range_are_refused(settings):
    with pytest.raises(SettingError, match=f"RMSprop: {next(iter(settings))}="):
        RMSprop(**settings)
