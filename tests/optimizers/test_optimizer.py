from __future__ import annotations

import copy
import dataclasses
import pickle
from dataclasses import dataclass

import numpy as np
import pytest

from glassnet.core.interpret import evaluate
from glassnet.core.tape import Tape
from glassnet.errors import SettingError
from glassnet.optimizers import (
    LAMB,
    OPTIMIZERS,
    SWA,
    Adadelta,
    Adagrad,
    Adam,
    AdaMax,
    AdamW,
    AMSGrad,
    Cosine,
    GradientDescent,
    Lion,
    Momentum,
    MovingAverage,
    Nadam,
    Optimizer,
    RAdam,
    RMSprop,
    ScheduleFreeAdamW,
    Step,
)

RULES = [
    GradientDescent(0.02),
    Momentum(0.01),
    Momentum(0.01, nesterov=True),
    RMSprop(Step(0.05, every=300)),
    Adam(Step(0.1, every=400)),
    AdamW(Step(0.1, every=400), weight_decay=0.0),
    Adagrad(1.0),
    Adadelta(1.0, epsilon=1e-3),
    AdaMax(Step(0.1, every=400)),
    Nadam(Step(0.1, every=400)),
    RAdam(Step(0.1, every=600)),
    AMSGrad(Step(0.1, every=400)),
    Lion(Step(0.05, every=300)),
    LAMB(Step(0.05, every=200), weight_decay=0.0),
]
AVERAGES = [
    ScheduleFreeAdamW(0.5, beta2=0.99),
    MovingAverage(Adam(Step(0.1, every=400)), decay=0.9),
    SWA(Adam(Step(0.1, every=400)), start=1000, every=10),
]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("rule", RULES + AVERAGES, ids=lambda rule: type(rule).__name__)
def test_each_rule_minimises_a_quadratic(steps, rule, dtype):
    # The loss (w - 2)^2 / 2 + 10 (u + 1)^2, its least at (2, -1).
    run = steps(rule, [5.0, 3.0], dtype=dtype)
    for _ in range(1200):
        run.step((run.w - [2, -1]) * [1, 20])
    np.testing.assert_allclose(run.answered(), [2, -1], rtol=0, atol=2e-3)
    assert run.w.dtype == dtype


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: type(rule).__name__)
def test_slots_start_at_0_and_the_answer_is_the_weights(steps, rule):
    run = steps(rule, [1.0])
    assert all(value == 0 for value in rule.slots().values())
    assert run.answer.position == run.interpreter.wanted[0]


def test_penalty_adds_its_strength_times_the_weight_to_the_delta(steps):
    # 0.5 / 2 x 3^2 has the slope 1.5 at 3; 3 - 0.1 x (2 + 1.5).
    assert steps(GradientDescent(0.1, l2=0.5), 3.0).path([2.0]) == pytest.approx([2.65], rel=1e-15)
    spared = steps(GradientDescent(0.1, l2=0.5), 3.0, decayed=False).path([2.0])
    assert spared == pytest.approx([2.8], rel=1e-15)


def test_absolute_penalty_adds_its_strength_with_the_sign_of_the_weight(steps):
    run = steps(GradientDescent(0.1, l1=0.5, l2=1.0), [3.0, -3.0, 0.0])
    np.testing.assert_allclose(run.path([[2.0, 2.0, 2.0]]), [[3 - 0.55, -3 + 0.15, -0.2]], rtol=1e-15)
    spared = steps(GradientDescent(0.1, l1=0.5), 3.0, decayed=False).path([2.0])
    assert spared == pytest.approx([2.8], rel=1e-15)


def test_absolute_penalty_does_not_move_a_weight_at_0_and_shows_nan(steps):
    run = steps(GradientDescent(0.1, l1=0.5), [0.0, np.nan])
    np.testing.assert_array_equal(run.path([0.0]), [[0.0, np.nan]])


@pytest.mark.parametrize(
    "rule", [rule for name, rule in OPTIMIZERS.items() if name not in ("LBFGS", "MovingAverage", "SWA")]
)
def test_penalties_are_the_same_in_every_rule(steps, rule):
    penalised, plain = steps(rule(0.1, l2=0.3, l1=0.2), [[1.0, -4.0]]), steps(rule(0.1), [[1.0, -4.0]])
    for delta in (0.5, -1.0, 0.25):
        plain.step(delta + 0.3 * plain.w + 0.2 * np.sign(plain.w))
        np.testing.assert_allclose(penalised.step(delta), plain.w, rtol=1e-14)


