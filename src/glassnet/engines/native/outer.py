"""The product of a column and a row: what a weight's delta is where a batch holds one example.

The general product would turn and tile what is a single pass; both give the same bits, for a sum of one term is that
term.
"""

from __future__ import annotations

from collections.abc import Sequence

from glassnet.core.operation import DType
from glassnet.engines.native.ir import SUFFIX, TYPES, Function, Value, literal
from glassnet.engines.native.scalars import Scalar, product


def symbol(dtype: DType, chained: tuple[int, ...]) -> str:
    """The name of the function for a dtype and for operands whose 0 wins."""
    return "_".join(["outer", SUFFIX[dtype], *map(str, chained)])


def outer(dtype: DType, chained: tuple[int, ...]) -> str:
    """The function c[i, j] = a[i] b[j], a by any stride, b and the rows of c one after another."""
    kind = TYPES[dtype]
    parameters = ["ptr noalias %a", "i64 %sa", "ptr noalias %b", "ptr noalias %c", "i64 %sc", "i64 %m", "i64 %n"]
    f = Function(symbol(dtype, chained), parameters, attributes="nounwind noinline")

    def row(i: Value, _: Sequence[Value]) -> Sequence[Value]:
        a = f(f"load {kind}, ptr {f(f'getelementptr {kind}, ptr %a, i64', f('mul i64', i, '%sa'))}")
        begin = f(f"getelementptr {kind}, ptr %c, i64", f("mul i64", i, "%sc"))

        def column(j: Value, _: Sequence[Value]) -> Sequence[Value]:
            b = f(f"load {kind}, ptr {f(f'getelementptr {kind}, ptr %b, i64', j)}")
            # The general product adds to 0, which makes 0 of -0.
            value = f(f"fadd {kind}", product(f, (Scalar(a, dtype), Scalar(b, dtype)), chained), literal(0, dtype))
            f.do(f"store {kind} {value}, ptr {f(f'getelementptr {kind}, ptr {begin}, i64', j)}")
            return []

        f.loop("0", "%n", column)
        return []

    f.loop("0", "%m", row, as_it_is=True)
    f.returns()
    return str(f)
