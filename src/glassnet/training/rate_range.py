"""The range test: some steps at learning rates that rise, to see where the loss falls and where it runs away."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from glassnet.core.interpret import Interpreter
from glassnet.core.tape import Tape
from glassnet.engines.engine import Slice
from glassnet.errors import DivergenceError, SettingError
from glassnet.nn.graph import STEP
from glassnet.optimizers.schedules import Schedule
from glassnet.settings import check_number, check_whole, refusal
from glassnet.training.glass import step_settings
from glassnet.training.layout import UPDATES, State
from glassnet.training.loop import Run
from glassnet.training.recovery import copied
from glassnet.training.update import RATE_SCALE

Floats = npt.NDArray[np.float64]
Order = npt.NDArray[np.int64]

SHARE: Final = 20  # a loss counts half as much after one part in so many of the steps
RISE: Final = 3.0  # times its best, or the fall to it: a smoothed loss that is higher above its best has run away


@dataclass(frozen=True)
class Seen:
    """What a range test saw: the rate of each step, the loss of its batch before it, raw and smoothed, and its end."""

    rates: Floats
    losses: Floats
    smoothed: Floats
    ended: str


@dataclass(frozen=True)
class RangeTest:
    """Steps whose learning rates rise from `lowest` to `highest`, each by the same factor.

    rate(i) = lowest (highest / lowest)^((i - 1) / (steps - 1))
    m(i) = d m(i - 1) + (1 - d) (L(i) - S(i)),  smoothed(i) = mean(S) + m(i) / (1 - d^i)

    L(i) is the loss of batch i before the step, and S(i) what the same batch has at the weights that the test began
    with: the difference is 0 while the rates are too low to move anything, whatever rows a batch has, where the losses
    themselves would differ by more than a few steps bring. A loss counts half as much after a twentieth of the steps,
    d = 0.5^(20 / steps), which is 0.87 of 100 steps.

    The test ends early where a loss is not finite, or the smoothed one has run away: risen from its best by more than 3
    times the larger of that best's size and the fall to it, so beyond 4 times a best that is above half of the first.

    Source: Smith, "Cyclical learning rates for training neural networks", 2017, section 3.3, where the rates rise along
    a line; the rest is this project's own.
    """

    lowest: float = 1e-7
    highest: float = 10.0
    steps: int = 100

    def __post_init__(self) -> None:
        check_number(self, "lowest", "(0, inf)")
        check_number(self, "highest", "(0, inf)")
        if self.highest <= self.lowest:
            raise refusal(self, "highest", f"a rate above lowest={self.lowest!r}")
        check_whole(self, "steps", SHARE)

    @property
    def rates(self) -> Floats:
        """The rate of each step."""
        return np.geomspace(self.lowest, self.highest, self.steps)

    def __call__(self, run: Run, state: State, schedule: Schedule, first_epoch: int) -> Seen:
        """Take the steps on `state`, in place, in the orders of the epochs from `first_epoch` on.

        Raises SettingError where the schedule has the rate 0, which no factor brings to another, and where no batch has
        a weight; DivergenceError where the loss of the first one is not finite.
        """
        rate_of, still, curve = RateOf(schedule), copied(state), _Curve(float(0.5 ** (SHARE / self.steps)))
        for i, (rate, batch) in enumerate(zip(self.rates.tolist(), batches(run, first_epoch), strict=False), 1):
            scale, place = rate / rate_of(state), f"step {i:,} of {self.steps:,}"
            moved, stayed = (one_step(run, *batch, *each) for each in ((state, scale), (still, 0.0)))
            if not (moved.finite and stayed.finite):
                return curve.seen(f"the loss was not finite at {place}")
            if moved.weight:  # the first pieces of sequences that have one target each have none
                curve.add(rate, moved.loss / moved.weight, stayed.loss / stayed.weight)
            if curve.ran_away:
                return curve.seen(f"the loss had run away by {place}")
        if not curve.rates:
            raise SettingError(f"find_rate: steps={self.steps}: none of their batches has a target; give more steps")
        return curve.seen(f"all {self.steps:,} steps were taken")


@dataclass
class _Curve:
    """The losses so far; `starts` are those at the weights of the start, and `rises` the smoothed differences."""

    decay: float
    rates: list[float] = field(default_factory=list)
    losses: list[float] = field(default_factory=list)
    starts: list[float] = field(default_factory=list)
    rises: list[float] = field(default_factory=list)
    mean: float = 0.0

    def add(self, rate: float, loss: float, start: float) -> None:
        """Add the losses of a batch."""
        for values, value in ((self.rates, rate), (self.losses, loss), (self.starts, start)):
            values.append(value)
        self.mean = self.decay * self.mean + (1 - self.decay) * (loss - start)
        self.rises.append(self.mean / (1 - self.decay ** len(self.rates)))

    @property
    def ran_away(self) -> bool:
        """Whether the last smoothed loss has risen too far above the best; losses may lie below 0."""
        if not self.rises:
            return False
        best, start = min(self.rises), float(np.mean(self.starts))
        return self.rises[-1] - best > RISE * max(abs(start + best), -best)

    def seen(self, ended: str) -> Seen:
        """The curves as arrays; raises DivergenceError where there is no loss."""
        if not self.rates:
            raise DivergenceError(
                f"find_rate: {ended}, before any weight was changed; look for extreme values in the data; if they are "
                f"sound the weights have run away: load what was saved, or reset()"
            )
        smoothed = np.mean(self.starts) + np.array(self.rises)
        return Seen(np.array(self.rates), np.array(self.losses), smoothed, ended)


class RateOf:
    """The rate that a schedule has for the next step of a state."""

    def __init__(self, schedule: Schedule) -> None:
        self._schedule, tape = schedule, Tape()
        self._t = tape.input("t", (), "float64")
        self._rate = Interpreter(tape, [schedule.at(self._t).position])

    def __call__(self, state: State) -> float:
        """The rate; raises SettingError where it is 0."""
        t = int(state.get(UPDATES, state[STEP])) + 1
        rate = self.at(t)
        if rate == 0:
            raise SettingError(
                f"find_rate: {self._schedule!r} has the rate 0 at step {t:,}, which no factor brings to another; give "
                f"the network an optimizer with a rate above 0, such as optimizer=gn.Adam(0.001)"
            )
        return rate

    def at(self, t: int) -> float:
        """The rate of step t, counted from 1."""
        return float(self._rate.run({self._t.position: np.asarray(float(t))}, {})[0])


def batches(run: Run, first_epoch: int) -> Iterator[tuple[Order, int]]:
    """The order of an epoch and the place in it of each batch, epoch after epoch without end."""
    epoch = first_epoch
    while True:
        order = run.order(epoch)
        yield from ((order, start) for start in range(0, len(order), run.batch_size))
        epoch += 1


def one_step(run: Run, order: Order, start: int, state: State, scale: float) -> Slice:
    """One step on the batch at a place of an order, its rate that of the schedule times `scale`."""
    settings = {**step_settings(run.mean_weight, ends=start + run.batch_size >= len(order)), RATE_SCALE: scale}
    return run.train.run(state, run.data, order, start, run.batch_size, 1, settings)


def steepest(seen: Seen, steps: int) -> float | None:
    """The rate where the smoothed loss falls most steeply against the logarithm of the rate; None if it never falls.

    A fall is that of the best so far, since a way back to it after a rise is none, and that over a tenth of the steps,
    since one from step to step would be that of single batches.
    """
    half = steps // SHARE
    logarithms, best = np.log10(seen.rates), np.minimum.accumulate(seen.smoothed)
    if len(best) <= 2 * half:
        return None
    slopes = (best[2 * half :] - best[: -2 * half]) / (logarithms[2 * half :] - logarithms[: -2 * half])
    place = int(slopes.argmin())
    return float(seen.rates[half + place]) if slopes[place] < 0 else None
