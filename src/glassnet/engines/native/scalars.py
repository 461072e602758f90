"""One line of scalar code as LLVM instructions: a rule for each elementwise operation and dtype."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from glassnet.core.operation import FLOATS, DType
from glassnet.engines.native import mathematics
from glassnet.engines.native.ir import SUFFIX, TYPES, Function, Value, literal

SIGNED: Final = ("int32", "int64")
LEAST: Final = {"int32": -(2**31), "int64": -(2**63), "uint32": 0}
OF_ANGLES: Final = ("sin", "cos")
FAR: Final = 2**62  # what is added to say that an index was negative


@dataclass(frozen=True)
class Scalar:
    """A value in a register and its dtype."""

    value: Value
    dtype: DType

    @property
    def kind(self) -> str:
        """Its LLVM type."""
        return TYPES[self.dtype]

    @property
    def is_float(self) -> bool:
        """Whether it is a float."""
        return self.dtype in FLOATS


Rule = Callable[[Function, Sequence[Scalar]], Value]


def _arithmetic(of_floats: str, of_whole: str) -> Rule:
    def rule(f: Function, x: Sequence[Scalar]) -> Value:
        instruction = of_floats if x[0].is_float else of_whole
        return f(f"{instruction} {x[0].kind}", x[0].value, x[1].value)

    return rule


def _negate(f: Function, x: Sequence[Scalar]) -> Value:
    return f(f"fneg {x[0].kind}", x[0].value) if x[0].is_float else f(f"sub {x[0].kind}", "0", x[0].value)


def _nothing(f: Function, x: Scalar) -> Value:
    """Whether a number is 0."""
    return f(f"fcmp oeq {x.kind}", x.value, literal(0, x.dtype))


def _finite(f: Function, x: Scalar) -> Value:
    size = f.call(x.kind, f"llvm.fabs.{SUFFIX[x.dtype]}", f"{x.kind} {x.value}")
    return f(f"fcmp olt {x.kind}", size, literal(float("inf"), x.dtype))


def _chain(f: Function, x: Sequence[Scalar]) -> Value:
    """The product of the chain rule: a delta of 0 wins over a slope that is not finite."""
    product = f(f"fmul {x[0].kind}", x[0].value, x[1].value)
    wild = f("xor i1", _finite(f, x[1]), "true")
    wins = f("and i1", _nothing(f, x[0]), wild)
    return f(f"select i1 {wins}, {x[0].kind} {literal(0, x[0].dtype)}, {x[0].kind} {product}")


def product(f: Function, x: Sequence[Scalar], chained: Sequence[int]) -> Value:
    """A product in which a 0 of any operand in `chained` wins."""
    result = f(f"fmul {x[0].kind}", x[0].value, x[1].value)
    for operand in chained:
        zero = literal(0, x[0].dtype)
        result = f(f"select i1 {_nothing(f, x[operand])}, {x[0].kind} {zero}, {x[0].kind} {result}")
    return result


def larger(f: Function, a: Scalar, b: Scalar) -> Value:
    """The larger of two numbers; NaN wins."""
    if a.is_float:
        return f.call(a.kind, f"llvm.maximum.{SUFFIX[a.dtype]}", f"{a.kind} {a.value}", f"{a.kind} {b.value}")
    name = "smax" if a.dtype in SIGNED else "umax"
    return f.call(a.kind, f"llvm.{name}.{a.kind}", f"{a.kind} {a.value}", f"{a.kind} {b.value}")


def _relu(f: Function, x: Sequence[Scalar]) -> Value:
    """0 for what is not above 0; NaN stays."""
    zero = literal(0, x[0].dtype)
    below = f(f"fcmp ole {x[0].kind}", x[0].value, zero)
    return f(f"select i1 {below}, {x[0].kind} {zero}, {x[0].kind} {x[0].value}")


def _greater(f: Function, x: Sequence[Scalar]) -> Value:
    if x[0].is_float:
        return f(f"fcmp ogt {x[0].kind}", x[0].value, x[1].value)
    return f(f"icmp {'sgt' if x[0].dtype in SIGNED else 'ugt'} {x[0].kind}", x[0].value, x[1].value)


def _equal(f: Function, x: Sequence[Scalar]) -> Value:
    return f(f"{'fcmp oeq' if x[0].is_float else 'icmp eq'} {x[0].kind}", x[0].value, x[1].value)


def _select(f: Function, x: Sequence[Scalar]) -> Value:
    return f(f"select i1 {x[0].value}, {x[1].kind} {x[1].value}, {x[2].kind} {x[2].value}")


def _intrinsic(name: str) -> Rule:
    return lambda f, x: f.call(x[0].kind, f"llvm.{name}.{SUFFIX[x[0].dtype]}", f"{x[0].kind} {x[0].value}")


def _function(name: str) -> Rule:
    def rule(f: Function, x: Sequence[Scalar]) -> Value:
        return f.call(x[0].kind, mathematics.symbol(name, x[0].dtype), *(f"{x[0].kind} {each.value}" for each in x))

    return rule


RULES: Final[Mapping[str, Rule]] = {
    "add": _arithmetic("fadd", "add"),
    "multiply": _arithmetic("fmul", "mul"),
    "divide": _arithmetic("fdiv", "sdiv"),
    "negate": _negate,
    "chain": _chain,
    "maximum": lambda f, x: larger(f, x[0], x[1]),
    "sqrt": _intrinsic("sqrt"),
    "floor": _intrinsic("floor"),
    "relu": _relu,
    "greater": _greater,
    "equal": _equal,
    "and": lambda f, x: f("and i1", x[0].value, x[1].value),
    "or": lambda f, x: f("or i1", x[0].value, x[1].value),
    "not": lambda f, x: f("xor i1", x[0].value, "true"),
    "select": _select,
    **{name: _function(name) for name in mathematics.FUNCTIONS if name != "philox"},
}


def distant(f: Function, x: Scalar) -> Value:
    """Whether an angle is too large for the quick sine and cosine."""
    size = f.call(x.kind, f"llvm.fabs.{SUFFIX[x.dtype]}", f"{x.kind} {x.value}")
    return f(f"fcmp ogt {x.kind}", size, literal(mathematics.NEAREST, x.dtype))


def cast(f: Function, x: Scalar, dtype: DType) -> Value:
    """A value in another dtype, as NumPy converts it: NaN and what does not fit become the least whole number."""
    kind = TYPES[dtype]
    if x.dtype == dtype:
        return x.value
    if dtype == "bool":
        return f(
            f"fcmp une {x.kind} {x.value}, {literal(0, x.dtype)}" if x.is_float else f"icmp ne {x.kind} {x.value}, 0"
        )
    if x.is_float:
        return _from_float(f, x, dtype)
    if dtype in FLOATS:
        return f(f"{'sitofp' if x.dtype in SIGNED else 'uitofp'} {x.kind} {x.value} to {kind}")
    widths = {"i1": 1, "i32": 32, "i64": 64}
    if widths[kind] == widths[x.kind]:
        return x.value
    if widths[kind] < widths[x.kind]:
        return f(f"trunc {x.kind} {x.value} to {kind}")
    return f(f"{'sext' if x.dtype in SIGNED else 'zext'} {x.kind} {x.value} to {kind}")


def _from_float(f: Function, x: Scalar, dtype: DType) -> Value:
    kind = TYPES[dtype]
    if dtype in FLOATS:
        return f(f"{'fpext' if dtype == 'float64' else 'fptrunc'} {x.kind} {x.value} to {kind}")
    wide = "int64" if dtype == "uint32" else dtype
    limit = literal(2.0 ** (31 if wide == "int32" else 63), x.dtype)
    size = f.call(x.kind, f"llvm.fabs.{SUFFIX[x.dtype]}", f"{x.kind} {x.value}")
    inside = f(f"fcmp olt {x.kind}", size, limit)
    # The conversion of a number that does not fit has no value in LLVM; it is frozen, then left unused.
    number = f(f"freeze {TYPES[wide]}", f(f"fptosi {x.kind} {x.value} to {TYPES[wide]}"))
    found = f(f"select i1 {inside}, {TYPES[wide]} {number}, {TYPES[wide]} {LEAST[wide]}")
    return f(f"trunc i64 {found} to i32") if dtype == "uint32" else found


def within(f: Function, index: Scalar, size: Value) -> Value:
    """An index as int64, 0 where it lies outside a table of that size."""
    wide = cast(f, index, "int64")
    inside = f("icmp ult i64", wide, size)
    return f(f"select i1 {inside}, i64 {wide}, i64 0")


def outside(f: Function, index: Scalar, size: Value) -> Value:
    """0 for an index inside a table of that size, index + 1 beyond it, and 2^62 - index below 0."""
    wide = cast(f, index, "int64")
    inside = f("icmp ult i64", wide, size)
    below = f("icmp slt i64", wide, "0")
    far, beyond = f("sub i64", str(FAR), wide), f("add i64", wide, "1")
    wrong = f(f"select i1 {below}, i64 {far}, i64 {beyond}")
    return f(f"select i1 {inside}, i64 0, i64 {wrong}")


def combined(f: Function, how: str, a: Scalar, b: Scalar) -> Value:
    """Two values of a reduction put together; the sum of floats may be taken in any order that the code fixes."""
    if how == "max":
        return larger(f, a, b)
    return f(f"{'fadd reassoc' if a.is_float else 'add'} {a.kind}", a.value, b.value)


def identity(how: str, dtype: DType) -> Value:
    """What a reduction of nothing gives."""
    if how == "sum":
        return literal(0, dtype)
    return literal(float("-inf"), dtype) if dtype in FLOATS else str(LEAST[dtype])
