"""Which cores each of several threads runs on, where the system lets a program say so (Linux).

Threads that meet every few microseconds must run at the same time. Left to the system, two that were woken together
often share a core while another is idle, until its next look at the balance, many steps later: measured, a step took
three times as long, at random. So each thread of a crew has a part of the cores to itself.
"""

from __future__ import annotations

import os
import sys
from typing import Final, TypeAlias

Cores: TypeAlias = tuple[int, ...]

ANY: Final[Cores] = ()  # whichever the system chooses


def allowed() -> Cores:
    """The cores that the calling thread may use, as they are now; ANY where the system does not tell."""
    if sys.platform == "linux":
        return tuple(sorted(os.sched_getaffinity(0)))
    return ANY


def part(cores: Cores, tid: int, threads: int) -> Cores:
    """The cores of one of so many threads; where there are fewer cores than threads, each may use all of them.

    >>> part((0, 1, 4, 5, 6), 1, 2)
    (1, 5)
    """
    return cores[tid::threads] if threads <= len(cores) else cores


def moved(now: Cores, cores: Cores) -> Cores:
    """Move the calling thread from the cores that it has now, unless it is there already; gives those it then has."""
    if sys.platform == "linux" and cores not in (now, ANY):
        try:
            os.sched_setaffinity(0, cores)
        except OSError:  # the process may no longer use them
            return now
        return cores
    return now
