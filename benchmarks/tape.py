"""How long a call takes on the tape: recorded, back-propagated, printed, interpreted; and that it grows linearly.

Run `python benchmarks/tape.py`. A third of the calls are additions of a number, so that what a broadcast records is
measured too. "per call" is the time divided by the calls that were appended (printed, run) in that stage.
"""

from __future__ import annotations

import argparse
import gc
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from glassnet.core.derivative import backpropagate
from glassnet.core.interpret import evaluate
from glassnet.core.tape import Tape

STAGES = ("record", "back-propagate", "print", "interpret")
LIMIT = 10.0  # microseconds an appended call


def timed(function: Callable[[], Any]) -> tuple[float, Any]:
    gc.collect()
    start = time.perf_counter()
    result = function()
    return time.perf_counter() - start, result


def measure(calls: int) -> dict[str, tuple[int, float]]:
    """Calls and seconds of each stage, for a tape whose forward part has about this many calls."""
    tape = Tape()
    x = tape.input("x", (3,), "float64")

    def forward() -> Any:
        y = x
        while len(tape) < calls:
            y = (y * x).tanh() + 0.5
        return y

    record, y = timed(forward)
    recorded = len(tape)
    back, deltas = timed(lambda: backpropagate(y, [x]))
    printing, text = timed(lambda: str(tape))
    running, _ = timed(lambda: evaluate(deltas, {x: np.full(3, 0.1)}))
    total = len(tape)
    assert text.count("\n") == total - 1
    counts = recorded, total - recorded, total, total
    return dict(zip(STAGES, zip(counts, (record, back, printing, running), strict=True), strict=True))


def best(calls: int, repeats: int) -> dict[str, tuple[int, float]]:
    """The quickest of several runs, stage by stage."""
    runs = [measure(calls) for _ in range(repeats)]
    return {stage: min((run[stage] for run in runs), key=lambda counted: counted[1]) for stage in STAGES}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--calls", type=int, nargs="+", default=[10_000, 100_000], help="lengths of the forward part")
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    found = {calls: best(calls, options.repeats) for calls in options.calls}
    header = ("forward calls", "stage", "calls", "seconds", "us per call", "to the first")
    print("{:>13}  {:<14}  {:>9}  {:>8}  {:>11}  {:>12}".format(*header))
    for calls, stages in found.items():
        for stage, (count, seconds) in stages.items():
            first_count, first_seconds = found[options.calls[0]][stage]
            each = seconds / count
            row = (calls, stage, count, seconds, each * 1e6, each / (first_seconds / first_count))
            print("{:>13,}  {:<14}  {:>9,}  {:>8.3f}  {:>11.2f}  {:>12.2f}".format(*row))
    longest = found[max(found)]
    appended = sum(longest[stage][0] for stage in STAGES[:2])
    spent = sum(longest[stage][1] for stage in STAGES[:2])
    print(f"\nan appended call, recorded and back-propagated: {spent / appended * 1e6:.2f} us (at most {LIMIT:.0f})")


if __name__ == "__main__":
    main()
