"""A table and a linear network of set weights, whose explanations are known."""

from __future__ import annotations

import numpy as np
import pytest

import glassnet as gn

ROWS = 200


@pytest.fixture
def table() -> dict[str, list]:
    """Two columns that matter, one that does not, a category, and targets."""
    random = np.random.default_rng(0)
    a, b, c = random.normal(size=(3, ROWS))
    k = random.choice(["left", "mid", "right"], ROWS)
    y = 3 * a - 2 * b + (k == "right") + random.normal(size=ROWS)
    return {"a": a.tolist(), "b": b.tolist(), "c": c.tolist(), "k": k.tolist(), "y": y.tolist()}


@pytest.fixture
def parts(table) -> dict[str, np.ndarray]:
    """What each column adds in the linear network: standard scores z as z / sqrt(1 + (z / 8)^2), times their weight."""
    found = {}
    for name, weight in (("a", 3.0), ("b", -2.0), ("c", 0.0)):
        z = (np.array(table[name]) - np.mean(table[name])) / np.std(table[name])
        found[name] = weight * z / np.sqrt(1 + (z / 8) ** 2)
    levels = {"left": 1.0, "mid": -0.5, "right": 4.0}
    found["k"] = np.array([levels[level] for level in table["k"]])
    return {name: part * np.std(table["y"]) for name, part in found.items()}


@pytest.fixture(params=["reference", "native"])
def linear(request, table) -> gn.Network:
    """A linear network of set weights, in float64, with encoders from the table; it gives sum(parts) + a constant."""
    network = gn.Network([gn.Dense(1)], loss="squared", dtype="float64", seed=0, engine=request.param)
    network.learn(table, target="y", epochs=0, verbose=0)
    network.weights["dense_1.weights"] = np.array([3.0, -2.0, 0.0, 1.0, -0.5, 4.0])[:, None]
    network.weights["dense_1.bias"] = np.array([0.25])
    return network
