"""An epoch of a small network beside scikit-learn's: 784-128-10, batch 64, 15,000 float32 rows, Adam.

Run it with `python benchmarks/mlp.py [--repeats 5]`; it needs the `benchmark` extra. The two are timed in turn in one
process, on one thread, and the ratio of each pair is printed with the median.
"""

from __future__ import annotations

import argparse
import statistics
import time
import warnings

import numpy as np
from threadpoolctl import threadpool_limits

import glassnet as gn

ROWS, INPUTS, HIDDEN, CLASSES, BATCH = 15_000, 784, 128, 10, 64


def data() -> tuple[np.ndarray, np.ndarray]:
    """Rows and classes drawn by a fixed seed."""
    random = np.random.default_rng(0)
    return random.normal(size=(ROWS, INPUTS)).astype(np.float32), random.integers(0, CLASSES, ROWS)


def ours(x: np.ndarray, y: np.ndarray) -> float:
    """Seconds of one more epoch of a network that has been recorded."""
    layers = [gn.Dense(HIDDEN, "relu"), gn.Dense(CLASSES)]
    network = gn.Network(layers, loss="softmax log loss", optimizer=gn.Adam(0.001), seed=0, engine="reference")
    settings = {"batch_size": BATCH, "epochs": 1, "keep": "last", "verbose": 0}
    network.learn(x[:BATCH], y[:BATCH] if len(set(y[:BATCH])) == CLASSES else np.arange(BATCH) % CLASSES, **settings)
    began = time.perf_counter()
    network.learn(x, y, **settings)
    return time.perf_counter() - began


def theirs(x: np.ndarray, y: np.ndarray) -> float:
    """Seconds of one epoch of scikit-learn's MLPClassifier."""
    from sklearn.neural_network import MLPClassifier

    network = MLPClassifier((HIDDEN,), batch_size=BATCH, max_iter=1, alpha=0)
    began = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it says that one epoch is not enough
        network.fit(x, y)
    return time.perf_counter() - began


def main() -> None:
    """Print each pair of times and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=5)
    repeats = parser.parse_args().repeats
    x, y = data()
    ratios = []
    with threadpool_limits(1):
        for _ in range(repeats):
            seconds = ours(x, y), theirs(x, y)
            ratios.append(seconds[0] / seconds[1])
            print(f"Glassnet {seconds[0]:.3f} s   scikit-learn {seconds[1]:.3f} s   ratio {ratios[-1]:.2f}")
    print(f"median ratio {statistics.median(ratios):.2f}")


if __name__ == "__main__":
    main()
