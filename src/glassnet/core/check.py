"""Derivatives compared with central differences, to any order."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from glassnet.core.derivative import gradient
from glassnet.core.extent import bind
from glassnet.core.interpret import Interpreter
from glassnet.core.operation import Array
from glassnet.core.tape import Tape
from glassnet.core.tensor import Tensor
from glassnet.errors import DerivativeError
from glassnet.random import uniform


def check_derivatives(
    function: Callable[..., Tensor], *arrays: npt.ArrayLike, order: int = 2, step: float = 1e-5, tolerance: float = 1e-6
) -> None:
    """Compare the derivatives of a function of tensors with central differences in float64.

    The output is weighted with fixed random numbers and summed; each derivative of that total is compared with
    (f(x + h) - f(x - h)) / 2h, h = `step` times the size of x or 1. For `order` 2 the same is done with the derivatives
    themselves, and so on. Raises DerivativeError, naming the order, the argument and the element, where the two differ
    by more than `tolerance` times the larger of 1 and the derivative's size.
    """
    values = [np.array(array, np.float64) for array in arrays]
    total = _weighted(function, 0)
    for level in range(1, order + 1):
        exact = gradient(total, range(len(values)))(*values)
        for argument, found in enumerate(exact):
            expected = _central_differences(total, values, argument, step)
            _compare(level, argument, found, expected, tolerance)
        total = _weighted(gradient(total, range(len(values))), level)


def _weighted(function: Callable[..., Tensor | list[Tensor]], level: int) -> Callable[..., Tensor]:
    """The total of a function's outputs, each element times a fixed random number from 1/2 to 3/2."""

    def total(*tensors: Tensor) -> Tensor:
        outputs = function(*tensors)
        parts = outputs if isinstance(outputs, list) else [outputs]
        sums = [(part * _weights(part, f"{level}/{i}")).sum() for i, part in enumerate(parts)]
        return sum(sums[1:], start=sums[0])

    return total


def _weights(tensor: Tensor, name: str) -> Array:
    return 0.5 + uniform(0, f"check_derivatives/{name}", bind(tensor.shape, {}))


def _central_differences(
    total: Callable[..., Tensor], values: Sequence[Array], argument: int, step: float
) -> npt.NDArray[np.float64]:
    tape = Tape()
    inputs = [tape.input(f"x{i}", value.shape, "float64") for i, value in enumerate(values)]
    output = total(*inputs)
    interpreter = Interpreter(tape, [output.position])
    center = values[argument]
    found = np.zeros(center.shape)
    for index in np.ndindex(center.shape):
        h = step * max(1.0, abs(float(center[index])))
        moved = []
        for sign in (1, -1):
            shifted = center.copy()
            shifted[index] += sign * h
            given = {x.position: shifted if i == argument else values[i] for i, x in enumerate(inputs)}
            moved.append(float(interpreter.run(given, {})[0]))
        found[index] = (moved[0] - moved[1]) / (2 * h)
    return found


def _compare(level: int, argument: int, found: Array, expected: Array, tolerance: float) -> None:
    wrong = ~(np.abs(found - expected) <= tolerance * np.maximum(1, np.abs(expected)))
    if wrong.any():
        index = tuple(int(i) for i in np.argwhere(wrong)[0])
        raise DerivativeError(
            f"derivative of order {level}, argument {argument}, element {index}: {found[index]:.9g} from the tape, "
            f"{expected[index]:.9g} from central differences"
        )
