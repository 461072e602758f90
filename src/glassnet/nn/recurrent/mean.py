"""A sequence as the mean of its steps."""

from __future__ import annotations

from dataclasses import dataclass

from glassnet.core import functions as f
from glassnet.core.extent import written
from glassnet.core.tensor import Tensor
from glassnet.errors import ShapeError
from glassnet.nn.layer import Layer, Own


@dataclass(frozen=True, eq=False)
class MeanOverTime(Layer):
    """The mean over the steps of each row: (n, time, ...) -> (n, ...); it divides by the row's true length."""

    def forward(self, own: Own, *inputs: Tensor) -> Tensor:
        """The sum over the steps that are there, divided by their number."""
        x = inputs[0]
        if x.ndim < 2:
            raise ShapeError(f"{own.name} takes sequences of shape (n, time, ...), not {written(x.shape)}")
        mask = own.mask(x)
        if mask is None:
            return x.mean(1)
        ones = (1,) * (x.ndim - 2)
        there = mask.reshape(*mask.shape, *ones).broadcast(x.shape)
        total, steps = f.where(there, x, 0).sum(1), mask.cast(x.dtype).sum(1)
        return total / steps.reshape(x.shape[0], *ones)
