"""From nests to LLVM IR: a small function for each group, whose pointers do not alias: LLVM can prove what it needs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from glassnet.core.extent import Extent, Size
from glassnet.engines.native import scalars
from glassnet.engines.native.ir import STORED, TYPES, Function, Value
from glassnet.engines.native.nests import Group, Line, Loop, View, Write, buffers, reduced_axes
from glassnet.engines.native.scalars import Scalar

SYMBOLS: Final = {"n": "%n", "t": "%t"}
SHARE: Final = ("i64 %n", "i64 %t", "i64 %lo", "i64 %hi")  # the sizes, and a thread's share

LINES_AT_ONCE: Final = 48  # of scalar code, in which several rows are added to sums that lie in memory

Range = tuple[Value, Value]


def scaled(f: Function, size: Size) -> Value:
    """A size as a number at run time."""
    if not isinstance(size, Extent):
        return str(size)
    value = str(size.factor)
    for symbol in size.symbols:
        value = f("mul nsw i64", value, SYMBOLS[symbol]) if value != "1" else SYMBOLS[symbol]
    return value


def moved_in_time(f: Function, view: View, times: Sequence[Value]) -> list[Value]:
    """How far a view has moved on at a time step of each scan around it, a term a scan."""
    moves = zip(view.steps, times, strict=False)
    return [f("mul nsw i64", time, scaled(f, step)) for step, time in moves if step != 0]


def pieces_of(f: Function, steps: Size, keep: int) -> Value:
    """How many pieces of so many steps there are, the last of which may be shorter."""
    return f("udiv i64", f("add i64", scaled(f, steps), str(keep - 1)), str(keep))


class Nest:
    """The code of one group that is being written.

    `checked` code looks at every address: one outside its buffer is noted in @outside, and the first element is taken.
    """

    def __init__(self, name: str, group: Group, *, checked: bool = False) -> None:
        self._checked = checked
        self._far: bool | None = None  # whether angles of any size are met here; None where it is not yet known
        self.buffers = buffers([group])
        self._pointers = {buffer: f"%b{i}" for i, buffer in enumerate(self.buffers)}
        pointers = [f"ptr noalias {self._pointers[buffer]}" for buffer in self.buffers]
        depth = max((len(view.steps) for view in (*group.reads, *group.writes)), default=0)
        self.times = tuple(f"%time{scan or ''}" for scan in range(depth))  # the time step of each scan that matters
        parameters = [*pointers, *SHARE, *(f"i64 {time}" for time in self.times)]
        self.f = Function(name, parameters, attributes="nounwind noinline")
        self._group(group)
        self.f.returns()

    def _group(self, group: Group) -> None:
        share = ("%lo", "%hi")
        if self._by_rows(group):

            def row(i: Value, _: Sequence[Value]) -> Sequence[Value]:
                for loop in group.loops:
                    self._nest(loop, [i], {})
                return []

            self.f.loop(*share, row)
            return
        for loop in group.loops:
            axis = {"rows": 0, "columns": len(loop.domain) - 1, "one": -1}[group.split]
            self._nest(loop, [], {axis: share} if loop.domain else {})

    def _by_rows(self, group: Group) -> bool:
        """Whether the loops of a group run one after another for each row, so that a row stays in the nearest cache."""
        several = len(group.loops) > 1 and any(len(loop.domain) > 1 for loop in group.loops)
        return group.split == "rows" and several

    # -- loops -----------------------------------------------------------------------------------------------------
    def _nest(self, loop: Loop, index: list[Value], ranges: dict[int, Range]) -> None:
        """A loop over the axes that `index` does not fix yet; `ranges` bounds some of them."""
        combining = [write for write in loop.writes if write.combine]
        reduced = sorted({axis for write in combining for axis in reduced_axes(write, len(loop.domain))})
        inner = [axis for axis in reduced if axis >= len(index)]
        onto = any(write.onto for write in combining)
        rank = len(loop.domain)
        if not combining or onto:
            self._walk(loop, index, ranges, rank, self._plain)
        elif not inner or inner == list(range(inner[0], rank)):
            self._walk(loop, index, ranges, inner[0] if inner else rank, self._in_registers)
        else:
            self._walk(loop, index, ranges, inner[0], partial(self._in_memory, reduced=inner))

    def _walk(
        self,
        loop: Loop,
        index: list[Value],
        ranges: dict[int, Range],
        depth: int,
        then: Callable[[Loop, list[Value], dict[int, Range]], None],
    ) -> None:
        """Loops over the axes up to `depth`, and then what is inside of them."""
        axis = len(index)
        adds = any(write.combine for write in loop.writes)
        if self._far is None and _angles(loop) and (not adds or axis >= min(depth, len(loop.domain) - 1)):
            self._by_size(loop, index, ranges, lambda: self._walk(loop, index, ranges, depth, then))
            return
        if axis >= depth:
            then(loop, index, ranges)
            return

        def inside(i: Value, _: Sequence[Value]) -> Sequence[Value]:
            self._walk(loop, [*index, i], ranges, depth, then)
            return []

        self.f.loop(*self._range(loop, axis, ranges), inside)

    def _by_size(self, loop: Loop, index: list[Value], ranges: dict[int, Range], walk: Callable[[], None]) -> None:
        """What is inside of a loop over angles, twice: quick where all of them are of usual size, else slow.

        It is looked at before anything is written. Both give the same bits but for sums, which may be taken in another
        order: so that no row depends on the angles of another, each sum is looked at by itself.
        """

        def distant(at: list[Value], found: Value) -> Value:
            if len(at) < len(loop.domain):
                of_axis, carry = self._range(loop, len(at), ranges), [("i1", found)]
                return self.f.loop(*of_axis, lambda i, carried: [distant([*at, i], carried[0])], carry)[0]
            values = self._body(loop.body, at)
            for angle in _angles(loop):
                found = self.f("or i1", found, scalars.distant(self.f, values[angle]))
            return found

        def version(far: bool) -> None:
            self._far = far
            walk()
            self._far = None

        self.f.choose(distant(index, "false"), lambda: version(True), lambda: version(False))

    def _range(self, loop: Loop, axis: int, ranges: dict[int, Range]) -> Range:
        return ranges.get(axis, ("0", scaled(self.f, loop.domain[axis])))

    def _plain(self, loop: Loop, index: list[Value], ranges: dict[int, Range]) -> None:
        """One index: every line, every write."""
        values = self._body(loop.body, index)
        for write in loop.writes:
            self._write(write, values, index)

    def _in_registers(self, loop: Loop, index: list[Value], ranges: dict[int, Range]) -> None:
        """The axes left are all reduced: their sums stay in registers and are written once."""
        combining = [write for write in loop.writes if write.combine]
        start = [scalars.identity(str(write.combine), write.view.dtype) for write in combining]

        def run(at: list[Value], carried: Sequence[Value]) -> list[Value]:
            axis = len(at)
            if axis == len(loop.domain):
                values = self._body(loop.body, at)
                for write in loop.writes:
                    if not write.combine:
                        self._write(write, values, at)
                return [self._combined(w, old, values[w.line]) for w, old in zip(combining, carried, strict=True)]
            carry = [(TYPES[write.view.dtype], old) for write, old in zip(combining, carried, strict=True)]
            return self.f.loop(*self._range(loop, axis, ranges), lambda i, c: run([*at, i], c), carry)

        totals = run(index, start)
        for write, value in zip(combining, totals, strict=True):
            self._store(write.view, value, [*index, *["0"] * (len(loop.domain) - len(index))])

    def _in_memory(self, loop: Loop, index: list[Value], ranges: dict[int, Range], reduced: list[int]) -> None:
        """The axes left are reduced and not by turns: the sums lie in memory, which is set to nothing first."""
        for write in loop.writes:
            if write.combine:
                self._clear(loop, write, index, ranges, reduced)
        rows = _at_once(loop) if reduced == [len(loop.domain) - 2] else 1
        if rows > 1:
            self._by_columns(loop, index, ranges, rows)
        else:
            self._walk(loop, index, ranges, len(loop.domain), self._plain)

    def _by_columns(self, loop: Loop, index: list[Value], ranges: dict[int, Range], rows: int) -> None:
        """The last axis but one is reduced: a sum is taken from memory and put back once for so many `rows` of it."""
        f, axis = self.f, len(index)
        begin, end = self._range(loop, axis, ranges)
        blocks = f("udiv i64", f("sub i64", end, begin), str(rows))
        rest = f("add i64", begin, f("mul i64", blocks, str(rows)))

        def block(number: Value, _: Sequence[Value]) -> Sequence[Value]:
            first = f("add i64", begin, f("mul i64", number, str(rows)))
            some([first, *(f("add i64", first, str(row)) for row in range(1, rows))])
            return []

        def some(taken: Sequence[Value]) -> None:
            def column(i: Value, _: Sequence[Value]) -> Sequence[Value]:
                self._onto(loop, [[*index, row, i] for row in taken])
                return []

            f.loop(*self._range(loop, axis + 1, ranges), column)

        def alone(row: Value, _: Sequence[Value]) -> Sequence[Value]:
            some([row])
            return []

        f.loop("0", blocks, block)
        f.loop(rest, end, alone)

    def _onto(self, loop: Loop, places: Sequence[list[Value]]) -> None:
        """Add what several indices give, one after another, to sums that lie at one place in memory."""
        pointers = [self._pointer(write.view, self._moved(write.view, places[0])) for write in loop.writes]
        kinds = [TYPES[write.view.dtype] for write in loop.writes]
        sums = [self.f(f"load {kind}, ptr {pointer}") for kind, pointer in zip(kinds, pointers, strict=True)]
        for index in places:
            values = self._body(loop.body, index)
            sums = [self._combined(w, old, values[w.line]) for w, old in zip(loop.writes, sums, strict=True)]
        for kind, pointer, value in zip(kinds, pointers, sums, strict=True):
            self.f.do(f"store {kind} {value}, ptr {pointer}")

    def _clear(
        self, loop: Loop, write: Write, index: list[Value], ranges: dict[int, Range], reduced: list[int]
    ) -> None:
        axis = len(index)
        if axis == len(loop.domain):
            self._store(write.view, scalars.identity(str(write.combine), write.view.dtype), index)
        elif axis in reduced:
            self._clear(loop, write, [*index, "0"], ranges, reduced)
        else:

            def inside(i: Value, _: Sequence[Value]) -> Sequence[Value]:
                self._clear(loop, write, [*index, i], ranges, reduced)
                return []

            self.f.loop(*self._range(loop, axis, ranges), inside)

    # -- lines -----------------------------------------------------------------------------------------------------
    def _body(self, body: Sequence[Line], index: list[Value]) -> list[Scalar]:
        values: list[Scalar] = []
        for line in body:
            operands = [values[operand] for operand in line.operands]
            values.append(Scalar(self._line(line, operands, index), line.dtype))
        return values

    def _line(self, line: Line, operands: list[Scalar], index: list[Value]) -> Value:
        f = self.f
        match line.operation:
            case "load":
                return self._load(line, operands, index)
            case "constant":
                return str(line.value)
            case "extent":
                return scalars.cast(f, Scalar(scaled(f, line.value), "int64"), line.dtype)
            case "cast":
                return scalars.cast(f, operands[0], line.dtype)
            case "product":
                return scalars.product(f, operands, line.value)
            case "within":
                return scalars.within(f, operands[0], scaled(f, line.value))
            case "outside":
                return scalars.outside(f, operands[0], scaled(f, line.value))
            case "random":
                seed, step, time, element = (operand.value for operand in operands)
                key = f(f"trunc i64 {seed} to i32")
                stream = str(line.value)
                words = f"i64 {element}", f"i64 {time}", f"i64 {step}", f"i32 {key}", f"i32 {stream}"
                return f.call("i32", "glassnet_philox", *words)
        slow = self._far and line.operation in scalars.OF_ANGLES
        return scalars.RULES[f"far_{line.operation}" if slow else line.operation](f, operands)

    def _load(self, line: Line, operands: list[Scalar], index: list[Value]) -> Value:
        view = line.view
        assert view is not None  # a load has one
        moved = self._moved(view, index)
        if line.operands:
            moved = [*moved, self.f("mul nsw i64", operands[0].value, scaled(self.f, line.value))]
        if view.buffer.role == "counter":
            return scalars.cast(self.f, Scalar(self._sum(moved), "int64"), view.dtype)
        loaded = self.f(f"load {STORED[view.dtype]}, ptr {self._pointer(view, moved)}")
        return self.f("icmp ne i8", loaded, "0") if view.dtype == "bool" else loaded

    def _write(self, write: Write, values: list[Scalar], index: list[Value]) -> None:
        moved: list[Value] = []
        if write.index is not None:
            moved = [self.f("mul nsw i64", values[write.index].value, scaled(self.f, write.stride))]
        value = values[write.line].value
        if write.combine:
            pointer = self._pointer(write.view, [*self._moved(write.view, index), *moved])
            kind = TYPES[write.view.dtype]
            value = self._combined(write, self.f(f"load {kind}, ptr {pointer}"), values[write.line])
            self.f.do(f"store {kind} {value}, ptr {pointer}")
        else:
            self._store(write.view, value, index)

    def _store(self, view: View, value: Value, index: list[Value]) -> None:
        if view.dtype == "bool":
            value = self.f(f"zext i1 {value} to i8")
        self.f.do(f"store {STORED[view.dtype]} {value}, ptr {self._pointer(view, self._moved(view, index))}")

    def _combined(self, write: Write, old: Value, new: Scalar) -> Value:
        return scalars.combined(self.f, str(write.combine), Scalar(old, write.view.dtype), new)

    # -- addresses -------------------------------------------------------------------------------------------------
    def _moved(self, view: View, index: list[Value]) -> list[Value]:
        """The terms of an element's place in its buffer."""
        terms = [scaled(self.f, term) for term in view.offset]
        terms += moved_in_time(self.f, view, self.times)
        for i, stride in zip(index, view.strides, strict=True):
            if stride != 0 and i != "0":
                terms.append(i if stride == 1 else self.f("mul nsw i64", i, scaled(self.f, stride)))
        return terms

    def _sum(self, terms: Sequence[Value]) -> Value:
        found = terms[0] if terms else "0"
        for term in terms[1:]:
            found = self.f("add nsw i64", found, term)
        return found

    def _pointer(self, view: View, terms: Sequence[Value]) -> Value:
        at, pointer = self._sum(terms), self._pointers[view.buffer]
        if self._checked:
            at = self._within(at, view)
        if at == "0":
            return pointer
        return self.f(f"getelementptr inbounds {STORED[view.dtype]}, ptr {pointer}, i64 {at}")

    def _within(self, at: Value, view: View) -> Value:
        """The place of an element, checked; 0 where it lies outside its buffer."""
        f = self.f
        size, pieces = scaled(f, view.buffer.size), view.buffer.pieces
        if pieces is not None:
            size = f("mul i64", size, pieces_of(f, *pieces))
        inside = f("icmp ult i64", at, size)
        f.when(f("xor i1", inside, "true"), lambda: f.do("store i64 1, ptr @outside"))
        return f(f"select i1 {inside}, i64 {at}, i64 0")


def _at_once(loop: Loop) -> int:
    """How many rows are added to sums in memory at once: more of them where little is computed for each."""
    if _angles(loop) or not all(write.combine and write.index is None for write in loop.writes):
        return 1
    most, rows = max(1, LINES_AT_ONCE // len(loop.body)), loop.domain[-2]
    return most if isinstance(rows, Extent) else -(-rows // -(-rows // most))  # so that few are left over


def _angles(loop: Loop) -> list[int]:
    """The lines of a loop whose sine or cosine is taken."""
    return [operand for line in loop.body if line.operation in scalars.OF_ANGLES for operand in line.operands]
