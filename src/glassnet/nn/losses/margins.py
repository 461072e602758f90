"""Losses of the margin m by which the class of a row leads the others, for classes as targets.

With one output z the margin is z for class 1 and -z for class 0; with an output for each class it is the output of the
row's class less the best of the others, or less their log-sum-exp.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from glassnet.core import functions as f
from glassnet.core.extent import written
from glassnet.core.operation import Array
from glassnet.core.tensor import Tensor
from glassnet.errors import ShapeError
from glassnet.nn.losses.classification import check_classes
from glassnet.nn.losses.loss import Loss
from glassnet.settings import check_number


@dataclass(frozen=True, eq=False)
class OfClasses(Loss):
    """A loss whose targets are class numbers (n,), of two classes for one output and of as many as outputs else."""

    classes: ClassVar[bool] = True
    scalable: ClassVar[bool] = False
    name: ClassVar[str]

    def check(self, targets: Array, outputs: int) -> None:
        """Targets are class numbers that so many outputs can tell."""
        check_classes(self.name, targets, outputs, single=True)

    def columns(self, output: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
        """The output as (n, columns) and the target as (n,); raises ShapeError, naming both shapes, for any others."""
        z = output.reshape(output.shape[0], 1) if output.ndim == 1 else output
        t = target.reshape(target.shape[0]) if target.ndim == 2 and target.shape[1] == 1 else target
        if z.ndim != 2 or t.ndim != 1:
            raise ShapeError(
                f"{self.name}: an output of shape {written(output.shape)} against targets of shape "
                f"{written(target.shape)}; expected (n, classes) or (n, 1) against class numbers (n,)"
            )
        return z, t

    def margin(self, output: Tensor, target: Tensor, rival: Callable[[Tensor], Tensor]) -> Tensor:
        """The margin (n,), `rival` making one number of the outputs of the other classes, where the own is -inf."""
        z, t = self.columns(output, target)
        if z.shape[1] == 1:
            return (2 * t.cast(z.dtype) - 1) * z.reshape(z.shape[0])
        own = _own(z, t)
        return f.where(own, z, 0).sum(1) - rival(f.where(own, -np.inf, z))


def _own(z: Tensor, t: Tensor) -> Tensor:
    """Whether a column is that of the row's class, (n, classes)."""
    return z.tape.iota(z.shape, 1).equal(t.cast("int64").reshape(t.shape[0], 1).broadcast(z.shape))


@dataclass(frozen=True, eq=False)
class Hinge(OfClasses):
    """max(0, 1 - m) for the margin m over the best of the other classes, slope 0 from m = 1 on.

    The answer is the class itself, 1 at its place and 0 elsewhere: a hinge knows no probabilities. Some systems sum
    over all other classes (Weston and Watkins, 1999), and some square the loss.

    Sources: Cortes and Vapnik, "Support-vector networks", 1995; for several classes Crammer and Singer, "On the
    algorithmic implementation of multiclass kernel-based vector machines", 2001.
    """

    name: ClassVar[str] = "hinge loss"

    def rows(self, output: Tensor, target: Tensor) -> Tensor:
        """The loss of each row."""
        return f.relu(1 - self.margin(output, target, lambda others: others.max(1)))

    def answer(self, output: Tensor) -> Tensor:
        """1 for the class of the largest output, the first where several tie; for one output whether it is above 0."""
        if output.ndim == 1 or output.shape[-1] == 1:
            return (output > 0).cast(output.dtype)
        return _own(output, f.argmax(output)).cast(output.dtype)


@dataclass(frozen=True, eq=False)
class Focal(OfClasses):
    """-(1 - p)^gamma log p for the probability p given to the class of the row: what is easy counts less.

    p is the sigmoid of the margin over the log-sum-exp of the other classes, which is the softmax; with one output, the
    sigmoid of z for class 1. With `gamma` 0 it is the log loss. Computed as e^(-gamma softplus(m)) softplus(-m), exact
    for any finite output. The paper's alpha is a weight of the class: learn(..., class_weight=...). The answer is the
    softmax of the outputs, or the sigmoid of one.

    Source: Lin and others, "Focal loss for dense object detection", 2017.
    """

    name: ClassVar[str] = "focal loss"
    gamma: float = 2.0

    def __post_init__(self) -> None:
        check_number(self, "gamma", "[0, inf)")

    def rows(self, output: Tensor, target: Tensor) -> Tensor:
        """The loss of each row."""
        m = self.margin(output, target, lambda others: f.logsumexp(others, 1))
        return f.exp(-self.gamma * f.softplus(m)) * f.softplus(-m)

    @property
    def finals(self) -> tuple[str, ...]:
        """The answer is the softmax of the outputs, or the sigmoid of one."""
        return ("softmax", "sigmoid")

    def answer(self, output: Tensor) -> Tensor:
        """The probability of each class, or that of class 1 for one output."""
        return f.logistic(output) if output.ndim == 1 or output.shape[-1] == 1 else f.softmax(output)


@dataclass(frozen=True, eq=False)
class ArgMax(OfClasses):
    """0 where the largest output is that of the row's class, 1 where not: its mean is 1 - accuracy.

    Of outputs that tie the first counts; one output stands for class 1 where it is above 0. It has no derivative to
    learn by: it is a test loss, Network(..., test_loss="arg-max").
    """

    differentiable: ClassVar[bool] = False
    name: ClassVar[str] = "arg-max loss"

    def rows(self, output: Tensor, target: Tensor) -> Tensor:
        """The loss of each row."""
        z, t = self.columns(output, target)
        chosen = (z.reshape(z.shape[0]) > 0).cast("int64") if z.shape[1] == 1 else f.argmax(z)
        return (~chosen.equal(t.cast("int64"))).cast(output.dtype)
