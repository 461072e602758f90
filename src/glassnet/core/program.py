"""A program: a tape that is closed, and the roles of its values.

Training, evaluation and prediction are three programs over one named state; only training has a next state.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from glassnet.core.extent import written
from glassnet.core.operation import Operation
from glassnet.core.operations import leaves
from glassnet.core.tape import Call, Tape
from glassnet.core.tensor import Tensor
from glassnet.errors import DTypeError, ShapeError


@dataclass(frozen=True, eq=False)
class Program:
    """A tape with its outputs and the next values of its state, each by name; checked when it is made.

    Raises ShapeError, DTypeError or ValueError where a next state does not fit the state that it replaces, where two
    leaves of one role bear one name, or where a value lies on another tape.
    """

    tape: Tape
    outputs: Mapping[str, Tensor]
    next_state: Mapping[str, Tensor] = field(default_factory=dict)
    inputs: Mapping[str, Call] = field(init=False)
    state: Mapping[str, Call] = field(init=False)
    settings: Mapping[str, Call] = field(init=False)

    def __post_init__(self) -> None:
        for role, operation in (("inputs", leaves.input_), ("state", leaves.state), ("settings", leaves.setting)):
            object.__setattr__(self, role, _named(self.tape, operation))
        for name, tensor in (*self.outputs.items(), *self.next_state.items()):
            if tensor.tape is not self.tape:
                raise ValueError(f"{name!r}: {tensor} lies on another tape than the program's")
        for name, tensor in self.next_state.items():
            before = self.state.get(name)
            if before is None:
                raise ValueError(f"next state {name!r}: the program has no state of that name")
            if tensor.shape != before.shape:
                raise ShapeError(
                    f"next state {name!r}: shape {written(tensor.shape)}, expected {written(before.shape)}"
                )
            if tensor.dtype != before.dtype:
                raise DTypeError(f"next state {name!r}: dtype {tensor.dtype}, expected {before.dtype}")

    @property
    def wanted(self) -> list[int]:
        """The positions of the outputs, then of the next state."""
        return [tensor.position for tensor in (*self.outputs.values(), *self.next_state.values())]

    def live(self) -> list[Call]:
        """The calls that the outputs and the next state depend on, in order."""
        needed = self.tape.ancestors(self.wanted)
        return [call for call in self.tape if call.position in needed]


def _named(tape: Tape, leaf: Operation) -> dict[str, Call]:
    """The leaves of one kind by name.

    Raises ValueError where two bear the same name.
    """
    found: dict[str, Call] = {}
    for call in tape:
        if call.operation is leaf:
            name = call.attributes["name"]
            if name in found:
                raise ValueError(
                    f"two leaves of kind {leaf} are called {name!r}, at {found[name].position} and {call.position}"
                )
            found[name] = call
    return found
