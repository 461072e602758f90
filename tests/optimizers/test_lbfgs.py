from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glassnet.core.interpret import Interpreter
from glassnet.core.tape import Tape
from glassnet.errors import SettingError
from glassnet.optimizers import LBFGS, SWA, Adam, ClipByNorm, Exponential, MovingAverage, Muon


class Trials:
    """The rule on a function of its own that gives a loss and its delta: recorded once, then a trial at a time."""

    def __init__(self, rule, function, start, *, dtype="float64"):
        self.function, self.w, self.t = function, np.asarray(start, dtype), 0
        self.slots = {name: np.zeros(self.w.shape, dtype) for name in rule.slots()}
        self.slots |= {name: np.float64(value) for name, value in rule.numbers().items()}
        tape = Tape()
        w, d = tape.state("w", self.w.shape, dtype), tape.input("delta", self.w.shape, dtype)
        slots = {name: tape.state(name, value.shape, str(value.dtype)) for name, value in self.slots.items()}
        loss, t, scale = tape.input("loss", (), "float64"), tape.input("t", (), "int64"), tape.setting("scale")
        new, kept = rule.advance(w, d, {**slots, "loss": loss}, t, scale=scale, decayed=False)
        assert kept.keys() == slots.keys()
        for tensor, before in [(new, w), *((kept[name], slots[name]) for name in slots)]:
            assert (tensor.shape, tensor.dtype) == (before.shape, before.dtype)
        self.leaves = [leaf.position for leaf in (w, d, loss, t, scale, *slots.values())]
        self.stepping = Interpreter(tape, [new.position, *(kept[name].position for name in slots)])
        self.answering = Interpreter(tape, [rule.answer(w, slots).position, rule.standing(slots).position])

    def step(self, scale=1.0):
        self.t += 1
        loss, delta = self.function(self.w)
        self.w, *kept = self.stepping.run(self._given(loss, delta, scale), {})
        self.slots = dict(zip(self.slots, kept, strict=True))
        return self.w

    def path(self, steps, scale=1.0):
        return [self.step(scale).tolist() for _ in range(steps)]

    @property
    def answer(self):
        return self.answering.run(self._given(0.0, 0 * self.w, 1.0), {})[0]

    @property
    def standing(self):
        return self.answering.run(self._given(0.0, 0 * self.w, 1.0), {})[1].item()

    @property
    def base(self):
        return self.slots["base"].copy()

    def _given(self, loss, delta, scale):
        values = [self.w, np.asarray(delta, self.w.dtype), np.float64(loss), np.int64(self.t), np.float64(scale)]
        return dict(zip(self.leaves, map(np.asarray, [*values, *self.slots.values()]), strict=True))


def quadratic(scales, at):
    """sum(scales (w - at)^2) / 2."""
    return lambda w: ((scales * (w - at) ** 2).sum() / 2, scales * (w - at))


def rosenbrock(w):
    """100 (w1 - w0^2)^2 + (1 - w0)^2, summed over the neighbours of a chain; its least is 0, at ones."""
    a, b = w[:-1], w[1:]
    delta = np.zeros_like(w)
    delta[:-1] = -400 * a * (b - a * a) - 2 * (1 - a)
    delta[1:] += 200 * (b - a * a)
    return (100 * (b - a * a) ** 2 + (1 - a) ** 2).sum(), delta


def dense_direction(g, pairs):
    """-H g with the matrix H of BFGS written out, from the oldest pair to the newest."""
    if not pairs:
        return -g
    s, y = pairs[-1]
    H = np.eye(len(g)) * (s @ y) / (y @ y)
    for s, y in pairs:
        V = np.eye(len(g)) - np.outer(y, s) / (s @ y)
        H = V.T @ H @ V + np.outer(s, s) / (s @ y)
    return -H @ g


# -- the search along a line, by hand ----------------------------------------------------------------------------------
def test_a_trial_that_went_too_far_is_halved():
    # 8 w^2 from 1/4 has the delta 4: the first trial is 1 away, at -3/4 where the loss is 4.5, then at -1/4 where it
    # is 1/2 as before, then at the least, which is accepted in the step after.
    run = Trials(LBFGS(), quadratic(np.array([16.0]), 0.0), [0.25])
    assert run.path(4) == [[-0.75], [-0.25], [0.0], [0.0]]
    assert run.base == [0.0]


