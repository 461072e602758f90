from __future__ import annotations

import numpy as np
import pytest

from glassnet.errors import SettingError
from glassnet.optimizers import ScheduleFreeAdamW


def schedule_free(w, deltas, rates, b1=0.9, b2=0.999, epsilon=1e-8, decay=0.0, warmup=0):
    """Algorithm 1 of Defazio and others in its three sequences, a number at a time; the paths of y and of x."""
    x = y = z = w
    v = total = 0.0
    path, answers = [], []
    for t, (d, rate) in enumerate(zip(deltas, rates, strict=True), 1):
        rise = min(1, t / (warmup + 1))
        v = b2 * v + (1 - b2) * d * d
        z = z - rate * rise * (d / ((v / (1 - b2**t)) ** 0.5 + epsilon) + decay * y)
        total += rise**2
        x = (1 - rise**2 / total) * x + rise**2 / total * z
        y = (1 - b1) * z + b1 * x
        path.append(y)
        answers.append(x)
    return path, answers


def answers(run, deltas, scales):
    """What a run answers with after each delta."""
    found = []
    for delta, scale in zip(deltas, scales, strict=True):
        run.step(delta, scale)
        found.append(run.answered().item())
    return found


def test_first_steps(steps):
    # From optax.contrib.schedule_free_adamw 0.2.8 without its warm-up, whose sum of weights is
    # in float32: y, then x by its eval_params.
    deltas = [0.1, -0.2, 0.3, 0.05]
    path = steps(ScheduleFreeAdamW(0.1), 1.0).path(deltas)
    expected = [0.900000009999999, 0.9695596757381297, 0.9329971632461606, 0.9130485272077217]
    np.testing.assert_allclose(path, expected, rtol=1e-7)
    answered = answers(steps(ScheduleFreeAdamW(0.1), 1.0), deltas, [1.0] * 4)
    np.testing.assert_allclose(
        answered, [0.900000009999999, 0.963236069761936, 0.9380369809987898, 0.9188150934671989], rtol=1e-7
    )


@pytest.mark.parametrize("warmup", [0, 1, 40])
def test_a_long_run(steps, warmup):
    deltas = np.sin(np.arange(300.0))
    rule = ScheduleFreeAdamW(0.1, beta1=0.8, beta2=0.95, epsilon=1e-3, weight_decay=0.1, warmup=warmup)
    path, answered = schedule_free(1.0, deltas, [0.1] * 300, 0.8, 0.95, 1e-3, 0.1, warmup)
    np.testing.assert_allclose(steps(rule, 1.0).path(deltas), path, rtol=1e-11)
    np.testing.assert_allclose(answers(steps(rule, 1.0), deltas, [1.0] * 300), answered, rtol=1e-11)


def test_a_rate_lowered_on_the_way(steps):
    deltas, rates = np.sin(np.arange(100.0)), [0.1] * 50 + [0.01] * 50
    path, _ = schedule_free(1.0, deltas, rates, decay=0.5)
    found = steps(ScheduleFreeAdamW(1.0, weight_decay=0.5), 1.0).path(deltas, scales=rates)
    np.testing.assert_allclose(found, path, rtol=1e-11)


def test_decay_spares_parameters_without_decay(steps):
    spared = steps(ScheduleFreeAdamW(0.1, weight_decay=0.5), 1.0, decayed=False).path([0.1, -0.2])
    assert spared == steps(ScheduleFreeAdamW(0.1), 1.0).path([0.1, -0.2])


def test_small_steps_are_not_lost_in_float32(steps):
    # Steps of 1e-8 beside a weight of 1: kept as they are, z and x would never leave it.
    run = steps(ScheduleFreeAdamW(1e-8), [1.0], dtype="float32")
    run.path([1.0] * 100)
    np.testing.assert_allclose(run.slots["offset"], -0.5e-8 * 99, rtol=1e-3)


def test_without_a_step_the_answer_is_the_weights(steps):
    run = steps(ScheduleFreeAdamW(), [3.0, -1.0])
    assert run.answered().tolist() == [3.0, -1.0]


@pytest.mark.parametrize("settings", [{"beta1": 1.0}, {"warmup": -1}, {"warmup": 0.5}, {"weight_decay": -1}])
def test_settings_out_of_range_are_refused(settings):
    with pytest.raises(SettingError, match=f"ScheduleFreeAdamW: {next(iter(settings))}="):
        ScheduleFreeAdamW(**settings)
