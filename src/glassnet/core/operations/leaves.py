"""Leaves: the values that come from outside a tape, or that depend on nothing but a shape."""

from __future__ import annotations

from typing import Any

import numpy as np

from glassnet.core.extent import Shape
from glassnet.core.operation import Array, DType, Operation, Shaped, define


def _declared(*_: Shaped, shape: Shape, dtype: DType, **__: Any) -> tuple[Shape, DType]:
    return shape, dtype


def _scalar(*_: Shaped, dtype: DType, **__: Any) -> tuple[Shape, DType]:
    return (), dtype


def _constant_shape(*_: Shaped, value: Array) -> tuple[Shape, DType]:
    return value.shape, value.dtype.name


def _iota(shape: tuple[int, ...], axis: int, dtype: DType) -> Array:
    steps = np.arange(shape[axis], dtype=dtype)
    return np.broadcast_to(steps.reshape([-1 if i == axis else 1 for i in range(len(shape))]), shape)


# input(name, shape, dtype): values of the batch; state: what survives a step; setting(name, dtype): what the host sets.
input_: Operation = define("input", "leaf", _declared)
state: Operation = define("state", "leaf", _declared)
setting: Operation = define("setting", "leaf", _scalar)
# constant(value): a value fixed when the tape is recorded.
constant: Operation = define("constant", "leaf", _constant_shape, lambda value: value)
# extent(size, dtype): an extent as a number, known at run time.
extent: Operation = define("extent", "leaf", _scalar, lambda size, dtype: np.asarray(size, dtype))
# iota(shape, axis, dtype): 0, 1, 2, ... along an axis.
iota: Operation = define("iota", "leaf", _declared, _iota)
