"""Calls of the library of products, and the addresses that they are handed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from glassnet.core.extent import Size, n
from glassnet.engines.native.emit import moved_in_time, scaled
from glassnet.engines.native.ir import STORED, SUFFIX, Function, Value
from glassnet.engines.native.nests import Buffer, Product, Turn, View
from glassnet.engines.native.outer import symbol


@dataclass(frozen=True)
class Place:
    """Where buffers lie and what time it is in each scan around it, for a node that is called."""

    pointers: Mapping[Buffer, Value]
    times: tuple[Value, ...] = ()


def product(f: Function, node: Product, place: Place, share: tuple[Value, Value]) -> None:
    """Call the library for this thread's rows, or for its matrices where there are several."""
    low, high = share
    together = node.c.shape[:-2]

    def one(index: list[Value]) -> None:
        rows = (low, high) if not together else ("0", scaled(f, node.c.shape[-2]))
        a, b, c = (_address(f, view, index, place) for view in (node.a, node.b, node.c))
        sa0, sa1, sb0, sc0 = (scaled(f, s) for s in (*node.a.strides[-2:], node.b.strides[-2], node.c.strides[-2]))
        if not together:
            a, c = (_moved(f, v.dtype, p, f("mul i64", low, s)) for v, p, s in ((node.a, a, sa0), (node.c, c, sc0)))
        m = f("sub i64", rows[1], rows[0])
        width, depth = scaled(f, node.b.shape[-1]), scaled(f, node.a.shape[-1])
        numbers = f"i64 {sa0}, i64 {sa1}, ptr {b}, i64 {sb0}, ptr {c}, i64 {sc0}, i64 {m}, i64 {width}, i64 {depth}"
        suffix = SUFFIX[node.c.dtype]
        calls = [f"call void @glassnet_product_{suffix}(ptr {a}, {numbers})"]
        if node.chained:
            modes = f"i1 {str(0 in node.chained).lower()}, i1 {str(1 in node.chained).lower()}"
            calls.append(f"call void @zeros_win_{suffix}(ptr {a}, {numbers}, {modes})")
        general = partial(f.when, f("icmp sgt i64", m, "0"), partial(_all, f, calls))
        if node.a.shape[-1] != n:
            general()
            return
        thin = f"void @{symbol(node.c.dtype, node.chained)}(ptr {a}, i64 {sa0}, ptr {b}, ptr {c}, i64 {sc0}"
        one_row = f("icmp eq i64", depth, "1")
        f.choose(one_row, partial(f.do, f"call {thin}, i64 {m}, i64 {width})"), general)

    if together:
        _each(f, together, [], one, {0: (low, high)})
    else:
        one([])


def _all(f: Function, calls: Sequence[str]) -> None:
    for call in calls:
        f.do(call)


def turn(f: Function, node: Turn, place: Place, share: tuple[Value, Value]) -> None:
    """Call the library to turn this thread's rows of the copy."""
    low, high = share
    s0, s1, row, width = (scaled(f, size) for size in (*node.a.strides, node.c.strides[0], node.a.shape[1]))
    a = _moved(f, node.a.dtype, _address(f, node.a, [], place), f("mul i64", low, s0))
    c = _moved(f, node.c.dtype, _address(f, node.c, [], place), f("mul i64", low, row))
    m = f("sub i64", high, low)
    numbers = f"i64 {s0}, i64 {s1}, ptr {c}, i64 {row}, i64 {m}, i64 {width}"
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


def entry(f: Function, table: Value, slot: int) -> Value:
    """The address that stands at a slot of a table."""
    return f(f"load ptr, ptr {f(f'getelementptr inbounds ptr, ptr {table}, i64 {slot}')}")


def point(f: Function, slot: int, pointer: Value) -> None:
    """Have the table say where a buffer lies; threads that run side by side all say the same."""
    f.do(f"store ptr {pointer}, ptr {f(f'getelementptr inbounds ptr, ptr %table, i64 {slot}')}")


def _moved(f: Function, dtype: str, pointer: Value, by: Value) -> Value:
    return f(f"getelementptr inbounds {STORED[dtype]}, ptr {pointer}, i64 {by}")


def _address(f: Function, view: View, index: Sequence[Value], place: Place) -> Value:
    """Where the matrix of a view begins, for an index of the axes before it."""
    terms = [scaled(f, term) for term in view.offset]
    terms += moved_in_time(f, view, place.times)
    terms += [f("mul nsw i64", i, scaled(f, stride)) for i, stride in zip(index, view.strides, strict=False)]
    pointer = place.pointers[view.buffer]
    for term in terms:
        pointer = _moved(f, view.dtype, pointer, term)
    return pointer
