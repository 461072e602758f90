from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glassnet.core.interpret import evaluate
from glassnet.core.tape import Tape
from glassnet.errors import SettingError
from glassnet.optimizers import Constant, Cosine, Exponential, OneCycle, Polynomial, Step, Warmup


def test_constant(at):
    assert at(Constant(0.1), 1, 2, 10**9) == [0.1, 0.1, 0.1]


def test_cosine_first_middle_last_and_after(at):
    first, middle, last, after, later = at(Cosine(0.8, steps=100), 1, 51, 100, 101, 10**6)
    assert first == 0.8
    np.testing.assert_allclose(middle, 0.4, rtol=1e-14)
    np.testing.assert_allclose(last, 0.8 * math.sin(math.pi / 200) ** 2, rtol=1e-12)
    assert after == later == 0.0


def test_cosine_falls_to_its_final_rate(at):
    quarter, after = at(Cosine(0.9, steps=8, final=0.1), 3, 9)
    np.testing.assert_allclose(quarter, 0.1 + 0.4 * (1 + math.sqrt(0.5)), rtol=1e-14)
    assert after == 0.1


def test_cosine_warms_up_along_a_line(at):
    rates = at(Cosine(1.0, steps=10, warmup=3), 1, 2, 3, 4, 5, 10, 11)
    expected = [0.25, 0.5, 0.75, 1.0, (1 + math.cos(math.pi / 7)) / 2, (1 + math.cos(6 * math.pi / 7)) / 2, 0.0]
    np.testing.assert_allclose(rates, expected, rtol=1e-12)


def test_cosine_of_one_step(at):
    assert at(Cosine(0.5, steps=1), 1, 2) == [0.5, 0.0]


@settings(deadline=None, max_examples=100, derandomize=True, database=None)
@given(
    rate=st.floats(0, 1e3),
    share=st.floats(0, 1),
    steps=st.integers(1, 10**6),
    rise=st.floats(0, 1),
    t=st.floats(1, 2e6),
)
def test_cosine_is_the_formula_and_stays_between_its_rates(rate, share, steps, rise, t):
    t, warmup, final = math.floor(t), min(steps - 1, int(rise * steps)), share * rate
    tape = Tape()
    step = tape.input("t", (), "float64")
    (found,) = evaluate([Cosine(rate, steps, warmup, final).at(step)], {step: t})
    p = min(1, (t - 1 - warmup) / (steps - warmup))
    fall = final + (rate - final) * (1 + math.cos(math.pi * p)) / 2
    np.testing.assert_allclose(
        found, rate * t / (warmup + 1) if t <= warmup + 1 else fall, rtol=1e-9, atol=1e-12 * rate
    )
    assert 0 <= found <= rate * (1 + 1e-12)


def test_step_drops_after_every_so_many_steps(at):
    rates = at(Step(0.8, every=10, factor=0.5), 1, 10, 11, 20, 21, 101)
    assert rates == [0.8, 0.8, 0.4, 0.4, 0.2, 0.8 * 0.5**10]


def test_step_counts_exactly_far_out(at):
    every = 3_333_333
    assert at(Step(1.0, every=every, factor=0.5), 7 * every, 7 * every + 1) == [0.5**6, 0.5**7]


def test_exponential_is_step_at_whole_multiples_and_smooth_between(at):
    rates = at(Exponential(0.8, every=10, factor=0.25), 1, 6, 11, 21, 1001)
    np.testing.assert_allclose(rates, [0.8, 0.4, 0.2, 0.05, 0.8 * 0.25**100], rtol=1e-12)


def test_exponential_a_step(at):
    # From ExponentialLR of PyTorch 2.13.
    assert at(Exponential(1.0, every=1, factor=0.5), 1, 2, 3, 4) == [1.0, 0.5, 0.25, 0.125]


def test_polynomial_first_last_and_after(at):
    # From PolynomialLR(total_iters=5, power=2) of PyTorch 2.13.
    rates = at(Polynomial(1.0, steps=5, power=2.0), 1, 2, 3, 4, 5, 6, 7, 10**9)
    np.testing.assert_allclose(rates, [1.0, 0.64, 0.36, 0.16, 0.04, 0.0, 0.0, 0.0], rtol=1e-12)


def test_polynomial_along_a_line_to_its_final_rate(at):
    rates = at(Polynomial(1.0, steps=4, final=0.2), 1, 2, 4, 5, 6)
    np.testing.assert_allclose(rates, [1.0, 0.8, 0.4, 0.2, 0.2], rtol=1e-15)
    assert at(Polynomial(0.5, steps=10, power=0.5), 11, 12) == [0.0, 0.0]


def test_one_cycle(at):
    # From OneCycleLR(total_steps=11, pct_start=5/11) of PyTorch 2.13, whose last step is the one after ours.
    rates = at(OneCycle(1.0, steps=10, rise=0.4), *range(1, 12))
    expected = [0.04, 0.1805887450304573, 0.52, 0.8594112549695427, 1.0, 0.9330129698414118, 0.750001, 0.500002]
    np.testing.assert_allclose(rates, [*expected, 0.250003, 0.06699103015858822, 4e-6], rtol=1e-9)


