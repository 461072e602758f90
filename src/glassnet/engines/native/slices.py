"""Many steps on the rows that an order names, as IR: a whole slice of an epoch without returning to Python."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final

from glassnet.core.extent import Extent, n
from glassnet.engines.engine import APPLIED
from glassnet.engines.native.calls import entry, point
from glassnet.engines.native.emit import scaled
from glassnet.engines.native.ir import BYTES, TYPES, Function, Value
from glassnet.engines.native.meeting import MEET, THREAD, divided_by_rows
from glassnet.engines.native.nests import Buffer, Nests, View

RUN: Final = (
    *("ptr %table", "ptr %data", "ptr %order", "i64 %rows", "i64 %batch", "i64 %steps", "i64 %t"),
    "ptr %sums",
)


class Slices:
    """The code that runs steps of a program one after another; `slots` says where in the table a buffer stands."""

    def __init__(self, nests: Nests, slots: Mapping[Buffer, int], sums: Sequence[View]) -> None:
        self._slots, self._sums = slots, sums
        leaves = nests.leaves.items()
        self._moving = [buffer for (role, _), buffer in leaves if role == "input" and _has_rows(buffer)]

    def run(self) -> str:
        """Steps on the rows that an order names, a batch at a time: gives the steps done, and sums loss and weight.

        `data` holds the address of each input of all rows, at the slot of its buffer; `sums` the two sums.
        """
        f = Function("run_shared", [*RUN, *THREAD], returns="i64", linkage="")
        pointers = [entry(f, "%table", self._slots[view.buffer]) for view in self._sums]
        before = f("call i64 @flush()")
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
        self._gather(f, begin, size)
        code = f(f"call i64 @once(ptr %table, i64 {size}, i64 %t, i64 1, {', '.join(THREAD)})")
        f.do(f"br i1 {f('icmp eq i64', code, str(APPLIED))}, label %applied, label %end")
        f.label("applied")
        f.when(f("icmp eq i64", "%tid", "0"), partial(_add_each, f, self._sums, pointers))
        meet(f)
        f.do(f"store i64 {f('add i64', done, '1')}, ptr {counter}")
        f.do("br label %again")
        f.label("end")
        f.do(f"call void @restore(i64 {before})")
        f.returns(done)
        return str(f)

    def _gather(self, f: Function, begin: Value, size: Value) -> None:
        """Have the step read the rows of a batch: where they lie if they lie together, else copied together."""
        slots = self._slots
        inputs = [(slots[b], entry(f, "%data", slots[b]), _row_bytes(f, b)) for b in self._moving]
        first = self._row_number(f, begin)

        def next_to_it(i: Value, carried: Sequence[Value]) -> Sequence[Value]:
            same = f("icmp eq i64", self._row_number(f, f("add i64", begin, i)), f("add i64", first, i))
            return [f("and i1", carried[0], same)]

        (together,) = f.loop("0", size, next_to_it, [("i1", "true")], as_it_is=True)

        def as_they_lie() -> None:
            for slot, source, bytes_a_row in inputs:
                point(f, slot, f(f"getelementptr inbounds i8, ptr {source}, i64", f("mul i64", first, bytes_a_row)))

        f.choose(together, as_they_lie, partial(self._copy, f, inputs, begin, size))

    def _copy(self, f: Function, inputs: Sequence[tuple[int, Value, Value]], begin: Value, size: Value) -> None:
        targets = [entry(f, "%data", len(self._slots) + 1 + slot) for slot, _, _ in inputs]
        sources = [(source, width) for _, source, width in inputs]

        def row(i: Value, _: Sequence[Value]) -> Sequence[Value]:
            number = self._row_number(f, f("add i64", begin, i))
            for (source, width), target in zip(sources, targets, strict=True):
                there = f(f"getelementptr inbounds i8, ptr {source}, i64", f("mul i64", number, width))
                here = f(f"getelementptr inbounds i8, ptr {target}, i64", f("mul i64", i, width))
                f.do(f"call void @llvm.memcpy.p0.p0.i64(ptr {here}, ptr {there}, i64 {width}, i1 false)")
            return []

        f.loop(*divided_by_rows(f, size), row, as_it_is=True)
        for each, target in zip(inputs, targets, strict=True):
            point(f, each[0], target)
        meet(f)

    def _row_number(self, f: Function, place: Value) -> Value:
        return f(f"load i64, ptr {f('getelementptr inbounds i64, ptr %order, i64', place)}")


def meet(f: Function) -> None:
    """A meeting of the threads, if there are several."""
    f.when(f("icmp sgt i64", "%threads", "1"), partial(f.do, MEET))


def _has_rows(buffer: Buffer) -> bool:
    """Whether an input has a row for each row of the data."""
    return isinstance(buffer.size, Extent) and "n" in buffer.size.symbols


def _row_bytes(f: Function, buffer: Buffer) -> Value:
    """The bytes of one row of an input."""
    assert isinstance(buffer.size, Extent)  # an input with rows
    elements = scaled(f, buffer.size // n)
    return f("mul nsw i64", elements, str(BYTES[buffer.dtype]))


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
