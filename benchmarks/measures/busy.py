"""Learning while another program takes one of two cores."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from measures.turns import in_turns
from rows.bound import Bound
from rows.row import Row
from tasks.training import LONG

ENDLESS = "import os; parent = os.getppid()\nwhile os.getppid() == parent: pass"  # it does not outlive us


@dataclass(frozen=True)
class Busy:
    """Default threads beside one thread; what a step takes as a rule counts, since luck is what the row is about."""

    name: str = "busy"

    def rows(self, repeats: int) -> list[Row]:
        """One row."""
        with _two_cores(), _taken():
            taken = in_turns([("glassnet.busy", LONG.name)], repeats)
        figures = {form: statistics.median(seconds) * 1e6 for form, seconds in taken.items()}
        return [Row("small, one of two cores taken by another program", "us", figures, (Bound(0.9, ("one thread",)),))]


@contextmanager
def _two_cores() -> Iterator[None]:
    """Let processes that start meanwhile use two cores, where the system can be asked for that."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, sorted(before)[:2])
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


@contextmanager
def _taken() -> Iterator[None]:
    """Another program that takes all the time that it can get of one core."""
    process = subprocess.Popen([sys.executable, "-c", ENDLESS])
    try:
        yield
    finally:
        process.kill()
        process.wait()
