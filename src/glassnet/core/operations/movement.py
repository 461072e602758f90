"""Views: the same elements under another shape, order or stride; nothing is computed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from glassnet.core.extent import Extent, Shape, Size, count, written
from glassnet.core.operation import Array, DType, Operation, Shaped, define
from glassnet.errors import ShapeError

if TYPE_CHECKING:
    from glassnet.core.tensor import Tensor


def _reshape_shape(a: Shaped, shape: Shape) -> tuple[Shape, DType]:
    if count(shape) != count(a.shape) or any(isinstance(size, int) and size < 0 for size in shape):
        raise ShapeError(
            f"reshape: {written(a.shape)} has {count(a.shape)} elements, {written(shape)} has {count(shape)}; "
            f"a reshape keeps their number"
        )
    return shape, a.dtype


def _transpose_shape(a: Shaped, axes: tuple[int, ...]) -> tuple[Shape, DType]:
    if sorted(axes) != list(range(len(a.shape))):
        raise ShapeError(f"transpose: axes {axes} are no order of the {len(a.shape)} axes of {written(a.shape)}")
    return tuple(a.shape[axis] for axis in axes), a.dtype


def _broadcast_shape(a: Shaped, shape: Shape) -> tuple[Shape, DType]:
    if len(shape) != len(a.shape) or any(old not in (1, new) for old, new in zip(a.shape, shape, strict=True)):
        raise ShapeError(
            f"broadcast: {written(a.shape)} cannot be repeated to {written(shape)}; only axes of extent 1 are"
        )
    return shape, a.dtype


def _broadcast_derivative(delta: Tensor, y: Tensor, a: Tensor, shape: Shape) -> tuple[Tensor]:
    axes = tuple(axis for axis, (old, new) in enumerate(zip(a.shape, shape, strict=True)) if old != new)
    return (delta.sum(axes, keep=True) if axes else delta,)


def _slice_shape(a: Shaped, axis: int, start: Size, size: Size, step: int) -> tuple[Shape, DType]:
    whole = a.shape[axis]
    if step < 1 or not _lies_inside(start, size, step, whole):
        raise ShapeError(
            f"slice: {size} elements from {start} by {step} do not lie in axis {axis} of {written(a.shape)}"
        )
    return (*a.shape[:axis], size, *a.shape[axis + 1 :]), a.dtype


def _lies_inside(start: Size, size: Size, step: int, whole: Size) -> bool:
    """Whether `size` elements from `start` by `step` lie in an axis; True where symbols leave it open."""
    if isinstance(start, Extent) or isinstance(size, Extent) or isinstance(whole, Extent):
        return not any(isinstance(extent, int) and extent < 0 for extent in (start, size))
    if size == 0:
        return 0 <= start <= whole
    return size > 0 and start >= 0 and start + (size - 1) * step < whole


def _slice(a: Array, axis: int, start: int, size: int, step: int) -> Array:
    if not _lies_inside(start, size, step, a.shape[axis]):  # symbols are known only now
        raise ShapeError(f"slice: {size} elements from {start} by {step} do not lie in axis {axis} of {a.shape}")
    stop = start + (size - 1) * step + 1 if size else start
    return a[(slice(None),) * axis + (slice(start, stop, step),)]


def _slice_derivative(
    delta: Tensor, y: Tensor, a: Tensor, axis: int, start: Size, size: Size, step: int
) -> tuple[Tensor]:
    covered = size if step == 1 or size == 0 else (size - 1) * step + 1
    return (delta.pad(axis, start, a.shape[axis] - start - covered, step - 1),)


def _flip_shape(a: Shaped, axes: tuple[int, ...]) -> tuple[Shape, DType]:
    return a.shape, a.dtype


reshape: Operation = define(
    "reshape",
    "view",
    _reshape_shape,
    lambda a, shape: np.reshape(a, shape),
    lambda delta, y, a, shape: (delta.reshape(*a.shape),),
)
transpose: Operation = define(
    "transpose",
    "view",
    _transpose_shape,
    lambda a, axes: np.transpose(a, axes),
    lambda delta, y, a, axes: (transpose(delta, axes=tuple(axes.index(axis) for axis in range(len(axes)))),),
)
# broadcast(a, shape) repeats axes of extent 1; the only operation that repeats, so the only one whose derivative sums.
broadcast: Operation = define(
    "broadcast", "view", _broadcast_shape, lambda a, shape: np.broadcast_to(a, shape), _broadcast_derivative
)
# slice(a, axis, start, size, step) takes `size` elements from `start`, every `step`-th, step >= 1.
slice_: Operation = define("slice", "view", _slice_shape, _slice, _slice_derivative)
flip: Operation = define(
    "flip",
    "view",
    _flip_shape,
    lambda a, axes: np.flip(a, axes),
    lambda delta, y, a, axes: (flip(delta, axes=axes),),
)
