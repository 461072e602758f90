"""Layers that merge branches or reshape rows; they have no parameters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from glassnet.core import functions as f
from glassnet.core.extent import count, written
from glassnet.core.tensor import Tensor
from glassnet.errors import SettingError, ShapeError
from glassnet.nn.layer import Layer, Own
from glassnet.settings import refusal


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


@dataclass(frozen=True, eq=False)
class Reshape(Layer):
    """Each row in another shape, with its elements in their order: (n, a, b, ...) -> (n, *shape).

    One extent of `shape` may be -1, to be worked out. Raises SettingError for any other below 1, ShapeError for a shape
    that cannot hold a row.
    """

    shape: int | Sequence[int]

    def __post_init__(self) -> None:
        given = self.shape
        sizes = tuple(given) if isinstance(given, Sequence) and not isinstance(given, str) else (given,)
        whole = all(isinstance(size, int) and not isinstance(size, bool) and (size > 0 or size == -1) for size in sizes)
        if not whole or sizes.count(-1) > 1:
            raise refusal(self, "shape", "whole numbers of at least 1, of which one may be -1, such as (4, -1)")
        object.__setattr__(self, "shape", sizes)

    def forward(self, own: Own, *inputs: Tensor) -> Tensor:
        """The rows, reshaped."""
        x = inputs[0]
        assert isinstance(self.shape, tuple)
        try:
            return x.reshape(x.shape[0], *self.shape)
        except ShapeError:
            raise ShapeError(
                f"{own.name}: a row of shape {written(x.shape[1:])} cannot be brought to {written(self.shape)}; the "
                f"number of elements stays as it is"
            ) from None