def test_a_trial_that_is_still_too_steep_is_doubled_and_answered_with():
    # w^2 / 2 from 30: at 29 and 28 the slope is not yet 0.9 of that at 30, at 26 it is.
    run = Trials(LBFGS(), quadratic(np.array([1.0]), 0.0), [30.0])
    answers = []
    for expected in (29.0, 28.0, 26.0):
        np.testing.assert_allclose(run.step(), [expected], rtol=1e-15)
        answers.append(run.answer.item())
    np.testing.assert_allclose(answers, [30.0, 29.0, 28.0], rtol=1e-15)
    np.testing.assert_allclose(run.step(), [0.0], atol=1e-13)  # the step of Newton, from 26
    assert run.base == run.answer
    np.testing.assert_allclose(run.answer, [26.0], rtol=1e-15)


def test_the_first_trial_has_the_length_of_the_rate():
    # A rate of 1/2, then of 1/4, scaled by 1/2: from 1/2 with the delta 1/2, whose sum of sizes is below 1.
    function = quadratic(np.array([1.0]), 0.0)
    assert Trials(LBFGS(0.5), function, [0.5]).path(1) == [[0.25]]
    assert Trials(LBFGS(0.5), function, [0.5]).path(1, scale=0.5) == [[0.375]]
    halved = Trials(LBFGS(Exponential(1.0, every=1, factor=0.5)), quadratic(np.array([1.0]), 0.0), [0.5])
    assert halved.path(1) == [[0.0]]


