"""`network.online()` on dictionaries, and what is compiled of it alone."""

from __future__ import annotations

from collections.abc import Mapping

import glassnet as gn
from glassnet.network.dictionaries import dictionaries_of
from tasks.dictionaries import CALLS, Dictionaries
from tasks.task import Turn


def forms(task: Dictionaries) -> Mapping[str, Turn]:
    network = gn.Network(seed=0)
    step = network.online()
    for x, y in task.examples():
        step(x, y)
    assert network._learnt is not None
    bound = dictionaries_of(network._learnt)._run

    def steps() -> None:
        for _ in range(CALLS):
            bound()

    return {"Glassnet": task.turn(step), "the bound step": Turn(steps, CALLS)}
