"""A process of one peer, which `speed.py` starts: a turn of a form for each line that comes in.

`python benchmarks/serve.py torch.training small` says which forms the peer has, and answers each of their names with
the seconds that one unit of the task took: by the clock, and of all processors together.
"""

from __future__ import annotations

import importlib
import sys
import time
from collections.abc import Mapping

from tasks import TASKS
from tasks.task import Turn


def forms(module: str, task: str) -> Mapping[str, Turn]:
    """The forms of a peer; none where it is not installed."""
    try:
        found: Mapping[str, Turn] = importlib.import_module(f"peers.{module}").forms(TASKS[task])
    except ModuleNotFoundError as error:
        print(f"{module}: {error.name} is not installed", file=sys.stderr)
        return {}
    return found


def seconds(turn: Turn) -> tuple[float, float]:
    """Seconds a unit of one turn by the clock, and of all processors together."""
    began, used = time.perf_counter(), time.process_time()
    turn.run()
    return (time.perf_counter() - began) / turn.units, (time.process_time() - used) / turn.units


def main() -> None:
    """Answer until the input ends."""
    module, task = sys.argv[1:]
    turns = forms(module, task)
    print(";".join(turns), flush=True)
    for line in sys.stdin:
        turn = turns[line.strip()]
        print(*min(seconds(turn) for _ in range(TASKS[task].tries)), flush=True)


if __name__ == "__main__":
    main()
