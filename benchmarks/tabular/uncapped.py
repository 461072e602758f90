"""The longest table with all of its rows, in a process of its own so that its memory is known."""

from __future__ import annotations

import resource
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from typing import Final

from tabular.fits import Fit
from tabular.system import System, fit_of
from tabular.tables import flights_delay

UNCAPPED: Final = "flights_delay_uncapped"
STATUS: Final = Path("/proc/self/status")


def uncapped(make: Callable[[], System], seed: int = 0) -> Fit:
    """A fit on the first fold of `flights_delay` with all its rows, 262,000 to learn from; the rows count as memory.

    `make` gives the system in the fresh process, and so has to be one that can be pickled.
    """
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as alone:
        return alone.submit(_fit, make, seed).result()


def _fit(make: Callable[[], System], seed: int) -> Fit:
    fit = fit_of(make(), UNCAPPED, flights_delay(), 0, seed=seed, most=None)
    return replace(fit, peak_mib=round(peak() / 2**20, 1))


def peak() -> int:
    """The largest resident size of this process so far, in bytes.

    Linux counts in `ru_maxrss` what the process held that started this one too, but not in the high-water mark of its
    memory.
    """
    if STATUS.exists():
        line = next(each for each in STATUS.read_text().splitlines() if each.startswith("VmHWM"))
        return int(line.split()[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
