"""A whole program as IR: its groups, the step that calls them in turn, and the run of many steps over rows.

The step and the run are there twice: for one thread alone, and for one of several that share each node and meet where
the schedule says.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Final

from glassnet.core.extent import Extent, Size, has_symbol
from glassnet.engines.engine import APPLIED, STOPPED
from glassnet.engines.native import mathematics
from glassnet.engines.native.emit import Nest, scaled
from glassnet.engines.native.ir import STORED, TYPES, Function, Value, literal
from glassnet.engines.native.nests import Buffer, Group, Nests, Node, Product, Turn, View, buffers
from glassnet.engines.native.place import BYTES
from glassnet.engines.native.scalars import SUFFIX
from glassnet.engines.native.schedule import Schedule, Share, share_of
from glassnet.engines.native.single import single

THREAD: Final = ("i64 %tid", "i64 %threads", "ptr %meeting")
MEET: Final = "call void @meet(ptr %meeting, i64 %threads)"

# Threads meet by counting: the last to come opens the gate, whose number the others wait to see change. Each looks
# again after a pause; a meeting takes some tens of nanoseconds where all threads run.
MEETING: Final = """define internal void @meet(ptr %meeting, i64 %threads) nounwind noinline {
entry:
  %gate = getelementptr inbounds i64, ptr %meeting, i64 8
  %before = load atomic i64, ptr %gate monotonic, align 8
  %come = atomicrmw add ptr %meeting, i64 1 acq_rel
  %mine = add i64 %come, 1
  %last = icmp eq i64 %mine, %threads
  br i1 %last, label %open, label %wait
open:
  store atomic i64 0, ptr %meeting monotonic, align 8
  %next = add i64 %before, 1
  store atomic i64 %next, ptr %gate release, align 8
  ret void
wait:
  %now = load atomic i64, ptr %gate acquire, align 8
  %opened = icmp ne i64 %now, %before
  br i1 %opened, label %through, label %pause
pause:
  PAUSE
  br label %wait
through:
  ret void
}"""


class Module:
    """The IR text of a program; `slots` says at which place of the table each buffer's address stands."""

    def __init__(self, nests: Nests, schedule: Schedule, loss: str, weight: str, pause: str) -> None:
        self.nests, self._schedule = nests, schedule
        held = [*nests.leaves.values(), *buffers(nests.nodes)]
        self.slots: dict[Buffer, int] = {buffer: i for i, buffer in enumerate(dict.fromkeys(held))}
        self._groups = {id(n): Nest(f"group{i}", n) for i, n in enumerate(nests.nodes) if isinstance(n, Group)}
        parts = [str(nest.f) for nest in self._groups.values()]
        parts += [self._step(shared=False), self._step(shared=True)]
        if loss in nests.outputs and weight in nests.outputs:
            sums = [nests.outputs[loss], nests.outputs[weight]]
            parts += [self._run(sums, shared=False), self._run(sums, shared=True)]
        parts += [single(nests.leaves, self.slots)]
        parts.append(MEETING.replace("PAUSE", pause))
        self.text = "\n\n".join([*parts, *_needed("\n".join(parts))])

    # -- one step --------------------------------------------------------------------------------------------------
    def _step(self, *, shared: bool) -> str:
        parameters = ["ptr %table", "i64 %n", *(THREAD if shared else ())]
        f = Function("step_shared" if shared else "step", parameters, returns="i64", linkage="")
        pointers = {buffer: _entry(f, "%table", slot) for buffer, slot in self.slots.items()}
        shares: dict[Share, tuple[Value, Value]] = {}
        guarded = self.nests.guarded if self.nests.guards else -1
        for number, node in enumerate(self.nests.nodes):
            if number == guarded:
                self._guard(f, pointers, shared=shared)
            elif shared and self._schedule.meets(number):
                f.do(MEET)
            share = share_of(node)
            if share not in shares:
                shares[share] = (
                    _divided(f, share) if shared else ("0", scaled(f, 1 if share.extent is None else share.extent))
                )
            self._alone(f, share, shared, partial(self._node, f, node, pointers, shares[share]))
        if guarded == len(self.nests.nodes):
            self._guard(f, pointers, shared=shared)
        f.returns(str(APPLIED))
        return str(f)

    def _alone(self, f: Function, share: Share, shared: bool, body: Callable[[], None]) -> None:
        """A node: of one thread where it cannot be shared."""
        if shared and share.extent is None:
            f.when(f("icmp eq i64", "%tid", "0"), body)
        else:
            body()

    def _guard(self, f: Function, pointers: Mapping[Buffer, Value], *, shared: bool) -> None:
        """Leave before anything is written to the state where the loss is not finite or an index was wrong."""
        if shared:
            f.do(MEET)
        wrong: list[Value] = []
        loss = self.nests.loss
        if loss is not None:
            kind, suffix = TYPES[loss.dtype], SUFFIX[loss.dtype]
            value = f(f"load {kind}, ptr {pointers[loss]}")
            size = f.call(kind, f"llvm.fabs.{suffix}", f"{kind} {value}")
            wrong.append(f(f"fcmp uge {kind}", size, literal(float("inf"), loss.dtype)))
        for fault, _, _ in self.nests.faults:
            wrong.append(f("icmp sgt i64", f(f"load i64, ptr {pointers[fault]}"), "0"))
        stop = wrong[0]
        for other in wrong[1:]:
            stop = f("or i1", stop, other)
        f.when(stop, lambda: f.returns(str(STOPPED)), leaves=True)

    # -- nodes -----------------------------------------------------------------------------------------------------
    def _node(self, f: Function, node: Node, pointers: Mapping[Buffer, Value], share: tuple[Value, Value]) -> None:
        if isinstance(node, Group):
            nest = self._groups[id(node)]
            handed = [f"ptr {pointers[buffer]}" for buffer in nest.buffers]
            f.do(f"call void @{nest.f.symbol}({', '.join([*handed, 'i64 %n', f'i64 {share[0]}', f'i64 {share[1]}'])})")
        elif isinstance(node, Product):
            _product(f, node, pointers, share)
        else:
            _turn(f, node, pointers, share)

    # -- many steps ------------------------------------------------------------------------------------------------
    def _run(self, sums: Sequence[View], *, shared: bool) -> str:
        """Steps on the rows that an order names, a batch at a time: gives the steps done, and sums loss and weight.

        `data` holds the address of each input of all rows, at the slot of its buffer; `sums` the two sums.
        """
        parameters = ["ptr %table", "ptr %data", "ptr %order", "i64 %rows", "i64 %batch", "i64 %steps", "ptr %sums"]
        name = "run_shared" if shared else "run"
        f = Function(name, [*parameters, *(THREAD if shared else ())], returns="i64", linkage="")
        pointers = [_entry(f, "%table", self.slots[view.buffer]) for view in sums]
        counter = f("alloca i64")  # LLVM keeps it in a register
        f.do(f"store i64 0, ptr {counter}")
        f.do("br label %again")
        f.label("again")
        done = f("load i64, ptr", counter)
        begin = f("mul i64", done, "%batch")
        enough = f("and i1", f("icmp slt i64", done, "%steps"), f("icmp slt i64", begin, "%rows"))
        f.do(f"br i1 {enough}, label %more, label %end")
        f.label("more")
        left = f("sub i64", "%rows", begin)
        size = f.call("i64", "llvm.smin.i64", "i64 %batch", f"i64 {left}")
        self._gather(f, begin, size, shared=shared)
        handed = "i64 %tid, i64 %threads, ptr %meeting" if shared else ""
        step = "@step_shared(ptr %table, i64 {}, {})" if shared else "@step(ptr %table, i64 {})"
        code = f(f"call i64 {step.format(size, handed)}")
        f.do(f"br i1 {f('icmp eq i64', code, str(APPLIED))}, label %applied, label %end")
        f.label("applied")
        self._alone(f, Share(None), shared, partial(_add_each, f, sums, pointers))
        if shared:
            f.do(MEET)
        f.do(f"store i64 {f('add i64', done, '1')}, ptr {counter}")
        f.do("br label %again")
        f.label("end")
        f.returns(done)
        return str(f)

    def _gather(self, f: Function, begin: Value, size: Value, *, shared: bool) -> None:
        """Copy the rows of a batch to where the step reads them."""
        leaves = self.nests.leaves.items()
        moving = [buffer for (role, _), buffer in leaves if role == "input" and has_symbol(buffer.size)]
        ends = [(_entry(f, "%data", self.slots[b]), _entry(f, "%table", self.slots[b]), b) for b in moving]

        def row(i: Value, _: Sequence[Value]) -> Sequence[Value]:
            place = f("getelementptr inbounds i64, ptr %order, i64", f("add i64", begin, i))
            number = f(f"load i64, ptr {place}")
            for source, target, buffer in ends:
                width = str(row_bytes(buffer))
                there = f(f"getelementptr inbounds i8, ptr {source}, i64", f("mul i64", number, width))
                here = f(f"getelementptr inbounds i8, ptr {target}, i64", f("mul i64", i, width))
                f.do(f"call void @llvm.memcpy.p0.p0.i64(ptr {here}, ptr {there}, i64 {width}, i1 false)")
            return []

        low, high = _divided_by_rows(f, size) if shared else ("0", size)
        f.loop(low, high, row)
        if shared:
            f.do(MEET)