def test_what_the_penalties_add_to_the_loss():
    # 0.5 / 2 x (9 + 1) + 2 x (3 + 1)
    tape = Tape()
    w = tape.input("w", (2,), "float32")
    assert [value.item() for value in evaluate([Adam(l2=0.5, l1=2.0).penalty(w)], {w: [3.0, -1.0]})] == [10.5]


def test_scale_multiplies_the_rate(steps):
    assert steps(GradientDescent(0.5), 1.0).path([1, 1], scales=[1.0, 0.5]) == [0.5, 0.25]


def test_rate_follows_the_schedule_from_step_1(steps):
    path = steps(GradientDescent(Cosine(1.0, steps=2)), 1.0).path([1, 1, 1])
    np.testing.assert_allclose(path, [0.0, -0.5, -0.5], atol=1e-15)


def test_a_rate_of_0_moves_nothing(steps):
    assert steps(Adam(0), 1.0).path([1.0]) == [1.0]


@pytest.mark.parametrize("rate", [-0.1, float("nan"), float("inf"), "0.1", None, True])
def test_learning_rate_out_of_range_is_refused(rate):
    with pytest.raises(SettingError, match=r"Adam: learning_rate=.*, expected a number in \[0, inf\) or a Schedule"):
        Adam(rate)


def test_familiar_settings_are_answered_with_our_name():
    with pytest.raises(
        SettingError, match=r"Adam has no setting 'lr'; here it is called 'learning_rate'\. It has learning"
    ):
        Adam(lr=0.1)
    with pytest.raises(SettingError, match="Adam has no setting 'weight_decay'; here it is called 'l2'"):
        Adam(weight_decay=0.1)
    with pytest.raises(SettingError, match="RMSprop has no setting 'epsilom'; did you mean 'epsilon'"):
        RMSprop(epsilom=0.1)
    with pytest.raises(SettingError, match=r"GradientDescent has no setting 'momentum'\. It has learning_rate, l2"):
        GradientDescent(momentum=0.9)


def test_the_penalty_is_given_by_name_only():
    with pytest.raises(TypeError):
        GradientDescent(0.1, 0.5)


def test_optimizers_are_frozen_and_compared_by_identity():
    with pytest.raises(AttributeError):
        Adam().learning_rate = 1
    assert Adam() != Adam()


@dataclass(frozen=True, eq=False)
class Averaged(Optimizer):
    """The delta rule that answers with a running mean of its weights."""

    share: float = 0.5

    def slots(self):
        return {"average": 0.0}

    def update(self, w, delta, slots, rate, t):
        w = w - rate.cast(w.dtype) * delta
        return w, {"average": slots["average"] * (1 - self.share) + w * self.share}

    def answer(self, w, slots):
        return slots["average"]


def test_an_own_rule_is_a_formula(steps):
    run = steps(Averaged(0.1, share=0.25, l2=1.0), [1.0])
    run.step(2.0)  # 1 - 0.1 x (2 + 1)
    np.testing.assert_allclose(run.w, [0.7])
    np.testing.assert_allclose(run.slots["average"], [0.175])
    assert run.answer.position == run.interpreter.wanted[1]


def test_an_own_rule_needs_no_decorator(steps):
    class Sign(Optimizer):
        def update(self, w, delta, slots, rate, t):
            return w - rate.cast(w.dtype) * (delta / abs(delta)), {}

    assert steps(Sign(0.5), 1.0).path([-3.0, 7.0]) == [1.5, 1.0]


def test_a_rule_without_update_cannot_be_made():
    class Nothing(Optimizer):
        pass

    with pytest.raises(TypeError, match="update"):
        Nothing(0.1)


def test_rate_and_corrections_are_float64_scalars_beside_a_float32_array():
    tape = Tape()
    seen = []

    class Watched(Optimizer):
        def update(self, w, delta, slots, rate, t):
            seen.append((rate, t))
            return w, {}

    w = tape.state("w", (3,), "float32")
    Watched(0.1).advance(w, w, {}, tape.constant(7, "int64"), scale=tape.constant(0.5), decayed=True)
    assert [(tensor.dtype, tensor.shape) for tensor in seen[0]] == [("float64", ())] * 2
    assert [value.item() for value in evaluate(list(seen[0]), {})] == [0.05, 7.0]


@pytest.mark.parametrize("rule", RULES + AVERAGES, ids=lambda rule: type(rule).__name__)
def test_rules_are_copied_pickled_and_replaced(rule):
    for twin in (copy.deepcopy(rule), pickle.loads(pickle.dumps(rule)), dataclasses.replace(rule)):
        assert twin.settings() == rule.settings()


def test_a_replaced_setting_is_checked():
    rule = Adam(0.1)
    with pytest.raises(SettingError, match="l2=-1"):
        dataclasses.replace(rule, l2=-1)
