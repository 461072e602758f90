"""Processes that take turns, one a peer, so that no idle threads of another disturb what is timed."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

SERVE = Path(__file__).parent.parent / "serve.py"
WARM_UP = 4  # turns that compile, and bring caches and threads to where they stay
REST = (
    0.05  # seconds before a turn: threads of the turn before may look for work, on a core, for some milliseconds more
)


class Took(NamedTuple):
    """Seconds by the clock, and of all processors together."""

    clock: float
    processor: float


class Peer:
    """A process that takes a turn of one of its forms when it is told to."""

    def __init__(self, module: str, task: str) -> None:
        command = [sys.executable, str(SERVE), module, task]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._does = f"{module} {task}"
        self.forms = [form for form in self._answer().split(";") if form]

    def took(self, form: str) -> Took:
        """What a unit took in one turn."""
        assert self._process.stdin is not None
        print(form, file=self._process.stdin, flush=True)
        return Took(*map(float, self._answer().split()))

    def _answer(self) -> str:
        assert self._process.stdout is not None
        answer = self._process.stdout.readline()
        if not answer:
            raise SystemExit(f"the process of {self._does} has failed; what it says stands above")
        return answer.strip()

    def stop(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()


def in_turns(asked: Sequence[tuple[str, str]], repeats: int, warm_up: int = WARM_UP) -> dict[str, list[float]]:
    """Seconds a unit, by the clock, in each turn of each form; see `took_in_turns`."""
    return {form: [each.clock for each in taken] for form, taken in took_in_turns(asked, repeats, warm_up).items()}


def took_in_turns(asked: Sequence[tuple[str, str]], repeats: int, warm_up: int = WARM_UP) -> dict[str, list[Took]]:
    """What a unit took in each turn of each form; `asked` are pairs of a module of `peers` and a task."""
    peers = [Peer(*pair) for pair in asked]
    taken: dict[str, list[Took]] = {form: [] for peer in peers for form in peer.forms}
    for _ in range(warm_up + repeats):
        for peer in peers:
            for form in peer.forms:
                time.sleep(REST)
                taken[form].append(peer.took(form))
    for peer in peers:
        peer.stop()
    return {form: each[warm_up:] for form, each in taken.items()}
