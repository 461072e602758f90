"""Back-propagation: the tape read backwards, each call answered by its derivative.

A delta is the derivative of the output with respect to a value on the tape. The derivatives are recorded on the same
tape, in the same operations, so they can be differentiated again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from glassnet.core.body import TraceDelta
from glassnet.core.interpret import evaluate
from glassnet.core.operation import FLOATS, Array
from glassnet.core.operations import movement
from glassnet.core.tape import Tape
from glassnet.core.tensor import Tensor
from glassnet.errors import DTypeError


class Deltas:
    """The delta of each position reached so far; a value used in several places gets the sum of its deltas."""

    def __init__(self) -> None:
        self._deltas: dict[int, Any] = {}  # a Tensor, or a TraceDelta for the trace of a scan; each adds its own kind

    def add(self, position: int, delta: Tensor | TraceDelta | None) -> None:
        """Add one more delta to a position; None adds nothing."""
        if delta is not None:
            known = self._deltas.get(position)
            self._deltas[position] = delta if known is None else known + delta

    @property
    def positions(self) -> list[int]:
        """The positions to which something has come back."""
        return list(self._deltas)

    def at(self, position: int) -> Tensor | TraceDelta | None:
        """The delta of a position, or None where nothing has come back to it."""
        return self._deltas.get(position)

    def of(self, tensor: Tensor) -> Tensor:
        """The delta of a tensor; zeros where the output does not depend on it."""
        delta = self._deltas.get(tensor.position)
        return delta if isinstance(delta, Tensor) else tensor.filled(0)


def backpropagate(output: Tensor, wanted: Sequence[Tensor]) -> list[Tensor]:
    """The derivative of the total of `output` with respect to each of `wanted`, appended to the tape.

    Only calls between `wanted` and `output` are visited. Raises DTypeError unless all of them are floats, and
    ValueError where they do not lie on one tape.
    """
    for tensor in (output, *wanted):
        if tensor.tape is not output.tape:
            raise ValueError(f"{tensor} and {output} lie on two tapes; record both on one")
        if tensor.dtype not in FLOATS:
            raise DTypeError(
                f"{tensor} has no derivative: its dtype is {tensor.dtype}; cast to float32 or float64 first"
            )
    deltas = Deltas()
    with output.tape.within(phase="backward"):
        deltas.add(output.position, output.filled(1))
        return propagate(output.tape, deltas, wanted)


def propagate(tape: Tape, deltas: Deltas, wanted: Sequence[Tensor]) -> list[Tensor]:
    """Take the deltas of some values back to those of `wanted`, which are given back."""
    between = tape.between(wanted, *[tape.tensor(position) for position in deltas.positions])
    reached = set(between)
    with tape.within():
        for position in reversed(between):
            call, delta = tape[position], deltas.at(position)
            if delta is None:
                continue
            tape.place = call.origin.place
            for source, part in zip(call.inputs, call.derivative(delta), strict=False):
                if source in reached:
                    deltas.add(source, part)
        return [deltas.of(tensor) for tensor in wanted]


def record(function: Callable[..., Tensor], *examples: Any) -> Tape:
    """The tape of a function of tensors: one input a parameter, with the shape and dtype of its example.

    An example that is no float32 or float64 is taken as float64; where the function needs whole numbers, let it cast.

    >>> print(record(lambda x: (x * x).sum(), np.zeros(3)))
        0  input                     (3,)           float64  name=x0 ...
        1  multiply     0 0          (3,)           float64 ...
        2  sum          1            ()             float64  axes=(0,) ...
    """
    tape = Tape()
    function(*_inputs(tape, [_as_floats(example) for example in examples]))
    return tape


def gradient(function: Callable[..., Tensor], wanted: int | Sequence[int] = 0) -> Callable[..., Any]:
    """The derivative of a function of tensors with respect to an argument, or to several, as a function.

    `function` takes tensors and gives one tensor; where it is not a single number, its total is differentiated. The
    function returned takes numbers and arrays (all but float32 become float64), and gives for each wanted argument an
    array of its shape. Called with tensors it records the derivative on their tape and gives tensors, so that gradients
    nest. Raises TypeError where `function` gives no tensor.

    >>> slope = gradient(lambda w: (w * w).sum())
    >>> float(slope(3.0))
    6.0
    >>> float(gradient(gradient(lambda x: x**3))(2.0))
    12.0
    """

    def differentiated(*arguments: Any) -> Any:
        places = (wanted,) if isinstance(wanted, int) else tuple(wanted)
        tapes = [argument.tape for argument in arguments if isinstance(argument, Tensor)]
        tape = tapes[0] if tapes else Tape()
        arrays = [_as_floats(a) for a in arguments if not isinstance(a, Tensor)]
        if tapes:
            tensors = [_own(a if isinstance(a, Tensor) else tape.constant(_as_floats(a))) for a in arguments]
        else:
            tensors = _inputs(tape, arrays)
        output = function(*tensors)
        if not isinstance(output, Tensor):
            raise TypeError(f"gradient: the function gave {output!r}; expected a tensor computed from its arguments")
        deltas = backpropagate(output, [tensors[place] for place in places])
        if not tapes:
            values = evaluate(deltas, dict(zip(tensors, arrays, strict=True)))
            return np.array(values[0]) if isinstance(wanted, int) else [np.array(value) for value in values]
        return deltas[0] if isinstance(wanted, int) else deltas

    return differentiated


def _as_floats(value: Any) -> Array:
    array = np.asarray(value)
    return array if array.dtype.name in FLOATS else array.astype(np.float64)


def _own(tensor: Tensor) -> Tensor:
    """The same value at a position of its own.

    A function may use the tensor that it is given from outside too, as in x * gradient(lambda y: x + y)(x); only what
    comes in as the argument is differentiated.
    """
    return movement.reshape(tensor, shape=tensor.shape)


def _inputs(tape: Tape, arrays: Sequence[Array]) -> list[Tensor]:
    return [tape.input(f"x{i}", array.shape, array.dtype) for i, array in enumerate(arrays)]
