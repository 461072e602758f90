"""Thirty steps of a network with a bit of everything, and a checksum of its state; for test_bits, or as a program."""

from __future__ import annotations

import hashlib
import sys

import numpy as np

from glassnet.engines.native.engine import Native
from glassnet.nn import BatchNorm, Concatenate, Dense, Dropout, Embedding, Input, LayerNorm, SoftmaxLogLoss
from glassnet.nn.graph import Graph
from glassnet.optimizers import Adam
from glassnet.training.programs import Model, Programs

ROWS, BATCH, STEPS = 333, 50, 30
SETTINGS = {"rate scale": 1.0, "mean weight": 1.0}


def programs(dtype: str) -> Programs:
    numbers, kind = Input(5, name="numbers"), Input((), name="kind", dtype="int64")
    x = Concatenate()(numbers, Embedding(9, 4)(kind))
    x = Dropout(0.2)(LayerNorm()(Dense(24, "gelu")(x)))
    x = BatchNorm()(Dense(33, "relu")(x))
    graph = Graph.of(Dense(3)(x))
    return Programs.of(Model(graph, SoftmaxLogLoss(), Adam(0.01), (), "int64", dtype))


def data(dtype: str) -> dict[str, np.ndarray]:
    random = np.random.default_rng(1)
    return {
        "numbers": random.normal(size=(ROWS, 5)).astype(dtype),
        "kind": random.integers(0, 9, ROWS),
        "target": random.integers(0, 3, ROWS),
        "row weight": random.uniform(0.5, 2.0, ROWS).astype(dtype),
    }


def checksums(threads: int, most: int, dtype: str = "float32") -> str:
    """Checksums of the state and sums after the steps, at most so many in one call, and of the answers then."""
    made, rows = programs(dtype), data(dtype)
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
    answers = predict.map(state, {name: rows[name] for name in ("numbers", "kind")}, 100)["answer"]
    assert np.isfinite(answers).all()
    return f"{whole.hexdigest()} {hashlib.sha256(answers.tobytes()).hexdigest()} {sum(loss):.6f}"


if __name__ == "__main__":
    print(checksums(int(sys.argv[1]), int(sys.argv[2])))
