"""Elements picked by an index, and added back to where they came from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from glassnet.core.extent import Shape, Size, written
from glassnet.core.operation import Array, DType, Operation, Shaped, define
from glassnet.errors import DataError, DTypeError, ShapeError

if TYPE_CHECKING:
    from glassnet.core.tensor import Tensor


def _whole(name: str, index: Shaped) -> None:
    if index.dtype not in ("int32", "int64", "uint32"):
        raise DTypeError(f"{name}: the index has dtype {index.dtype}; expected whole numbers such as int64")


def _gather_shape(table: Shaped, index: Shaped, axis: int) -> tuple[Shape, DType]:
    _whole("gather", index)
    return table.shape[:axis] + index.shape + table.shape[axis + 1 :], table.dtype


def _inside(name: str, index: Array, size: int) -> None:
    if index.size and not (index.min() >= 0 and index.max() < size):
        wrong = int(index[(index < 0) | (index >= size)].flat[0])
        raise DataError(f"{name}: the index {wrong} lies outside 0 to {size - 1}")


def _gather(table: Array, index: Array, axis: int) -> Array:
    _inside("gather", index, table.shape[axis])
    return np.take(table, index, axis)


def _gather_derivative(delta: Tensor, y: Tensor, table: Tensor, index: Tensor, axis: int) -> tuple[Tensor, None]:
    return scatter_add(index, delta, axis=axis, size=table.shape[axis]), None


def _scatter_shape(index: Shaped, values: Shaped, axis: int, size: Size) -> tuple[Shape, DType]:
    _whole("scatter_add", index)
    end = axis + len(index.shape)
    if values.shape[axis:end] != index.shape:
        raise ShapeError(
            f"scatter_add: values of shape {written(values.shape)} do not hold the shape of the index, "
            f"{written(index.shape)}, from axis {axis} on"
        )
    return (*values.shape[:axis], size, *values.shape[end:]), values.dtype


def _scatter_add(index: Array, values: Array, axis: int, size: int) -> Array:
    _inside("scatter_add", index, size)
    before, after = values.shape[:axis], values.shape[axis + index.ndim :]
    flat = values.reshape((*before, index.size, *after))
    result = np.zeros((size, *before, *after), values.dtype)
    # In the order of the index, so that the bits of a sum do not depend on how the work is shared.
    np.add.at(result, index.reshape(-1), np.moveaxis(flat, axis, 0))
    return np.moveaxis(result, 0, axis)


def _scatter_derivative(
    delta: Tensor, y: Tensor, index: Tensor, values: Tensor, axis: int, size: Size
) -> tuple[None, Tensor]:
    return None, gather(delta, index, axis=axis)


# gather(table, index, axis): the elements of `table` at `index` along an axis, which the axes of `index` replace.
gather: Operation = define("gather", "other", _gather_shape, _gather, _gather_derivative)
# scatter_add(index, values, axis, size): zeros, `size` of them along an axis, with `values` added at `index`; the
# adjoint of gather, so a repeated index sums.
scatter_add: Operation = define("scatter_add", "other", _scatter_shape, _scatter_add, _scatter_derivative)
