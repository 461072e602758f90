from __future__ import annotations

import numpy as np
import pytest

from glassnet.errors import SettingError
from glassnet.optimizers import Lion


def lion(w, deltas, rates, b1=0.9, b2=0.99, decay=0.0):
    """Program 1 of Chen and others, a number at a time."""
    m, path = 0.0, []
    for d, rate in zip(deltas, rates, strict=True):
        w -= rate * (np.sign(b1 * m + (1 - b1) * d) + decay * w)
        m = b2 * m + (1 - b2) * d
        path.append(w)
    return path


def test_first_steps(steps):
    # From optax.lion 0.2.8, in float64.
    path = steps(Lion(0.1, weight_decay=0.5), 1.0).path([0.1, -0.2, 0.3, 0.05])
    np.testing.assert_allclose(path, [0.85, 0.9075, 0.7621249999999999, 0.62401875], rtol=1e-12)


def test_a_long_run_with_a_changing_rate(steps):
    deltas, rates = np.sin(np.arange(300.0)), 0.1 / np.arange(1.0, 301)
    path = steps(Lion(1.0, beta1=0.8, beta2=0.95, weight_decay=0.1), 1.0).path(deltas, scales=rates)
    np.testing.assert_allclose(path, lion(1.0, deltas, rates, 0.8, 0.95, 0.1), rtol=1e-11)


def test_only_the_sign_counts_and_0_does_not_move(steps):
    path = steps(Lion(0.5), [0.0] * 4).path([[1e-30, -1e30, 0.0, -np.inf]])
    assert path == [[-0.5, 0.5, 0.0, 0.5]]


def test_a_delta_that_is_no_number_is_seen(steps):
    assert np.isnan(steps(Lion(0.5), 0.0).path([np.nan])).all()


def test_decay_spares_parameters_without_decay(steps):
    spared = steps(Lion(0.1, weight_decay=0.5), 1.0, decayed=False).path([0.1, -0.2])
    assert spared == steps(Lion(0.1), 1.0).path([0.1, -0.2])


@pytest.mark.parametrize("settings", [{"beta1": 1.0}, {"beta2": -0.1}, {"weight_decay": -1}])
def test_settings_out_of_range_are_refused(settings):
    with pytest.raises(SettingError, match=f"Lion: {next(iter(settings))}="):
        Lion(**settings)
