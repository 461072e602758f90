"""Whole programs in fresh processes."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

PROGRAMS = Path(__file__).parent.parent / "programs"
UNIT = 1 if sys.platform == "darwin" else 1024  # bytes in which the system counts the peak of a process


class Ended(NamedTuple):
    """What a process took: seconds from its start to its end, bytes at its peak, and what it printed.

    The peak is 0 where the system does not tell it (Windows).
    """

    seconds: float
    peak: int
    printed: str


@dataclass(frozen=True)
class Program:
    """A file of `programs` with arguments, and what its environment has besides ours."""

    file: str
    arguments: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)

    def run(self) -> Ended:
        """Run it in a process of its own; raises CalledProcessError where it fails."""
        command = [sys.executable, str(PROGRAMS / self.file), *self.arguments]
        environment = {**os.environ, **self.environment}
        began = time.perf_counter()
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
            printed = process.stdout.read() if process.stdout else ""
            peak = _peak(process)
            seconds = time.perf_counter() - began
        if process.returncode:
            raise subprocess.CalledProcessError(process.returncode, command)
        return Ended(seconds, peak, printed)


def _peak(process: subprocess.Popen[str]) -> int:
    """Wait for the end of a process; gives the bytes that it held at most, 0 where nobody knows."""
    if not hasattr(os, "wait4"):
        process.wait()
        return 0
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return int(used.ru_maxrss) * UNIT
