"""Sine and cosine.

x = n pi/2 + r with n whole and |r| <= pi/4; n modulo 4 then says which of +-sin r and +-cos r is the result. pi/2 is
taken as the sum of three numbers (W. J. Cody and W. Waite, "Software Manual for the Elementary Functions", 1980). The
first difference is exact because it is a fused multiply-add, and r is kept as the sum of two numbers, so that full
relative accuracy is had for |x| up to 2^45 (3.5e13).

Beyond, `sin` and `cos` give NaN; `far_sin` and `far_cos` are right for every number and give the same bits below. They
take so many digits of 2/pi (`distant`) that they are slow; who calls them sees to it that this is seldom.
"""

from __future__ import annotations

import math
from typing import Final

from glassnet.engines.native.ir import Value
from glassnet.engines.native.mathematics.arithmetic import Arithmetic
from glassnet.engines.native.mathematics.distant import HALF_PI, NEAREST, Turned, distant

# (sin(r) / r - 1) / r^2 and (cos(r) - 1 + r^2/2) / r^4 as polynomials in r^2: minimax fits (E. Y. Remez, 1934) with
# relative errors of sin and cos of at most 2^-37 and 2^-58.
SINE: Final = {
    "float32": (2.718303114273456e-06, -0.0001983933400661744, 0.008333329383550572, -0.1666666664161023),
    "float64": (
        1.5896787825612849e-10, -2.50507579973112e-08, 2.755731369129986e-06, -0.00019841269829806536,
        0.008333333333322413, -0.16666666666666632,
    ),
}  # fmt: skip
COSINE: Final = {
    "float32": (-2.720568273107943e-07, 2.4799459298685393e-05, -0.0013888883496832344, 0.04166666661945285),
    "float64": (
        -1.1358516548780703e-11, 2.087570048590297e-09, -2.7557314176930665e-07, 2.4801587288844575e-05,
        -0.0013888888888873047, 0.041666666666666595,
    ),
}  # fmt: skip


def sin(a: Arithmetic, x: Value) -> Value:
    """Sin x."""
    turned = turn(a, x)
    return _of_quarter(a, turned, turned.n)


def cos(a: Arithmetic, x: Value) -> Value:
    """Cos x = sin(x + pi/2)."""
    turned = turn(a, x)
    return _of_quarter(a, turned, a.integer("add", turned.n, 1))


def far_sin(a: Arithmetic, x: Value) -> Value:
    """Sin x for an x of any size."""
    turned = _turn_far(a, x)
    return _of_quarter(a, turned, turned.n)


def far_cos(a: Arithmetic, x: Value) -> Value:
    """Cos x for an x of any size."""
    turned = _turn_far(a, x)
    return _of_quarter(a, turned, a.integer("add", turned.n, 1))


def _turn_far(a: Arithmetic, x: Value) -> Turned:
    """The parts of an x of any size."""
    near, far, beyond = turn(a, x), distant(a, x), a.compare("ogt", a.size(x), NEAREST)
    n = a.function("select", f"i1 {beyond}", f"{a.format.word} {far.n}", f"{a.format.word} {near.n}")
    return Turned(n, a.select(beyond, far.r, near.r), a.select(beyond, far.low, near.low))


def turn(a: Arithmetic, x: Value) -> Turned:
    """The parts of x = n pi/2 + r."""
    first, second, third = HALF_PI
    x = a.select(a.compare("ole", a.size(x), NEAREST), x, math.nan)
    shifted = a.fma(x, 2 / math.pi, a.format.shifter)
    n = a.subtract(shifted, a.format.shifter)
    exact = a.fma(n, -first, x)
    product = a.multiply(n, second)
    r = a.subtract(exact, product)
    lost = a.subtract(a.subtract(exact, r), product)
    error = a.fma(n, second, a.negate(product))
    return Turned(a.bits(shifted), r, a.fma(n, -third, a.subtract(lost, error)))


def _of_quarter(a: Arithmetic, turned: Turned, quarter: Value) -> Value:
    """Sin r, cos r, -sin r or -cos r, as `quarter` modulo 4 says."""
    odd = a.integer("icmp ne", a.integer("and", quarter, 1), 0)
    size = a.select(odd, _cos(a, turned.r, turned.low), _sin(a, turned.r, turned.low))
    sign = a.integer("shl", a.integer("lshr", quarter, 1), a.format.sign)
    return a.real(a.integer("xor", a.bits(size), sign))


def _sin(a: Arithmetic, r: Value, low: Value) -> Value:
    """Sin(r + low) = sin r + low cos r."""
    z = a.multiply(r, r)
    cube = a.multiply(z, r)
    more = a.fma(a.multiply(z, low), -0.5, low)
    return a.signed(a.add(r, a.fma(cube, a.polynomial(z, SINE[a.precision]), more)), r)  # -0 keeps its sign


def _cos(a: Arithmetic, r: Value, low: Value) -> Value:
    """Cos(r + low) = 1 - r^2/2 + (what that loses by rounding) + r^4 C - low r."""
    z = a.multiply(r, r)
    half = a.multiply(z, 0.5)
    near = a.subtract(1.0, half)
    lost = a.subtract(a.subtract(1.0, near), half)
    more = a.fma(a.negate(r), low, lost)
    return a.add(near, a.fma(a.multiply(z, z), a.polynomial(z, COSINE[a.precision]), more))