def row_bytes(buffer: Buffer) -> int:
    """The bytes of one row of an input."""
    size = buffer.size
    assert isinstance(size, Extent)  # an input with rows
    return size.factor * BYTES[buffer.dtype]


# -- shares ------------------------------------------------------------------------------------------------------------
def _divided(f: Function, share: Share) -> tuple[Value, Value]:
    """The share of this thread: from where and to where."""
    if share.extent is None:
        return "0", "1"
    return _pieces(f, scaled(f, share.extent), share.unit)


def _divided_by_rows(f: Function, rows: Value) -> tuple[Value, Value]:
    return _pieces(f, rows, Share(Extent(1, ("n",))).unit)


def _pieces(f: Function, extent: Value, unit: int) -> tuple[Value, Value]:
    """As many whole units for each thread as there are for the first, and what is left for the last."""
    each = f("udiv i64", f("add i64", extent, f("sub i64", "%threads", "1")), "%threads")
    whole = f("mul i64", f("udiv i64", f("add i64", each, str(unit - 1)), str(unit)), str(unit))
    low = f.call("i64", "llvm.smin.i64", f"i64 {f('mul i64', '%tid', whole)}", f"i64 {extent}")
    return low, f.call("i64", "llvm.smin.i64", f"i64 {f('add i64', low, whole)}", f"i64 {extent}")


