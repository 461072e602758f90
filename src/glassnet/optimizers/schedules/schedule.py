"""What a schedule is: a learning rate that changes with the number of the step.

A schedule is written in operations on the number of the step, so that it runs inside the program. Steps are counted
from 1, update by update, and go on being counted when `learn` is called again.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING

from glassnet.core.tensor import Tensor
from glassnet.settings import Configured, check_number

if TYPE_CHECKING:
    from glassnet.optimizers.schedules.plateau import ReduceOnPlateau


@dataclass(frozen=True, eq=False)
class Schedule(Configured, ABC):
    """A learning rate for each step; an own one is a subclass with `at`."""

    @abstractmethod
    def at(self, t: Tensor) -> Tensor:
        """The learning rate of step `t`; both are float64 of shape (), and the first step has t = 1."""

    @property
    def end(self) -> tuple[int, float] | None:
        """The step after which a rate that falls has its last value, and that value; None where there is none."""
        return None

    @property
    def plateau(self) -> ReduceOnPlateau | None:
        """What lowers the rate where the loss no longer improves; None where the number of the step says all."""
        return None


@dataclass(frozen=True, eq=False)
class Constant(Schedule):
    """The same rate at every step: rate(t) = rate. A number given as learning rate means this."""

    rate: float

    def __post_init__(self) -> None:
        check_number(self, "rate", "[0, inf)")

    def at(self, t: Tensor) -> Tensor:
        """The rate, whatever the step."""
        return t.filled(self.rate)
