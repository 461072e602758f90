"""A run that is kept as it goes on."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tasks.training import BIG, LONG, Workload


@dataclass(frozen=True)
class Kept:
    """Epochs of a workload in one run, long enough for several checkpoints."""

    name: str
    work: Workload
    epochs: int
    tries: int = 1


SMALL_KEPT = Kept("checkpoints of small", LONG, 100)
BIG_KEPT = Kept("checkpoints of big", replace(BIG, steps=60), 20)
