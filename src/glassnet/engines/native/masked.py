"""Products with a delta: one that is not finite is taken again by the rule that a delta of 0 times anything is 0."""

from __future__ import annotations

from collections.abc import Sequence

from glassnet.core.operation import DType
from glassnet.engines.native.blocks import PRODUCT
from glassnet.engines.native.ir import SUFFIX, TYPES, Function, Value, literal
from glassnet.engines.native.scalars import Scalar, product


def zeros_win(dtype: DType) -> str:
    """The function that looks at a product c = a b of matrices, and takes it again where a number is not finite.

    A finite matrix costs one look; c - c is 0 for a finite number and NaN for any other. `%first` and `%second` say
    which operands are deltas.
    """
    kind = TYPES[dtype]
    f = Function(f"zeros_win_{SUFFIX[dtype]}", [*PRODUCT, "i1 %first", "i1 %second"], attributes="nounwind noinline")

    def element(pointer: Value, *terms: tuple[Value, Value]) -> Value:
        at = "0"
        for index, stride in terms:
            at = f("add i64", at, f("mul i64", index, stride))
        return f(f"getelementptr {kind}, ptr {pointer}, i64 {at}")

    def row_of_looks(i: Value, seen: Sequence[Value]) -> Sequence[Value]:
        def look(j: Value, seen: Sequence[Value]) -> Sequence[Value]:
            value = f(f"load {kind}, ptr {element('%c', (i, '%sc0'), (j, '1'))}")
            return [f(f"fadd reassoc {kind}", seen[0], f(f"fsub {kind}", value, value))]

        return f.loop("0", "%n", look, [(kind, seen[0])])

    (seen,) = f.loop("0", "%m", row_of_looks, [(kind, literal(0, dtype))])

    def again() -> None:
        def row(i: Value, _: Sequence[Value]) -> Sequence[Value]:
            def column(j: Value, _: Sequence[Value]) -> Sequence[Value]:
                def term(q: Value, total: Sequence[Value]) -> Sequence[Value]:
                    a = Scalar(f(f"load {kind}, ptr {element('%a', (i, '%sa0'), (q, '%sa1'))}"), dtype)
                    b = Scalar(f(f"load {kind}, ptr {element('%b', (q, '%sb0'), (j, '1'))}"), dtype)
                    plain = f(f"fmul {kind}", a.value, b.value)
                    for operand, chosen in ((0, "%first"), (1, "%second")):
                        spared = product(f, (a, b), (operand,))
                        plain = f(f"select i1 {chosen}, {kind} {spared}, {kind} {plain}")
                    return [f(f"fadd {kind}", total[0], plain)]

                (total,) = f.loop("0", "%k", term, [(kind, literal(0, dtype))], as_it_is=True)
                f.do(f"store {kind} {total}, ptr {element('%c', (i, '%sc0'), (j, '1'))}")
                return []

            f.loop("0", "%n", column, as_it_is=True)
            return []

        f.loop("0", "%m", row, as_it_is=True)

    f.when(f(f"fcmp uno {kind}", seen, seen), again)
    f.returns()
    return str(f)
