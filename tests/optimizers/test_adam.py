from __future__ import annotations

import numpy as np
import pytest

from glassnet.errors import SettingError
from glassnet.optimizers import Adam, AdamW


def adamw(w, deltas, rates, decay=0.0, b1=0.9, b2=0.999, epsilon=1e-8):
    """Algorithm 1 of Kingma and Ba, with decoupled decay, a number at a time."""
    m = v = 0.0
    path = []
    for t, (d, rate) in enumerate(zip(deltas, rates, strict=True), 1):
        m, v = b1 * m + (1 - b1) * d, b2 * v + (1 - b2) * d * d
        w = w - rate * decay * w - rate * (m / (1 - b1**t)) / ((v / (1 - b2**t)) ** 0.5 + epsilon)
        path.append(w)
    return path


# Worked out with NumPy and with another library, which agree.
@pytest.mark.parametrize(
    ("deltas", "epsilon", "expected"),
    [
        ([0.1, -0.2, 0.3], 1e-8, [0.900000009999999, 0.9366103603884888, 0.9022862539477428]),
        # Epsilon as large as the deltas; were it scaled by the correction, the first step would leave 0.9999968.
        (
            [1e-6, 1e-6, 0, 0],
            1e-3,
            [0.9999000999000999, 0.9998001998001997, 0.9997371516349349, 0.9996924318595531],
        ),
        ([0, 0, 1], 1e-8, [1.0, 1.0, 0.9361186411660529]),
    ],
)
def test_first_steps(steps, deltas, epsilon, expected):
    path = steps(Adam(0.1, epsilon=epsilon), 1.0).path(deltas)
    np.testing.assert_allclose(path, expected, rtol=1e-12, atol=0)


def test_first_step_is_the_rate_whatever_the_size_of_the_delta(steps):
    path = steps(Adam(0.1), [1.0, 1.0, 1.0]).path([[1e-3, 5.0, -1e6]])
    np.testing.assert_allclose(path, [[0.9, 0.9, 1.1]], rtol=1e-5)


def test_a_long_run_with_a_changing_rate(steps):
    deltas, rates = np.sin(np.arange(300.0)), 0.1 / np.arange(1.0, 301)
    path = steps(Adam(1.0, beta1=0.8, beta2=0.95), 1.0).path(deltas, scales=rates)
    np.testing.assert_allclose(path, adamw(1.0, deltas, rates, b1=0.8, b2=0.95), rtol=1e-11)


def test_corrections_are_worked_out_in_float64(steps):
    # 1 - 0.999 is 2e-5 off where it is worked out in float32.
    path = steps(Adam(0.1, epsilon=1e-3), [1.0], dtype="float32").path([1e-6])
    np.testing.assert_allclose(1 - np.float64(path[0]), 0.1 * 1e-6 / (1e-6 + 1e-3), rtol=1e-3)
    ones = steps(Adam(0.1), [0.0], dtype="float32").path([1e-3])
    np.testing.assert_allclose(ones, [[-0.1 / (1 + 1e-5)]], rtol=3e-7)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("rule", [Adam, AdamW])
def test_zero_deltas_give_no_nan(steps, rule, dtype):
    start = np.asarray([1.0, -2.0], dtype)
    run = steps(rule(0.1, epsilon=1e-30), start, dtype=dtype, decayed=False)
    assert run.path([0.0] * 3) == [start.tolist()] * 3


@pytest.mark.parametrize("decay", [0.0, 0.01, 0.5])
def test_decoupled_decay_first_steps(steps, decay):
    deltas, rates = [0.1, -0.2, 0.3, 0.0], [0.1, 0.1, 0.02, 0.02]
    path = steps(AdamW(1.0, weight_decay=decay), 1.0).path(deltas, scales=rates)
    np.testing.assert_allclose(path, adamw(1.0, deltas, rates, decay), rtol=1e-12)


def test_decoupled_decay_spares_parameters_without_decay(steps):
    spared = steps(AdamW(0.1, weight_decay=0.5), 1.0, decayed=False).path([0.1, -0.2])
    assert spared == steps(Adam(0.1), 1.0).path([0.1, -0.2])


def test_small_decay_is_felt_in_float32(steps):
    # Were the weight multiplied by 1 - rate x decay in float32, 3e-8 would be lost altogether.
    start = np.linspace(1, 2, 1000)
    run = steps(AdamW(3e-6, weight_decay=0.01), start, dtype="float32")
    run.step(0.0)
    assert 0 < (np.float32(start) - run.w).max() < 2.5e-7


def test_few_whole_array_operations_are_recorded(steps):
    assert steps(Adam(), [1.0, 2.0]).whole_array_operations() == 12
    assert steps(AdamW(), [1.0, 2.0]).whole_array_operations() == 14


@pytest.mark.parametrize(
    "settings",
    [{"beta1": 1.0}, {"beta2": -0.1}, {"epsilon": 0}, {"epsilon": -1e-8}, {"weight_decay": -0.1}, {"l2": float("nan")}],
)
def test_settings_out_of_range_are_refused(settings):
    with pytest.raises(SettingError, match=f"AdamW: {next(iter(settings))}="):
        AdamW(**settings)
