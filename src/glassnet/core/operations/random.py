"""Random bits without a random state: a function of seed, stream, step and time step."""

from __future__ import annotations

import numpy as np

from glassnet.core.extent import Shape
from glassnet.core.operation import Array, DType, Operation, Shaped, define
from glassnet.errors import DTypeError, ShapeError
from glassnet.random import LARGEST_SEED, philox


def _random_shape(seed: Shaped, step: Shaped, *time: Shaped, shape: Shape, stream: int) -> tuple[Shape, DType]:
    if len(time) > 1:
        raise ShapeError(f"random: {2 + len(time)} operands; expected seed, step and at most one time step")
    for name, scalar in zip(("seed", "step", "time step"), (seed, step, *time), strict=False):
        if scalar.shape != ():
            raise ShapeError(f"random: the {name} has shape {scalar.shape}; expected a single number")
        if scalar.dtype != "int64":
            raise DTypeError(f"random: the {name} has dtype {scalar.dtype}; expected int64")
    return shape, "uint32"


def _random(seed: Array, step: Array, *time: Array, shape: tuple[int, ...], stream: int) -> Array:
    element = np.arange(int(np.prod(shape, dtype=np.int64)))
    moment = int(time[0]) & LARGEST_SEED if time else 0
    counter = (element, moment, int(step) & LARGEST_SEED, int(step) >> 32)
    return philox(counter, (int(seed) & LARGEST_SEED, stream))[0].reshape(shape)


# random(seed, step, [time step], shape, stream): the first word of Philox 4x32-10 under the key (seed, stream) at the
# counter (element, time step, step), the step as two words, the time step modulo 2^32, 0 where none is given.
random: Operation = define("random", "other", _random_shape, _random)
