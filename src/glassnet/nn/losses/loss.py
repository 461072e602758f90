"""What a loss is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

from glassnet.core.extent import written
from glassnet.core.operation import Array
from glassnet.core.tensor import Tensor
from glassnet.errors import ShapeError
from glassnet.settings import Configured


@dataclass(frozen=True, eq=False)
class Loss(Configured, ABC):
    """A loss, written for the rows of a batch; an own one is a subclass with `rows`.

    It works from the raw output of the network and owns the map from there to an answer.
    """

    @abstractmethod
    def rows(self, output: Tensor, target: Tensor) -> Tensor:
        """The loss of each row, shape (n,)."""

    @property
    def final(self) -> str | None:
        """The activation function that `answer` applies, by name: as the last layer it would be applied twice."""
        return None

    def check(self, targets: Array, outputs: int) -> None:
        """Check the targets of many rows for a network with so many outputs.

        Raises TargetError for targets outside the domain of the loss; numbers of any size are inside unless a loss says
        otherwise.
        """

    def answer(self, output: Tensor) -> Tensor:
        """The answer for a raw output: the output itself, unless the loss says otherwise."""
        return output


def paired(name: str, output: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
    """Output and target as two arrays (n, outputs); (n,) counts as (n, 1).

    Raises ShapeError, naming both shapes, where they do not match; they are never repeated.
    """
    first, second = (x.reshape(x.shape[0], 1) if x.ndim == 1 else x for x in (output, target))
    if first.shape != second.shape:
        raise ShapeError(
            f"{name}: an output of shape {written(output.shape)} against targets of shape {written(target.shape)}; "
            f"expected targets of shape {written(output.shape)}: change the outputs of the last layer, or the targets"
        )
    return first, second


def row_mean(values: Tensor) -> Tensor:
    """The mean over all axes but the rows."""
    return values.mean(tuple(range(1, values.ndim)))
