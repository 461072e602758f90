"""Losses for numbers as targets; the loss of a row is the mean over its outputs."""

from __future__ import annotations

from dataclasses import dataclass

from glassnet.core import functions as f
from glassnet.core.tensor import Tensor
from glassnet.nn.losses.loss import Loss, paired, row_mean
from glassnet.settings import check_number


@dataclass(frozen=True, eq=False)
class Squared(Loss):
    """(output - target)^2, the mean over the outputs of a row."""

    def rows(self, output: Tensor, target: Tensor) -> Tensor:
        """The loss of each row."""
        actual, desired = paired("squared loss", output, target)
        error = actual - desired
        return row_mean(error * error)


@dataclass(frozen=True, eq=False)
class Absolute(Loss):
    """|output - target|, the mean over the outputs of a row; slope 0 where they are equal."""

    def rows(self, output: Tensor, target: Tensor) -> Tensor:
        """The loss of each row."""
        actual, desired = paired("absolute loss", output, target)
        return row_mean(f.absolute(actual - desired))


@dataclass(frozen=True, eq=False)
class Huber(Loss):
    """d^2 / 2 for an error d within `delta`, delta (|d| - delta / 2) beyond: its slope is never above delta.

    Source: Huber, "Robust estimation of a location parameter", 1964.
    """

    delta: float = 1.0

    def __post_init__(self) -> None:
        check_number(self, "delta", "(0, inf)")

    def rows(self, output: Tensor, target: Tensor) -> Tensor:
        """The loss of each row."""
        actual, desired = paired("Huber loss", output, target)
        error = actual - desired
        size = f.absolute(error)
        return row_mean(f.where(size <= self.delta, 0.5 * error * error, self.delta * (size - self.delta / 2)))
