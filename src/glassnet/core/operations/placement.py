"""Placements: operands laid side by side, or among zeros, in a larger array."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING

import numpy as np

from glassnet.core.extent import Extent, Shape, Size, written
from glassnet.core.operation import Array, DType, Operation, Shaped, define
from glassnet.core.operations.elementwise import ANY, same
from glassnet.errors import DTypeError, ShapeError

if TYPE_CHECKING:
    from glassnet.core.tensor import Tensor


def _pad_shape(a: Shaped, axis: int, low: Size, high: Size, interior: int) -> tuple[Shape, DType]:
    if any(not isinstance(extent, Extent) and extent < 0 for extent in (low, high, interior)):
        raise ShapeError(f"pad: low {low}, high {high} and interior {interior} may not be negative")
    same("pad", (a,), ANY)
    size = a.shape[axis]
    spaced = size + (size - 1) * interior if interior and size != 0 else size
    return (*a.shape[:axis], low + spaced + high, *a.shape[axis + 1 :]), a.dtype


def _pad(a: Array, axis: int, low: int, high: int, interior: int) -> Array:
    size = a.shape[axis]
    spaced = size + (size - 1) * interior if size else 0
    result = np.zeros((*a.shape[:axis], low + spaced + high, *a.shape[axis + 1 :]), a.dtype)
    result[(slice(None),) * axis + (slice(low, low + spaced, interior + 1),)] = a
    return result


def _pad_derivative(
    delta: Tensor, y: Tensor, a: Tensor, axis: int, low: Size, high: Size, interior: int
) -> tuple[Tensor]:
    return (delta.narrow(axis, low, a.shape[axis], interior + 1),)


def _concatenate_shape(*operands: Shaped, axis: int) -> tuple[Shape, DType]:
    first = operands[0]
    for operand in operands:
        if operand.dtype != first.dtype:
            raise DTypeError(f"concatenate: dtypes {first.dtype} and {operand.dtype} differ; cast one of them")
        if _without(operand.shape, axis) != _without(first.shape, axis):
            raise ShapeError(
                f"concatenate along axis {axis}: shapes {written(first.shape)} and {written(operand.shape)} "
                f"may differ in that axis only"
            )
    extent = reduce(lambda total, operand: total + operand.shape[axis], operands[1:], first.shape[axis])
    return (*first.shape[:axis], extent, *first.shape[axis + 1 :]), first.dtype


def _without(shape: Shape, axis: int) -> Shape:
    return shape[:axis] + shape[axis + 1 :]


def _concatenate_derivative(delta: Tensor, y: Tensor, *operands: Tensor, axis: int) -> list[Tensor]:
    deltas, start = [], 0
    for operand in operands:
        deltas.append(delta.narrow(axis, start, operand.shape[axis]))
        start = start + operand.shape[axis]  # type: ignore[assignment]
    return deltas


# pad(a, axis, low, high, interior): `low` zeros before, `high` after and `interior` between the elements of an axis.
pad: Operation = define("pad", "placement", _pad_shape, _pad, _pad_derivative)
concatenate: Operation = define(
    "concatenate",
    "placement",
    _concatenate_shape,
    lambda *operands, axis: np.concatenate(operands, axis),
    _concatenate_derivative,
)
