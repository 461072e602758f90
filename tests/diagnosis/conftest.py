"""Networks that learn, and rows for them, to be broken one thing at a time."""

from __future__ import annotations

import numpy as np
import pytest

import glassnet as gn

GENERATOR = np.random.default_rng(0)
ROWS = GENERATOR.normal(size=(400, 5))
PRODUCT = ROWS[:, 0] * ROWS[:, 1] + ROWS[:, 2]
KINDS = (ROWS[:, 0] + 0.3 * ROWS[:, 3] > 0.5).astype(int) + (ROWS[:, 1] > 0)


@pytest.fixture
def rows():
    """Inputs (400, 5), numbers that follow from them, and the numbers of three classes that do."""
    return ROWS.copy(), PRODUCT.copy(), KINDS.copy()


@pytest.fixture
def of_numbers():
    """What makes a network for numbers, with some of its parts replaced."""

    def made(*layers, **settings) -> gn.Network:
        layers = layers or (gn.Dense(16, "tanh"), gn.Dense(1))
        return gn.Network(list(layers), **{"loss": "squared", "optimizer": gn.Adam(0.01), "seed": 0, **settings})

    return made


@pytest.fixture
def of_classes():
    """The same for three classes."""

    def made(*layers, **settings) -> gn.Network:
        layers = layers or (gn.Dense(16, "relu"), gn.Dense(3))
        settings = {"loss": "softmax log loss", "optimizer": gn.Adam(0.01), "seed": 0, **settings}
        return gn.Network(list(layers), **settings)

    return made
