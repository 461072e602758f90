"""Tiles of a matrix product held in registers, as functions that run down a strip of C.

A tile is R rows by V vectors of C. Its accumulators stay in registers while k runs: a step loads V vectors of a row of
B and R numbers of a column of A, and does R V fused multiply-adds, so that arithmetic and not memory sets the pace.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

from glassnet.engines.native.ir import Function, Value
from glassnet.engines.native.lanes import Lanes

WIDEST = 8  # vectors of a tile of one row: enough to hide how long a multiply-add takes
LONE = (1, 2)  # numbers of rows that tiles of three rows and more do not add up to
STRIP = (
    *("ptr noalias %a", "i64 %sa0", "i64 %sa1", "ptr noalias %b", "i64 %sb0", "ptr noalias %c", "i64 %sc0"),
    *("i64 %tiles", "i64 %k", "i64 %columns", "i64 %again"),
)


@dataclass(frozen=True)
class Shape:
    """The tiles that suit a CPU: few, since each takes milliseconds to compile.

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

    @property
    def masked(self) -> bool:
        """Whether a vector of which only some lanes exist is read and written as fast as a whole one."""
        return self.vector_bytes == 64

    @property
    def tiles(self) -> dict[int, tuple[int, ...]]:
        """How many vectors there may be across tiles of so many rows, the highest tiles first.

        Where a number is missing the next one serves: low tiles have time for it, since they wait for their sums.
        """
        if self.registers >= 32:
            return {8: (1, 2, 3), 5: (2, 3), 4: (1, 2, 3), 3: (2, 3), 2: (4, 8), 1: (1, 2, 4, 8)}
        return {6: (1, 2), 5: (2,), 4: (2,), 3: (2, 4), 2: (4,), 1: (1, 2, 4, 8)}

    def height(self, left: int) -> int:
        """The rows of the next tile where so many are left: as many as leave none over that need tiles of one or two.

        >>> [Shape(64, 32).height(left) for left in (64, 10, 7, 2)]
        [8, 5, 4, 2]
        """
        return next(rows for rows in self.tiles if rows <= left and left - rows not in LONE)

    def width(self, rows: int) -> int:
        """The vectors that all tiles may have of which so many rows are made up."""
        height = self.height(rows)
        widest = self.tiles[height][-1]
        return widest if height == rows else min(widest, self.width(rows - height))


def strips(shape: Shape, lanes: Lanes) -> str:
    """All strips, the table that finds one, and those that tell how high a tile is to be and how wide one may be.

    The table has two for each number of rows and of vectors, the second for vectors that exist whole.
    """
    texts: list[str] = []
    found: dict[tuple[int, ...], str] = {}
    for rows, widths in shape.tiles.items():
        for before, vectors in zip((0, *widths), widths, strict=False):
            name = f"strip_{lanes.suffix}_{rows}x{vectors}"
            texts.append(strip(name, lanes, rows, vectors, before))
            served = product((rows,), range(before + 1, vectors + 1), (0, 1))
            found.update(dict.fromkeys(served, name))
            if not shape.masked:
                found[rows, vectors, 1] = f"{name}_whole"
                texts.append(strip(f"{name}_whole", lanes, rows, vectors, vectors))
    places = product(range(1, shape.rows + 1), range(1, WIDEST + 1), (0, 1))
    names = [f"ptr @{found[place]}" if place in found else "ptr null" for place in places]
    heights = [f"i64 {shape.height(left)}" for left in range(1, 2 * shape.rows)]
    wide = [f"i64 {shape.width(rows) * lanes.count}" for rows in range(1, shape.rows + 1)]
    for table, kind, entries in (("strips", "ptr", names), ("heights", "i64", heights), ("widths", "i64", wide)):
        texts.append(f"@{table}_{lanes.suffix} = internal constant [{len(entries)} x {kind}] [{', '.join(entries)}]")
    return "\n\n".join(texts)


def strip(name: str, lanes: Lanes, rows: int, vectors: int, sure: int) -> str:
    """A function that works out `tiles` tiles under each other.

    Of the vectors across them the first `sure` exist whole; `columns` says how many lanes there are in all. The
    accumulators start from zero or, where `again` is 1, from C.
    """
    f = Function(name, STRIP)
    masks: list[Value | None] = [None] * vectors
    for v in range(sure, vectors):
        masks[v] = lanes.first(f, f("sub i64", "%columns", str(v * lanes.count)))

    def tile(t: Value) -> None:
        top = f("mul i64", t, str(rows))
        a, c = lanes.at(f, "%a", f("mul i64", top, "%sa0")), lanes.at(f, "%c", f("mul i64", top, "%sc0"))
        below = [lanes.at(f, c, f("mul i64", "%sc0", str(r))) for r in range(2 * rows)]
        places = [(lanes.at(f, row, str(v * lanes.count)), masks[v]) for row in below[:rows] for v in range(vectors)]
        for row in below[rows:]:  # the next tile of C is on its way while this one is worked out
            f.run("llvm.prefetch.p0", f"ptr {row}", "i32 0", "i32 3", "i32 1")
        again = f("icmp ne i64", "%again", "0")
        zeros = ["zeroinitializer"] * len(places)
        start = f.chosen(again, lanes.vector, lambda: [lanes.load(f, *place) for place in places], lambda: zeros)
        left = [lanes.at(f, a, f("mul i64", "%sa0", str(r))) for r in range(rows)]
        first = [(lanes.vector, x) for x in start]
        sums = f.loop("0", "%k", lambda q, s: step(f, lanes, left, masks, q, s), first, as_it_is=True)
        for value, place in zip(sums, places, strict=True):
            lanes.store(f, value, *place)

    f.each("0", "%tiles", tile, as_it_is=True)
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
