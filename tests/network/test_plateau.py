"""A rate that is reduced on a plateau, in a whole run: W of y = W x, whose loss is 6 (W - 2)^2, on both engines."""

from __future__ import annotations

import numpy as np
import pytest

import glassnet as gn
from glassnet.nn.initializers import Constant

ENGINES = ("reference", "native")
X = np.arange(5.0)[:, None]
STUCK = 1 / 6  # the slope of the loss is 12 (W - 2): at this rate W goes from 3 to 1 and back; at half of it, to 2


def line(rate: float | gn.Schedule, engine: str = "reference") -> gn.Network:
    layers = [gn.Dense(1, bias=False, initializer=Constant(3.0))]
    optimizer = gn.GradientDescent(rate)
    return gn.Network(layers, loss="squared", optimizer=optimizer, dtype="float64", seed=0, engine=engine)


def learn(network: gn.Network, **settings) -> gn.Report:
    return network.learn(X, 2 * X, mode="full-batch", **{"epochs": 5, "verbose": 0, **settings})


@pytest.mark.parametrize("engine", ENGINES)
def test_the_rate_is_reduced_where_the_loss_stands_still(engine):
    report = learn(line(gn.ReduceOnPlateau(STUCK, patience=2, factor=0.5), engine))
    np.testing.assert_allclose(report.training_losses, [6, 6, 6, 0, 0, 0], atol=1e-12)
    assert "the learning rate was reduced to 0.0833333 after epoch 2" in report.notes


@pytest.mark.parametrize("engine", ENGINES)
def test_the_loss_is_that_of_the_validation_rows(engine):
    """For y = x it is 24 at W = 3 and 0 at W = 1: better after epoch 1, and no more after epochs 2 and 3."""
    report = learn(line(gn.ReduceOnPlateau(STUCK, patience=2, factor=0.5), engine), validation=(X, X), keep="last")
    np.testing.assert_allclose(report.validation_losses, [24, 0, 24, 0, 6, 6], atol=1e-12)
    assert "the learning rate was reduced to 0.0833333 after epoch 3" in report.notes


@pytest.mark.parametrize("engine", ENGINES)
def test_it_is_apart_from_what_a_callback_sets(engine):
    class Halving(gn.Callback):
        def __init__(self) -> None:
            self.seen: list[float] = []

        def on_begin(self, moment):
            moment.run.rate_scale = 0.5

        def on_epoch_end(self, moment):
            self.seen.append(moment.run.rate_scale)

    halving = Halving()
    report = learn(line(gn.ReduceOnPlateau(2 * STUCK, patience=2, factor=0.5), engine), callbacks=[halving])
    np.testing.assert_allclose(report.training_losses, [6, 6, 6, 0, 0, 0], atol=1e-12)
    assert halving.seen == [0.5] * 5


def test_it_is_apart_from_what_a_divergence_does():
    """At twice the rate the loss grows ninefold an epoch; after the fifth, beyond its bound, the rate is halved."""
    report = learn(line(gn.ReduceOnPlateau(2 * STUCK, patience=6, factor=0.5)), epochs=9)
    expected = [6, 54, 486, 4374, 39366, 354294, 6, 6, 0, 0]
    np.testing.assert_allclose(report.training_losses, expected, rtol=1e-9, atol=1e-9)
    assert "diverged 1 time; the learning rate was scaled by 0.5" in report.notes
    assert "the learning rate was reduced to 0.166667 after epoch 7" in report.notes


def test_each_call_of_learn_begins_anew():
    network = line(gn.ReduceOnPlateau(STUCK, patience=1, factor=0.5))
    learn(network, epochs=0)
    for _ in range(2):
        network.weights["dense_1.weights"] = np.array([[3.0]])
        np.testing.assert_allclose(learn(network, epochs=3).training_losses, [6, 6, 0, 0], atol=1e-12)


def test_with_muon_the_rates_of_both_rules_are_reduced_by_the_same_share():
    """The weights of the last layer, here the only ones, are among the others."""
    rule = gn.ReduceOnPlateau(1.0, patience=2, factor=0.5)
    network = gn.Network(
        [gn.Dense(1, bias=False, initializer=Constant(3.0))], loss="squared", dtype="float64", seed=0,
        optimizer=gn.Muon(rule, others=gn.GradientDescent(STUCK)), engine="reference",
    )  # fmt: skip
    np.testing.assert_allclose(learn(network).training_losses, [6, 6, 6, 0, 0, 0], atol=1e-12)


def test_the_report_tells_of_many_reductions_in_short():
    report = learn(line(gn.ReduceOnPlateau(1e-9, patience=1, factor=0.5)), epochs=8)
    halves = [1e-9 / 2**k for k in (1, 2, 3, 7)]
    first, second, third, last = (f"to {rate:g}" for rate in halves)
    assert (
        f"the learning rate was reduced {first} after epoch 1, {second} after epoch 2, {third} after epoch 3, "
        f"3 times more, {last} after epoch 7"
    ) in report.notes


def test_a_run_that_ends_on_the_plateau_says_that_the_rate_had_no_time_to_fall():
    words = "the run ended before its learning rate was reduced, for which 10 epochs without improvement were needed"
    report = learn(line(gn.ReduceOnPlateau(STUCK)), epochs=None)
    assert any(note.startswith(words) for note in report.notes)
    patient = learn(line(gn.ReduceOnPlateau(STUCK, factor=0.5)), epochs=None, until=gn.Plateau(30))
    assert patient.training_losses[-1] < 1e-20
    assert not any(note.startswith(words) for note in patient.notes)
    reached = learn(line(gn.ReduceOnPlateau(STUCK / 2)), epochs=None, until=gn.TargetLoss(1e-9))
    assert not any(note.startswith(words) for note in reached.notes)
