"""Losses for rates and amounts: the raw output z is the logarithm of the answer, which is so never below 0.

Each is half the unit deviance of its distribution, 0 where the answer is the target; what others leave out or add
depends on the target alone. A delta is finite as long as e^|z| is: up to |z| of 88 in float32 and 709 in float64.
Beyond that the loss itself is larger than any number, which learning takes for divergence.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from glassnet.core import functions as f
from glassnet.core.operation import Array
from glassnet.core.tensor import Tensor
from glassnet.nn.losses.loss import PerOutput, refuse


@dataclass(frozen=True, eq=False)
class LogRate(PerOutput):
    """A loss whose raw output is the logarithm of the answer."""

    scalable: ClassVar[bool] = False

    def answer(self, output: Tensor) -> Tensor:
        """The rate e^z."""
        return f.exp(output)


@dataclass(frozen=True, eq=False)
class Poisson(LogRate):
    """e^z - t z + t log t - t for a raw output z and a count or rate t of at least 0, with 0 log 0 = 0.

    The answer is e^z. With r = z - log t it is t (e^r - 1 - r), and e^z for t = 0. Some systems leave t log t - t out,
    or put log(t!) in its place: the slope e^z - t is the same.

    Source: McCullagh and Nelder, "Generalized linear models", 2nd edition, 1989, section 2.3.
    """

    name: ClassVar[str] = "Poisson loss"

    def each(self, output: Tensor, target: Tensor) -> Tensor:
        """The loss of each output."""
        some = target > 0
        ratio = f.where(some, output - f.log(f.where(some, target, 1)), 0)
        return f.where(some, target * (f.expm1(ratio) - ratio), f.exp(output))

    def check(self, targets: Array, outputs: int) -> None:
        """Targets are numbers of at least 0."""
        refuse(self.name, targets, ~(targets >= 0), "expected counts or rates of at least 0")


@dataclass(frozen=True, eq=False)
class Gamma(LogRate):
    """t e^-z - 1 - log(t e^-z) for a raw output z and an amount t above 0: the relative error counts, not its size.

    The answer is e^z. With r = log t - z it is e^r - 1 - r.

    Source: McCullagh and Nelder, "Generalized linear models", 2nd edition, 1989, section 2.3.
    """

    name: ClassVar[str] = "gamma loss"

    def each(self, output: Tensor, target: Tensor) -> Tensor:
        """The loss of each output."""
        ratio = f.log(target) - output
        return f.expm1(ratio) - ratio

    def check(self, targets: Array, outputs: int) -> None:
        """Targets are numbers above 0."""
        refuse(self.name, targets, ~(targets > 0), "expected amounts above 0")
