"""An epoch on as many threads as there are by default, and on one."""

from __future__ import annotations

from collections.abc import Mapping

from peers.glassnet.training import epoch_of
from tasks.task import Turn
from tasks.training import Workload


def forms(work: Workload) -> Mapping[str, Turn]:
    return {"Glassnet": work.turn(epoch_of(work)), "one thread": work.turn(epoch_of(work, threads=1))}
