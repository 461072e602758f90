"""Microseconds a training step beside every peer that is installed, on the same data, in one run.

Run it with `python benchmarks/speed.py [--check] [--only small,table] [--repeats 5]`. The peers take turns; the best of their
epochs counts. Each line ends with how many times faster Glassnet is. `--check` exits with 1 where a must is missed. Peers:
`pip install torch jax jaxlib`.
"""

from __future__ import annotations

import argparse
import importlib
import sys
import time
from collections.abc import Callable, Mapping

from peers.workload import WORKLOADS, Workload

PEERS = ("glassnet", "jax", "torch")


def epochs(work: Workload) -> dict[str, Callable[[], None]]:
    """A function for an epoch of every peer that is installed."""
    found: dict[str, Callable[[], None]] = {}
    for peer in PEERS:
        try:
            found.update(importlib.import_module(f"peers.{peer}").epochs(work))
        except ModuleNotFoundError as error:
            print(f"{peer} is not installed ({error.name})", file=sys.stderr)
    return found


def timed(work: Workload, repeats: int) -> dict[str, float]:
    """Microseconds a step for each peer, the best of its turns."""
    running = epochs(work)
    best = dict.fromkeys(running, float("inf"))
    for turn in range(repeats + 1):
        for name, epoch in running.items():
            began = time.perf_counter()
            epoch()
            if turn:  # the first one compiles
                best[name] = min(best[name], (time.perf_counter() - began) / work.steps * 1e6)
    return best


def missed(work: Workload, best: Mapping[str, float]) -> list[str]:
    """What the workload must reach and did not."""
    found = []
    for peer, times in work.must:
        theirs = [best[name] for name in best if name != "Glassnet" and name.startswith(peer)]
        if theirs and min(theirs) / best["Glassnet"] < times:
            found.append(
                f"{work.name}: {min(theirs) / best['Glassnet']:.2f} times {peer or 'the best peer'}, must {times}"
            )
    return found


def main() -> int:
    """Print a table; gives 1 where a must is missed and that was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--only", default="")
    parser.add_argument("--repeats", type=int, default=5)
    asked = parser.parse_args()
    wanted = asked.only.split(",") if asked.only else [work.name for work in WORKLOADS]
    failed = []
    for work in WORKLOADS:
        if work.name in wanted:
            best = timed(work, asked.repeats)
            for name, microseconds in best.items():
                times = f"{microseconds / best['Glassnet']:8.2f} x"
                print(f"{work.name:<8} {name:<10} {microseconds:12.2f} us a step {times}", flush=True)
            failed += missed(work, best)
    print("\n".join(failed) or "every must is met")
    return 1 if failed and asked.check else 0


if __name__ == "__main__":
    sys.exit(main())
