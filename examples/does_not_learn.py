"""Networks that do not learn, each for a reason of its own, and what `diagnose` says of them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

import glassnet as gn
from glassnet.nn.initializers import Constant


def broken() -> Iterator[tuple[str, gn.Network, np.ndarray, np.ndarray]]:
    """What is broken, the network, and its rows."""
    random = np.random.default_rng(0)
    x = random.normal(size=(400, 5))
    y = x[:, 0] * x[:, 1] + x[:, 2]

    def network(*hidden: gn.Layer, optimizer: gn.Optimizer | None = None) -> gn.Network:
        layers = [*(hidden or [gn.Dense(16, "tanh")]), gn.Dense(1)]
        return gn.Network(layers, loss="squared", optimizer=optimizer or gn.Adam(0.01), seed=0)

    yield "the rate is 30", network(optimizer=gn.GradientDescent(30.0)), x, y
    yield "biases start at -50", network(gn.Dense(16, "relu", bias_initializer=Constant(-50.0))), x, y
    yield "inputs are in millionths", network(), 1e6 * x, y
    yield "eleven layers of sigmoids", network(*[gn.Dense(16, "sigmoid") for _ in range(11)]), x, y
    yield "targets were shuffled", network(), x, random.permutation(y)


def main() -> list[str]:
    """Print what is broken beside the likeliest cause that was found; returns the names of these."""
    names = []
    for what, network, x, y in broken():
        found = network.diagnose(x, y).likely
        assert found is not None
        names.append(found.name)
        print(f"{what}: {found.words}\n  {found.name}: {found.remedy}\n")
    return names


if __name__ == "__main__":
    main()
