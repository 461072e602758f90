"""Losses for classes as targets, computed from the raw output: exact for any finite one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from glassnet.core import functions as f
from glassnet.core.extent import written
from glassnet.core.operation import Array
from glassnet.core.tensor import Tensor
from glassnet.errors import ShapeError, TargetError
from glassnet.nn.losses.loss import Loss, paired, row_mean
from glassnet.settings import check_number


@dataclass(frozen=True, eq=False)
class BinaryLogLoss(Loss):
    """log(1 + e^z) - t z for a raw output z and a target t of 0 or 1 (or a probability between).

    It equals -log of the probability given to what happened, sigmoid(z) being that of 1. The answer is sigmoid(z).
    """

    def rows(self, output: Tensor, target: Tensor) -> Tensor:
        """The loss of each row, the mean over its outputs: softplus(-z) t + softplus(z) (1 - t)."""
        z, t = paired("binary log loss", output, target.cast(output.dtype))
        return row_mean(t * f.softplus(-z) + (1 - t) * f.softplus(z))

    @property
    def final(self) -> str:
        """The answer is the sigmoid of the output."""
        return "sigmoid"

    def check(self, targets: Array, outputs: int) -> None:
        """Targets are 0 and 1, or probabilities between them."""
        if targets.size and not (targets.min() >= 0 and targets.max() <= 1):
            wrong = targets[(targets < 0) | (targets > 1)].flat[0]
            more = "" if targets.ndim > 1 else f"; for {int(targets.max()) + 1} classes use the softmax log loss"
            raise TargetError(
                f"binary log loss: a target is {wrong}; expected 0 or 1, the numbers of two classes{more}"
            )

    def answer(self, output: Tensor) -> Tensor:
        """The probability of class 1."""
        return f.logistic(output)


@dataclass(frozen=True, eq=False)
class SoftmaxLogLoss(Loss):
    """-sum(t log softmax(z)) for raw outputs z (n, classes) and a target t: a class number or a row of probabilities.

    With `smoothing` s the target becomes (1 - s) t + s / classes (Szegedy and others, 2015). The answer is softmax(z).
    """

    smoothing: float = 0.0

    def __post_init__(self) -> None:
        check_number(self, "smoothing", "[0, 1)")

    def rows(self, output: Tensor, target: Tensor) -> Tensor:
        """The loss of each row."""
        classes = output.shape[-1] if output.ndim == 2 else None
        if not isinstance(classes, int):
            raise ShapeError(f"softmax log loss: an output of shape {written(output.shape)}; expected (n, classes)")
        if target.ndim == 1:
            target = f.one_hot(target, classes, output.dtype)
        z, t = paired("softmax log loss", output, target)
        if self.smoothing:
            t = (1 - self.smoothing) * t + self.smoothing / classes
        return -(t * f.log_softmax(z)).sum(1)

    @property
    def final(self) -> str:
        """The answer is the softmax of the outputs."""
        return "softmax"

    def check(self, targets: Array, outputs: int) -> None:
        """Targets are class numbers below the outputs, or rows of probabilities that sum to 1."""
        if targets.size == 0:
            return
        if targets.ndim == 1 and targets.max() >= outputs:
            classes = int(targets.max()) + 1
            raise TargetError(
                f"softmax log loss: {classes} classes for a network of {outputs} outputs; give the last layer an "
                f"output for each class, as in gn.Dense({classes})"
            )
        if targets.ndim == 2 and ((targets < 0).any() or (np.abs(targets.sum(axis=1) - 1) > 1e-3).any()):
            row = int(np.flatnonzero((targets < 0).any(axis=1) | (np.abs(targets.sum(axis=1) - 1) > 1e-3))[0])
            raise TargetError(
                f"softmax log loss: the target {targets[row].tolist()} is no row of probabilities; expected numbers of "
                f"at least 0 that sum to 1, or class numbers"
            )

    def answer(self, output: Tensor) -> Tensor:
        """The probability of each class."""
        return f.softmax(output)
