"""Tiles of a matrix product held in registers, as functions that run down a strip of C.

A tile is R rows by V vectors of C. Its accumulators stay in registers while k runs: a step loads V vectors of a row of
B and R numbers of a column of A, and does R V fused multiply-adds, so that arithmetic and not memory sets the pace.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from glassnet.engines.native.ir import Function, Value
from glassnet.engines.native.lanes import Lanes

WIDEST = 8  # vectors of a tile of one row: enough to hide how long a multiply-add takes
STRIP = (
    *("ptr noalias %a", "i64 %sa0", "i64 %sa1", "ptr noalias %b", "i64 %sb0", "ptr noalias %c", "i64 %sc0"),
    *("i64 %tiles", "i64 %k", "i64 %count", "i64 %again"),
)


@dataclass(frozen=True)
class Shape:
    """The tiles that suit a CPU.

    >>> avx2, avx512 = Shape(32, 16), Shape(64, 32)
    >>> avx2.rows, avx2.vectors, avx512.rows, avx512.vectors
    (6, 2, 8, 3)
    """

    vector_bytes: int
    registers: int

    @property
    def rows(self) -> int:
        """Rows of a full tile."""
        return 8 if self.registers >= 32 else 6

    @property
    def vectors(self) -> int:
        """Vectors across a full tile; its accumulators, those of B and one number of A fill the registers."""
        return 3 if self.registers >= 32 else 2

    def width(self, rows: int) -> int:
        """Vectors across a tile of fewer rows: as many accumulators as fit, in a power of two."""
        fitting = min(self.rows * self.vectors // rows, WIDEST)
        return max(self.vectors, 1 << (fitting.bit_length() - 1))


def strips(shape: Shape, lanes: Lanes) -> str:
    """All strips, and the tables that find one by its rows and vectors and tell how wide one of so many rows may be."""
    texts, names = [], []
    for rows in range(1, shape.rows + 1):
        for vectors in range(1, WIDEST + 1):
            for partial in (False, True):
                there = vectors <= shape.width(rows)
                name = f"strip_{lanes.suffix}_{rows}x{vectors}{'_partial' if partial else ''}"
                names.append(f"ptr @{name}" if there else "ptr null")
                if there:
                    texts.append(strip(name, lanes, rows, vectors, partial))
    widths = [f"i64 {shape.width(rows) * lanes.count}" for rows in range(1, shape.rows + 1)]
    texts.append(f"@strips_{lanes.suffix} = internal constant [{len(names)} x ptr] [{', '.join(names)}]")
    texts.append(f"@widths_{lanes.suffix} = internal constant [{len(widths)} x i64] [{', '.join(widths)}]")
    return "\n\n".join(texts)


def strip(name: str, lanes: Lanes, rows: int, vectors: int, partial: bool) -> str:
    """A function that works out `tiles` tiles under each other.

    Of the last vector the first `count` lanes exist where it is `partial`. The accumulators start from zero or, where
    `again` is 1, from C.
    """
    f = Function(name, STRIP)
    masks: list[Value | None] = [None] * vectors
    if partial:
        masks[-1] = lanes.first(f, "%count")

    def tile(t: Value) -> None:
        top = f("mul i64", t, str(rows))
        a, c = lanes.at(f, "%a", f("mul i64", top, "%sa0")), lanes.at(f, "%c", f("mul i64", top, "%sc0"))
        places = [
            (lanes.at(f, c, f("add i64", f("mul i64", "%sc0", str(r)), str(v * lanes.count))), masks[v])
            for r in range(rows)
            for v in range(vectors)
        ]
        for r in range(rows, 2 * rows):  # the next tile of C is on its way while this one is worked out
            f.run("llvm.prefetch.p0", f"ptr {lanes.at(f, c, f('mul i64', '%sc0', str(r)))}", "i32 0", "i32 3", "i32 1")
        zeros = [(lanes.vector, "zeroinitializer")] * len(places)
        start = f.loop("0", "%again", lambda _, __: [lanes.load(f, *place) for place in places], zeros, unrolled=False)
        left = [lanes.at(f, a, f("mul i64", "%sa0", str(r))) for r in range(rows)]
        first = [(lanes.vector, x) for x in start]
        sums = f.loop("0", "%k", lambda q, s: step(f, lanes, left, masks, q, s), first, unrolled=False)
        for value, place in zip(sums, places, strict=True):
            lanes.store(f, value, *place)

    f.each("0", "%tiles", tile, unrolled=False)
    f.returns()
    return str(f)


def step(
    f: Function, lanes: Lanes, left: Sequence[Value], masks: Sequence[Value | None], q: Value, sums: Sequence[Value]
) -> list[Value]:
    """One step of k: sums[r, v] + A[r, q] B[q, v], where `left` are the addresses of the rows of A."""
    row = lanes.at(f, "%b", f("mul i64", q, "%sb0"))
    right = [lanes.load(f, lanes.at(f, row, str(v * lanes.count)), mask) for v, mask in enumerate(masks)]
    along = f("mul i64", q, "%sa1")
    found = []
    for r, address in enumerate(left):
        number = lanes.spread(f, lanes.at(f, address, along))
        found += [lanes.fma(f, number, x, sums[r * len(right) + v]) for v, x in enumerate(right)]
    return found
