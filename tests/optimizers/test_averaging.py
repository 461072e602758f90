from __future__ import annotations

import json

import numpy as np
import pytest

from glassnet.errors import SettingError
from glassnet.optimizers import (
    SWA,
    Adam,
    AdamW,
    Averaged,
    ClipByNorm,
    Cosine,
    GradientDescent,
    MovingAverage,
    ScheduleFreeAdamW,
    optimizer_from,
)


def run_both(steps, averaged, deltas):
    """The weights and the answers after each delta."""
    run, weights, answers = steps(averaged, 1.0), [], []
    for delta in deltas:
        weights.append(run.step(delta).item())
        answers.append(run.answered().item())
    return weights, answers


def test_moving_average_first_steps(steps):
    # Weights 1, 3, 2; from optax.ema(0.9, debias=True) 0.2.8.
    weights, answers = run_both(steps, MovingAverage(GradientDescent(1.0), decay=0.9), [0.0, -2.0, 1.0])
    assert weights == [1.0, 3.0, 2.0]
    np.testing.assert_allclose(answers, [1.0, 2.0526315789473686, 2.0332103321033217], rtol=1e-6)


@pytest.mark.parametrize("decay", [0.0, 0.5, 0.99])
def test_moving_average_is_a_mean_by_age(steps, decay):
    weights, answers = run_both(steps, MovingAverage(Adam(0.1), decay=decay), np.sin(np.arange(200.0)))
    for t in (1, 2, 10, 200):
        ages = float(decay) ** np.arange(t)[::-1]
        np.testing.assert_allclose(answers[t - 1], np.average(weights[:t], weights=ages), rtol=1e-11)


def test_plain_mean_of_the_steps_that_count(steps):
    weights, answers = run_both(steps, SWA(Adam(0.1), start=5, every=3), np.sin(np.arange(30.0)))
    np.testing.assert_allclose(answers[:5], weights[:5], rtol=1e-15)
    for t in range(5, 31):
        counted = [weights[i - 1] for i in range(5, t + 1, 3)]
        np.testing.assert_allclose(answers[t - 1], np.mean(counted), rtol=1e-12)


@pytest.mark.parametrize("make", [MovingAverage, SWA])
def test_learning_goes_on_as_without_an_average(steps, make):
    rule = AdamW(Cosine(0.1, steps=50), weight_decay=0.1, l2=0.2, l1=0.1)
    deltas, scales = np.sin(np.arange(40.0)), [1.0] * 20 + [0.5] * 20
    for decayed in (True, False):
        inside = steps(rule, 1.0, decayed=decayed).path(deltas, scales)
        assert steps(make(rule), 1.0, decayed=decayed).path(deltas, scales) == inside


@pytest.mark.parametrize("make", [MovingAverage, SWA])
def test_without_a_step_the_answer_is_the_weights(steps, make):
    assert steps(make(), [3.0, -1.0]).answered().tolist() == [3.0, -1.0]


def test_small_steps_are_not_lost_in_float32(steps):
    # Each step moves the mean by 1e-3 x 1e-4, which a mean kept beside a weight of 1 in float32 would lose in part.
    run = steps(MovingAverage(GradientDescent(2.0**-14), decay=0.999), [1.0], dtype="float32")
    run.path([1.0] * 1000)
    ages = 0.999 ** np.arange(1000)[::-1]
    mean = np.average(1 - 2.0**-14 * np.arange(1, 1001), weights=ages)
    np.testing.assert_allclose(run.answered(), mean, rtol=1e-7)


def test_an_average_has_the_rate_the_penalties_and_the_clip_of_its_rule():
    rule = Adam(Cosine(0.1, steps=10), l2=0.1, l1=0.2, clip=ClipByNorm(1.0))
    outer = MovingAverage(rule)
    assert (outer.learning_rate, outer.l2, outer.l1, outer.clip) == (rule.learning_rate, 0.1, 0.2, rule.clip)
    assert repr(MovingAverage(GradientDescent())).startswith("MovingAverage(rule=GradientDescent(learning_rate=0.01")


def test_averages_are_written_and_read():
    rule = Adam(Cosine(0.1, steps=10), clip=ClipByNorm(2.0))
    written = json.loads(json.dumps(SWA(rule, start=7, every=3).settings()))
    back = optimizer_from("SWA", written)
    assert (back.start, back.every, back.rule.learning_rate.steps, back.clip.limit) == (7, 3, 10, 2.0)


def test_an_own_average_is_a_share(steps):
    class Half(Averaged):
        def share(self, t):
            return t.filled(0.5)

    _, answers = run_both(steps, Half(GradientDescent(1.0)), [-2.0, -4.0])  # weights 3 and 7
    assert answers == [2.0, 4.5]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: MovingAverage(decay=1.0), r"MovingAverage: decay=1.0, expected a number in \[0, 1\)"),
        (lambda: SWA(start=0), "SWA: start=0, expected a whole number of at least 1"),
        (lambda: SWA(every=2.5), "SWA: every=2.5"),
        (lambda: MovingAverage(0.001), r"MovingAverage: rule=0.001, expected an optimizer such as Adam"),
        (lambda: MovingAverage(SWA()), "MovingAverage: rule=.*, expected a rule that does not answer with a mean"),
        (lambda: SWA(ScheduleFreeAdamW()), "SWA: rule=.*, expected a rule that does not answer with a mean"),
        (lambda: SWA(learning_rate=0.1), "SWA has no setting 'learning_rate'"),
    ],
)
def test_settings_out_of_range_are_refused(make, message):
    with pytest.raises(SettingError, match=message):
        make()
