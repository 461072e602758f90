"""Matrix products for all shapes and strides: one library, compiled once for a CPU and kept as object code.

Every element of C has one accumulator, which adds its products in the order of k, from zero: its bits depend neither on
the tile it falls in, nor on m and n, nor on how rows and columns are shared out between callers. Where k is long, it
runs in stretches; a tile then starts from what the stretch before left in C, which keeps the order.

B is copied to panels, as wide as a tile, where several tiles lie under each other: its rows, which lie far apart, would
push each other out of the caches. A is turned where its columns are what lies in one piece, for the same reason.
"""

from __future__ import annotations

from collections.abc import Sequence

from glassnet.engines.native.blocks import PRODUCT, Blocks, buffer, either, looked_up, pieces, smaller, stretches
from glassnet.engines.native.ir import AS_IT_IS, Function, Value
from glassnet.engines.native.lanes import Lanes
from glassnet.engines.native.narrow import column, narrow
from glassnet.engines.native.strips import WIDEST, Shape, strips
from glassnet.engines.native.turn import turn

FAR_BYTES = 2048  # what lies further apart shares few pages and crowds into few lines of a cache, so that
COPIED_NEAR, COPIED_FAR = 48, 12  # B is copied where A has more rows than this, which depends on how far its rows lie,
TURNED = 128  # and A is turned where besides its columns lie far apart and B has at least so many
BLOCK = (
    *("ptr noalias %a", "i64 %sa0", "i64 %sa1", "ptr noalias %b", "i64 %sb0", "i64 %far", "ptr noalias %c", "i64 %sc0"),
    *("i64 %m", "i64 %n", "i64 %k", "i64 %wide", "i64 %again"),
)
INTRINSICS = """declare i64 @llvm.smin.i64(i64, i64)
declare i64 @llvm.smax.i64(i64, i64)
declare void @llvm.prefetch.p0(ptr, i32, i32, i32)"""


def library(vector_bytes: int, registers: int, dtypes: Sequence[str] = ("float32", "float64")) -> str:
    """The text of a module with the products and copies for some dtypes.

    `void glassnet_product_f32(a, sa0, sa1, b, sb0, c, sc0, m, n, k)`, or `_f64`: C[m, n] = A[m, k] B[k, n], zeros where
    k is 0. Strides count elements; those of A may be anything, the last ones of B and C are 1. C shares no memory with
    A and B. `glassnet_turn_f32` and `_f64` are told of in `turn`.

    Arguments: the bytes of a vector register (16 for NEON, 32 for AVX2, 64 for AVX-512), and how many there are.
    """
    parts = [INTRINSICS]
    for dtype in dtypes:
        blocks = Blocks(Shape(vector_bytes, registers), Lanes(dtype, vector_bytes))
        parts += [each.declarations() for each in dict.fromkeys((blocks.lanes, blocks.lanes.square))]
        parts += [turn(blocks.lanes.square), strips(blocks.shape, blocks.lanes)]
        parts += [write(blocks) for write in (pack, block, column, grid, narrow, product)]
    return "\n\n".join([*parts, AS_IT_IS])


def product(blocks: Blocks) -> str:
    """The external function: C with few columns and many rows is found as its transpose."""
    lanes = blocks.lanes
    f = Function(f"glassnet_product_{lanes.suffix}", PRODUCT, linkage="")
    few, tall = f("icmp sle i64", "%n", str(blocks.narrow)), f("icmp sge i64", "%m", str(lanes.count))
    arguments = ", ".join(parameter.replace("noalias ", "") for parameter in PRODUCT)

    def to(name: str) -> None:
        f.do(f"call void @{name}_{lanes.suffix}({arguments})")

    some = f("and i1", f("icmp sgt i64", "%m", "0"), f("icmp sgt i64", "%n", "0"))
    f.when(some, lambda: f.choose(f("and i1", few, tall), lambda: to("narrow"), lambda: to("grid")))
    f.returns()
    return str(f)


