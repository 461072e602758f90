"""How much of a product is worked on at a time, and the loops over such pieces."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from glassnet.engines.native.ir import Function, Value
from glassnet.engines.native.lanes import Lanes
from glassnet.engines.native.strips import Shape
from glassnet.engines.native.turn import LINE

PANEL_BYTES = 48 * 1024  # a panel of B: what a first-level cache holds
RIGHT_BYTES = 256 * 1024  # all panels of B that are copied at a time, and
LEFT_BYTES = 96 * 1024  # the rows of A that are turned at a time: together a part of a second-level cache
LONGEST = 512  # steps of k at a time
PRODUCT = (
    *("ptr noalias %a", "i64 %sa0", "i64 %sa1", "ptr noalias %b", "i64 %sb0", "ptr noalias %c", "i64 %sc0"),
    *("i64 %m", "i64 %n", "i64 %k"),
)


@dataclass(frozen=True)
class Blocks:
    """How much of a product of one dtype is worked on at a time."""

    shape: Shape
    lanes: Lanes

    @property
    def wide(self) -> int:
        """Columns of a full tile."""
        return self.shape.vectors * self.lanes.count

    @property
    def stretch(self) -> int:
        """Steps of k."""
        return min(LONGEST, PANEL_BYTES // (self.shape.vectors * self.lanes.vector_bytes))

    @property
    def far(self) -> int:
        """Numbers from one copied panel to the next."""
        return self.stretch * self.wide + self.gap

    @property
    def long(self) -> int:
        """Numbers from one turned row of A to the next."""
        return self.stretch + self.gap

    @property
    def gap(self) -> int:
        """A line of a cache more than what is copied: powers of two would all want the same lines."""
        return LINE // self.lanes.size

    @property
    def panels(self) -> int:
        """Panels of B."""
        return RIGHT_BYTES // (self.stretch * self.wide * self.lanes.size)

    @property
    def rows(self) -> int:
        """Rows of A: whole tiles."""
        return LEFT_BYTES // (self.stretch * self.lanes.size) // self.shape.rows * self.shape.rows

    @property
    def narrow(self) -> int:
        """The most columns of C for which it pays to turn A and find the transpose."""
        return max(1, self.lanes.count // 4)


def stretches(f: Function, longest: int, body: Callable[[Value, Value, Value], None]) -> None:
    """Run body(q, deep, again) for even stretches of k, at most so long, that begin at q; once where k is 0."""
    number = f.call("i64", "llvm.smax.i64", f"i64 {quotient(f, '%k', str(longest))}", "i64 1")
    depth = quotient(f, "%k", number)

    def stretch(s: Value) -> None:
        q = f("mul i64", s, depth)
        deep = smaller(f, f("sub i64", "%k", q), depth)
        body(q, deep, f("zext i1", f"{f('icmp sgt i64', s, '0')} to i64"))

    f.each("0", number, stretch)


def pieces(f: Function, total: Value, size: Value, body: Callable[[Value, Value], None]) -> None:
    """Run body(start, length) for pieces of `size`, the last of which may be shorter."""

    def piece(p: Value) -> None:
        start = f("mul i64", p, size)
        body(start, smaller(f, f("sub i64", total, start), size))

    f.each("0", quotient(f, total, size), piece)


def looked_up(f: Function, lanes: Lanes, table: str, rows: Value) -> Value:
    """What the table of `heights` or `widths` has for so many rows."""
    place = f(f"getelementptr i64, ptr @{table}_{lanes.suffix}, i64", f("sub i64", rows, "1"))
    return f("load i64, ptr", place)


def buffer(f: Function, lanes: Lanes, numbers: int) -> Value:
    """Room on the stack."""
    return f(f"alloca [{numbers} x {lanes.scalar}], align", "64")


def either(f: Function, condition: Value, yes: Value, no: Value, kind: str = "i64") -> Value:
    """`yes` where the condition holds, else `no`."""
    return f(f"select i1 {condition}, {kind} {yes}, {kind} {no}")


def quotient(f: Function, x: Value, y: Value) -> Value:
    """x / y, rounded up."""
    return f("udiv i64", f("add i64", x, f("sub i64", y, "1")), y)


def smaller(f: Function, x: Value, y: Value) -> Value:
    """min(x, y)."""
    return f.call("i64", "llvm.smin.i64", f"i64 {x}", f"i64 {y}")
