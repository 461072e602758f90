"""Arithmetic of one float type, written instruction by instruction: the words in which the functions are given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from glassnet.engines.native.ir import TYPES, Function, Value, literal

Operand: TypeAlias = Value | float  # a value that was computed, or a number


@dataclass(frozen=True)
class Format:
    """A binary floating-point format of IEEE 754: sign, biased exponent, fraction."""

    word: str  # the integer type of the same size
    suffix: str  # of intrinsics
    fraction: int  # bits
    bias: int

    @property
    def shifter(self) -> float:
        """1.5 x 2^fraction: a number added to it is rounded to an integer, which the lowest bits then hold."""
        return 1.5 * 2.0**self.fraction

    @property
    def sign(self) -> int:
        """The place of the sign bit."""
        return int(self.word[1:]) - 1

    @property
    def one(self) -> int:
        """The bits of 1."""
        return self.bias << self.fraction

    @property
    def least_normal(self) -> float:
        """The smallest positive number with a full fraction."""
        return float(2.0 ** (1 - self.bias))


FORMATS: Final = {"float32": Format("i32", "f32", 23, 127), "float64": Format("i64", "f64", 52, 1023)}


class Arithmetic:
    """Writes instructions on numbers of `dtype` into a function.

    `precision` is the dtype that the result is meant for: float32 where float64 serves as room for a float32 result, so
    that shorter polynomials do.
    """

    def __init__(self, function: Function, dtype: str, precision: str) -> None:
        self.function = function
        self.precision = precision
        self.format = FORMATS[dtype]
        self._dtype = dtype
        self._type = TYPES[dtype]

    def add(self, a: Operand, b: Operand) -> Value:
        """Gives a + b."""
        return self._instruction("fadd", a, b)

    def subtract(self, a: Operand, b: Operand) -> Value:
        """Gives a - b."""
        return self._instruction("fsub", a, b)

    def multiply(self, a: Operand, b: Operand) -> Value:
        """Gives a b."""
        return self._instruction("fmul", a, b)

    def divide(self, a: Operand, b: Operand) -> Value:
        """Gives a / b."""
        return self._instruction("fdiv", a, b)

    def negate(self, a: Operand) -> Value:
        """Gives -a."""
        return self._instruction("fneg", a)

    def fma(self, a: Operand, b: Operand, c: Operand) -> Value:
        """Gives a b + c, rounded once."""
        return self._intrinsic("fma", a, b, c)

    def size(self, a: Operand) -> Value:
        """Gives |a|."""
        return self._intrinsic("fabs", a)

    def signed(self, a: Operand, sign: Operand) -> Value:
        """Gives |a| with the sign of `sign`."""
        return self._intrinsic("copysign", a, sign)

    def whole(self, a: Operand) -> Value:
        """Gives the integer next to a, as a float."""
        return self._intrinsic("rint", a)

    def polynomial(self, x: Operand, coefficients: Sequence[float]) -> Value:
        """A polynomial in x by Horner's rule; the coefficient of the highest power comes first."""
        first, second, *others = coefficients
        result = self.fma(first, x, second)
        for coefficient in others:
            result = self.fma(result, x, coefficient)
        return result

    def compare(self, predicate: str, a: Operand, b: Operand) -> Value:
        """A truth value: "olt" is a < b, "oeq" is a = b (both false where one is NaN), "uno" that one is NaN."""
        return self._instruction(f"fcmp {predicate}", a, b)

    def select(self, condition: Value, a: Operand, b: Operand) -> Value:
        """Gives a where the condition holds and b elsewhere."""
        first, second = (f"{self._type} {self._written(operand)}" for operand in (a, b))
        return self.function("select", f"i1 {condition}", first, second)

    def at_most(self, x: Value, bound: float) -> Value:
        """The smaller of x and a bound; NaN stays NaN."""
        return self.select(self.compare("ogt", x, bound), bound, x)

    def at_least(self, x: Value, bound: float) -> Value:
        """The larger of x and a bound; NaN stays NaN."""
        return self.select(self.compare("olt", x, bound), bound, x)

    def bits(self, x: Value) -> Value:
        """The bits of a float as an integer."""
        return self.function(f"bitcast {self._type} {x} to {self.format.word}")

    def real(self, word: Value) -> Value:
        """The float with the bits of an integer."""
        return self.function(f"bitcast {self.format.word} {word} to {self._type}")

    def integer(self, instruction: str, a: Value | int, b: Value | int) -> Value:
        """An instruction on integers as wide as the float: "add", "shl", "icmp eq"..."""
        return self.function(f"{instruction} {self.format.word}", str(a), str(b))

    def logic(self, instruction: str, a: Value, b: Value | bool) -> Value:
        """An instruction on truth values: "and", "or" or "xor"."""
        return self.function(f"{instruction} i1", a, b if isinstance(b, str) else literal(b, "bool"))

    def _instruction(self, name: str, *operands: Operand) -> Value:
        return self.function(f"{name} {self._type}", *map(self._written, operands))

    def _intrinsic(self, name: str, *operands: Operand) -> Value:
        arguments = [f"{self._type} {self._written(operand)}" for operand in operands]
        return self.function.call(self._type, f"llvm.{name}.{self.format.suffix}", *arguments)

    def _written(self, operand: Operand) -> Value:
        return operand if isinstance(operand, str) else literal(operand, self._dtype)
