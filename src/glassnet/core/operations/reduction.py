"""Reductions: axes collapsed to one number. Where several elements are the maximum, they share the delta."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.core.extent import Shape
from glassnet.core.operation import FLOATS, Array, DType, Operation, Shaped, define
from glassnet.core.operations.elementwise import NUMBERS, same, select

if TYPE_CHECKING:
    from glassnet.core.tensor import Tensor


def _sum_shape(a: Shaped, axes: tuple[int, ...]) -> tuple[Shape, DType]:
    return _collapsed("sum", a, axes)


def _max_shape(a: Shaped, axes: tuple[int, ...]) -> tuple[Shape, DType]:
    return _collapsed("max", a, axes)


def _collapsed(name: str, a: Shaped, axes: tuple[int, ...]) -> tuple[Shape, DType]:
    shape, dtype = same(name, (a,), NUMBERS)
    return tuple(size for axis, size in enumerate(shape) if axis not in axes), dtype


def _max(a: Array, axes: tuple[int, ...]) -> Any:
    lowest = -np.inf if a.dtype.name in FLOATS else np.iinfo(a.dtype).min
    return np.max(a, axis=axes, initial=lowest)


def _spread(reduced: Tensor, a: Tensor, axes: tuple[int, ...]) -> Tensor:
    """A reduced tensor put back over the shape of `a`."""
    kept = tuple(1 if axis in axes else size for axis, size in enumerate(a.shape))
    return reduced.reshape(*kept).broadcast(a.shape)


def _max_derivative(delta: Tensor, y: Tensor, a: Tensor, axes: tuple[int, ...]) -> tuple[Tensor]:
    hit = a.equal(_spread(y, a, axes))
    ties = sum_(select(hit, a.filled(1), a.filled(0)), axes=axes)
    return (select(hit, _spread(delta / ties, a, axes), a.filled(0)),)


# sum(a, axes); the sum over no elements is 0.
sum_: Operation = define(
    "sum",
    "reduction",
    _sum_shape,
    lambda a, axes: np.sum(a, axis=axes, dtype=a.dtype),
    lambda delta, y, a, axes: (_spread(delta, a, axes),),
)
# max(a, axes); the maximum of no elements is the least number of the dtype, -infinity for floats.
max_: Operation = define("max", "reduction", _max_shape, _max, _max_derivative)