def grid(blocks: Blocks) -> str:
    """The product where rows of C fill vectors: stretch by stretch of k, block by block of columns, then of rows."""
    lanes = blocks.lanes
    f = Function(f"grid_{lanes.suffix}", PRODUCT)
    right, left = buffer(f, lanes, blocks.panels * blocks.far), buffer(f, lanes, blocks.rows * blocks.long)
    far_b, far_a = (f("icmp sge i64", stride, str(FAR_BYTES // lanes.size)) for stride in ("%sb0", "%sa1"))
    copied = f("icmp sgt i64", "%m", either(f, far_b, str(COPIED_FAR), str(COPIED_NEAR)))
    turned = f("and i1", f("and i1", copied, far_a), f("icmp sge i64", "%n", str(TURNED)))
    full = f("icmp sgt i64", "%m", str(blocks.shape.rows))
    wide = either(f, full, str(blocks.wide), looked_up(f, lanes, "widths", smaller(f, "%m", str(blocks.shape.rows))))
    a_strides = [f"i64 {either(f, turned, str(blocks.long), '%sa0')}", f"i64 {either(f, turned, '1', '%sa1')}"]
    b_strides = [f"i64 {either(f, copied, wide, '%sb0')}", f"i64 {either(f, copied, str(blocks.far), wide)}"]
    across, down = f("mul i64", wide, str(blocks.panels)), either(f, turned, str(blocks.rows), str(2 * blocks.rows))

    def columns(q: Value, deep: Value, again: Value, j: Value, n: Value) -> None:
        b = lanes.at(f, "%b", f("add i64", f("mul i64", q, "%sb0"), j))
        copy = [f"ptr {b}", "i64 %sb0", f"ptr {right}", f"i64 {deep}", f"i64 {n}"]
        f.when(copied, lambda: f.run(f"pack_{lanes.suffix}", *copy))
        b = either(f, copied, right, b, "ptr")

        def rows(i: Value, m: Value) -> None:
            a = lanes.at(f, "%a", f("add i64", f("mul i64", i, "%sa0"), f("mul i64", q, "%sa1")))
            strides = ["i64 %sa0", "i64 %sa1", f"ptr {left}", f"i64 {blocks.long}"]
            copy = [f"ptr {a}", *strides, f"i64 {m}", f"i64 {deep}"]
            f.when(turned, lambda: f.run(f"glassnet_turn_{lanes.suffix}", *copy))
            a = either(f, turned, left, a, "ptr")
            c = lanes.at(f, "%c", f("add i64", f("mul i64", i, "%sc0"), j))
            sizes = [f"i64 {size}" for size in (m, n, deep, wide, again)]
            factors = [f"ptr {a}", *a_strides, f"ptr {b}", *b_strides]
            f.run(f"block_{lanes.suffix}", *factors, f"ptr {c}", "i64 %sc0", *sizes)

        pieces(f, "%m", down, rows)

    def stretch(q: Value, deep: Value, again: Value) -> None:
        pieces(f, "%n", across, lambda j, n: columns(q, deep, again, j, n))

    stretches(f, blocks.stretch, stretch)
    f.returns()
    return str(f)


def block(blocks: Blocks) -> str:
    """A block of C over one stretch of k, panel by panel; from one panel of B to the next it is `far`."""
    lanes = blocks.lanes
    f = Function(f"block_{lanes.suffix}", BLOCK)

    def panel(j: Value, n: Value) -> None:
        b = lanes.at(f, "%b", f("mul i64", f("udiv i64", j, "%wide"), "%far"))
        c = lanes.at(f, "%c", j)
        f.until("%m", lambda i: down(f, blocks, i, n, (b, c)))

    pieces(f, "%n", "%wide", panel)
    f.returns()
    return str(f)


def down(f: Function, blocks: Blocks, i: Value, columns: Value, places: tuple[Value, Value]) -> Value:
    """Run the strip of the tiles that come next in a panel, from row i on; gives the row after them.

    Full tiles are run together, but for the last one where rows are left over: what comes then depends on both.
    """
    lanes, full = blocks.lanes, str(blocks.shape.rows)
    left = f("sub i64", "%m", i)
    over = f("zext i1", f"{f('icmp ne i64', f('urem i64', left, full), '0')} to i64")
    several = f("sub i64", f("udiv i64", left, full), over)
    tiles = f.call("i64", "llvm.smax.i64", f"i64 {several}", "i64 1")
    rows = looked_up(f, lanes, "heights", smaller(f, left, str(2 * blocks.shape.rows - 1)))
    rows = either(f, f("icmp sgt i64", several, "0"), full, rows)
    before = f("udiv i64", f("sub i64", columns, "1"), str(lanes.count))
    whole = f("zext i1", f"{f('icmp eq i64', f('urem i64', columns, str(lanes.count)), '0')} to i64")
    index = f("add i64", f("mul i64", f("sub i64", rows, "1"), str(WIDEST)), before)
    place = f(f"getelementptr ptr, ptr @strips_{lanes.suffix}, i64", f("add i64", f("mul i64", index, "2"), whole))
    a = lanes.at(f, "%a", f("mul i64", i, "%sa0"))
    b, c = places[0], lanes.at(f, places[1], f("mul i64", i, "%sc0"))
    arguments = f"ptr {a}, i64 %sa0, i64 %sa1, ptr {b}, i64 %sb0, ptr {c}, i64 %sc0, i64 {tiles}, i64 %k, i64 {columns}"
    f.do(f"call void {f('load ptr, ptr', place)}({arguments}, i64 %again)")
    return f("add i64", i, f("mul i64", tiles, rows))


def pack(blocks: Blocks) -> str:
    """Copy a block of B to panels: in each of them, row follows row."""
    lanes, wide = blocks.lanes, blocks.wide
    parameters = ("ptr noalias %b", "i64 %sb0", "ptr noalias %c", "i64 %k", "i64 %n")
    f = Function(f"pack_{lanes.suffix}", parameters)
    whole, rest = f("udiv i64", "%n", str(wide)), f("urem i64", "%n", str(wide))
    part = [lanes.first(f, f("sub i64", rest, str(at))) for at in range(0, wide, lanes.count)]

    def piece(q: Value, p: Value, masks: Sequence[Value | None]) -> None:
        source = lanes.at(f, "%b", f("add i64", f("mul i64", q, "%sb0"), f("mul i64", p, str(wide))))
        start = f("add i64", f("mul i64", q, str(wide)), f("mul i64", p, str(blocks.far)))
        target = lanes.at(f, "%c", start)
        for v, mask in enumerate(masks):
            at = str(v * lanes.count)
            lanes.store(f, lanes.load(f, lanes.at(f, source, at), mask), lanes.at(f, target, at))

    def row(q: Value) -> None:
        f.each("0", whole, lambda p: piece(q, p, [None] * len(part)))
        f.when(f("icmp sgt i64", rest, "0"), lambda: piece(q, whole, part))

    f.each("0", "%k", row)
    f.returns()
    return str(f)