def test_one_cycle_stays_at_its_final_rate(at):
    assert at(OneCycle(0.5, steps=10, first=1.0, final=0.5), 1, 4, 11, 12, 10**9) == [0.5, 0.5, 0.25, 0.25, 0.25]


def test_warm_up_before_a_constant_rate(at):
    np.testing.assert_allclose(at(Warmup(1.0, 3), 1, 2, 3, 4, 5, 10**6), [0.25, 0.5, 0.75, 1, 1, 1], rtol=1e-15)


@pytest.mark.parametrize("following", [Step(0.8, every=3), OneCycle(0.5, 10), Polynomial(1.0, 7), Cosine(0.4, 9, 2)])
def test_warm_up_moves_what_follows(at, following):
    moved = at(Warmup(following, 5), *range(1, 31))
    first = at(following, 1)[0]
    np.testing.assert_allclose(moved[:5], first * np.arange(1, 6) / 6, rtol=1e-14)
    assert moved[5:] == at(following, *range(1, 26))


def test_warm_up_of_no_steps_changes_nothing(at):
    assert at(Warmup(Step(0.8, every=3), 0), *range(1, 10)) == at(Step(0.8, every=3), *range(1, 10))


def test_warm_up_and_the_one_of_cosine_are_the_same(at):
    t = range(1, 30)
    np.testing.assert_allclose(
        at(Warmup(Cosine(0.7, 16, final=0.1), 4), *t), at(Cosine(0.7, 20, warmup=4, final=0.1), *t), rtol=1e-14
    )


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Constant(-0.1), r"Constant: rate=-0.1, expected a number in \[0, inf\)"),
        (lambda: Cosine(float("inf"), 10), "Cosine: rate=inf"),
        (lambda: Cosine(0.1, 0), "Cosine: steps=0, expected a whole number of at least 1"),
        (lambda: Cosine(0.1, 2.5), "Cosine: steps=2.5"),
        (lambda: Cosine(0.1, 10, warmup=10), "Cosine: warmup=10, expected fewer than steps=10"),
        (lambda: Cosine(0.1, 10, warmup=-1), "Cosine: warmup=-1"),
        (lambda: Cosine(0.1, 10, final=0.2), r"Cosine: final=0.2, expected a number in \[0, 0.1\]"),
        (lambda: Step(0.1, 0), "Step: every=0"),
        (lambda: Exponential(-1, 5), "Exponential: rate=-1"),
        (lambda: Exponential(0.1, 0), "Exponential: every=0"),
        (lambda: Exponential(0.1, 5, factor=1.5), r"Exponential: factor=1.5, expected a number in \(0, 1\]"),
        (lambda: Polynomial(0.1, 0), "Polynomial: steps=0"),
        (lambda: Polynomial(0.1, 5, power=0), "Polynomial: power=0"),
        (lambda: Polynomial(0.1, 5, final=0.2), r"Polynomial: final=0.2, expected a number in \[0, 0.1\]"),
        (lambda: OneCycle(0.1, 0), "OneCycle: steps=0"),
        (lambda: OneCycle(0.1, 5, rise=1.0), r"OneCycle: rise=1.0, expected a number in \(0, 1\)"),
        (lambda: OneCycle(0.1, 5, first=2), "OneCycle: first=2"),
        (lambda: OneCycle(0.1, 5, final=-1), "OneCycle: final=-1"),
        (lambda: Warmup(-0.1, 5), "Warmup: rate=-0.1"),
        (lambda: Warmup(0.1, -1), "Warmup: steps=-1, expected a whole number of at least 0"),
        (lambda: Step(0.1, 5, factor=0), r"Step: factor=0, expected a number in \(0, 1\]"),
    ],
)
def test_settings_out_of_range_are_refused(make, message):
    with pytest.raises(SettingError, match=message):
        make()


# -- where they come to rest -------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "schedule",
    [
        Cosine(0.5, steps=40, warmup=4, final=0.1),
        Polynomial(0.5, steps=40, power=2.0, final=0.1),
        OneCycle(0.5, steps=40, final=0.2),
        Warmup(Cosine(0.5, steps=30), 10),
    ],
    ids=repr,
)
def test_a_schedule_that_ends_has_its_last_rate_from_the_step_after_on(at, schedule):
    steps, rate = schedule.end
    before, last, after, later = at(schedule, steps - 1, steps, steps + 1, 10**6)
    assert before != last != after
    np.testing.assert_allclose([after, later], rate, rtol=1e-15)


@pytest.mark.parametrize("schedule", [Constant(0.1), Step(0.1, every=3), Exponential(0.1, every=3)], ids=repr)
def test_a_schedule_without_an_end_says_so(schedule):
    assert schedule.end is None
    assert Warmup(schedule, 5).end is None