# -- products ----------------------------------------------------------------------------------------------------------
def _product(f: Function, node: Product, pointers: Mapping[Buffer, Value], share: tuple[Value, Value]) -> None:
    """Call the library for this thread's rows, or for its matrices where there are several."""
    low, high = share
    together = node.c.shape[:-2]

    def one(index: list[Value]) -> None:
        rows = (low, high) if not together else ("0", scaled(f, node.c.shape[-2]))
        a, b, c = (_address(f, view, index, pointers) for view in (node.a, node.b, node.c))
        sa0, sa1, sb0, sc0 = (scaled(f, s) for s in (*node.a.strides[-2:], node.b.strides[-2], node.c.strides[-2]))
        if not together:
            a, c = (_moved(f, v.dtype, p, f("mul i64", low, s)) for v, p, s in ((node.a, a, sa0), (node.c, c, sc0)))
        m = f("sub i64", rows[1], rows[0])
        n, k = scaled(f, node.b.shape[-1]), scaled(f, node.a.shape[-1])
        numbers = f"i64 {sa0}, i64 {sa1}, ptr {b}, i64 {sb0}, ptr {c}, i64 {sc0}, i64 {m}, i64 {n}, i64 {k}"
        call = f"call void @glassnet_product_{SUFFIX[node.c.dtype]}(ptr {a}, {numbers})"
        f.when(f("icmp sgt i64", m, "0"), lambda: f.do(call))

    if together:
        _each(f, together, [], one, {0: (low, high)})
    else:
        one([])


