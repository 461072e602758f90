"""The loss of directions: how far the output of a row points away from its target."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from glassnet.core import functions as f
from glassnet.core.operation import Array
from glassnet.core.tensor import Tensor
from glassnet.errors import TargetError
from glassnet.nn.losses.loss import Loss, paired


@dataclass(frozen=True, eq=False)
class CosineDistance(Loss):
    """1 - sum(o t) / (|o| |t|) for the output o and the target t of a row: 0 for one direction, 2 for opposite ones.

    An output of zeros has no direction: its loss is 1 and its derivative 0. Some systems add a small number to the
    norms instead, and some leave the 1 out.

    Source: Salton and McGill, "Introduction to modern information retrieval", 1983.
    """

    scalable: ClassVar[bool] = False

    def rows(self, output: Tensor, target: Tensor) -> Tensor:
        """The loss of each row."""
        actual, desired = paired("cosine loss", output, target)
        return 1 - (_unit(actual) * _unit(desired)).sum(tuple(range(1, actual.ndim)))

    def check(self, targets: Array, outputs: int) -> None:
        """Targets are rows that have a direction: not all zeros."""
        nothing = ~targets.reshape(len(targets), -1).any(axis=1)
        if nothing.any():
            raise TargetError(
                f"cosine loss: row {int(nothing.argmax()) + 1:,} of the targets holds zeros alone; "
                f"expected a direction, a number other than 0 in each row"
            )


def _unit(x: Tensor) -> Tensor:
    """Each row divided by its length, zeros where it has none; by its largest element first, lest a square overflow."""
    axes = tuple(range(1, x.ndim))
    largest = f.absolute(x).max(axes, keep=True).stop()
    scaled = x / f.where(largest.equal(0), 1, largest)
    length = f.norm(scaled, axes, keep=True)
    return f.where(length.equal(0), 0, scaled / length)
