"""Thirty steps of two networks, one with a bit of everything and one over time, and a checksum of what they learnt.

For test_bits, and as a program: `steps.py THREADS MOST` does both.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from glassnet.core import functions as f
from glassnet.core.scan import scan
from glassnet.core.tensor import Tensor
from glassnet.engines.native.engine import Native
from glassnet.nn import (
    BatchNorm,
    Concatenate,
    Dense,
    Dropout,
    Embedding,
    Flatten,
    Input,
    LayerNorm,
    Parameter,
    SoftmaxLogLoss,
)
from glassnet.nn.graph import Graph
from glassnet.nn.initializers import GlorotUniform, Zeros
from glassnet.nn.layer import Layer, Node, Own
from glassnet.optimizers import Adam
from glassnet.training.programs import Model, Programs

ROWS, BATCH, STEPS = 333, 50, 30
SETTINGS = {"rate scale": 1.0, "mean weight": 1.0}


@dataclass(frozen=True, eq=False)
class LSTM(Layer):
    """The states of an LSTM over rows of shape (time steps, inputs), and the last of them: (n, time steps + 1, units).

    c' = f c + i g and h' = o tanh(c'), with i, f, g and o from x W + h R + b; in the order of time or against it.
    """

    units: int
    reverse: bool = False

    def parameters(self, *inputs: Tensor) -> Mapping[str, Parameter]:
        width = 4 * self.units
        return {
            "weights": Parameter((inputs[0].shape[-1], width), GlorotUniform()),
            "recurrent": Parameter((self.units, width), GlorotUniform()),
            "bias": Parameter((width,), Zeros(), decay=False),
        }

    def forward(self, own: Own, x: Tensor) -> Tensor:
        gates = x.transpose(1, 0, 2) @ own.weights + own.bias
        start = x.tape.constant(np.zeros((), x.dtype)).reshape(1, 1).broadcast((x.shape[0], self.units))

        def step(carries: Sequence[Tensor], elements: Sequence[Tensor]) -> tuple[list[Tensor], list[Tensor]]:
            z = elements[0] + carries[0] @ own.recurrent
            i, forget, g, o = (z[:, k * self.units : (k + 1) * self.units] for k in range(4))
            c = f.logistic(forget) * carries[1] + f.logistic(i) * f.tanh(g)
            h = f.logistic(o) * f.tanh(c)
            return [h, c], [h]

        (last, _), (states,) = scan(step, [start, start], [gates], reverse=self.reverse)
        return f.concatenate([states.transpose(1, 0, 2), last.reshape(last.shape[0], 1, self.units)], 1)


def everything() -> Node:
    """Numbers and a category through embedding, normalisation and dropout."""
    numbers, kind = Input(5, name="numbers"), Input((), name="kind", dtype="int64")
    x = Concatenate()(numbers, Embedding(9, 4)(kind))
    x = Dropout(0.2)(LayerNorm()(Dense(24, "gelu")(x)))
    x = BatchNorm()(Dense(33, "relu")(x))
    return Dense(3)(x)


def over_time() -> Node:
    """Sequences of 11 steps, read in both directions."""
    x = Input((11, 5), name="sequence")
    return Dense(3)(Flatten()(LSTM(7, reverse=True)(LSTM(13)(x))))


NETWORKS = {"everything": everything, "over time": over_time}


def programs(network: str, dtype: str) -> Programs:
    graph = Graph.of(NETWORKS[network]())
    return Programs.of(Model(graph, SoftmaxLogLoss(), Adam(0.01), (), "int64", dtype))


def data(graph: Graph, dtype: str) -> dict[str, np.ndarray]:
    random = np.random.default_rng(1)
    found = {"target": random.integers(0, 3, ROWS), "row weight": random.uniform(0.5, 2.0, ROWS).astype(dtype)}
    for each in graph.inputs:
        numbers = random.normal(size=(ROWS, *each.row)).astype(dtype)
        found[each.name] = random.integers(0, 9, ROWS) if each.dtype else numbers
    return found


def checksums(network: str, threads: int, most: int, dtype: str = "float32") -> str:
    """Checksums of the state and sums after the steps, at most so many in one call, and of the answers then."""
    made = programs(network, dtype)
    rows = data(made.model.graph, dtype)
    engine = Native(threads, measured=False)
    train, predict = engine.compile(made.train), engine.compile(made.predict)
    state = made.layout.initial(7)
    order = np.random.default_rng(2).integers(0, ROWS, STEPS * BATCH - 13)  # the last batch is smaller
    done, loss = 0, []
    while done < STEPS:
        part = train.run(state, rows, order, done * BATCH, BATCH, min(most, STEPS - done), SETTINGS)
        assert part.finite
        assert part.steps > 0
        done += part.steps
        loss.append(part.loss)
    whole = hashlib.sha256()
    for name in sorted(state):
        whole.update(state[name].tobytes())
    answers = predict.map(state, {each.name: rows[each.name] for each in made.model.graph.inputs}, 100)["answer"]
    assert np.isfinite(answers).all()
    return f"{whole.hexdigest()} {hashlib.sha256(answers.tobytes()).hexdigest()} {sum(loss):.6f}"


if __name__ == "__main__":
    for network in NETWORKS:
        print(checksums(network, *map(int, sys.argv[1:])))
