"""What `network.estimate` says before learning, beside what `network.learn` then takes.

Run it with `python benchmarks/estimates.py`: some minutes. Each case estimates in one process and learns in another,
three times in turn, of which the median of the ratios counts. A first run of each, which fills the cache of compiled
programs, is not counted. The data are made up, the same in both, and in the form that is learnt, since memory that a
process has let go is taken again unseen. `python benchmarks/estimates.py --check` exits with 1 where a run takes less
than half or more than twice what was said, or more than 1.5 times the memory.
"""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

import glassnet as gn
from rows.machine import described

TURNS = 3
FACTOR = 2.0  # of the time
MOST_MEMORY = 1.5  # times what was said
FORMS = "{:38s}{:>10s}{:>10s}{:>10s}{:>8s}{:>10s}{:>10s}{:>8s}"


def table(rows: int, columns: int) -> dict[str, np.ndarray]:
    """Numbers, one column of five levels, and a target of both."""
    random = np.random.default_rng(0)
    found: dict[str, np.ndarray] = {f"x{i}": random.normal(size=rows) for i in range(columns)}
    found["level"] = np.array(list("abcde"))[random.integers(0, 5, rows)]
    found["y"] = found["x0"] + found["x1"] * found["x2"] + (found["level"] == "a") + random.normal(0, 0.1, rows)
    return found


def whole(rows: int, columns: int, **terms: Any) -> tuple[gn.Network, tuple[Any, ...], dict[str, Any]]:
    """A network that designs itself for a table."""
    return gn.Network(seed=0), (table(rows, columns),), {"target": "y", **terms}


def dense() -> tuple[gn.Network, tuple[Any, ...], dict[str, Any]]:
    """Layers laid out by hand, of 20,000 pictures."""
    random = np.random.default_rng(0)
    x = random.standard_normal((20_000, 784), np.float32)
    network = gn.Network([gn.Dense(128, "relu"), gn.Dense(10)], loss="softmax log loss", seed=0)
    return network, (x, np.arange(len(x)) % 10), {"epochs": 20, "batch_size": 64}


def recurrent() -> tuple[gn.Network, tuple[Any, ...], dict[str, Any]]:
    """An LSTM, of 5,000 sequences of 50 steps."""
    x = np.random.default_rng(0).standard_normal((5000, 50, 8), np.float32)
    network = gn.Network([gn.LSTM(64), gn.Dense(1)], loss="squared", seed=0)
    return network, (x, x.mean((1, 2))), {"epochs": 10, "batch_size": 32}


CASES: Mapping[str, Callable[[], tuple[gn.Network, tuple[Any, ...], dict[str, Any]]]] = {
    "a table of 1,000 rows, 10 columns": lambda: whole(1000, 10),
    "a table of 20,000 rows, 20 columns": lambda: whole(20_000, 20),
    "a table of 200,000 rows, 20 columns": lambda: whole(200_000, 20),
    "20,000 rows, a limit of 6 seconds": lambda: whole(20_000, 20, time_limit=6),
    "784-128-10, 20,000 rows, 20 epochs": dense,
    "LSTM, 5,000 sequences, 10 epochs": recurrent,
}


def measured(case: str, way: str) -> dict[str, float]:
    """The seconds and the most bytes of one way, in this process, and what was said where it estimates."""
    network, data, terms = CASES[case]()
    began = time.perf_counter()
    said = {}
    if way == "estimate":
        estimate = network.estimate(*data, **terms)
        said = {"seconds": estimate.seconds, "memory": estimate.memory}
    else:
        network.learn(*data, **terms, verbose=0)
    took = time.perf_counter() - began
    return {"took": took, "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024, **said}


def apart(case: str, way: str) -> dict[str, float]:
    """The same in a process of its own."""
    words = [sys.executable, __file__, case, way]
    return dict(json.loads(subprocess.run(words, check=True, capture_output=True, text=True).stdout))


def compared(case: str) -> bool:
    """Print a line of what was said and what it took; whether one was near the other."""
    apart(case, "learn")
    turns = [(apart(case, "estimate"), apart(case, "learn")) for _ in range(TURNS)]
    time_ratio = statistics.median(learnt["took"] / said["seconds"] for said, learnt in turns)
    memory_ratio = statistics.median(learnt["peak"] / said["memory"] for said, learnt in turns)
    middle = {
        name: statistics.median(pair[i][key] for pair in turns)
        for name, i, key in (
            ("asking", 0, "took"),
            ("said", 0, "seconds"),
            ("took", 1, "took"),
            ("said_memory", 0, "memory"),
            ("peak", 1, "peak"),
        )
    }
    print(
        FORMS.format(
            case,
            *(f"{middle[name]:.2f} s" for name in ("asking", "said", "took")),
            f"{time_ratio:.2f}",
            *(f"{middle[name] / 1e6:.0f} MB" for name in ("said_memory", "peak")),
            f"{memory_ratio:.2f}",
        ),
        flush=True,
    )
    return 1 / FACTOR <= time_ratio <= FACTOR and memory_ratio <= MOST_MEMORY


def main(words: list[str]) -> int:
    """Compare each case; 1 where `--check` is asked for and one is far off."""
    print(FORMS.format("learning", "asking", "said", "took", "times", "said", "took", "times"))
    near = [compared(case) for case in CASES]
    print(f"\n{described()}")
    return 1 if "--check" in words and not all(near) else 0


if __name__ == "__main__":
    if len(sys.argv) == 3:
        print(json.dumps(measured(*sys.argv[1:])))
    else:
        sys.exit(main(sys.argv[1:]))
