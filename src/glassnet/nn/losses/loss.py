"""What a loss is."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from glassnet.core import functions as f
from glassnet.core.extent import written
from glassnet.core.operation import Array
from glassnet.core.tensor import Tensor
from glassnet.errors import ShapeError, TargetError
from glassnet.settings import Configured, refusal


@dataclass(frozen=True, eq=False)
class Loss(Configured, ABC):
    """A loss, written for the rows of a batch; an own one is a subclass with `rows`.

    It works from the raw output of the network and owns the map from there to an answer. What is reported is always the
    mean over the rows, sum(weight x loss) / sum(weight); whether an update divides by the rows of its batch as well is
    said once for all losses, by the network's `reduction`.

    `classes` says that targets are the numbers of classes, from 0; `scalable` that targets may be shifted and scaled,
    as those of a table's columns of numbers are; `differentiable` that the loss can be learnt by, not only tested with.
    """

    classes: ClassVar[bool] = False
    scalable: ClassVar[bool] = True
    differentiable: ClassVar[bool] = True

    @abstractmethod
    def rows(self, output: Tensor, target: Tensor) -> Tensor:
        """The loss of each row, shape (n,)."""

    @property
    def finals(self) -> tuple[str, ...]:
        """The activation functions that `answer` applies, by name: as the last layer one would be applied twice."""
        return ()

    def check(self, targets: Array, outputs: int) -> None:
        """Check the targets of many rows for a network with so many outputs.

        Raises TargetError for targets outside the domain of the loss; numbers of any size are inside unless a loss says
        otherwise.
        """

    def answer(self, output: Tensor) -> Tensor:
        """The answer for a raw output: the output itself, unless the loss says otherwise."""
        return output


@dataclass(frozen=True, eq=False)
class PerOutput(Loss):
    """A loss that each output of a row has by itself, written as `each`; that of the row is the mean over its outputs.

    `output_weights`, one for each output, makes it the weighted mean, sum(v x loss) / sum(v): an output of weight 2
    counts as two outputs would, one of weight 0 not at all, and all weights times 10 change nothing.
    """

    name: ClassVar[str]
    output_weights: tuple[float, ...] | None = field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        if self.output_weights is None:
            return
        weights = np.asarray(self.output_weights)
        if weights.dtype.kind not in "biuf" or weights.ndim != 1 or not _are_weights(weights):
            raise refusal(self, "output_weights", "a finite number of at least 0 for each output, and not all 0")
        object.__setattr__(self, "output_weights", tuple(weights.astype(np.float64).tolist()))

    @abstractmethod
    def each(self, output: Tensor, target: Tensor) -> Tensor:
        """The loss of each output, for an output and a target of one shape (n, outputs)."""

    def rows(self, output: Tensor, target: Tensor) -> Tensor:
        """The loss of each row, the mean over its outputs."""
        actual, desired = paired(self.name, output, target)
        losses = self.each(actual, desired)
        return row_mean(losses if self.output_weights is None else self._weighed(losses, self.output_weights))

    def _weighed(self, losses: Tensor, weights: tuple[float, ...]) -> Tensor:
        """The losses times their weights, which are brought to a mean of 1; one of weight 0 is not even looked at."""
        if losses.shape[-1] != len(weights):
            raise ShapeError(
                f"{self.name}: {len(weights)} output_weights for an output of shape {written(losses.shape)}; expected "
                f"one for each output"
            )
        largest = max(weights)
        shares = np.array([weight / largest for weight in weights])
        weighed = losses * (shares / shares.mean())
        counts = losses.tape.constant(shares > 0, "bool").broadcast(losses.shape)
        return weighed if shares.all() else f.where(counts, weighed, 0)


def _are_weights(weights: Array) -> bool:
    return bool(np.isfinite(weights).all() and (weights >= 0).all() and math.isfinite(weights.sum()) and weights.any())


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


def refuse(name: str, targets: Array, wrong: Array, expected: str) -> None:
    """Raise TargetError for the first target that is `wrong`, an array of truth values, naming its row and column."""
    if wrong.any():
        row, *rest = (int(place) for place in np.argwhere(wrong)[0])
        column = f", column {', '.join(f'{place + 1:,}' for place in rest)}" if rest else ""
        raise TargetError(f"{name}: row {row + 1:,}{column} of the targets holds {targets[(row, *rest)]}; {expected}")
