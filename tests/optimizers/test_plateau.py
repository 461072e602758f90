"""The rule by which a rate is reduced where the loss no longer improves."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glassnet.errors import SettingError
from glassnet.optimizers import Adam, Cosine, GradientDescent, MovingAverage, Muon, ReduceOnPlateau, Warmup
from glassnet.optimizers.lookup import optimizer_from

LOSSES = [1.0, 0.8, 0.81, 0.82, 0.7, 0.7, 0.69995, 0.71, 0.72, 0.6, *[0.65] * 10]


def rates(rule: ReduceOnPlateau, losses: list[float]) -> list[float]:
    """The rate after each loss; what the rule knows passes through JSON each time."""
    state: dict = {}
    found = []
    for loss in losses:
        state = rule.judge(json.loads(json.dumps(state)), loss)
        found.append(rule.rate * state["scale"])
    return found


def test_the_rate_falls_with_the_last_epoch_of_its_patience():
    assert rates(ReduceOnPlateau(1.0, patience=2, factor=0.5), [3, 2, 2, 2, 1, 1, 1]) == [1, 1, 1, 0.5, 0.5, 0.5, 0.25]


def test_epochs_that_cool_down_are_not_counted():
    losses = [1.0] * 9
    assert rates(ReduceOnPlateau(1.0, 2, 0.5), losses) == [1, 1, 0.5, 0.5, 0.25, 0.25, 0.125, 0.125, 0.0625]
    cooled = ReduceOnPlateau(1.0, 2, 0.5, cooldown=1)
    assert rates(cooled, losses) == [1, 1, 0.5, 0.5, 0.5, 0.25, 0.25, 0.25, 0.125]


def test_the_rate_stops_at_the_lowest():
    assert rates(ReduceOnPlateau(1.0, 1, 0.5, lowest=0.3), [1.0] * 5) == [1, 0.5, 0.3, 0.3, 0.3]
    assert rates(ReduceOnPlateau(1.0, 1, 0.5, lowest=1.0), [1.0] * 3) == [1, 1, 1]


def test_an_improvement_too_small_and_nan_do_not_count():
    assert rates(ReduceOnPlateau(1.0, 2, 0.5, least=0.01), [1.0, 0.995, 0.991]) == [1, 1, 0.5]
    assert rates(ReduceOnPlateau(1.0, 2, 0.5, least=0.001), [1.0, 0.995, 0.991]) == [1, 1, 1]
    assert rates(ReduceOnPlateau(1.0, 2, 0.5), [1.0, math.nan, math.nan]) == [1, 1, 0.5]
    assert rates(ReduceOnPlateau(1.0, 2, 0.5, least=0.01), [-1.0, -1.005, -1.02]) == [1, 1, 1]


def test_it_reduces_as_pytorch_does_with_a_patience_of_one_less():
    # From torch.optim.lr_scheduler.ReduceLROnPlateau of PyTorch 2.13 with patience=1 and patience=2.
    cooled = [0.1] * 3 + [0.05] * 4 + [0.025] * 4 + [0.02] * 9
    np.testing.assert_allclose(rates(ReduceOnPlateau(0.1, 2, 0.5, lowest=0.02, cooldown=2), LOSSES), cooled, rtol=1e-12)
    plain = [0.1] * 7 + [0.01] * 5 + [1e-3] * 3 + [1e-4] * 3 + [1e-5] * 2
    np.testing.assert_allclose(rates(ReduceOnPlateau(0.1, 3), LOSSES), plain, rtol=1e-12)


@settings(deadline=None, max_examples=200, derandomize=True, database=None)
@given(
    losses=st.lists(st.sampled_from([-2.0, -1.0, 0.0, 0.5, 0.5001, 1.0, 2.0, math.inf, math.nan]), min_size=1),
    patience=st.integers(1, 4),
    cooldown=st.integers(0, 3),
    lowest=st.sampled_from([0.0, 0.1, 1.0]),
)
def test_it_counts_from_the_last_improvement_or_the_end_of_cooling_whichever_is_later(
    losses, patience, cooldown, lowest
):
    least, rate, counted_from, best, expected = 0.01, 1.0, -1, math.inf, []
    for i, loss in enumerate(losses):
        if loss < math.inf and (best == math.inf or best - loss > least * abs(best)):
            best, counted_from = loss, max(counted_from, i)
        elif i - counted_from == patience and rate > lowest:
            rate, counted_from = max(rate / 4, lowest), i + cooldown
        expected.append(rate)
    assert rates(ReduceOnPlateau(1.0, patience, 0.25, least, lowest, cooldown), losses) == expected


def test_on_the_tape_the_rate_is_constant(at):
    assert at(ReduceOnPlateau(0.3), 1, 2, 10**6) == [0.3, 0.3, 0.3]
    assert at(Warmup(ReduceOnPlateau(0.3), 2), 1, 2, 3, 9) == pytest.approx([0.1, 0.2, 0.3, 0.3])


def test_it_is_found_behind_a_warm_up_and_an_average_and_nowhere_else():
    rule = ReduceOnPlateau(0.1)
    assert Warmup(rule, 3).plateau is rule
    assert MovingAverage(Muon(rule)).schedule.plateau is rule
    assert Adam(Cosine(0.1, 9)).schedule.plateau is None
    assert Adam(0.1).schedule.plateau is None


def test_muon_has_one_for_both_of_its_rules():
    with pytest.raises(SettingError, match=r"others=.*ReduceOnPlateau, which is given to Muon for both"):
        Muon(0.02, others=Adam(Warmup(ReduceOnPlateau(0.1), 3)))


def test_it_comes_back_from_a_file():
    written = json.loads(json.dumps(GradientDescent(ReduceOnPlateau(0.1, 5, cooldown=2)).settings()))
    read = optimizer_from("GradientDescent", written).learning_rate
    assert repr(read) == "ReduceOnPlateau(rate=0.1, patience=5, cooldown=2)"


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"rate": 0.0}, r"rate=0.0, expected a number in \(0, inf\)"),
        ({"patience": 0}, "patience=0, expected a whole number of at least 1"),
        ({"factor": 1.0}, r"factor=1.0, expected a number in \(0, 1\)"),
        ({"least": 1.0}, "least=1.0"),
        ({"lowest": 0.2}, r"lowest=0.2, expected a number in \[0, 0.1\]"),
        ({"cooldown": -1}, "cooldown=-1"),
        ({"min_lr": 0.01}, "has no setting 'min_lr'; here it is called 'lowest'"),
    ],
)
def test_settings_out_of_range_are_refused(settings, words):
    with pytest.raises(SettingError, match=words):
        ReduceOnPlateau(**{"rate": 0.1, **settings})
