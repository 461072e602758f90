"""A 2-2-2 sigmoid network through one whole step, every unit with its own bias."""

from __future__ import annotations

import numpy as np

from glassnet.nn import Dense, Input, Squared
from glassnet.nn.graph import Graph, chain
from glassnet.nn.initializers import Constant
from glassnet.optimizers import GradientDescent
from glassnet.training.glass import open_step, step_settings
from glassnet.training.programs import ROW_WEIGHT, TARGET, Model, Programs
from glassnet.walkthrough.chapter import Chapter

FIRST, FIRST_BIAS = [[0.15, 0.25], [0.20, 0.30]], 0.35
SECOND, SECOND_BIAS = [[0.40, 0.50], [0.45, 0.55]], 0.60
INPUT, DESIRED, RATE = [[0.05, 0.10]], [[0.01, 0.99]], 0.5


def network() -> Chapter:
    """One step: the loss before it, and the weights and biases after it."""
    layers = [
        Dense(2, "sigmoid", initializer=Constant(FIRST), bias_initializer=Constant(FIRST_BIAS)),
        Dense(2, "sigmoid", initializer=Constant(SECOND), bias_initializer=Constant(SECOND_BIAS)),
    ]
    graph = Graph.of(chain(layers, Input(2)))
    made = Programs.of(Model(graph, Squared(), GradientDescent(RATE), (2,), "float64", "float64", "sum"))
    batch = {"inputs": np.array(INPUT), TARGET: np.array(DESIRED), ROW_WEIGHT: np.ones(1)}
    glass = open_step(made, made.layout.initial(0), batch, step_settings())
    after = {view.name: view.after for view in glass.weights}
    lines = [f"half the sum of the squared errors: {glass.total!r}", f"after one step at a rate of {RATE}:"]
    for name, array in after.items():
        lines.append(f"  {name:<16} {' '.join(repr(v) for v in array.T.ravel().tolist())}")
    return Chapter("A 2-2-2 sigmoid network", {"loss": glass.total, **after}, tuple(lines))
