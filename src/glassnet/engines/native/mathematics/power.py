"""The power x^y = exp(y log |x|), with the sign and the special cases of C's pow, which NumPy's power keeps too.

For a float64 result log |x| must be known to some 65 bits, since y multiplies its error: it is computed as the sum of
two numbers, by exact sums and products (T. J. Dekker, "A floating-point technique for extending the available
precision", Numerische Mathematik 18, 1971). For a float32 result in float64, one number is enough.
"""

from __future__ import annotations

import math
from typing import Final, TypeAlias

from glassnet.engines.native.ir import Value
from glassnet.engines.native.mathematics import exponential, logarithm
from glassnet.engines.native.mathematics.arithmetic import Arithmetic, Operand

Pair: TypeAlias = tuple[Value, Value]  # a number as the sum of a float and a much smaller one

# (atanh(s) / s - 1 - s^2/3) / s^4 as polynomials in s^2: minimax fits on |s| <= 3 - 2 sqrt 2, with errors of the
# logarithm of 2^-37 and 2^-66.
ATANH: Final = {
    "float32": (0.11708827150124514, 0.1427359110833129, 0.2000007578154671),
    "float64": (
        0.06594373282404897, 0.06628853916557927, 0.07693357639104653, 0.0909089269205453, 0.11111111253378436,
        0.14285714285092554, 0.2000000000000102,
    ),
}  # fmt: skip
THIRD: Final = (1 / 3, 1.850371707708594e-17)
LN2: Final = (0.6931471805598903, 5.497923018708371e-14)  # the first has 42 bits: its product with an exponent is exact


def power(a: Arithmetic, x: Value, y: Value) -> Value:
    """X^y."""
    k, f = logarithm.parts(a, a.size(x))
    if a.precision == "float32":
        size = exponential.exp(a, a.multiply(y, _log(a, k, f)))
    else:
        size = _exp_of_product(a, y, _exact_log(a, k, f))
    return _with_sign(a, x, y, _with_special_sizes(a, x, y, size))


def _log(a: Arithmetic, k: Value, f: Value) -> Value:
    """Log(2^k (1 + f)) = k ln 2 + 2 atanh s, to about 37 bits."""
    s = a.divide(f, a.add(2.0, f))
    z = a.multiply(s, s)
    more = a.multiply(z, a.fma(z, a.polynomial(z, ATANH[a.precision]), THIRD[0]))
    twice = a.multiply(2.0, s)
    return a.fma(k, math.log(2), a.fma(twice, more, twice))


def _exact_log(a: Arithmetic, k: Value, f: Value) -> Pair:
    """Log(2^k (1 + f)) = k ln 2 + 2 (s + s w), where w = z (1/3 + z ATANH(z)) and z = s^2."""
    s = _quotient(a, f, _sum(a, 2.0, f))
    z = _product(a, s, s)
    third, rest = _sum(a, THIRD[0], a.multiply(z[0], a.polynomial(z[0], ATANH[a.precision])))
    w = _product(a, z, (third, a.add(rest, THIRD[1])))
    bent = _product(a, s, w)
    high, low = _sum(a, s[0], bent[0])
    low = a.add(low, a.add(s[1], bent[1]))
    whole, lost = _sum(a, a.multiply(k, LN2[0]), a.multiply(2.0, high))
    return _sum(a, whole, a.add(lost, a.fma(2.0, low, a.multiply(k, LN2[1]))))


def _exp_of_product(a: Arithmetic, y: Value, logarithm_: Pair) -> Value:
    """Exp(y log)."""
    high = a.multiply(y, logarithm_[0])
    low = a.fma(y, logarithm_[1], a.fma(y, logarithm_[0], a.negate(high)))
    # Where the product is not finite its rounding error is not a number.
    low = a.select(a.compare("olt", a.size(high), 1e3), low, 0.0)
    return exponential.exp_of_sum(a, high, low)


def _with_special_sizes(a: Arithmetic, x: Value, y: Value, size: Value) -> Value:
    """|x^y| where x is 0, infinite, +-1 or NaN, or y is 0, infinite or NaN; `size` elsewhere."""
    base = a.size(x)
    zero, infinite = a.compare("oeq", base, 0.0), a.compare("oeq", base, math.inf)
    upwards = a.logic("xor", a.compare("ogt", y, 0.0), zero)
    size = a.select(a.logic("or", zero, infinite), a.select(upwards, math.inf, 0.0), size)
    size = a.select(a.compare("oeq", base, 1.0), 1.0, size)
    size = a.select(a.compare("uno", x, y), math.nan, size)
    one = a.logic("or", a.compare("oeq", x, 1.0), a.compare("oeq", y, 0.0))
    return a.select(one, 1.0, size)


def _with_sign(a: Arithmetic, x: Value, y: Value, size: Value) -> Value:
    """The power of a negative number (or -0): negative where y is odd, NaN where y is not whole and x is finite."""
    half = a.multiply(0.5, y)
    whole = a.compare("oeq", a.whole(y), y)
    odd = a.logic("and", whole, a.compare("une", a.whole(half), half))
    result = a.select(odd, a.signed(size, x), size)
    inside = a.logic("and", a.compare("olt", x, 0.0), a.compare("ogt", x, -math.inf))
    nowhere = a.logic("and", inside, a.compare("une", a.whole(y), y))
    return a.select(nowhere, math.nan, result)


def _sum(a: Arithmetic, large: Operand, small: Operand) -> Pair:
    """The exact sum of two numbers, |large| >= |small| or large = 0."""
    high = a.add(large, small)
    return high, a.subtract(small, a.subtract(high, large))


def _product(a: Arithmetic, first: Pair, second: Pair) -> Pair:
    """The product of two pairs."""
    high = a.multiply(first[0], second[0])
    lost = a.fma(first[0], second[0], a.negate(high))
    return high, a.add(lost, a.fma(first[0], second[1], a.multiply(first[1], second[0])))


def _quotient(a: Arithmetic, over: Value, under: Pair) -> Pair:
    """A number over a pair."""
    high = a.divide(over, under[0])
    rest = a.fma(a.negate(high), under[1], a.fma(a.negate(high), under[0], over))
    return high, a.divide(rest, under[0])
