"""Losses for numbers as targets; the loss of a row is the mean over its outputs."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

from glassnet.core import functions as f
from glassnet.core.tensor import Tensor
from glassnet.nn.losses.loss import PerOutput
from glassnet.settings import check_number


@dataclass(frozen=True, eq=False)
class Squared(PerOutput):
    """(output - target)^2, the mean over the outputs of a row. Some systems take half of it.

    Source: Legendre, "Nouvelles méthodes pour la détermination des orbites des comètes", 1805.
    """

    name: ClassVar[str] = "squared loss"

    def each(self, output: Tensor, target: Tensor) -> Tensor:
        """The loss of each output."""
        error = output - target
        return error * error


@dataclass(frozen=True, eq=False)
class Absolute(PerOutput):
    """|output - target|, the mean over the outputs of a row; slope 0 where they are equal.

    Source: Laplace, "Mémoire sur la probabilité des causes par les évènemens", 1774.
    """

    name: ClassVar[str] = "absolute loss"

    def each(self, output: Tensor, target: Tensor) -> Tensor:
        """The loss of each output."""
        return f.absolute(output - target)


@dataclass(frozen=True, eq=False)
class Huber(PerOutput):
    """d^2 / 2 for an error d within `delta`, delta (|d| - delta / 2) beyond: its slope is never above delta.

    This is Huber's own. What some systems call smooth L1 with beta, and some Huber too, is this one divided by delta:
    its slope is never above 1, and it becomes the absolute loss as beta falls; this one becomes half the squared loss
    as delta grows. `delta` is in the unit of the targets, those of a table being standardised.

    Source: Huber, "Robust estimation of a location parameter", 1964; the other: Girshick, "Fast R-CNN", 2015.
    """

    name: ClassVar[str] = "Huber loss"
    delta: float = 1.0

    def __post_init__(self) -> None:
        super().__post_init__()
        check_number(self, "delta", "(0, inf)")

    def each(self, output: Tensor, target: Tensor) -> Tensor:
        """The loss of each output."""
        error = output - target
        size = f.absolute(error)
        return f.where(size <= self.delta, 0.5 * error * error, self.delta * (size - self.delta / 2))


@dataclass(frozen=True, eq=False)
class LogCosh(PerOutput):
    """log(cosh(d)) for an error d: near d^2 / 2 where it is small, |d| - log 2 where it is large; its slope is tanh(d).

    For |d| < 1 it is computed as log1p(cosh(d) - 1), with cosh(d) - 1 = u^2 / (2 (1 + u)) and u = e^d - 1, so that a
    small error keeps its digits, and beyond as |d| - log 2 + log1p(e^(-2 |d|)), so that no large one overflows.

    Source: Green, "Bayesian reconstructions from emission tomography data using a modified EM algorithm", 1990.
    """

    name: ClassVar[str] = "log-cosh loss"

    def each(self, output: Tensor, target: Tensor) -> Tensor:
        """The loss of each output."""
        error = output - target
        size = f.absolute(error)
        small = size < 1
        u = f.expm1(f.where(small, error, 0))
        near = f.log1p(u * u / (2 * (1 + u)))
        return f.where(small, near, size - math.log(2) + f.log1p(f.exp(-2 * size)))


@dataclass(frozen=True, eq=False)
class Quantile(PerOutput):
    """The pinball loss, q d for d = target - output above 0 and (q - 1) d below, q being the `quantile`.

    Its least is at the q-quantile of the targets; for q = 1/2 it is half the absolute loss. At d = 0 the slope in the
    output is the mean of those on both sides, 1/2 - q.

    Source: Koenker and Bassett, "Regression quantiles", 1978.
    """

    name: ClassVar[str] = "quantile loss"
    quantile: float = 0.5

    def __post_init__(self) -> None:
        super().__post_init__()
        check_number(self, "quantile", "(0, 1)")

    def each(self, output: Tensor, target: Tensor) -> Tensor:
        """The loss of each output."""
        short = target - output
        return f.maximum(self.quantile * short, (self.quantile - 1) * short)
