"""Layers that merge branches or reshape rows; they have no parameters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from glassnet.core import functions as f
from glassnet.core.extent import count, written
from glassnet.core.tensor import Tensor
from glassnet.errors import SettingError, ShapeError
from glassnet.nn.layer import Layer, Own


@dataclass(frozen=True, eq=False)
class Concatenate(Layer):
    """The inputs side by side along an axis, the last unless `axis` says otherwise; inputs of rank 1 become columns."""

    takes: ClassVar[tuple[int, int | None]] = (1, None)

    axis: int = -1

    def __post_init__(self) -> None:
        if isinstance(self.axis, bool) or not isinstance(self.axis, int) or self.axis == 0:
            raise SettingError(f"Concatenate: axis={self.axis!r}, expected a whole number other than 0, the rows")

    def forward(self, own: Own, *inputs: Tensor) -> Tensor:
        """All inputs in one."""
        return f.concatenate([x.reshape(*x.shape, 1) if x.ndim == 1 else x for x in inputs], self.axis)


@dataclass(frozen=True, eq=False)
class Add(Layer):
    """The sum of the inputs, which have one shape."""

    takes: ClassVar[tuple[int, int | None]] = (1, None)

    def forward(self, own: Own, *inputs: Tensor) -> Tensor:
        """x1 + x2 + ..."""
        total = inputs[0]
        for x in inputs[1:]:
            if x.shape != total.shape:
                raise ShapeError(
                    f"{own.name}: shapes {written(total.shape)} and {written(x.shape)}; expected equal ones"
                )
            total = total + x
        return total


@dataclass(frozen=True, eq=False)
class Flatten(Layer):
    """Each row in one axis: (n, a, b, ...) -> (n, a b ...)."""

    def forward(self, own: Own, *inputs: Tensor) -> Tensor:
        """The rows, flat."""
        x = inputs[0]
        return x.reshape(x.shape[0], count(x.shape[1:]))