def _turn(f: Function, node: Turn, pointers: Mapping[Buffer, Value], share: tuple[Value, Value]) -> None:
    low, high = share
    s0, s1, row, n = (scaled(f, size) for size in (*node.a.strides, node.c.strides[0], node.a.shape[1]))
    a = _moved(f, node.a.dtype, _address(f, node.a, [], pointers), f("mul i64", low, s0))
    c = _moved(f, node.c.dtype, _address(f, node.c, [], pointers), f("mul i64", low, row))
    m = f("sub i64", high, low)
    numbers = f"i64 {s0}, i64 {s1}, ptr {c}, i64 {row}, i64 {m}, i64 {n}"
    f.when(
        f("icmp sgt i64", m, "0"), lambda: f.do(f"call void @glassnet_turn_{SUFFIX[node.c.dtype]}(ptr {a}, {numbers})")
    )


def _each(
    f: Function,
    axes: Sequence[Size],
    index: list[Value],
    one: Callable[[list[Value]], None],
    ranges: Mapping[int, tuple[Value, Value]],
) -> None:
    """Loops over the axes of a batch of matrices; `ranges` bounds some of them."""
    axis = len(index)
    if axis == len(axes):
        one(index)
        return

    def inside(i: Value, _: Sequence[Value]) -> Sequence[Value]:
        _each(f, axes, [*index, i], one, ranges)
        return []

    f.loop(*ranges.get(axis, ("0", scaled(f, axes[axis]))), inside)


# -- addresses ---------------------------------------------------------------------------------------------------------
def _entry(f: Function, table: Value, slot: int) -> Value:
    return f(f"load ptr, ptr {f(f'getelementptr inbounds ptr, ptr {table}, i64 {slot}')}")


def _moved(f: Function, dtype: str, pointer: Value, by: Value) -> Value:
    return f(f"getelementptr inbounds {STORED[dtype]}, ptr {pointer}, i64 {by}")


def _address(f: Function, view: View, index: Sequence[Value], pointers: Mapping[Buffer, Value]) -> Value:
    """Where the matrix of a view begins, for an index of the axes before it."""
    terms = [scaled(f, term) for term in view.offset]
    terms += [f("mul nsw i64", i, scaled(f, stride)) for i, stride in zip(index, view.strides, strict=False)]
    pointer = pointers[view.buffer]
    for term in terms:
        pointer = _moved(f, view.dtype, pointer, term)
    return pointer


def _add_each(f: Function, views: Sequence[View], pointers: Sequence[Value]) -> None:
    for place, (view, pointer) in enumerate(zip(views, pointers, strict=True)):
        _add(f, place, view, pointer)


def _add(f: Function, place: int, view: View, pointer: Value) -> None:
    """Add a number that a step gave to one of the sums, in float64."""
    kind = TYPES[view.dtype]
    value = f(f"load {kind}, ptr {pointer}")
    wide = value if kind == "double" else f(f"fpext {kind} {value} to double")
    sums = f(f"getelementptr inbounds double, ptr %sums, i64 {place}")
    f.do(f"store double {f('fadd double', f(f'load double, ptr {sums}'), wide)}, ptr {sums}")


# -- what code calls ---------------------------------------------------------------------------------------------------
def _needed(text: str) -> list[str]:
    """What code calls and does not hold: elementary functions, intrinsics, products."""
    dtypes = {suffix: dtype for dtype, suffix in SUFFIX.items()}
    calls = re.findall(r"@glassnet_(\w+)_(f32|f64)\(", text)
    wanted = {(name, dtypes[suffix]) for name, suffix in calls if name in mathematics.FUNCTIONS}
    if "@glassnet_philox(" in text:
        wanted.add(("philox", "uint32"))
    functions = mathematics.source(sorted(wanted))
    declared = set(re.findall(r"declare \S+ @(llvm\.[\w.]+)\(", functions))
    missing = [line for line in mathematics.declarations(text).splitlines() if _name(line) not in declared]
    return [*([functions] if functions else []), "\n".join(missing), *_products(text)]


def _name(declaration: str) -> str:
    return declaration.partition("@")[2].partition("(")[0]


def _products(text: str) -> list[str]:
    """The declarations of the library of products that code calls."""
    made = []
    for suffix in ("f32", "f64"):
        if f"@glassnet_product_{suffix}(" in text:
            made.append(f"declare void @glassnet_product_{suffix}(ptr, i64, i64, ptr, i64, ptr, i64, i64, i64, i64)")
        if f"@glassnet_turn_{suffix}(" in text:
            made.append(f"declare void @glassnet_turn_{suffix}(ptr, i64, i64, ptr, i64, i64, i64)")
    return made
