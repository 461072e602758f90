"""The natural logarithm, log and log1p.

x = 2^k (1 + f) with sqrt(1/2) <= 1 + f < sqrt 2. With s = f / (2 + f), log(1 + f) = 2 atanh s = 2s + s R(s^2), which is
f - f^2/2 + s (f^2/2 + R) with small rounding errors; R is a polynomial (the method of fdlibm, Sun Microsystems, 1993).
"""

from __future__ import annotations

import math
import struct
from typing import Final, NamedTuple

from glassnet.engines.native.ir import Value
from glassnet.engines.native.mathematics.arithmetic import Arithmetic
from glassnet.engines.native.mathematics.exponential import LN2

# R(z) / z by minimax fits of 2 atanh(s) / s - 2 on |s| <= 3 - 2 sqrt 2, relative error 2^-30 and 2^-59.
R: Final = {
    "float32": (0.29867238, 0.39977744, 0.66666776),
    "float64": (
        0.1478864841702408, 0.15314840308977096, 0.18183530534682388, 0.22222199296247946, 0.28571428734369464,
        0.39999999999457225, 0.6666666666666726,
    ),
}  # fmt: skip
ROOT_HALF: Final = {
    "f32": struct.unpack("<i", struct.pack("<f", math.sqrt(0.5)))[0],
    "f64": struct.unpack("<q", struct.pack("<d", math.sqrt(0.5)))[0],
}  # the bits of sqrt(1/2)


class Split(NamedTuple):
    """The parts of x = 2^k (1 + f)."""

    k: Value  # as a float
    biased: Value  # k plus the bias, as an integer
    f: Value


def log(a: Arithmetic, x: Value) -> Value:
    """The natural logarithm of x."""
    return _with_ends(a, x, 0.0, of_parts(a, *parts(a, x)))


def log1p(a: Arithmetic, x: Value) -> Value:
    """The logarithm of 1 + x: that of the rounded sum u, with the rounding error 1 + x - u added to its f."""
    u = a.add(1.0, x)
    most = a.subtract(u, 1.0)
    error = a.add(a.subtract(1.0, a.subtract(u, most)), a.subtract(x, most))
    k, biased, f = split(a, u)
    exponent = a.integer("sub", 2 * a.format.bias, biased)
    error = a.multiply(error, a.real(a.integer("shl", exponent, a.format.fraction)))
    # For a large u the error is nothing, and 2^-k may be out of range.
    error = a.select(a.compare("olt", u, 2.0 ** (a.format.fraction + 2)), error, 0.0)
    result = a.signed(of_parts(a, k, a.add(f, error)), x)
    return _with_ends(a, x, -1.0, result)


def parts(a: Arithmetic, x: Value) -> tuple[Value, Value]:
    """The k and f of x = 2^k (1 + f) for an x that is positive and finite, subnormal numbers among them."""
    more = a.format.fraction + 1  # a subnormal number is multiplied by 2^more first
    subnormal = a.compare("olt", x, a.format.least_normal)
    k, _, f = split(a, a.select(subnormal, a.multiply(x, 2.0**more), x))
    return a.subtract(k, a.select(subnormal, float(more), 0.0)), f


def split(a: Arithmetic, x: Value) -> Split:
    """The parts of x = 2^k (1 + f) for a positive, normal, finite x; those of any other mean nothing."""
    fraction, root = a.format.fraction, ROOT_HALF[a.format.suffix]
    moved = a.integer("add", a.bits(x), a.format.one - root)
    biased = a.integer("lshr", moved, fraction)
    significand = a.real(a.integer("add", a.integer("and", moved, (1 << fraction) - 1), root))
    # Under the exponent of 2^fraction, the bits of an integer are its value.
    zero = (a.format.bias + fraction) << fraction
    k = a.subtract(a.real(a.integer("or", biased, zero)), 2.0**fraction + a.format.bias)
    return Split(k, biased, a.subtract(significand, 1.0))


def of_parts(a: Arithmetic, k: Value, f: Value) -> Value:
    """Log(2^k (1 + f))."""
    high, low = LN2[a.format.suffix]
    s = a.divide(f, a.add(2.0, f))
    half_square = a.multiply(a.multiply(0.5, f), f)
    z = a.multiply(s, s)
    sum_ = a.fma(z, a.polynomial(z, R[a.precision]), half_square)
    correction = a.fma(s, sum_, a.multiply(k, low))
    return a.fma(k, high, a.subtract(f, a.subtract(half_square, correction)))


def _with_ends(a: Arithmetic, x: Value, pole: float, inside: Value) -> Value:
    """A logarithm where it ends: -infinity at its pole, NaN below, infinity or NaN where x is."""
    result = a.select(a.compare("olt", x, math.inf), inside, x)
    result = a.select(a.compare("olt", x, pole), math.nan, result)
    return a.select(a.compare("oeq", x, pole), -math.inf, result)
