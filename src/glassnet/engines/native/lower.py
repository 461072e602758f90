"""From the tape to loop nests: each call becomes a loop, a product, or nothing at all where a view says it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np

from glassnet.core.body import What
from glassnet.core.extent import Extent, Shape, Size, count
from glassnet.core.operation import DType
from glassnet.core.program import Program
from glassnet.core.tape import Call, Tape
from glassnet.engines.engine import LOSS
from glassnet.engines.native import movement
from glassnet.engines.native.ir import literal
from glassnet.engines.native.nests import (
    Buffer,
    Group,
    Line,
    Loop,
    Nests,
    Node,
    Product,
    Scan,
    Turn,
    View,
    Write,
    rows_first,
    store,
)
from glassnet.engines.native.share import shared
from glassnet.engines.native.time import settled_step
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


class Lowering:
    """The nodes of a tape as they are made, and the value of each call.

    The lowering of a scan's step has the one `around` it, where loops go that run once before the scan.
    """

    def __init__(self, tape: Tape, around: Lowering | None = None) -> None:
        self._tape = tape
        self._around = around
        self._values: dict[int, Value] = {}
        self._turned: dict[View, View] = {}
        self._taken: set[Buffer] = set()
        self._traces: dict[int, dict[What, View]] = {}
        self._reads: dict[int, list[What]] = {}
        self.nodes: list[Node] = []
        self.leaves: dict[tuple[Any, str], Buffer] = {}
        self.faults: list[tuple[Buffer, str, Size]] = []

    def program(self, program: Program) -> Nests:
        """Lower every call that matters, then what the program gives back."""
        self.calls(program.live())
        kept = [
            {name: self._kept(self._values[tensor.position], tensor.shape, name) for name, tensor in role.items()}
            for role in (program.outputs, program.next_state)
        ]
        guard = kept[0][LOSS].buffer if LOSS in program.outputs and program.next_state else None
        return Nests(self.nodes, self.leaves, kept[0], kept[1], guard, self.faults)

    def calls(self, calls: Sequence[Call]) -> None:
        """Lower calls in order, each of equal ones once; those that have a value already are left."""
        calls = [call for call in calls if call.position not in self._values]
        _, same = shared(calls, self._values)
        for call in calls:
            if call.operation.name == "read":
                self._reads.setdefault(same[call.inputs[0]], []).append(call.attributes["what"])
        for call in calls:
            stand_in = same[call.position]
            if stand_in == call.position:
                self._values[stand_in] = self._lower(call, [self._values[source] for source in call.inputs])
            self._values[call.position] = self._values[stand_in]

    # -- values ----------------------------------------------------------------------------------------------------
    def _fresh(self, shape: Shape, dtype: DType) -> View:
        return store(Buffer(count(shape), dtype), shape)

    def _kept(self, value: Value, shape: Shape, name: str) -> View:
        """The value in a whole buffer of its own, which lives to the end of the step."""
        if isinstance(value, View) and value.whole and value.buffer.role == "inside":
            made_here = any(view.buffer is value.buffer for node in self.nodes for view in node.writes)
            if made_here and value.buffer not in self._taken:
                self._taken.add(value.buffer)
                return value
        copied = self._copied(value, shape, name)
        self._taken.add(copied.buffer)
        return copied

    def _copied(self, value: Value, shape: Shape, place: str) -> View:
        """A copy of a value whose elements lie one after another."""
        dtype = value.dtype
        made = self._fresh(shape, dtype)
        body: list[Line] = []
        source = append(body, value)
        self._loop(shape, body, [Write(source, made)], place)
        return made

    def _stored(self, value: Value, shape: Shape, place: str) -> View:
        """The value in memory."""
        return (
            value if isinstance(value, View) and value.buffer.role != "counter" else self._copied(value, shape, place)
        )

    def _loop(self, domain: Shape, body: list[Line], writes: list[Write], place: str) -> None:
        loop = Loop(domain, body, writes, place)
        self.nodes.append(Group([loop], loop.split))

    # -- calls -----------------------------------------------------------------------------------------------------
    def _lower(self, call: Call, operands: Sequence[Value]) -> Value:
        rule = RULES.get(call.operation.name)
        if rule is not None:
            return rule(self, call, *operands)
        if call.operation.kind == "elementwise":
            return self._elementwise(call, operands)
        raise UnsupportedError(
            f"the native engine has no rule for the operation {call.operation.name!r} "
            f"({call.origin.place}); use engine='reference'"
        )

    def _leaf(self, call: Call) -> View:
        role, name = call.operation.name, call.attributes["name"]
        buffer = self.leaves[role, name] = Buffer(count(call.shape), call.dtype, role, name)  # type: ignore[arg-type]
        return store(buffer, call.shape)

    def _constant(self, call: Call) -> Value:
        value = call.attributes["value"]
        if value.size == 1:
            return Expression("constant", call.dtype, value=literal(value.reshape(()).item(), call.dtype))
        name = f"constant {call.position}"
        buffer = Buffer(value.size, call.dtype, "constant", name, np.ascontiguousarray(value))
        self.leaves["constant", name] = buffer
        return store(buffer, call.shape)

    def _extent(self, call: Call) -> Value:
        size = call.attributes["size"]
        if isinstance(size, Extent):
            return Expression("extent", call.dtype, value=size)
        return Expression("constant", call.dtype, value=literal(size, call.dtype))

    def _iota(self, call: Call) -> View:
        axis = call.attributes["axis"]
        strides = tuple(1 if i == axis else 0 for i in range(len(call.shape)))
        return View(Buffer(0, call.dtype, "counter"), call.shape, strides)

    def _elementwise(self, call: Call, operands: Sequence[Value]) -> Value:
        made = Expression(call.operation.name, call.dtype, tuple(operands))
        if made.uniform or call.dtype == "bool":
            return made
        body: list[Line] = []
        line = append(body, made)
        result = self._fresh(call.shape, call.dtype)
        self._loop(call.shape, body, [Write(line, result)], call.origin.place)
        return result

    def _random(self, call: Call, seed: Value, step: Value) -> View:
        body: list[Line] = []
        element = View(Buffer(0, "int64", "counter"), call.shape, rows_first(call.shape))
        flat = tuple(0 for _ in call.shape)
        words = [
            append(body, each if isinstance(each, Expression) else each.at(call.shape, flat)) for each in (seed, step)
        ]
        places = append(body, element)
        body.append(Line("random", "uint32", (*words, places), value=call.attributes["stream"]))
        result = self._fresh(call.shape, call.dtype)
        self._loop(call.shape, body, [Write(len(body) - 1, result)], call.origin.place)
        return result

    def _reduced(self, call: Call, x: Value) -> View:
        axes, shape = call.attributes["axes"], self._tape[call.inputs[0]].shape
        result = self._fresh(call.shape, call.dtype)
        moving = iter(result.strides)
        strides = tuple(0 if axis in axes else next(moving) for axis in range(len(shape)))
        body: list[Line] = []
        line = append(body, x)
        if not axes:
            self._loop(shape, body, [Write(line, result)], call.origin.place)
            return result
        # An axis of extent 1 that stays has to keep its stride from being taken for a reduction.
        write = Write(line, result.at(shape, _told_apart(strides, axes)), call.operation.name)  # type: ignore[arg-type]
        self._loop(shape, body, [write], call.origin.place)
        return result

    # -- movement --------------------------------------------------------------------------------------------------
    def _moved(self, call: Call, x: Value, move: Move) -> Value:
        """A movement of a value: of the views that it is made of, or of a copy where strides cannot say it."""
        found = _through(x, move)
        if found is None:
            shape = self._tape[call.inputs[0]].shape
            found = move(self._copied(x, shape, call.origin.place))
        assert found is not None  # strides can say every movement of a whole array
        return found

    def _reshape(self, call: Call, x: Value) -> Value:
        return self._moved(call, x, lambda view: movement.reshaped(view, call.attributes["shape"]))

    def _transpose(self, call: Call, x: Value) -> Value:
        return self._moved(call, x, lambda view: movement.transposed(view, call.attributes["axes"]))

    def _broadcast(self, call: Call, x: Value) -> Value:
        return self._moved(call, x, lambda view: movement.broadcasted(view, call.attributes["shape"]))

    def _slice(self, call: Call, x: Value) -> Value:
        return self._moved(call, x, lambda view: movement.sliced(view, **call.attributes))

    def _flip(self, call: Call, x: Value) -> Value:
        return self._moved(call, x, lambda view: movement.flipped(view, call.attributes["axes"]))

    def _stop(self, call: Call, x: Value) -> Value:
        return x

    # -- placement -------------------------------------------------------------------------------------------------
    def _pad(self, call: Call, x: Value) -> View:
        axis, low, interior = (call.attributes[name] for name in ("axis", "low", "interior"))
        shape = self._tape[call.inputs[0]].shape
        result = self._filled(call, call.shape, call.dtype)
        if shape[axis] != 0:
            self._put(x, movement.sliced(result, axis, low, shape[axis], interior + 1), call.origin.place)
        return result

    def _filled(self, call: Call, shape: Shape, dtype: DType) -> View:
        """An array of zeros."""
        result = self._fresh(shape, dtype)
        self._loop(shape, [Line("constant", dtype, value=literal(0, dtype))], [Write(0, result)], call.origin.place)
        return result

    def _put(self, value: Value, into: View, place: str) -> None:
        body: list[Line] = []
        line = append(body, value)
        self._loop(into.shape, body, [Write(line, into)], place)

    def _concatenate(self, call: Call, *operands: Value) -> View:
        axis, start = call.attributes["axis"], 0
        result = self._fresh(call.shape, call.dtype)
        for source, operand in zip(call.inputs, operands, strict=True):
            size = self._tape[source].shape[axis]
            if size != 0:
                self._put(operand, movement.sliced(result, axis, start, size, 1), call.origin.place)
            start = start + size
        return result

    # -- products --------------------------------------------------------------------------------------------------
    def _contract(self, call: Call, a: Value, b: Value) -> View:
        shapes = [self._tape[source].shape for source in call.inputs]
        batch, summed = call.attributes["batch"], call.attributes["summed"]
        place = call.origin.place
        free = [
            tuple(axis for axis in range(len(shape)) if axis not in batch[side] and axis not in summed[side])
            for side, shape in enumerate(shapes)
        ]
        first = self._matrix(a, shapes[0], (batch[0], free[0], summed[0]), place)
        second = self._matrix(b, shapes[1], (batch[1], summed[1], free[1]), place)
        result = self._fresh(call.shape, call.dtype)
        matrix = result.at((*first.shape[:-1], second.shape[-1]), rows_first((*first.shape[:-1], second.shape[-1])))
        self._product(first, second, matrix, call.attributes.get("chained", ()), place)
        return result

    def _matrix(self, value: Value, shape: Shape, order: tuple[tuple[int, ...], ...], place: str) -> View:
        """A value as matrices (batch..., rows, columns), its axes in this order."""
        axes = tuple(axis for part in order for axis in part)
        together, rows, columns = ([shape[axis] for axis in part] for part in order)
        wanted = (*together, count(rows), count(columns))
        found = movement.reshaped(movement.transposed(view, axes), wanted) if (view := _as_view(value)) else None
        if found is None:
            turned = _through(value, lambda view: movement.transposed(view, axes))
            assert turned is not None  # strides can say every transpose
            copied = self._copied(turned, tuple(shape[axis] for axis in axes), place)
            found = movement.reshaped(copied, wanted)
        assert found is not None  # the elements of a copy lie one after another
        return found

    def _product(self, a: View, b: View, c: View, chained: tuple[int, ...], place: str) -> None:
        m, k, n = a.shape[-2], a.shape[-1], b.shape[-1]
        if count(c.shape) == 0:
            return
        if k == 1 or n == 1 or m == 1:
            self._thin_product(a, b, c, chained, place)
            return
        if b.strides[-1] != 1 and len(b.shape) == 2:
            b = self._rows(b, place)
        elif b.strides[-1] != 1:
            b = self._copied(b, b.shape, place)
        self.nodes.append(Product(a, b, c, chained, place))

    def _rows(self, b: View, place: str) -> View:
        """A transposed matrix copied so that its rows lie together; once for all products that need it."""
        if b not in self._turned:
            self._turned[b] = self._fresh(b.shape, b.dtype)
            self.nodes.append(Turn(b, self._turned[b], place))
        return self._turned[b]

    def _thin_product(self, a: View, b: View, c: View, chained: tuple[int, ...], place: str) -> None:
        """A product with a side of 1 is a loop, which fuses with others: an outer product, or a sum."""
        together, (m, k), n = a.shape[:-2], a.shape[-2:], b.shape[-1]
        axes = {"m": (m, a.strides[-2], 0, c.strides[-2]), "n": (n, 0, b.strides[-1], c.strides[-1])}
        inner = (k, a.strides[-1], b.strides[-2], 0)
        order = [axes["m"], axes["n"], inner]
        if n == 1 and a.strides[-1] != 1 and m != 1:
            order = [axes["n"], inner, axes["m"]]
        elif m == 1 and n != 1:
            order = [axes["m"], inner, axes["n"]]
        lead = len(together)
        domain = (*together, *(each[0] for each in order))
        views = [
            view.at(domain, (*view.strides[:lead], *(each[side] for each in order)))
            for side, view in ((1, a), (2, b), (3, c))
        ]
        body = [Line("load", a.dtype, view=views[0]), Line("load", b.dtype, view=views[1])]
        body.append(_multiplied(a.dtype, chained))
        squeezed = k == 1
        self._loop(domain, body, [Write(2, views[2], None if squeezed else "sum")], place)

    # -- indices ---------------------------------------------------------------------------------------------------
    def _inside(self, call: Call, index: View, size: Size) -> None:
        """A loop that notes an index that lies outside a table; a scan notes it at whichever step."""
        fault = self._fresh((), "int64")
        before = self._around or self
        before._loop((), [Line("constant", "int64", value="0")], [Write(0, fault)], call.origin.place)
        body: list[Line] = []
        line = append(body, index)
        body.append(Line("outside", "int64", (line,), value=size))
        noted = fault.at(index.shape, tuple(0 for _ in index.shape))
        self._loop(index.shape, body, [Write(len(body) - 1, noted, "max", onto=True)], call.origin.place)
        before.faults.append((fault.buffer, f"{call.origin.place}: {call.operation.name}", size))

    def _gather(self, call: Call, table: Value, index: Value) -> View:
        shapes, axis = [self._tape[source].shape for source in call.inputs], call.attributes["axis"]
        place = call.origin.place
        source, picked = self._stored(table, shapes[0], place), self._stored(index, shapes[1], place)
        size, stride = shapes[0][axis], source.strides[axis]
        self._inside(call, picked, size)
        before, after = len(shapes[0][:axis]), len(shapes[0]) - axis - 1
        body = [Line("load", picked.dtype, view=picked.at(call.shape, (0,) * before + picked.strides + (0,) * after))]
        body.append(Line("within", "int64", (0,), value=size))
        strides = source.strides[:axis] + (0,) * len(shapes[1]) + source.strides[axis + 1 :]
        body.append(Line("load", call.dtype, (1,), source.at(call.shape, strides), stride))
        result = self._fresh(call.shape, call.dtype)
        self._loop(call.shape, body, [Write(2, result)], place)
        return result

    def _scatter_add(self, call: Call, index: Value, values: Value) -> View:
        shapes, axis = [self._tape[source].shape for source in call.inputs], call.attributes["axis"]
        place, size = call.origin.place, call.attributes["size"]
        picked = self._stored(index, shapes[0], place)
        self._inside(call, picked, size)
        result = self._filled(call, call.shape, call.dtype)
        before, after = axis, len(shapes[1]) - axis - len(shapes[0])
        domain = shapes[1]
        body: list[Line] = [
            Line("load", picked.dtype, view=picked.at(domain, (0,) * before + picked.strides + (0,) * after))
        ]
        body.append(Line("within", "int64", (0,), value=size))
        line = append(body, values)
        strides = result.strides[:axis] + (0,) * len(shapes[0]) + result.strides[axis + 1 :]
        write = Write(line, result.at(domain, strides), "sum", 1, result.strides[axis], onto=True)
        self._loop(domain, body, [write], place)
        return result

    # -- time ------------------------------------------------------------------------------------------------------
    def _scan(self, call: Call, *operands: Value) -> Value:
        """A counted loop over time around the nodes of the step; what is read of its trace is stacked as it goes."""
        if self._around is not None:
            raise UnsupportedError(
                f"the native engine has no rule for a scan within the step of a scan ({call.origin.place}); "
                f"use engine='reference'"
            )
        body, steps, place = call.attributes["body"], call.attributes["steps"], call.origin.place
        reads = list(dict.fromkeys(self._reads.get(call.position, [])))
        starts, sequences, fixed = body.split(operands)
        step = Lowering(body.tape, self)
        carries: dict[int, View] = {}
        for k in body.live(reads):
            leaf = body.tape[body.carry[k]]
            carries[k] = step._values[leaf.position] = store(Buffer(count(leaf.shape), leaf.dtype, "carry"), leaf.shape)
            self._put(starts[k], carries[k], place)
        for leaf, sequence in zip(body.each, sequences, strict=True):
            view = self._stored(sequence, (steps, *body.tape[leaf].shape), place)
            step._values[leaf] = View(view.buffer, view.shape[1:], view.strides[1:], view.offset, view.strides[0])
        step._values.update(zip(body.fixed, fixed, strict=True))
        stacks = {what: body.tape[what] for what in reads if isinstance(what, int)}
        needed = body.tape.ancestors([*stacks, *(body.next[k] for k in carries)])
        step.calls([each for each in body.tape if each.position in needed])
        found: dict[What, View] = {("last", k): view for k, view in carries.items()}
        for position, each in stacks.items():
            whole = found[position] = self._fresh((steps, *each.shape), each.dtype)
            now = View(whole.buffer, each.shape, whole.strides[1:], (), whole.strides[0])
            step._put(step._values[position], now, place)
        after = {str(k): step._kept(step._values[body.next[k]], body.tape[body.next[k]].shape, place) for k in carries}
        leaves: dict[tuple[Any, str], Buffer] = {("state", str(k)): view.buffer for k, view in carries.items()}
        inner = Nests(step.nodes, leaves, {}, after, kept={view.buffer for view in found.values()})
        before, nodes = settled_step(inner)
        self.nodes += [*before, Scan(nodes, steps, call.attributes["reverse"], place)]
        self._traces[call.position] = found
        return Expression("trace", call.dtype, value=call.position)

    def _read(self, call: Call, trace: Value) -> View:
        assert isinstance(trace, Expression)  # only a scan gives a trace
        return self._traces[trace.value][call.attributes["what"]]


def _as_view(value: Value) -> View | None:
    return value if isinstance(value, View) and value.buffer.role != "counter" else None


def _told_apart(strides: Shape, axes: tuple[int, ...]) -> Shape:
    """Strides in which only the axes of a reduction are 0."""
    return tuple(stride if axis in axes or stride != 0 else 1 for axis, stride in enumerate(strides))


def _multiplied(dtype: DType, chained: tuple[int, ...]) -> Line:
    """The product of the first two lines; with chained operands a 0 of theirs wins."""
    return Line("product", dtype, (0, 1), value=chained) if chained else Line("multiply", dtype, (0, 1))


def _through(value: Value, move: Move) -> Value | None:
    """A movement of a value: of each view that it is made of; None where strides cannot say it."""
    if isinstance(value, View):
        return move(value)
    moved = [_through(operand, move) for operand in value.operands]
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


RULES: Final[Mapping[str, Callable[..., Value]]] = {
    "input": Lowering._leaf,
    "state": Lowering._leaf,
    "setting": Lowering._leaf,
    "constant": Lowering._constant,
    "extent": Lowering._extent,
    "iota": Lowering._iota,
    "random": Lowering._random,
    "sum": Lowering._reduced,
    "max": Lowering._reduced,
    "reshape": Lowering._reshape,
    "transpose": Lowering._transpose,
    "broadcast": Lowering._broadcast,
    "slice": Lowering._slice,
    "flip": Lowering._flip,
    "stop": Lowering._stop,
    "pad": Lowering._pad,
    "concatenate": Lowering._concatenate,
    "contract": Lowering._contract,
    "gather": Lowering._gather,
    "scatter_add": Lowering._scatter_add,
    "scan": Lowering._scan,
    "read": Lowering._read,
}


def lower(program: Program) -> Nests:
    """A program as loop nests, a node for each call that computes something.

    Raises UnsupportedError, naming the operation and the layer, for an operation that this engine has no rule for.
    """
    return Lowering(program.tape).program(program)
