"""Operations that steer differentiation."""

from __future__ import annotations

from glassnet.core.extent import Shape
from glassnet.core.operation import DType, Operation, Shaped, define


def _stop_shape(a: Shaped) -> tuple[Shape, DType]:
    return a.shape, a.dtype


# stop(a): the value of `a` without its derivative.
stop: Operation = define("stop", "view", _stop_shape, lambda a: a)
