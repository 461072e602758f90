"""What learning would take: counted as it will go, measured on a copy, and nothing is learnt."""

from __future__ import annotations

import math
import subprocess
import sys

import numpy as np
import pytest

import glassnet as gn
from glassnet.errors import NotLearntError, SchemaError, SettingError

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(1000, 4))
Y = X @ [1.0, -2.0, 0.5, 0.0]
TABLE = {"a": X[:300, 0], "b": X[:300, 1], "y": Y[:300]}


def small(**settings) -> gn.Network:
    return gn.Network([gn.Dense(8, "tanh"), gn.Dense(1)], loss="squared", seed=0, **settings)


@pytest.mark.parametrize(
    ("asked", "steps", "judgements"),
    [
        ({"batch_size": 50, "epochs": 3}, 60, 4),  # before the first epoch, and after each
        ({"batch_size": 300, "epochs": 3}, 12, 4),
        ({"mode": "full-batch", "epochs": 7}, 7, 8),
        ({"batch_size": 100, "until": gn.Steps(25)}, 25, 3),
        ({"batch_size": 100, "until": gn.Plateau(3) | gn.Epochs(10)}, 100, 11),
        ({"batch_size": 100, "epochs": 4, "validation": 0.5}, 20, 5),
    ],
)
def test_steps_and_measured_losses_are_those_of_the_run(asked, steps, judgements):
    estimate = small().estimate(X, Y, **asked)
    assert (estimate.steps, estimate.judgements) == (steps, judgements)
    if "Plateau" not in repr(asked):
        report = small().learn(X, Y, **asked)
        assert (report.steps, len(report.training_losses)) == (steps, judgements)
    parts = estimate.preparation + steps * estimate.step + judgements * estimate.judgement + estimate.ending
    assert estimate.seconds == pytest.approx(parts)


def test_an_ensemble_is_counted_by_its_plan():
    network = gn.Network(seed=0)
    estimate = network.estimate(TABLE, target="y")
    assert (estimate.steps, estimate.steps_an_epoch) == (400, math.ceil(300 / 32))
    assert "about" in str(estimate)
    assert "400" in str(estimate)
    report = network.learn(TABLE, target="y")
    assert (report.steps, len(report.training_losses)) == (estimate.steps, estimate.judgements)
    limited = gn.Network(seed=0).estimate(TABLE, target="y", time_limit=3)
    assert limited.limit == 3
    assert limited.steps < estimate.steps


def test_where_a_rule_decides_on_the_way_an_epoch_is_told():
    estimate = small().estimate(X, Y, batch_size=100, until=gn.Plateau(3))
    assert estimate.seconds is None
    assert estimate.epoch == pytest.approx(10 * estimate.step + estimate.judgement)
    assert "decided on the way: Plateau(patience=3)" in str(estimate)
    limited = small().estimate(X, Y, batch_size=100, until=gn.Plateau(3) | gn.Seconds(5))
    assert (limited.seconds, limited.limit) == (5, 5)
    assert limited.to_json()["seconds"] == 5
    assert estimate.to_json()["limit"] is None


@pytest.mark.parametrize("engine", ["native", "reference"])
def test_nothing_is_learnt(engine):
    asked, plain = small(engine=engine), small(engine=engine)
    asked.estimate(X, Y, epochs=2)
    with pytest.raises(NotLearntError):
        asked.predict(X)
    for network in (asked, plain):
        network.learn(X, Y, epochs=2, batch_size=100)
    asked.estimate(X, Y, batch_size=10, epochs=5)
    assert all(np.array_equal(array, plain.weights[name]) for name, array in asked.weights.items())
    for network in (asked, plain):
        network.learn(X, Y, epochs=1, batch_size=100)
    assert all(np.array_equal(array, plain.weights[name]) for name, array in asked.weights.items())
    assert asked.predict(X).tolist() == plain.predict(X).tolist()


WIDE = """
import numpy as np
import glassnet as gn
wide = np.random.default_rng(0).normal(size=(100_000, 100))
network = gn.Network([gn.Dense(8, "tanh"), gn.Dense(1)], loss="squared", seed=0)
estimate = network.estimate(wide, wide[:, 0], batch_size=1000, epochs=1)
print(-1 if estimate.memory is None else estimate.memory - estimate.before)
"""


def test_memory_holds_the_rows_that_are_learnt_from():
    """80 MB, and 40 MB as float32; in a process of its own, as one that has let go of memory takes that again."""
    grown = int(subprocess.run([sys.executable, "-c", WIDE], check=True, capture_output=True, text=True).stdout)
    if grown < 0:
        pytest.skip("the system does not say what a process holds")
    assert 35e6 < grown < 250e6


def test_batches_that_can_be_made_again_are_counted_and_an_iterator_is_left_alone():
    def batches():
        for start in range(0, 1000, 100):
            yield X[start : start + 100], Y[start : start + 100]

    iterator = batches()
    with pytest.raises(SettingError, match="used up"):
        small().estimate(iterator, epochs=1)
    assert len(list(iterator)) == 10
    assert small().estimate(batches, batch_size=50, epochs=2).steps == 40


def test_what_cannot_be_learnt_from_is_said_as_learn_says_it():
    for wrong in ({"target": "z"}, {"target": "y", "epochs": 0.5}):
        with pytest.raises((SchemaError, SettingError)) as of_learn:
            gn.Network(seed=0).learn(TABLE, **wrong)
        with pytest.raises(type(of_learn.value)) as found:
            gn.Network(seed=0).estimate(TABLE, **wrong)
        assert str(found.value) == str(of_learn.value)
    with pytest.raises(SettingError, match=r"estimate has no.*epoch"):
        gn.Network(seed=0).estimate(TABLE, target="y", epoch=3)
