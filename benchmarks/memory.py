"""Peak memory of learning, in multiples of the data plus the network.

Run it with `python benchmarks/memory.py`: 60,000 rows of 784 float32 numbers (188 MB), a network 784-128-10 with Adam.
"""

from __future__ import annotations

import resource

import numpy as np

import glassnet as gn

ROWS, INPUTS, HIDDEN, CLASSES = 60_000, 784, 128, 10
SLOTS = 3  # the weights and Adam's two slots


def peak() -> int:
    """The largest resident size of this process so far, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def main() -> None:
    """Print the data, the network, the peak above what the libraries take, and its multiple."""
    random = np.random.default_rng(0)
    layers = [gn.Dense(HIDDEN, "relu"), gn.Dense(CLASSES)]
    network = gn.Network(layers, loss="softmax log loss", seed=0)
    network.learn(random.normal(size=(64, INPUTS)).astype(np.float32), np.arange(64) % CLASSES, epochs=1, verbose=0)
    before = peak()
    x = np.empty((ROWS, INPUTS), np.float32)
    for start in range(0, ROWS, 1000):
        x[start : start + 1000] = random.normal(size=(1000, INPUTS))
    network.learn(x, np.arange(ROWS) % CLASSES, epochs=1, batch_size=64, verbose=0)
    weights = sum(array.nbytes for array in network.weights.values()) * SLOTS
    used, data = peak() - before, x.nbytes
    print(f"data {data / 1e6:.0f} MB, network {weights / 1e6:.1f} MB, peak {used / 1e6:.0f} MB above the libraries")
    print(f"{used / (data + weights):.2f} times the data plus the network")


if __name__ == "__main__":
    main()
