"""Some steps of learning on a copy of a network, at a rate that stays the same, to see what comes of them."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from glassnet.core.operation import Array
from glassnet.optimizers.schedules import Schedule
from glassnet.random import permutation
from glassnet.training.layout import State
from glassnet.training.loop import Run
from glassnet.training.rate_range import RateOf, batches, one_step
from glassnet.training.recovery import copied
from glassnet.training.rows import Rows

ENDS: Final = 10  # steps at the end of a trial over which losses are averaged
AHEAD: Final = np.unique(np.geomspace(1, 10_000, 60).astype(int))  # steps at which a schedule is looked at


@dataclass(frozen=True)
class Trial:
    """The mean losses of the batches of a trial, each before its step; `finite` says that all of them were."""

    losses: tuple[float, ...]
    finite: bool

    def mean_before(self, steps: int) -> float:
        """The mean of the last losses of so many steps; infinite where one was not finite."""
        return float(np.mean(self.losses[:steps][-ENDS:])) if self.finite and self.losses else np.inf


def tried(
    run: Run, state: State, schedule: Schedule, rate: float, steps: int, seconds: float, enough: float = -np.inf
) -> Trial:
    """Take at most so many steps in so many seconds at one rate, on a copy; fewer once a loss is `enough` or less."""
    state, rate_of, losses = copied(state), RateOf(schedule), list[float]()
    until = time.perf_counter() + seconds
    for _, batch in zip(range(steps), batches(run, 0), strict=False):
        done = one_step(run, *batch, state, rate / rate_of(state))
        if not done.finite:
            return Trial(tuple(losses), finite=False)
        if done.weight:
            losses.append(done.loss / done.weight)
            if losses[-1] <= enough:
                break
        if time.perf_counter() > until:
            break
    return Trial(tuple(losses), finite=True)


def usual_rate(schedule: Schedule, state: State) -> float:
    """The highest rate that a schedule has in its first 10,000 steps: that of its first ones may be a warm-up."""
    rate_of = RateOf(schedule)
    return max(rate_of.at(int(t)) for t in AHEAD)


def on_rows(run: Run, rows: Rows, *, whole: bool = False) -> Run:
    """The same run on other rows, all of them in each batch where it is to be `whole`."""
    size = len(rows) if whole or not run.shuffle else min(run.batch_size, len(rows))
    return replace(run, training=rows, batch_size=size, mean_weight=rows.mean_weight(None))


def some(rows: Rows, picked: Array) -> Rows:
    """Some of the rows."""
    folds = None if rows.folds is None else rows.folds[picked]
    inputs = {name: array[picked] for name, array in rows.inputs.items()}
    return Rows(inputs, rows.targets[picked], rows.weights[picked], folds)


def sample(rows: Rows, most: int, seed: int) -> Rows:
    """At most so many of the rows, in their order."""
    return rows if len(rows) <= most else some(rows, places(len(rows), most, seed))


def places(rows: int, most: int, seed: int) -> npt.NDArray[np.int64]:
    """The numbers of the rows that `sample` takes of so many."""
    return np.sort(permutation(seed, "rows to diagnose", rows)[:most])
