from __future__ import annotations

import numpy as np
import pytest

from glassnet.errors import SettingError
from glassnet.optimizers import RAdam


def radam(w, deltas, rates, b1=0.9, b2=0.999, epsilon=1e-8):
    """Algorithm 2 of Liu and others with the bound 5, a number at a time."""
    m = v = 0.0
    longest = 2 / (1 - b2) - 1
    path = []
    for t, (d, rate) in enumerate(zip(deltas, rates, strict=True), 1):
        m, v = b1 * m + (1 - b1) * d, b2 * v + (1 - b2) * d * d
        move, length = m / (1 - b1**t), longest - 2 * t * b2**t / (1 - b2**t)
        if length > 5:
            r = (length - 4) * (length - 2) * longest / ((longest - 4) * (longest - 2) * length)
            move *= r**0.5 / ((v / (1 - b2**t)) ** 0.5 + epsilon)
        w -= rate * move
        path.append(w)
    return path


# From optax.radam 0.2.8, in float64, which has the same bound and the same place of epsilon.
@pytest.mark.parametrize(
    ("beta2", "expected"),
    [
        (0.999, [0.974141794258592, 0.9739047984052247, 0.9727514348685554, 0.9713734840236818]),
        (0.9, [0.974141794258592, 0.9717876378037746, 0.9605073380954232, 0.9465919635656145]),
    ],
)
def test_first_steps(steps, beta2, expected):
    path = steps(RAdam(0.1, beta2=beta2), 1.0).path([0.1, -0.2, 0.3, 0.05] * 2)
    plain = [0.99, 0.9957894736842106, 0.9883724995144688, 0.9816583384211277]
    np.testing.assert_allclose(path, [*plain, *expected], rtol=1e-12)


def test_a_long_run_with_a_changing_rate(steps):
    deltas, rates = np.sin(np.arange(300.0)), 0.1 / np.arange(1.0, 301)
    path = steps(RAdam(1.0, beta1=0.8, beta2=0.95, epsilon=1e-3), 1.0).path(deltas, scales=rates)
    np.testing.assert_allclose(path, radam(1.0, deltas, rates, 0.8, 0.95, 1e-3), rtol=1e-11)


def test_the_sixth_step_is_the_first_to_be_divided(steps):
    path = steps(RAdam(0.1, beta1=0.0), 0.0).path([1e-3] * 6)
    moves = -np.diff([0.0, *path])
    np.testing.assert_allclose(moves[:5], 1e-4, rtol=1e-9)
    assert moves[5] > 1e-3


@pytest.mark.parametrize("settings", [{"beta2": 0.6}, {"beta2": 2 / 3}, {"beta2": 1.0}, {"beta1": 1.0}])
def test_settings_out_of_range_are_refused(settings):
    with pytest.raises(SettingError, match=f"RAdam: {next(iter(settings))}="):
        RAdam(**settings)
