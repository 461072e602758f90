"""The copy of a matrix by any strides, which turns a transposed one in registers, a block at a time."""

from __future__ import annotations

from collections.abc import Callable

from glassnet.engines.native.ir import Function, Value
from glassnet.engines.native.lanes import Lanes

LINE = 64  # bytes that a cache fetches together
GROUP = 256  # bytes of a row of A whose pieces are turned one after the other: few rows at a time, and whole lines
PARAMETERS = ("ptr noalias %a", "i64 %sa0", "i64 %sa1", "ptr noalias %c", "i64 %sc0", "i64 %m", "i64 %n")


def turn(lanes: Lanes) -> str:
    """The function that copies: C[i, j] = A[i, j] for i < m and j < n.

    `void glassnet_turn_f32(a, sa0, sa1, c, sc0, m, n)`, or `_f64`: strides count elements; those of A may be anything,
    the last one of C is 1.
    """
    f = Function(f"glassnet_turn_{lanes.suffix}", PARAMETERS, linkage="")
    columns = f("icmp eq i64 %sa0, 1")
    rows = f("icmp eq i64 %sa1, 1")
    f.choose(
        columns, lambda: _blocks(f, lanes), lambda: f.choose(rows, lambda: _rows(f, lanes), lambda: _each(f, lanes))
    )
    f.returns()
    return str(f)


def _blocks(f: Function, lanes: Lanes) -> None:
    """A is transposed: whole blocks are turned in registers, what is left at the edges a number at a time."""
    size, line = str(lanes.count), str(max(1, GROUP // lanes.vector_bytes))
    down, along = f("udiv i64", "%m", size), f("udiv i64", "%n", size)

    def block(i: Value, j: Value) -> None:
        i, j = f("mul i64", i, size), f("mul i64", j, size)
        source = lanes.at(f, "%a", f("add i64", f("mul i64", j, "%sa1"), i))
        target = lanes.at(f, "%c", f("add i64", f("mul i64", i, "%sc0"), j))
        columns = [lanes.load(f, lanes.at(f, source, f("mul i64", "%sa1", str(q)))) for q in range(lanes.count)]
        for q, row in enumerate(turned(f, lanes, columns)):
            lanes.store(f, row, lanes.at(f, target, f("mul i64", "%sc0", str(q))))

    def pieces(g: Value, j: Value) -> None:
        start = f("mul i64", g, line)
        stop = f.call("i64", "llvm.smin.i64", f"i64 {down}", f"i64 {f('add i64', start, line)}")
        f.each(start, stop, lambda i: block(i, j))

    groups = f("udiv i64", f("add i64", down, f("sub i64", line, "1")), line)
    _pairs(f, ("0", groups), ("0", along), pieces)
    right, below = f("mul i64", along, size), f("mul i64", down, size)
    _pairs(f, ("0", below), (right, "%n"), lambda i, j: _one(f, lanes, i, j))
    _pairs(f, (below, "%m"), ("0", "%n"), lambda i, j: _one(f, lanes, i, j))


def turned(f: Function, lanes: Lanes, rows: list[Value]) -> list[Value]:
    """The transpose of a square block of vectors.

    Round h = 1, 2, 4, ... exchanges, in each pair of rows whose numbers differ in bit h alone, the upper row's lanes
    with bit h for the lower row's lanes without it; after the last round row i, lane j holds what was in row j, lane i.
    """
    h = 1
    while h < lanes.count:
        swapped = list(rows)
        for q in range(lanes.count):
            if not q & h:
                upper = [p if not p & h else lanes.count + (p ^ h) for p in range(lanes.count)]
                lower = [p | h if not p & h else lanes.count + p for p in range(lanes.count)]
                swapped[q] = lanes.shuffle(f, rows[q], rows[q | h], upper)
                swapped[q | h] = lanes.shuffle(f, rows[q], rows[q | h], lower)
        rows, h = swapped, 2 * h
    return rows


def _rows(f: Function, lanes: Lanes) -> None:
    """The rows of A lie in one piece: they are copied by vectors."""
    whole = f("udiv i64", "%n", str(lanes.count))
    rest = f("mul i64", whole, str(lanes.count))

    def vector(i: Value, j: Value) -> None:
        j = f("mul i64", j, str(lanes.count))
        value = lanes.load(f, lanes.at(f, "%a", f("add i64", f("mul i64", i, "%sa0"), j)))
        lanes.store(f, value, lanes.at(f, "%c", f("add i64", f("mul i64", i, "%sc0"), j)))

    _pairs(f, ("0", "%m"), ("0", whole), vector)
    _pairs(f, ("0", "%m"), (rest, "%n"), lambda i, j: _one(f, lanes, i, j))


def _each(f: Function, lanes: Lanes) -> None:
    """Strides of any kind: a number at a time."""
    _pairs(f, ("0", "%m"), ("0", "%n"), lambda i, j: _one(f, lanes, i, j))


def _one(f: Function, lanes: Lanes, i: Value, j: Value) -> None:
    """C[i, j] = A[i, j]."""
    source = lanes.at(f, "%a", f("add i64", f("mul i64", i, "%sa0"), f("mul i64", j, "%sa1")))
    value = f(f"load {lanes.scalar}, ptr {source}, align", str(lanes.size))
    target = lanes.at(f, "%c", f("add i64", f("mul i64", i, "%sc0"), j))
    f.do(f"store {lanes.scalar} {value}, ptr {target}, align {lanes.size}")


def _pairs(
    f: Function, rows: tuple[Value, Value], columns: tuple[Value, Value], body: Callable[[Value, Value], None]
) -> None:
    """For each i of a range and each j of another: body(i, j)."""
    f.each(*rows, lambda i: f.each(*columns, lambda j: body(i, j)))
