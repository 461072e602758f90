"""The exponential function and its relatives: exp, expm1, tanh and the logistic function.

All start alike (W. J. Cody and W. Waite, "Software Manual for the Elementary Functions", 1980): x = n ln 2 + r with n
whole and |r| <= ln 2 / 2, so that exp x = 2^n exp r; and exp r - 1 = r + r^2 Q(r) with a polynomial Q. The products
n ln 2 are subtracted in two parts; the first difference is exact because it is a fused multiply-add.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final, NamedTuple

from glassnet.engines.native.ir import Value, literal
from glassnet.engines.native.mathematics.arithmetic import Arithmetic

# Q by minimax fits (E. Y. Remez, 1934) of exp r - 1 on |r| <= ln 2 / 2, relative error 2^-26 and 2^-61.
Q: Final = {
    "float32": (0.0013946426, 0.008366602, 0.041666284, 0.16666543, 0.5),
    "float64": (
        2.0924514084766005e-09, 2.5109073050925097e-08, 2.755724251766888e-07, 2.755724410912714e-06,
        2.48015873608657e-05, 0.00019841269886222037, 0.0013888888888866655, 0.008333333333321594, 0.0416666666666667,
        0.16666666666666677, 0.5,
    ),
}  # fmt: skip

# ln 2 as the sum of two numbers of the format.
LN2: Final = {
    "f32": (0.693147182464599609375, -1.90465429995776804525e-9),
    "f64": (math.log(2), 2.3190468138462996e-17),
}

# Beyond these exp is 0 or infinite, expm1 is -1, tanh is 1: arguments are moved to them.
LOWEST: Final = {"f32": -104.0, "f64": -746.0}
HIGHEST: Final = {"f32": 89.0, "f64": 710.0}
MINUS_ONE: Final = {"f32": -18.0, "f64": -40.0}
ONE: Final = {"f32": 9.5, "f64": 20.0}

# For |x| < SMALL, (tanh(x) / x - 1) = z P(z) / Q(z) with z = x^2: convergents of the continued fraction
# tanh(x) = x / (1 + z / (3 + z / (5 + ...))) (J. H. Lambert, 1768), relative error 2^-32 and 2^-60.
SMALL: Final = 0.55
LAMBERT: Final = {
    "float32": ((-14.0, -315.0), (15.0, 420.0, 945.0)),
    "float64": ((-1.0, -594.0, -45045.0, -675675.0), (1.0, 630.0, 51975.0, 945945.0, 2027025.0)),
}


class Reduced(NamedTuple):
    """The parts of x = n ln 2 + r."""

    shifted: Value  # n in the lowest bits
    n: Value  # n as a float
    r: Value
    high: Value  # r without its rounding error is high + low
    low: Value


def exp(a: Arithmetic, x: Value) -> Value:
    """Exp x."""
    reduced = reduce(a, bounded(a, x, LOWEST))
    return scale(a, exp_of_rest(a, reduced), reduced)


def exp_of_sum(a: Arithmetic, x: Value, low: Value) -> Value:
    """Exp(x + low) for a low that is small beside x."""
    reduced = add_low(a, reduce(a, bounded(a, x, LOWEST)), low)
    return scale(a, exp_of_rest(a, reduced), reduced)


def expm1(a: Arithmetic, x: Value) -> Value:
    """Exp x - 1 = 2 (2^(n-1) (exp r - 1) + 2^(n-1) - 1/2); twice the half, since 2^n itself may not be finite."""
    reduced = reduce(a, bounded(a, x, MINUS_ONE))
    half = power_of_two(a, a.bits(reduced.shifted), -1)
    result = a.multiply(2.0, a.fma(half, less_one(a, reduced), a.subtract(half, 0.5)))
    # Halving would cost a subnormal number a bit, and -0 its sign.
    return a.select(a.compare("olt", a.size(x), 4 * a.format.least_normal), x, result)


def tanh(a: Arithmetic, x: Value) -> Value:
    """Tanh x = 1 - 2 / (exp 2x + 1) of |x|, or x + x LAMBERT(x^2) where x is small; one division serves both."""
    size = a.at_most(a.size(x), ONE[a.format.suffix])
    reduced = reduce(a, a.multiply(2.0, size))
    power = power_of_two(a, a.bits(reduced.shifted))
    below = a.fma(power, less_one(a, reduced), a.add(power, 1.0))
    square = a.multiply(size, size)
    over, under = (a.polynomial(square, coefficients) for coefficients in LAMBERT[a.precision])
    small = a.compare("olt", size, SMALL)
    ratio = a.divide(a.select(small, a.multiply(a.multiply(size, square), over), -2.0), a.select(small, under, below))
    return a.signed(a.add(a.select(small, size, 1.0), ratio), x)


def logistic(a: Arithmetic, x: Value) -> Value:
    """1 / (1 + exp -x), from exp -|x|, which does not overflow; what the sum loses by rounding is taken off at last."""
    small = exp(a, a.negate(a.size(x)))
    below = a.add(1.0, small)
    lost = a.subtract(small, a.subtract(below, 1.0))
    ratio = a.divide(a.select(a.compare("olt", x, 0.0), small, 1.0), below)
    return a.fma(a.negate(ratio), lost, ratio)


def bounded(a: Arithmetic, x: Value, least: Mapping[str, float]) -> Value:
    """X between a least and the highest argument for which the results change; NaN stays NaN."""
    return a.at_most(a.at_least(x, least[a.format.suffix]), HIGHEST[a.format.suffix])


def reduce(a: Arithmetic, x: Value) -> Reduced:
    """The parts of x = n ln 2 + r; x is at most 2^20 or NaN."""
    high, low = LN2[a.format.suffix]
    shifted = a.fma(x, 1 / math.log(2), a.format.shifter)
    n = a.subtract(shifted, a.format.shifter)
    exact = a.fma(n, -high, x)
    return Reduced(shifted, n, a.fma(n, -low, exact), exact, a.multiply(n, -low))


def reduce_power_of_two(a: Arithmetic, x: Value) -> Reduced:
    """The parts of x ln 2 = n ln 2 + r, for 2^x."""
    shifted = a.add(x, a.format.shifter)
    n = a.subtract(shifted, a.format.shifter)
    r = a.multiply(a.subtract(x, n), math.log(2))
    return Reduced(shifted, n, r, r, literal(0.0, "float64"))


def add_low(a: Arithmetic, reduced: Reduced, low: Value) -> Reduced:
    """The parts of x + low for a low that is small beside x."""
    return reduced._replace(r=a.add(reduced.r, low), low=a.add(reduced.low, low))


def exp_of_rest(a: Arithmetic, reduced: Reduced) -> Value:
    """Exp r, from the exact sum of 1 and the high part of r."""
    near = a.add(1.0, reduced.high)
    lost = a.subtract(reduced.high, a.subtract(near, 1.0))
    return a.add(near, a.add(lost, curved(a, reduced)))


def less_one(a: Arithmetic, reduced: Reduced) -> Value:
    """Exp r - 1."""
    return a.add(reduced.high, curved(a, reduced))


def curved(a: Arithmetic, reduced: Reduced) -> Value:
    """Exp r - 1 without the high part of r."""
    r = reduced.r
    return a.fma(a.multiply(r, r), a.polynomial(r, Q[a.precision]), reduced.low)


def power_of_two(a: Arithmetic, n: Value, more: int = 0) -> Value:
    """2^(n + more), from an integer whose lowest bits hold n."""
    exponent = a.integer("shl", n, a.format.fraction)
    return a.real(a.integer("add", exponent, (a.format.bias + more) << a.format.fraction))


def scale(a: Arithmetic, x: Value, reduced: Reduced) -> Value:
    """2^n x in two steps, so that infinity and subnormal numbers are reached, with one rounding."""
    half = a.bits(a.fma(reduced.n, 0.5, a.format.shifter))
    rest = a.integer("sub", a.bits(reduced.shifted), half)
    return a.multiply(a.multiply(x, power_of_two(a, half)), power_of_two(a, rest))
