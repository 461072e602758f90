"""Random bits without a random state: a function of seed, stream and step."""

from __future__ import annotations

import numpy as np

from glassnet.core.extent import Shape
from glassnet.core.operation import Array, DType, Operation, Shaped, define
from glassnet.errors import DTypeError, ShapeError
from glassnet.random import LARGEST_SEED, philox


def _random_shape(seed: Shaped, step: Shaped, shape: Shape, stream: int) -> tuple[Shape, DType]:
    for name, scalar in (("seed", seed), ("step", step)):
        if scalar.shape != ():
            raise ShapeError(f"random: the {name} has shape {scalar.shape}; expected a single number")
        if scalar.dtype != "int64":
            raise DTypeError(f"random: the {name} has dtype {scalar.dtype}; expected int64")
    return shape, "uint32"


def _random(seed: Array, step: Array, shape: tuple[int, ...], stream: int) -> Array:
    element = np.arange(int(np.prod(shape, dtype=np.int64)))
    counter = (element, 0, int(step) & LARGEST_SEED, int(step) >> 32)
    return philox(counter, (int(seed) & LARGEST_SEED, stream))[0].reshape(shape)


# random(seed, step, shape, stream): the first word of Philox 4x32-10 under the key (seed, stream) at the counter
# (element, time step, step), the step as two words.
random: Operation = define("random", "other", _random_shape, _random)
