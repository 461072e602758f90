"""Schedules that rise first: one cycle, and a warm-up before any other schedule."""

from __future__ import annotations

import math
from dataclasses import dataclass

from glassnet.core.functions import cos, maximum, minimum, where
from glassnet.core.tensor import Tensor
from glassnet.optimizers.schedules.plateau import ReduceOnPlateau
from glassnet.optimizers.schedules.schedule import Constant, Schedule
from glassnet.settings import check_number, check_whole


@dataclass(frozen=True, eq=False)
class OneCycle(Schedule):
    """One rise to a high rate and one long fall far below the first one, each half a wave of the cosine.

    With p = (t - 1) / steps, at most 1, and u = rise::

        rate(t) = rate (first + (1 - first) (1 - cos(pi p / u)) / 2)                 for p <= u
        rate(t) = rate (final + (1 - final) (1 + cos(pi (p - u) / (1 - u))) / 2)     after it

    Step 1 gets first x rate, step 1 + rise x steps the whole rate, step `steps` + 1 and all later ones final x rate.
    The paper rises and falls along lines; PyTorch's `OneCycleLR` and optax's `cosine_onecycle_schedule` take cosines,
    with the same defaults. The momentum, which paper and PyTorch let fall and rise against the rate, stays as it is.

    Arguments: `rate`, the highest learning rate; `steps`, how many steps (not epochs) it takes in all; `rise`, the
    share of them that rises, in (0, 1); `first` and `final`, shares of the rate in [0, 1].

    Source: Smith and Topin, "Super-convergence: very fast training of neural networks using large learning rates",
    2019.
    """

    rate: float
    steps: int
    rise: float = 0.3
    first: float = 0.04
    final: float = 4e-6

    def __post_init__(self) -> None:
        check_number(self, "rate", "[0, inf)")
        check_whole(self, "steps", 1)
        check_number(self, "rise", "(0, 1)")
        check_number(self, "first", "[0, 1]")
        check_number(self, "final", "[0, 1]")

    @property
    def end(self) -> tuple[int, float]:
        """Step `steps`, and `final` times the rate."""
        return self.steps, self.final * self.rate

    def at(self, t: Tensor) -> Tensor:
        """The rate of step t."""
        u, p = self.rise, minimum((t - 1) / self.steps, 1.0)
        up = self.first + (1 - self.first) / 2 * (1 - cos(math.pi / u * p))
        down = self.final + (1 - self.final) / 2 * (1 + cos(math.pi / (1 - u) * (p - u)))
        return self.rate * where(p > u, down, up)


@dataclass(frozen=True, eq=False)
class Warmup(Schedule):
    """A rise along a line before any other schedule.

    rate(t) = first t / (w + 1)                for t <= w, with w = steps and first the rate of step 1 of what follows
    rate(t) = rate of step t - w of what follows            after it

    Step w + 1 gets the whole first rate; without steps nothing is changed. So the schedule that follows is moved by w
    steps, as with PyTorch's `SequentialLR` and optax's `join_schedules`, and Warmup(Cosine(r, S - w), w) is the same as
    Cosine(r, S, warmup=w).

    Arguments: `rate`, the schedule that follows, or a number for a constant one; `steps`, how many steps (not epochs)
    come before the whole rate.

    Source: Goyal, Dollár, Girshick, Noordhuis, Wesolowski, Kyrola, Tulloch, Jia and He, "Accurate, large minibatch SGD:
    training ImageNet in 1 hour", 2017, section 2.2.
    """

    rate: float | Schedule
    steps: int

    def __post_init__(self) -> None:
        if not isinstance(self.rate, Schedule):
            check_number(self, "rate", "[0, inf)")
        check_whole(self, "steps", 0)

    @property
    def following(self) -> Schedule:
        """The schedule that follows."""
        return self.rate if isinstance(self.rate, Schedule) else Constant(self.rate)

    @property
    def end(self) -> tuple[int, float] | None:
        """Where the schedule that follows ends, `steps` later."""
        end = self.following.end
        return None if end is None else (self.steps + end[0], end[1])

    @property
    def plateau(self) -> ReduceOnPlateau | None:
        """That of the schedule that follows; it is judged during the rise too."""
        return self.following.plateau

    def at(self, t: Tensor) -> Tensor:
        """The rate of step t."""
        return self.following.at(maximum(t - self.steps, 1.0)) * minimum(t / (self.steps + 1), 1.0)
