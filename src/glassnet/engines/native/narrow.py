"""Products whose result has few columns: rows of C would not fill vectors, but those of its transpose do."""

from __future__ import annotations

from collections.abc import Sequence

from glassnet.engines.native.blocks import PRODUCT, Blocks, buffer, either, looked_up, pieces, stretches
from glassnet.engines.native.ir import Function, Value
from glassnet.engines.native.strips import WIDEST
from glassnet.engines.native.turn import turned

NARROW = 64  # steps of k at a time
ABREAST = 2  # vectors of rows of A whose sums run beside each other, where C is a column
COLUMN = (
    *("ptr noalias %a", "i64 %sa0", "ptr noalias %b", "i64 %sb0", "ptr noalias %c"),
    *("i64 %m", "i64 %k", "i64 %again"),
)


def narrow(blocks: Blocks) -> str:
    """The product where C has few columns, found as its transpose C' = B' A', with A turned a block at a time.

    x y + z has the bits of y x + z, so an element here has those that it would have in the grid.
    """
    lanes = blocks.lanes
    f = Function(f"narrow_{lanes.suffix}", PRODUCT)
    most = WIDEST * lanes.count
    right, result = buffer(f, lanes, NARROW * most), buffer(f, lanes, blocks.narrow * most)
    turn_, wide = f"glassnet_turn_{lanes.suffix}", looked_up(f, lanes, "widths", "%n")
    turned = f("icmp ne i64", "%sa0", "1")
    stride = either(f, turned, wide, "%sa1")
    single = f("and i1", f("icmp eq i64", "%n", "1"), f("icmp eq i64", "%sa1", "1"))

    def stretch(i: Value, m: Value, q: Value, deep: Value, again: Value) -> None:
        a = lanes.at(f, "%a", f("add i64", f("mul i64", i, "%sa0"), f("mul i64", q, "%sa1")))
        b = lanes.at(f, "%b", f("mul i64", q, "%sb0"))

        def at_once() -> None:
            sizes = [f"i64 {size}" for size in (m, deep, again)]
            f.run(f"column_{lanes.suffix}", f"ptr {a}", "i64 %sa0", f"ptr {b}", "i64 %sb0", f"ptr {result}", *sizes)

        def in_tiles() -> None:
            copy = [f"ptr {a}", "i64 %sa1", "i64 %sa0", f"ptr {right}", f"i64 {wide}", f"i64 {deep}", f"i64 {m}"]
            f.when(turned, lambda: f.run(turn_, *copy))
            factors = [f"ptr {b}", "i64 1", "i64 %sb0", f"ptr {either(f, turned, right, a, 'ptr')}", f"i64 {stride}"]
            sizes = [f"i64 {size}" for size in ("%n", m, deep, wide, again)]
            f.run(f"block_{lanes.suffix}", *factors, "i64 0", f"ptr {result}", f"i64 {wide}", *sizes)

        size = lanes.square.count
        even = f("or i64", f("urem i64", m, str(ABREAST * size)), f("urem i64", deep, str(size)))
        f.choose(f("and i1", single, f("icmp eq i64", even, "0")), at_once, in_tiles)

    def rows(i: Value, m: Value) -> None:
        stretches(f, NARROW, lambda q, deep, again: stretch(i, m, q, deep, again))
        c = lanes.at(f, "%c", f("mul i64", i, "%sc0"))
        f.run(turn_, f"ptr {result}", "i64 1", f"i64 {wide}", f"ptr {c}", "i64 %sc0", f"i64 {m}", "i64 %n")

    pieces(f, "%m", wide, rows)
    f.returns()
    return str(f)


def column(blocks: Blocks) -> str:
    """One column of C, in one piece, where rows of A lie in one piece: A is turned in registers, and not copied.

    m must be a multiple of ABREAST vectors, k of a vector.
    """
    lanes = blocks.lanes.square
    f = Function(f"column_{lanes.suffix}", COLUMN)
    size, tall = str(lanes.count), str(ABREAST * lanes.count)

    def rows(g: Value) -> None:
        i = f("mul i64", g, tall)
        a, c = lanes.at(f, "%a", f("mul i64", i, "%sa0")), lanes.at(f, "%c", i)
        places = [lanes.at(f, c, str(h * lanes.count)) for h in range(ABREAST)]

        def square(s: Value, sums: Sequence[Value]) -> list[Value]:
            q = f("mul i64", s, size)
            b, corner = lanes.at(f, "%b", f("mul i64", q, "%sb0")), lanes.at(f, a, q)
            numbers = [lanes.spread(f, lanes.at(f, b, f("mul i64", "%sb0", str(p)))) for p in range(lanes.count)]
            found = list(sums)
            for h in range(ABREAST):
                starts = [f("mul i64", "%sa0", str(h * lanes.count + r)) for r in range(lanes.count)]
                steps = turned(f, lanes, [lanes.load(f, lanes.at(f, corner, start)) for start in starts])
                for number, step in zip(numbers, steps, strict=True):
                    found[h] = lanes.fma(f, number, step, found[h])
            return found

        again = f("icmp ne i64", "%again", "0")
        zeros = ["zeroinitializer"] * ABREAST
        first = f.chosen(again, lanes.vector, lambda: [lanes.load(f, place) for place in places], lambda: zeros)
        sums = f.loop("0", f("udiv i64", "%k", size), square, [(lanes.vector, x) for x in first], as_it_is=True)
        for value, place in zip(sums, places, strict=True):
            lanes.store(f, value, place)

    f.each("0", f("udiv i64", "%m", tall), rows)
    f.returns()
    return str(f)
