"""Schedules that fall: in steps, by shares, along a power, along a cosine."""

from __future__ import annotations

import math
from dataclasses import dataclass

from glassnet.core.functions import cos, floor, maximum, minimum
from glassnet.core.tensor import Tensor
from glassnet.optimizers.schedules.schedule import Schedule
from glassnet.settings import check_number, check_whole, refusal


@dataclass(frozen=True, eq=False)
class Exponential(Schedule):
    """A rate that falls by the same share at every step: rate(t) = rate factor^((t - 1) / every).

    Step 1 gets the whole rate, step 1 + `every` gets rate x factor, and so on without end; `Step` is the same in steps.

    Arguments: `rate`, the learning rate of the first step; `every`, in steps (not epochs); `factor`, in (0, 1].

    Source: the form is that of Keras (`ExponentialDecay`) and optax (`exponential_decay`), both without staircase.
    """

    rate: float
    every: int
    factor: float = 0.1

    def __post_init__(self) -> None:
        check_number(self, "rate", "[0, inf)")
        check_whole(self, "every", 1)
        check_number(self, "factor", "(0, 1]")

    def at(self, t: Tensor) -> Tensor:
        """The rate of step t."""
        return self.rate * self.factor ** self.falls(t)

    def falls(self, t: Tensor) -> Tensor:
        """How many times the rate was multiplied by the factor before step t, in parts too."""
        return (t - 1) / self.every


@dataclass(frozen=True, eq=False)
class Step(Exponential):
    """A rate that is multiplied by a factor every so many steps: rate(t) = rate factor^floor((t - 1) / every).

    Steps 1 to `every` get the whole rate, the next `every` steps get rate x factor, and so on without end. Arguments as
    those of `Exponential`.

    Source: Szegedy, Liu, Jia, Sermanet, Reed, Anguelov, Erhan, Vanhoucke and Rabinovich, "Going deeper with
    convolutions", 2015, section 6; the form is that of PyTorch (`StepLR`).
    """

    def falls(self, t: Tensor) -> Tensor:
        """How many times the rate was multiplied by the factor before step t."""
        return floor(super().falls(t))


@dataclass(frozen=True, eq=False)
class Polynomial(Schedule):
    """A fall along a power of the steps that are left; along a line with `power` 1.

    rate(t) = final + (rate - final) (1 - p)^power          with p = (t - 1) / steps, at most 1

    Step 1 gets the whole rate; step `steps` a little more than `final`, so that no step is in vain where `final` is 0;
    step `steps` + 1 and all later ones get `final`.

    Arguments: `rate`, the learning rate of the first step; `steps`, how many steps (not epochs) the fall takes;
    `power`, above 0; `final`, the last rate, at most `rate`.

    Source: Liu, Rabinovich and Berg, "ParseNet: looking wider to see better", 2015, the "poly" policy.
    """

    rate: float
    steps: int
    power: float = 1.0
    final: float = 0.0

    def __post_init__(self) -> None:
        check_number(self, "rate", "[0, inf)")
        check_whole(self, "steps", 1)
        check_number(self, "power", "(0, inf)")
        check_number(self, "final", f"[0, {float(self.rate)!r}]")

    @property
    def end(self) -> tuple[int, float]:
        """Step `steps`, and `final`."""
        return self.steps, self.final

    def at(self, t: Tensor) -> Tensor:
        """The rate of step t."""
        left = 1 - minimum((t - 1) / self.steps, 1.0)
        return self.final + (self.rate - self.final) * left**self.power


@dataclass(frozen=True, eq=False)
class Cosine(Schedule):
    """A rise along a line, then a fall along half a wave of the cosine.

    With w = warmup and S = steps::

        rate(t) = rate t / (w + 1)                                  for t <= w + 1
        rate(t) = final + (rate - final) (1 + cos(pi p)) / 2        after it, with p = (t - 1 - w) / (S - w), at most 1

    Step 1 gets rate / (w + 1), which is the whole rate without a warm-up; step w + 1 gets the whole rate; step S gets a
    little more than `final`, so that no step is in vain where `final` is 0; step S + 1 and all later ones get `final`.
    What is learnt after that moves nothing where `final` is 0.

    Arguments: `rate`, the highest learning rate; `steps`, how many steps (not epochs) it takes in all; `warmup`, the
    steps before the highest; `final`, the last rate, at most `rate`.

    Source: Loshchilov and Hutter, "SGDR: stochastic gradient descent with warm restarts", 2017 (without restarts).
    """

    rate: float
    steps: int
    warmup: int = 0
    final: float = 0.0

    def __post_init__(self) -> None:
        check_number(self, "rate", "[0, inf)")
        check_whole(self, "steps", 1)
        check_whole(self, "warmup", 0)
        if self.warmup >= self.steps:
            raise refusal(self, "warmup", f"fewer than steps={self.steps}")
        check_number(self, "final", f"[0, {float(self.rate)!r}]")

    @property
    def end(self) -> tuple[int, float]:
        """Step `steps`, and `final`."""
        return self.steps, self.final

    def at(self, t: Tensor) -> Tensor:
        """The rate of step t: the rise until it meets the fall."""
        w, S = self.warmup, self.steps
        p = minimum(maximum((t - (1 + w)) / (S - w), 0.0), 1.0)
        fall = self.final + (self.rate - self.final) / 2 * (1 + cos(math.pi * p))
        return minimum(self.rate / (w + 1) * t, fall)
