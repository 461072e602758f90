"""What tells a program from every other one, as far as its machine code and what runs it depend on it.

Two programs of one key have the same code, so the key of a program whose code is kept spares it the passes and LLVM.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import numpy as np

from glassnet.core.body import Body
from glassnet.core.extent import Extent
from glassnet.core.program import Program
from glassnet.core.tape import Call
from glassnet.core.tensor import Tensor

NAMED: Final = ("gather", "scatter_add")  # operations whose faults name the layer; of others it does not matter
PLAIN: Final = (str, int, float, type(None), Extent)


def key_of(program: Program) -> str:
    """A checksum of all that a program computes: its calls, and the names and the order of what it gives back.

    Calls that neither an output nor a next state depends on do not count, nor do the layers that calls came from,
    but for those that an error names.
    """
    live = program.live()
    numbers = {call.position: number for number, call in enumerate(live)}
    attributes = _Attributes()
    calls = [_call(call, [numbers[source] for source in call.inputs], attributes) for call in live]
    ends = [_ends(role, numbers) for role in (program.outputs, program.next_state)]
    return hashlib.sha256(repr((calls, ends)).encode()).hexdigest()


def _ends(role: Mapping[str, Tensor], numbers: Mapping[int, int]) -> list[tuple[str, int]]:
    return [(name, numbers[tensor.position]) for name, tensor in role.items()]


def _call(call: Call, inputs: Iterable[int], told: Callable[[Any], Any]) -> tuple[Any, ...]:
    """A call as plain values, whose `repr` no other call has."""
    name = call.operation.name
    place = call.origin.place if name in NAMED else ""
    attributes = [(each, told(value)) for each, value in call.attributes.items()]
    return name, tuple(inputs), attributes, call.shape, call.dtype, place


class _Attributes:
    """Attributes as plain values; bodies of scans are numbered, since scans of one body are one scan."""

    def __init__(self) -> None:
        self._bodies: dict[Body, int] = {}

    def __call__(self, value: Any) -> Any:
        """An attribute as plain values, whose `repr` no other attribute has; TypeError for what has none."""
        if type(value) is tuple:
            return tuple([self(each) for each in value])
        if isinstance(value, PLAIN):
            return value
        if isinstance(value, np.ndarray | np.generic):
            content = hashlib.sha256(value.tobytes()).hexdigest()
            return "array", value.dtype.str, value.shape, content
        if isinstance(value, Body):
            return self._body(value)
        raise TypeError(f"an attribute {value!r} of type {type(value).__name__} cannot be part of a key")

    def _body(self, body: Body) -> Any:
        if body in self._bodies:
            return "body", self._bodies[body]
        self._bodies[body] = len(self._bodies)
        calls = [_call(call, call.inputs, self) for call in body.tape]
        return "body", calls, body.carry, body.each, body.fixed, body.next
