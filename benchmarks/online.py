"""Microseconds a call from Python: `learn` of one example, the bound step, and the answer for one row.

Run it with `python benchmarks/online.py [--repeats 200]`. Examples are NumPy rows of float64, each other than the last:
10-32-1 with tanh and Adam to learn, 784-128-10 to answer. PyTorch (eager) and JAX (a jitted call) are timed beside it
where they are installed, each in a process of its own. Every number is the best of short turns of 100 calls, so that
what else the machine does counts little.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Callable, Mapping

import numpy as np

CALLS, EXAMPLES = 100, 1000
Call = Callable[[np.ndarray, float], object]


def best(call: Call, width: int, repeats: int) -> float:
    """Microseconds a call, the best of so many turns."""
    random = np.random.default_rng(0)
    rows, targets = list(random.normal(size=(EXAMPLES, width))), random.normal(size=EXAMPLES).tolist()
    least = float("inf")
    for turn in range(repeats):
        start = turn * CALLS % EXAMPLES
        pairs = list(zip(rows[start : start + CALLS], targets[start : start + CALLS], strict=True))
        began = time.perf_counter()
        for x, y in pairs:
            call(x, y)
        least = min(least, time.perf_counter() - began)
    return least / CALLS * 1e6


def of_glassnet() -> Mapping[str, tuple[Call, int]]:
    """The calls of this library, each with the width of its rows."""
    import glassnet as gn

    def network() -> gn.Network:
        layers = [gn.Dense(32, "tanh"), gn.Dense(1)]
        return gn.Network(layers, loss="squared", optimizer=gn.Adam(0.001), seed=0)

    wide = gn.Network([gn.Dense(128, "relu"), gn.Dense(10)], loss="squared", seed=0)
    wide.online()(np.zeros(784), np.zeros(10))
    return {
        "network.learn(x, y)": (network().learn, 10),
        "step(x, y)": (network().online(), 10),
        "network.predict(x)": (lambda x, y: wide.predict(x), 784),
    }


def of_torch() -> Mapping[str, tuple[Call, int]]:
    """The same with PyTorch."""
    import torch

    torch.set_num_threads(1)
    model = torch.nn.Sequential(torch.nn.Linear(10, 32), torch.nn.Tanh(), torch.nn.Linear(32, 1))
    wide = torch.nn.Sequential(torch.nn.Linear(784, 128), torch.nn.ReLU(), torch.nn.Linear(128, 10))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.001)

    def learn(x: np.ndarray, y: float) -> None:
        optimizer.zero_grad()
        ((model(torch.from_numpy(x).float()) - y) ** 2).sum().backward()
        optimizer.step()

    def predict(x: np.ndarray, y: float) -> np.ndarray:
        with torch.inference_mode():
            return wide(torch.from_numpy(x).float()).numpy()

    return {"step(x, y)": (learn, 10), "network.predict(x)": (predict, 784)}


def of_jax() -> Mapping[str, tuple[Call, int]]:
    """The same with JAX, each call compiled."""
    import jax
    from peers.jax import start, step
    from peers.workload import Workload

    small = Workload("online", (10, 32, 1), 1, 1, "tanh", False, ())
    held = [start(small)]
    compiled = jax.jit(step(small), donate_argnums=0)
    wide = start(Workload("wide", (784, 128, 10), 1, 1, "relu", False, ()))[0]
    (w, b), (v, c) = wide
    forward = jax.jit(lambda x: jax.nn.relu(x @ w + b) @ v + c)

    def learn(x: np.ndarray, y: float) -> None:
        held[0] = compiled(held[0], x[None], np.float32(y))
        jax.block_until_ready(held[0])

    return {"step(x, y)": (learn, 10), "network.predict(x)": (lambda x, y: np.asarray(forward(x)), 784)}


LIBRARIES = {"Glassnet": of_glassnet, "PyTorch": of_torch, "JAX": of_jax}


def main() -> None:
    """Print a line a call."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=200)
    parser.add_argument("--library", choices=LIBRARIES, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.library is None:
        for name in LIBRARIES:
            command = [sys.executable, __file__, "--library", name, "--repeats", str(asked.repeats)]
            subprocess.run(command, check=True)
        return
    try:
        calls = LIBRARIES[asked.library]()
    except ModuleNotFoundError as error:
        print(f"{asked.library} is not installed ({error.name})", file=sys.stderr)
        return
    for name, (call, width) in calls.items():
        print(f"{asked.library:<9} {name:<20} {best(call, width, asked.repeats):8.2f} us", flush=True)


if __name__ == "__main__":
    main()
