"""Every layer, with every optimizer, in every mode, learns one small real task natively: the price of a diamond.

The layers stand one after another in few networks. One that gives nothing on keeps its network from learning, and one
that gives nothing back keeps the parameters before it where they were; the tests look at both.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import numpy as np
import pytest

import glassnet as gn
from glassnet.nn import LAYERS
from glassnet.nn.graph import Graph
from glassnet.optimizers import OPTIMIZERS

DIAMONDS = Path(__file__).resolve().parents[2] / "examples" / "diamonds.csv"
EVERY = 281  # of 53,940 diamonds that many rows apart, 192: one half to learn from, the other to be tested on
MEASURES = ("carat", "depth", "table", "x", "y", "z")
WORDS = ("color", "clarity")
SIZES = 6  # as many parts of the diamonds by carat, where a network takes words alone
LEVELS = SIZES + 7 + 8  # with the colours and the clarities
LEARNT = 0.3  # of the loss of the plain average; least squares on the measures leaves 0.06 of it
EPOCHS = {"online": 12, "mini-batch": 60, "full-batch": 250}
BATCH = 16  # rows of a mini-batch


def networks() -> dict[str, list[gn.Layer] | gn.Node]:
    """Every layer, in one network or another."""
    hidden = gn.LayerNorm()(gn.Dense(8, "tanh")(gn.Input(len(MEASURES))))
    deeper = gn.Residual([gn.Dense(8, "tanh"), gn.Scale()])(hidden)
    merged = gn.Concatenate()(gn.GroupNorm(2)(hidden), gn.RMSNorm()(gn.Add()(hidden, deeper)))
    return {
        "dense": [
            gn.Dense(8, name="first"), gn.BatchNorm(), gn.PReLU(), gn.GaussianNoise(0.05),
            gn.TiedDense(6, to="first", transposed=True), gn.Activation("tanh"), gn.Maxout(2), gn.Dense(1),
        ],
        "merged": gn.Dense(1)(gn.AlphaDropout(0.02)(gn.Dropout(0.02)(merged))),
        "members": [
            gn.PackedDense(5, "tanh", members=4), gn.FirstMembers(3), gn.PackedDropout((0.0, 0.02, 0.02)),
            gn.MoreMembers(4), gn.Flatten(), gn.Dense(4),
            gn.Reshape((1, 4)), gn.Blend(1), gn.Flatten(), gn.Dense(1),
        ],
        "stream": [gn.RunningScale(len(MEASURES)), gn.Dense(8, "tanh"), gn.Dense(1)],
        "words": [gn.Embedding(LEVELS, 4), gn.Flatten(), gn.Dense(1)],
        "time": [
            gn.Reshape((3, 2)), gn.Bidirectional(gn.GRU(4, sequences=True)), gn.LSTM(6, sequences=True),
            gn.RNN(6, sequences=True), gn.MeanOverTime(), gn.Dense(1),
        ],
    }  # fmt: skip


RULES = {
    "GradientDescent": gn.GradientDescent(0.03),
    "Momentum": gn.Momentum(0.01),
    "Adagrad": gn.Adagrad(0.1),
    "Adadelta": gn.Adadelta(decay=0.9),
    "RMSprop": gn.RMSprop(0.005),
    "Adam": gn.Adam(0.01),
    "AdamW": gn.AdamW(0.01),
    "AdaMax": gn.AdaMax(0.02),
    "AMSGrad": gn.AMSGrad(0.01),
    "Nadam": gn.Nadam(0.01),
    "RAdam": gn.RAdam(0.01),
    "Lion": gn.Lion(0.002, weight_decay=0.01),
    "LAMB": gn.LAMB(0.01),
    "Muon": gn.Muon(0.01, others=gn.AdamW(0.01)),
    "ScheduleFreeAdamW": gn.ScheduleFreeAdamW(0.03, warmup=10),
    "LBFGS": gn.LBFGS(),
    "MovingAverage": gn.MovingAverage(gn.Adam(0.01), decay=0.9),
    "SWA": gn.SWA(gn.Adam(0.01), start=150, every=4),
}


@cache
def diamonds() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Their measures, their size, colour and clarity as numbers of levels, and the logarithms of their prices."""
    with DIAMONDS.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))[::EVERY]
    measures = np.array([[float(row[name]) for name in MEASURES] for row in rows])
    price = np.log([float(row["price"]) for row in rows])
    levels = [np.argsort(np.argsort(measures[:, 0])) * SIZES // len(rows)]
    for name in WORDS:
        words = sorted({row[name] for row in rows})
        levels.append(levels[-1].max() + 1 + np.array([words.index(row[name]) for row in rows]))
    return standard(measures), np.stack(levels, axis=1), standard(price)


def standard(numbers: np.ndarray) -> np.ndarray:
    return (numbers - numbers.mean(axis=0)) / numbers.std(axis=0)


def kinds(layers: Sequence[gn.Layer]) -> Iterator[str]:
    """The names of the kinds of layers, those inside others too."""
    for layer in layers:
        yield type(layer).__name__
        parts = [each if isinstance(each, tuple) else (each,) for each in vars(layer).values()]
        yield from kinds([each for part in parts for each in part if isinstance(each, gn.Layer)])


def test_every_layer_and_every_optimizer_is_in_the_matrix():
    made = networks()
    found = {kind for each in made.values() if isinstance(each, list) for kind in kinds(each)}
    found |= set(kinds([node.layer for node in Graph.of(made["merged"]).nodes if node.layer is not None]))
    assert found | {"Residual"} == set(LAYERS)  # a residual puts its layers into the graph, not itself
    assert RULES.keys() == OPTIMIZERS.keys()


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("name", networks())
def test_the_price_of_a_diamond_is_learnt_in_every_mode_that_a_rule_has(name: str, rule: str) -> None:
    measures, levels, price = diamonds()
    known = np.concatenate([measures, np.ones_like(measures)], axis=1)
    inputs = {"words": levels, "stream": known}.get(name, measures)
    average = np.mean((price[1::2] - price[::2].mean()) ** 2)
    for mode, epochs in EPOCHS.items():
        if RULES[rule].joint and mode != "full-batch":
            continue
        network = gn.Network(networks()[name], loss="squared", optimizer=RULES[rule], threads=1, seed=0)
        network.learn(inputs[::2], price[::2], epochs=0)
        before = {part: array.copy() for part, array in network.weights.items()}
        batch = BATCH if mode == "mini-batch" else None
        network.learn(inputs[::2], price[::2], mode=mode, batch_size=batch, epochs=epochs)
        assert network.test(inputs[1::2], price[1::2])["loss"] < LEARNT * average, mode
        assert [part for part, array in network.weights.items() if (array == before[part]).all()] == [], mode
