"""Microseconds a training step beside every peer that is installed, on the same data, in one run.

Run it with `python benchmarks/speed.py [--check] [--only small,table] [--repeats 7]`. Each peer has a process of its
own, so that no idle threads of another disturb it; the processes take turns, and the best of their epochs counts. A
line ends with how many times faster Glassnet is. `--check` exits with 1 where a must is missed. Peers: torch, jax,
jaxlib.
"""

from __future__ import annotations

import argparse
import importlib
import subprocess
import sys
import time
from collections.abc import Mapping

from peers.workload import WORKLOADS, Workload

PEERS = ("glassnet", "jax", "torch")


class Runner:
    """A process that runs epochs of one peer when it is told to."""

    def __init__(self, peer: str, work: Workload) -> None:
        command = [sys.executable, __file__, "--serve", f"{peer}/{work.name}"]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.forms = self._answer().split(",")

    def seconds(self, form: str) -> float:
        """The time of one epoch."""
        assert self._process.stdin is not None
        print(form, file=self._process.stdin, flush=True)
        return float(self._answer())

    def _answer(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    def stop(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()


def serve(asked: str) -> None:
    """Run an epoch for each line that comes in, and answer with its seconds."""
    peer, name = asked.split("/")
    work = next(work for work in WORKLOADS if work.name == name)
    try:
        forms = importlib.import_module(f"peers.{peer}").epochs(work)
    except ModuleNotFoundError as error:
        print(f"{peer} is not installed ({error.name})", file=sys.stderr)
        forms = {}
    print(",".join(forms), flush=True)
    for line in sys.stdin:
        began = time.perf_counter()
        forms[line.strip()]()
        print(time.perf_counter() - began, flush=True)


def timed(work: Workload, repeats: int) -> dict[str, float]:
    """Microseconds a step for each form of each peer, the best of its turns."""
    runners = [Runner(peer, work) for peer in PEERS]
    best = {form: float("inf") for runner in runners for form in runner.forms if form}
    for turn in range(repeats + 2):
        for runner in runners:
            for form in filter(None, runner.forms):
                seconds = runner.seconds(form)
                if turn > 1:  # the first ones compile and warm up
                    best[form] = min(best[form], seconds / work.steps * 1e6)
    for runner in runners:
        runner.stop()
    return best


def missed(work: Workload, best: Mapping[str, float]) -> list[str]:
    """What the workload must reach and did not."""
    found = []
    for peer, times in work.must:
        theirs = [best[name] for name in best if name != "Glassnet" and name.startswith(peer)]
        if theirs and min(theirs) / best["Glassnet"] < times:
            ratio = min(theirs) / best["Glassnet"]
            found.append(f"{work.name}: {ratio:.2f} times {peer or 'the best peer'}, must be {times}")
    return found


def main() -> int:
    """Print a table; gives 1 where a must is missed and that was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--only", default="")
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--serve", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.serve:
        serve(asked.serve)
        return 0
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
