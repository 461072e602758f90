"""Log losses, for classes and for probabilities as targets, computed from the raw output: exact for any finite one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from glassnet.core import functions as f
from glassnet.core.extent import written
from glassnet.core.operation import Array
from glassnet.core.tensor import Tensor
from glassnet.errors import ShapeError, TargetError
from glassnet.nn.losses.loss import Loss, PerOutput, paired, refuse
from glassnet.settings import check_number

ROUNDING = 1e-3  # of the sum of a row of probabilities


@dataclass(frozen=True, eq=False)
class BinaryLogLoss(PerOutput):
    """log(1 + e^z) - t z for a raw output z and a target t of 0 or 1 (or a probability between).

    It equals -log of the probability given to what happened, sigmoid(z) being that of 1. The answer is sigmoid(z).

    Source: Good, "Rational decisions", 1952.
    """

    classes: ClassVar[bool] = True
    scalable: ClassVar[bool] = False
    name: ClassVar[str] = "binary log loss"

    def each(self, output: Tensor, target: Tensor) -> Tensor:
        """The loss of each output: softplus(-z) t + softplus(z) (1 - t)."""
        t = target.cast(output.dtype)  # class numbers are whole
        return t * f.softplus(-output) + (1 - t) * f.softplus(output)

    @property
    def finals(self) -> tuple[str, ...]:
        """The answer is the sigmoid of the output."""
        return ("sigmoid",)

    def check(self, targets: Array, outputs: int) -> None:
        """Targets are 0 and 1, or probabilities between them."""
        expected = "expected 0 or 1, the numbers of two classes, or a probability"
        if targets.ndim == 1 and targets.max(initial=0) > 1:
            expected += f"; for {int(targets.max()) + 1} classes use the softmax log loss"
        refuse(self.name, targets, ~((targets >= 0) & (targets <= 1)), expected)

    def answer(self, output: Tensor) -> Tensor:
        """The probability of class 1."""
        return f.logistic(output)


@dataclass(frozen=True, eq=False)
class MultiLabelLogLoss(BinaryLogLoss):
    """The binary log loss of each label by itself, the mean over the labels: a row may have none, one or several.

    Targets are (rows, labels), 1 where a row has the label and 0 where not; the answers are the probability of each.
    Some systems take the sum over the labels.

    Source: Good, "Rational decisions", 1952, a label at a time.
    """

    classes: ClassVar[bool] = False
    name: ClassVar[str] = "multi-label log loss"


@dataclass(frozen=True, eq=False)
class SoftmaxLogLoss(Loss):
    """-sum(t log softmax(z)) for raw outputs z (n, classes) and a target t: a class number or a row of probabilities.

    With `smoothing` s the target becomes (1 - s) t + s / classes (Szegedy and others, "Rethinking the Inception
    architecture for computer vision", 2016). A row's weight, that of its class too, multiplies its whole loss; some
    systems weigh each class of a smoothed target by itself, which moves the optimum. The answer is softmax(z).

    Source: Bridle, "Probabilistic interpretation of feedforward classification network outputs", 1990.
    """

    classes: ClassVar[bool] = True
    scalable: ClassVar[bool] = False
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
    def finals(self) -> tuple[str, ...]:
        """The answer is the softmax of the outputs."""
        return ("softmax",)

    def check(self, targets: Array, outputs: int) -> None:
        """Targets are class numbers below the outputs, or rows of probabilities that sum to 1."""
        if targets.ndim == 2:
            check_probabilities("softmax log loss", targets, "or class numbers")
        else:
            check_classes("softmax log loss", targets, outputs)

    def answer(self, output: Tensor) -> Tensor:
        """The probability of each class."""
        return f.softmax(output)


@dataclass(frozen=True, eq=False)
class KLDivergence(Loss):
    """sum(t log(t / softmax(z))) for raw outputs z and a row t of probabilities, both (n, classes), with 0 log 0 = 0.

    The Kullback-Leibler divergence of the answer softmax(z) from the target: the softmax log loss less the entropy of
    the target, 0 where they are equal. The derivative is that of the softmax log loss.

    Source: Kullback and Leibler, "On information and sufficiency", 1951.
    """

    scalable: ClassVar[bool] = False

    def rows(self, output: Tensor, target: Tensor) -> Tensor:
        """The loss of each row."""
        z, t = paired("KL loss", output, target)
        some = t > 0
        apart = f.log(f.where(some, t, 1)) - f.log_softmax(z)
        return f.where(some, t * apart, 0).sum(tuple(range(1, z.ndim)))

    @property
    def finals(self) -> tuple[str, ...]:
        """The answer is the softmax of the outputs."""
        return ("softmax",)

    def check(self, targets: Array, outputs: int) -> None:
        """Targets are rows of probabilities that sum to 1."""
        check_probabilities("KL loss", targets, "a column for each output")

    def answer(self, output: Tensor) -> Tensor:
        """The probability of each class."""
        return f.softmax(output)


def check_probabilities(name: str, targets: Array, more: str) -> None:
    """Raise TargetError, naming the row, unless each row of targets holds probabilities that sum to 1."""
    good = (targets >= 0).all(axis=-1) & (np.abs(targets.sum(axis=-1) - 1) <= ROUNDING)
    if not good.all():
        row = int(np.argwhere(~good)[0][0])
        raise TargetError(
            f"{name}: row {row + 1:,} of the targets, {targets[row].tolist()}, is no row of probabilities; expected "
            f"numbers of at least 0 that sum to 1, {more}"
        )


def check_classes(name: str, targets: Array, outputs: int, *, single: bool = False) -> None:
    """Raise TargetError, naming the row, unless targets are class numbers that a network of so many outputs can tell.

    With `single`, one output tells two classes by its sign.
    """
    known = 2 if single and outputs == 1 else outputs
    refuse(name, targets, ~((targets >= 0) & (targets == np.floor(targets))), "expected the number of a class, from 0")
    if targets.size and targets.max() >= known:
        classes, row = int(targets.max()) + 1, int(targets.argmax())
        raise TargetError(
            f"{name}: {classes} classes for a network of {outputs} outputs, the last of them in row {row + 1:,} of the "
            f"targets; give the last layer an output for each class, as in gn.Dense({classes})"
        )
