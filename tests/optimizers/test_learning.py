"""A small network learns with every rule, on both engines, and both take the same way."""

from __future__ import annotations

import numpy as np
import pytest

import glassnet as gn
from glassnet.optimizers import OPTIMIZERS, SCHEDULES

RULES = {
    "GradientDescent": gn.GradientDescent(0.1),
    "Momentum": gn.Momentum(0.02),
    "Nesterov": gn.Momentum(0.02, nesterov=True),
    "Adagrad": gn.Adagrad(0.2),
    "Adadelta": gn.Adadelta(decay=0.9),
    "RMSprop": gn.RMSprop(0.01),
    "Adam": gn.Adam(0.02),
    "AdamW": gn.AdamW(0.02),
    "AdaMax": gn.AdaMax(0.03),
    "AMSGrad": gn.AMSGrad(0.02),
    "Nadam": gn.Nadam(0.02),
    "RAdam": gn.RAdam(0.02),
    "Lion": gn.Lion(0.003, weight_decay=0.01),
    "LAMB": gn.LAMB(0.02),
    "Muon": gn.Muon(gn.Polynomial(0.1, steps=600), others=gn.AdamW(0.02)),
    "ScheduleFreeAdamW": gn.ScheduleFreeAdamW(0.05, warmup=10),
    "LBFGS": gn.LBFGS(),
    "MovingAverage": gn.MovingAverage(gn.Adam(0.02), decay=0.9),
    "SWA": gn.SWA(gn.Adam(0.02), start=400, every=4),
}
VARIANTS = {
    "penalties": gn.Adam(0.02, l2=1e-4, l1=1e-4),
    "ClipByValue": gn.Adam(0.02, clip=gn.ClipByValue(0.05)),
    "ClipByNorm": gn.Momentum(0.02, clip=gn.ClipByNorm(0.5)),
    "ClipByGlobalNorm": gn.Momentum(0.02, clip=gn.ClipByGlobalNorm(0.5)),
    "Constant": gn.Adam(gn.Constant(0.02)),
    "Step": gn.Adam(gn.Step(0.03, every=200, factor=0.5)),
    "Exponential": gn.Adam(gn.Exponential(0.03, every=300, factor=0.5)),
    "Polynomial": gn.Adam(gn.Polynomial(0.03, steps=600, power=1.5)),
    "Cosine": gn.Adam(gn.Cosine(0.03, steps=600)),
    "OneCycle": gn.Adam(gn.OneCycle(0.05, steps=600)),
    "Warmup": gn.Adam(gn.Warmup(gn.Exponential(0.03, every=300), 20)),
    "ReduceOnPlateau": gn.Adam(gn.ReduceOnPlateau(0.03, patience=5, factor=0.5)),
    "rates": gn.Adam(0.02, rates={"dense_1": 0.5, "dense_1.bias": 2.0, "dense_2.bias": 0}),
    "accumulate": gn.Adam(0.03, accumulate=24),
    "all at once": gn.SWA(gn.Muon(0.03, others=gn.Adam(0.02), clip=gn.ClipByGlobalNorm(1.0), accumulate=20), start=200),
}
CASES = RULES | VARIANTS


def task():
    """The product of two numbers, on a grid: 64 rows."""
    grid = np.stack(np.meshgrid(np.linspace(-1, 1, 8), np.linspace(-1, 1, 8)), axis=-1).reshape(64, 2)
    return grid, grid[:, 0] * grid[:, 1]


def learnt(optimizer, engine, epochs, dtype="float32"):
    network = gn.Network(
        [gn.Dense(16, "tanh"), gn.Dense(1)], loss="squared", optimizer=optimizer, engine=engine, dtype=dtype, seed=1
    )
    network.learn(*task(), batch_size=batch_of(optimizer), epochs=epochs)
    return network


def batch_of(optimizer):
    """The rows of a batch: all of them where a rule takes no fewer."""
    return None if optimizer.joint else 16


def test_every_rule_and_schedule_is_tried():
    assert set(CASES) >= set(OPTIMIZERS) | set(SCHEDULES)


@pytest.mark.parametrize("optimizer", CASES.values(), ids=CASES)
def test_a_network_learns_natively(optimizer):
    # The plain mean of the targets scores their variance, 0.184.
    assert learnt(optimizer, "native", 150).test(*task())["loss"] < 0.01


@pytest.mark.parametrize("optimizer", CASES.values(), ids=CASES)
def test_both_engines_take_the_same_way(optimizer):
    x, _ = task()
    # Sums are taken in other orders by other processors, and steps make more of it: float64 leaves room for that.
    native, reference = (learnt(optimizer, engine, 3, "float64").predict(x) for engine in ("native", "reference"))
    np.testing.assert_allclose(native, reference, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("engine", ["native", "reference"])
def test_a_network_answers_with_the_mean_and_learns_on_from_the_weights(engine):
    x, y = np.array([[1.0], [2.0]]), np.array([1.0, 3.0])

    def line(optimizer, epochs):
        network = gn.Network([gn.Dense(1)], loss="squared", optimizer=optimizer, engine=engine, seed=0)
        network.learn(x, y, mode="full-batch", epochs=epochs)
        return network

    plain = [line(gn.Adam(0.1), epochs) for epochs in range(1, 6)]
    averaged = line(gn.SWA(gn.Adam(0.1), start=2, every=1), 5)
    expected = np.mean([network.predict(x) for network in plain[1:]], axis=0)  # a line is linear in its weights
    np.testing.assert_allclose(averaged.predict(x), expected, rtol=1e-5)
    np.testing.assert_array_equal(averaged.weights["dense_1.weights"], plain[-1].weights["dense_1.weights"])


@pytest.mark.parametrize("optimizer", CASES.values(), ids=CASES)
def test_a_network_is_saved_and_goes_on(optimizer, tmp_path):
    x, y = task()
    network = learnt(optimizer, "native", 2)
    loaded = gn.load(network.save(tmp_path / "rule.glass"))
    for each in (network, loaded):
        each.learn(x, y, batch_size=batch_of(optimizer), epochs=2)
    np.testing.assert_array_equal(loaded.predict(x), network.predict(x))
