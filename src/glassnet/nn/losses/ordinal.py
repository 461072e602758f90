"""The log loss of classes that have an order, such as low < middle < high."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from glassnet.core import functions as f
from glassnet.core.extent import written
from glassnet.core.operation import Array
from glassnet.core.tensor import Tensor
from glassnet.errors import ShapeError, TargetError
from glassnet.nn.losses.loss import Loss, refuse


@dataclass(frozen=True, eq=False)
class Ordinal(Loss):
    """-log p(t) for ordered classes t from 0, where s_k = z_0 - softplus(z_1) - ... - softplus(z_k) are falling.

    p(t > k) = sigmoid(s_k), and p(t = k) = p(t > k - 1) - p(t > k). For c classes there are c - 1 outputs: the first is
    how far a row is above the lowest cut-point, the others how far each cut-point is above the one before. As the loss
    is softplus(-s_(t-1)) + softplus(s_t) + softplus(-z_t), each where it is there, it is exact for any finite output.
    Where z_0 alone depends on the row it is the proportional-odds model of the source; a dense last layer lets the
    distances depend on the row too, and no output makes a probability negative. Some systems learn an output for each
    cut-point by itself, whose order is then left to chance. The answer has the probability of each class; the class
    that is predicted is the likeliest.

    Source: McCullagh, "Regression models for ordinal data", 1980.
    """

    classes: ClassVar[bool] = True
    scalable: ClassVar[bool] = False

    def rows(self, output: Tensor, target: Tensor) -> Tensor:
        """The loss of each row."""
        surprises = _surprises(output)
        if target.ndim == 2 and target.shape[1] == 1:
            target = target.reshape(target.shape[0])
        if target.ndim != 1:
            raise ShapeError(
                f"ordinal loss: an output of shape {written(output.shape)} against targets of shape "
                f"{written(target.shape)}; expected (n, classes - 1) against class numbers (n,)"
            )
        classes = surprises.shape[1]
        assert isinstance(classes, int)  # as the outputs are so many
        return (f.one_hot(target.cast("int64"), classes, output.dtype) * surprises).sum(1)

    def check(self, targets: Array, outputs: int) -> None:
        """Targets are class numbers in the order of the classes, one more of these than outputs."""
        expected = "expected the number of a class, from 0"
        refuse("ordinal loss", targets, ~((targets >= 0) & (targets == np.floor(targets))), expected)
        if targets.size and targets.max() > outputs:
            classes, row = int(targets.max()) + 1, int(targets.argmax())
            raise TargetError(
                f"ordinal loss: {classes} classes for a network of {outputs} outputs, the last of them in row "
                f"{row + 1:,} of the targets; give the last layer one less than classes, as in gn.Dense({classes - 1})"
            )

    def answer(self, output: Tensor) -> Tensor:
        """The probability of each class."""
        return f.exp(-_surprises(output))


def _surprises(output: Tensor) -> Tensor:
    """-log p of each class, (n, classes), for raw outputs (n, classes - 1)."""
    z = output.reshape(output.shape[0], 1) if output.ndim == 1 else output
    cuts = z.shape[-1]
    if z.ndim != 2 or not isinstance(cuts, int):
        raise ShapeError(f"ordinal loss: an output of shape {written(output.shape)}; expected (n, classes - 1)")
    if cuts == 1:
        return f.concatenate([f.softplus(z), f.softplus(-z)])
    first, distances = z[:, :1], z[:, 1:]
    falls = f.softplus(distances) @ np.triu(np.ones((cuts - 1, cuts - 1))).astype(z.dtype)
    s = f.concatenate([first, first - falls])
    within = f.softplus(-distances).pad(1, 1, 1)  # of the classes between two cut-points
    return f.softplus(-s).pad(1, 1, 0) + f.softplus(s).pad(1, 0, 1) + within


def ordinal_start(shares: Array) -> Array:
    """The raw outputs (classes - 1,) that give each class its share, all of these above 0."""
    above = 1 - np.cumsum(shares)[:-1]
    s = np.log(above / (1 - above))
    outputs: Array = np.concatenate([s[:1], np.log(np.expm1(-np.diff(s)))])  # the inverse of softplus
    return outputs
