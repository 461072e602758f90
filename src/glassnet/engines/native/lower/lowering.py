"""The values of calls, and the nodes that make them, as a tape is lowered."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from glassnet.core.body import What
from glassnet.core.extent import Shape, Size, count
from glassnet.core.operation import DType
from glassnet.core.program import Program
from glassnet.core.tape import Call, Tape
from glassnet.engines.engine import LOSS
from glassnet.engines.native.ir import literal
from glassnet.engines.native.nests import Buffer, Group, Line, Loop, Nests, Node, Role, View, Write, store
from glassnet.engines.native.share import shared
from glassnet.errors import UnsupportedError


@dataclass(frozen=True)
class Expression:
    """A value that is never stored: it is made again wherever it is used.

    Numbers that are the same at every index are such, and truth values, whose operands are views.
    """

    operation: str
    dtype: DType
    operands: tuple[Value, ...] = ()
    value: Any = None

    @property
    def uniform(self) -> bool:
        """Whether it is the same at every index."""
        return all(isinstance(operand, Expression) and operand.uniform for operand in self.operands)


Value: TypeAlias = View | Expression
Move: TypeAlias = Callable[[View], View | None]
Rules: TypeAlias = Mapping[str, Callable[..., Value]]  # for an operation by its name, else by its kind


class Lowering:
    """The nodes of a tape as they are made, and the value of each call.

    The lowering of a scan's step has others around it: loops of the `outermost` run once, before all scans.
    """

    def __init__(self, tape: Tape, rules: Rules, around: Lowering | None = None) -> None:
        self.tape, self.rules = tape, rules
        self.depth: int = around.depth + 1 if around else 0  # how many scans lie around what is lowered
        self.outermost: Lowering = around.outermost if around else self
        self.values: dict[int, Value] = {}
        self.turned: dict[View, View] = {}
        self.taken: set[Buffer] = set()
        self.traces: dict[int, dict[What, Value]] = {}
        self.reads: dict[int, list[What]] = {}
        self.nodes: list[Node] = []
        self._numbers: Iterator[int] = around._numbers if around else itertools.count(1)
        self.leaves: dict[tuple[Any, str], Buffer] = {}
        self.faults: list[tuple[Buffer, str, Size]] = []

    def program(self, program: Program) -> Nests:
        """Lower every call that matters, then what the program gives back."""
        self.calls(program.live())
        kept = [
            {name: self.kept(self.values[tensor.position], tensor.shape, name) for name, tensor in role.items()}
            for role in (program.outputs, program.next_state)
        ]
        guard = kept[0][LOSS].buffer if LOSS in program.outputs and program.next_state else None
        return Nests(self.nodes, self.leaves, kept[0], kept[1], guard, self.faults)

    def calls(self, calls: Sequence[Call]) -> None:
        """Lower calls in order, each of equal ones once; those that have a value already are left."""
        calls = [call for call in calls if call.position not in self.values]
        same = shared(calls, self.values)
        for call in calls:
            if call.operation.name == "read":
                self.reads.setdefault(same[call.inputs[0]], []).append(call.attributes["what"])
        for call in calls:
            stand_in = same[call.position]
            if stand_in == call.position:
                self.values[stand_in] = self._lower(call, [self.values[source] for source in call.inputs])
            self.values[call.position] = self.values[stand_in]

    def _lower(self, call: Call, operands: Sequence[Value]) -> Value:
        rule = self.rules.get(call.operation.name) or self.rules.get(call.operation.kind)
        if rule is None:
            raise UnsupportedError(
                f"the native engine has no rule for the operation {call.operation.name!r} "
                f"({call.origin.place}); use engine='reference'"
            )
        return rule(self, call, *operands)

    # -- memory ----------------------------------------------------------------------------------------------------
    def fresh(self, shape: Shape, dtype: DType, role: Role = "inside") -> View:
        """An array of its own."""
        return store(Buffer(count(shape), dtype, role, f"v{next(self._numbers)}"), shape)

    def kept(self, value: Value, shape: Shape, name: str) -> View:
        """The value in a whole buffer of its own, which lives to the end of the step."""
        if isinstance(value, View) and value.whole and value.buffer.role == "inside":
            made_here = any(view.buffer is value.buffer for node in self.nodes for view in node.writes)
            if made_here and value.buffer not in self.taken:
                self.taken.add(value.buffer)
                return value
        copied = self.copied(value, shape, name)
        self.taken.add(copied.buffer)
        return copied

    def copied(self, value: Value, shape: Shape, place: str) -> View:
        """A copy of a value whose elements lie one after another."""
        made = self.fresh(shape, value.dtype)
        self.put(value, made, place)
        return made

    def stored(self, value: Value, shape: Shape, place: str) -> View:
        """The value in memory."""
        return as_view(value) or self.copied(value, shape, place)

    def filled(self, shape: Shape, dtype: DType, place: str) -> View:
        """An array of zeros."""
        made = self.fresh(shape, dtype)
        self.loop(shape, [Line("constant", dtype, value=literal(0, dtype))], [Write(0, made)], place)
        return made

    def put(self, value: Value, into: View, place: str) -> None:
        """Write a value where a view says."""
        body: list[Line] = []
        line = append(body, value)
        self.loop(into.shape, body, [Write(line, into)], place)

    def loop(self, domain: Shape, body: list[Line], writes: list[Write], place: str) -> None:
        """Append a loop."""
        loop = Loop(domain, body, writes, place)
        self.nodes.append(Group([loop], loop.split))


def as_view(value: Value) -> View | None:
    """The value where it lies in memory, or None where it is made as it is used."""
    return value if isinstance(value, View) and value.buffer.role != "counter" else None


def through(value: Value, move: Move) -> Value | None:
    """A movement of a value: of each view that it is made of; None where strides cannot say it."""
    if isinstance(value, View):
        return move(value)
    moved = [through(operand, move) for operand in value.operands]
    if None in moved:
        return None
    return Expression(value.operation, value.dtype, tuple(each for each in moved if each is not None), value.value)


def append(body: list[Line], value: Value) -> int:
    """Append the lines that make a value; gives the number of the last."""
    if isinstance(value, View):
        body.append(Line("load", value.dtype, view=value))
    else:
        operands = tuple(append(body, operand) for operand in value.operands)
        body.append(Line(value.operation, value.dtype, operands, value=value.value))
    return len(body) - 1
