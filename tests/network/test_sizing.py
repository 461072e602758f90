"""A planned network that is given less time, or other epochs and batches: what its plan makes of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import glassnet as gn
from glassnet.plan import Effort, Size, judged_every, within

WHOLE = Size.of(60_000, 0)
EFFORT = Effort(features=200, outputs=1, pace=1e10)


def table(rows: int) -> dict[str, list[float]]:
    x = np.random.default_rng(0).normal(size=(2, rows))
    return {"a": x[0].tolist(), "b": x[1].tolist(), "y": (x[0] - 2 * x[1]).tolist()}


def choice(network: gn.Network, what: str) -> str:
    return next(each.choice for each in network.plan if each.what == what)


def test_the_time_of_a_step_is_that_of_its_products():
    """By hand: 2 members of 3 units, 5 features, 1 output, 4 rows: 5*3 + 3*3 + (3 + 5)*1 = 32 weights.

    Muon on 5 x 3: 4*9*5 + 6*4*27 = 828, on 3 x 3: 4*9*3 + 648 = 756; 2 * (6*4*32 + 828 + 756) = 4704.
    """
    size = Size(rows=10, classes=0, folds=2, groups=WHOLE.groups[:1], width=3, steps=9, batch_size=4)
    effort = Effort(features=5, outputs=1, pace=1000)
    assert effort.step(size) == pytest.approx(4.704)
    assert effort.judgement(size) == pytest.approx(2 * 10 * 32 / 1000)  # every row once in a group


def test_the_time_to_start_at_the_least_loss_is_that_of_the_linear_members():
    """By hand: 8 members, 2 * 1000 * 200 * 200 products of 1,000 rows and 200 features, and 15 * 200^3.

    The loss of classes is found by 250 steps besides, of 4 * 1000 * 200 products for each output.
    """
    assert EFFORT.start(Size.of(1000, 0)) == pytest.approx(8 * (80e6 + 120e6) / 1e10)
    of_classes = replace(EFFORT, searched=1)
    assert of_classes.start(Size.of(1000, 2)) == pytest.approx(8 * (80e6 + 120e6 + 200e6) / 1e10)
    assert of_classes.start(Size.of(1000, 2, linear=False)) == 0
    assert Effort(features=2000, outputs=1, pace=1e10).start(Size.of(5000, 0)) == 0  # which is not solved for


@pytest.mark.parametrize(
    ("rows", "classes", "steps", "span"),
    [
        (200, 0, 400, 20),  # numbers: a twentieth of a short run
        (200, 2, 400, 100),  # classes: a quarter, and no more than 100
        (200, 2, 100, 25),
        (5000, 0, 800, 100),
        (60_000, 0, 1600, 100),
        (200, 0, 10, 1),  # no mean at all
    ],
)
def test_the_mean_of_weights_goes_back_a_part_of_a_short_run_and_100_steps_of_a_longer_one(rows, classes, steps, span):
    assert replace(Size.of(rows, classes), steps=steps).memory == pytest.approx(1 - 1 / span)


def test_numbers_have_dropout_in_the_strong_group_alone():
    assert [group.dropout for group in Size.of(1000, 0).groups] == [0.0, 0.0, 0.2, 0.0]
    assert [group.dropout for group in Size.of(1000, 3).groups] == [0.0, 0.1, 0.2, 0.0]


def test_with_time_enough_nothing_is_smaller():
    assert within(WHOLE, 1e6, EFFORT) == WHOLE


def test_less_time_takes_steps_then_groups_then_folds():
    sizes = [within(WHOLE, seconds, EFFORT) for seconds in np.geomspace(1000, 0.1, 200)]
    order = [(size.folds, len(size.groups), size.steps) for size in sizes]
    assert order[0] == (8, 3, 1600)
    assert order[-1] == (4, 1, 50)
    assert all(steps >= 50 for _, _, steps in order)
    members = [(folds, groups) for folds, groups, _ in order]
    assert members == sorted(members, reverse=True)
    assert {(8, 3), (8, 2), (8, 1)} < set(members)


@pytest.mark.parametrize("seconds", [10.0, 20.0, 60.0])
def test_what_is_planned_takes_no_more_than_the_time(seconds):
    size = within(WHOLE, seconds, EFFORT)
    judged = -(-size.steps // judged_every(size, seconds, EFFORT))
    assert size.steps * EFFORT.step(size) + judged * EFFORT.judgement(size) <= seconds


def test_fewer_folds_than_the_fewest_are_kept():
    few = Size.of(3, 0)
    assert within(few, 0.0, EFFORT).folds == 3


def test_a_limit_too_short_for_the_plan_makes_it_smaller_and_the_plan_says_so():
    network = gn.Network(seed=0)
    report = network.learn(table(300), target="y", time_limit=0.01)
    assert report.steps == 50
    assert choice(network, "steps") == "50"
    assert choice(network, "time limit") == "0.01 s, for 50 steps of 4 members"
    assert report.score["r2"] > 0.5
    assert report.seconds > 0.01  # reading and compiling count


def test_a_limit_far_away_changes_nothing():
    network = gn.Network(seed=0)
    network.learn(table(60), target="y", time_limit=1e6, until=gn.Steps(1))
    assert not any(each.what == "time limit" for each in network.plan)
    assert choice(network, "steps") == "400"


def test_epochs_and_batches_that_are_given_are_those_of_the_schedule():
    network = gn.Network(seed=0)
    report = network.learn(table(100), target="y", epochs=6, batch_size=30)
    assert report.steps == 24  # 6 times 4 batches
    assert choice(network, "steps") == "24"
    assert choice(network, "batches").startswith("30 rows")
    last = network.learn(table(100), target="y", epochs=1)
    assert any("had come to its last value" in note for note in last.notes)