@pytest.mark.parametrize("wrong", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("of", ["loss", "delta"])
def test_a_trial_that_is_not_finite_is_one_that_went_too_far(wrong, of):
    def function(w):
        loss, delta = quadratic(np.array([16.0]), 0.0)(w)
        if w < -0.5:
            return (wrong, delta) if of == "loss" else (-1.0, delta * wrong)
        return loss, delta

    run = Trials(LBFGS(), function, [0.25])
    assert math.isnan(run.standing)
    assert run.path(4) == [[-0.75], [-0.25], [0.0], [0.0]]
    assert run.standing == 0.0
    assert all(np.isfinite(slot).all() for slot in run.slots.values())


def test_a_line_without_a_lower_loss_is_given_up_and_begun_anew_without_pairs():
    run = Trials(LBFGS(), rosenbrock, [-1.2, 1.0])
    run.path(6)
    while run.slots["line trials"] > 0:
        run.step()
    base, pairs = run.base, run.slots["pairs"]
    run.function = lambda w: (1e9, rosenbrock(w)[1])
    run.path(19)
    assert run.slots["pairs"] == pairs > 0
    run.step()
    assert run.w.tolist() == run.answer.tolist() == base.tolist()
    assert run.slots["pairs"] == run.slots["begun"] == 0
    run.step()
    g = rosenbrock(base)[1]
    np.testing.assert_allclose(run.w, base - g / abs(g).sum(), rtol=1e-15)


def test_a_line_that_falls_for_ever_is_left_after_20_trials():
    run = Trials(LBFGS(), lambda w: (-w.sum(), np.array([-1.0])), [0.0])
    run.path(21)  # the base point and 20 trials, of which the last is 2^19 away
    assert run.base == [2.0**19]


# -- the direction -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("memory", [1, 3, 10])
def test_directions_are_those_of_the_matrix_written_out(memory):
    run = Trials(LBFGS(memory=memory), rosenbrock, np.array([-1.2, 1.0, 0.5, -0.3, 0.8]))
    run.step()
    base, pairs = run.base, []
    for _ in range(40):
        run.step()
        if (run.base != base).any():
            s, y = run.base - base, rosenbrock(run.base)[1] - rosenbrock(base)[1]
            assert s @ y > 0
            pairs, base = [*pairs, (s, y)][-memory:], run.base
            expected = dense_direction(rosenbrock(base)[1], pairs)
            np.testing.assert_allclose(run.slots["direction"], expected, rtol=1e-6, atol=1e-9 * abs(expected).max())
    assert len(pairs) == run.slots["pairs"] == min(memory, len(pairs))
    assert run.t == 41


def test_a_pair_of_no_curvature_is_left_out():
    run = Trials(LBFGS(), lambda w: (-w.sum(), np.array([-1.0, -1.0])), [0.0, 0.0])
    run.path(60)
    assert run.slots["pairs"] == 0
    assert run.slots["direction"].tolist() == [1.0, 1.0]


# -- what it comes to --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("dtype", "close"), [("float64", 1e-9), ("float32", 1e-4)])
def test_a_quadratic_is_minimised_in_about_as_many_lines_as_it_has_dimensions(dtype, close):
    scales, at = np.linspace(1.0, 10.0, 6).astype(dtype), np.arange(6.0).astype(dtype)
    run = Trials(LBFGS(), quadratic(scales, at), np.ones(6), dtype=dtype)
    run.path(20)
    np.testing.assert_allclose(run.answer, at, rtol=0, atol=close)


@pytest.mark.parametrize(("start", "evaluations"), [([-1.2, 1.0], 60), ([-1.2, 1.0, -1.2, 1.0, 0.0], 120)])
def test_the_valley_of_rosenbrock_is_followed_to_its_end(start, evaluations):
    run = Trials(LBFGS(), rosenbrock, start)
    run.path(evaluations)
    np.testing.assert_allclose(run.answer, np.ones(len(start)), rtol=1e-8)


@settings(max_examples=25, deadline=None)
@given(start=st.lists(st.floats(-3, 3), min_size=2, max_size=4), memory=st.integers(1, 5))
def test_each_line_ends_lower_than_it_began_and_no_answer_lies_above_its_begin(start, memory):
    run = Trials(LBFGS(memory=memory), rosenbrock, start)
    run.step()
    for _ in range(60):
        before = rosenbrock(run.base)[0]
        run.step()
        assert rosenbrock(run.base)[0] <= before
        assert rosenbrock(run.answer)[0] <= rosenbrock(run.base)[0]


def test_at_the_least_nothing_moves():
    run = Trials(LBFGS(), quadratic(np.array([1.0, 2.0]), 0.0), [0.0, 0.0])
    assert run.path(30) == [[0.0, 0.0]] * 30


def test_a_rate_of_0_moves_nothing():
    assert Trials(LBFGS(0), rosenbrock, [3.0, 1.0]).path(50) == [[3.0, 1.0]] * 50


def test_where_a_run_ends_the_weights_are_the_answer_and_the_pairs_stay():
    rule = LBFGS()
    run = Trials(rule, rosenbrock, [-1.2, 1.0])
    run.path(12)
    answer, pairs = run.answer.copy(), run.slots["pairs"]
    slots = {name: np.array(slot) for name, slot in run.slots.items()}
    rule.settle(run.w, slots)
    run.slots = slots
    assert run.w.tolist() == answer.tolist() == run.answer.tolist()
    run.step()
    assert run.base.tolist() == answer.tolist()
    assert run.slots["pairs"] == pairs > 0


# -- settings ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "setting", [{"memory": 0}, {"memory": 1.5}, {"decrease": 0.0}, {"decrease": 0.95}, {"curvature": 1.0},
                {"l1": 0.1}, {"clip": ClipByNorm(1.0)}, {"accumulate": 4}, {"rates": {"dense_1": 0.5}}],
)  # fmt: skip
def test_settings_that_it_does_not_have_are_refused(setting):
    with pytest.raises(SettingError, match=r"LBFGS: \w+=.*, expected"):
        LBFGS(**setting)


@pytest.mark.parametrize("around", [MovingAverage, SWA, lambda rule: Muon(others=rule)])
def test_it_is_no_part_of_another_rule(around):
    with pytest.raises(SettingError, match=r"(rule|others)=LBFGS.*, expected a rule that"):
        around(LBFGS())
    assert around(Adam()) is not None


def test_the_memory_of_other_libraries_is_named():
    with pytest.raises(SettingError, match="LBFGS has no setting 'history_size'; here it is called 'memory'"):
        LBFGS(history_size=5)
