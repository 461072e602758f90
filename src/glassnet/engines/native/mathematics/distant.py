"""Large numbers turned back to within an eighth of the circle.

Of x = m 2^e, with a whole m of 53 bits, only x 2/pi modulo 4 matters. The digits of 2/pi that m 2^e makes a multiple of
4 are left out, and of those behind them 192 bits are taken: as no number of float64 comes nearer to a multiple of pi/2
than 2^-62 or so, the 126 bits of the fraction that are kept hold more than 60 that count.

Source: M. H. Payne and R. N. Hanek, "Radian reduction for trigonometric functions", SIGNUM Newsletter 18, 1983.
"""

from __future__ import annotations

import math
from functools import lru_cache
from itertools import pairwise
from typing import Final, NamedTuple

from glassnet.engines.native.ir import Function, Value
from glassnet.engines.native.mathematics.arithmetic import Arithmetic

NEAREST: Final = 2.0**45  # the numbers beyond are distant
HALF_PI: Final = (math.pi / 2, 6.123233995736766e-17, -1.4973849048591698e-33)
TABLE: Final = "two_over_pi"
WORDS: Final = 20  # of 64 bits: before the point, and as many digits as the largest number needs
SPARE: Final = 64  # bits after the 1,216 that are rounded off


class Turned(NamedTuple):
    """The parts of x = n pi/2 + r."""

    n: Value  # in the lowest bits
    r: Value
    low: Value  # what r has lost by rounding


def distant(a: Arithmetic, x: Value) -> Turned:
    """The parts of a number of float64 beyond 2^45, NaN for r where it is infinite; of any other, some number."""
    f = a.function
    size = a.select(a.compare("ogt", a.size(x), NEAREST), a.size(x), NEAREST)
    word = a.bits(size)
    m = f("or i64", f("and i64", word, str(2**52 - 1)), str(2**52))
    e = f("sub i64", f("lshr i64", word, "52"), "1075")
    turns = _turns(f, m, e)
    rounded = f("lshr i128", f("add i128", turns, str(1 << 125)), "126")
    n = f(f"trunc i128 {rounded} to i64")
    high, low = _fraction(a, f("shl i128", turns, "2"))
    product = a.multiply(high, HALF_PI[0])
    lost = a.fma(high, HALF_PI[0], a.negate(product))
    rest = a.fma(low, HALF_PI[0], a.fma(high, HALF_PI[1], lost))
    r = a.add(product, rest)
    r = a.select(a.compare("oeq", size, math.inf), math.nan, r)
    low = a.subtract(rest, a.subtract(r, product))
    below = f("icmp slt i64", a.bits(x), "0")
    n = f("select", f"i1 {below}", f"i64 {f('sub i64', '0', n)}", f"i64 {n}")
    return Turned(n, a.select(below, a.negate(r), r), a.select(below, a.negate(low), low))


def _turns(f: Function, m: Value, e: Value) -> Value:
    """M 2^e 2/pi modulo 4 in units of 2^-126, as i128."""
    # Bit j behind the point of 2/pi gives a multiple of 4 up to j = e - 2; the table has 64 bits before the point.
    first = f("add i64", e, "62")
    place, shift = f("lshr i64", first, "6"), f("and i64", first, "63")
    words = []
    for k in range(4):
        at = f(f"getelementptr i64, ptr @{TABLE}, i64 {f('add i64', place, str(k))}")
        words.append(f(f"load i64, ptr {at}"))
    digits = [
        f.call("i64", "llvm.fshl.i64", f"i64 {left}", f"i64 {right}", f"i64 {shift}") for left, right in pairwise(words)
    ]
    wide = f(f"zext i64 {m} to i128")
    parts = [f("mul i128", wide, f(f"zext i64 {each} to i128")) for each in digits]
    below = f("add i128", parts[1], f("lshr i128", parts[2], "64"))
    return f("add i128", f("shl i128", parts[0], "64"), below)


def _fraction(a: Arithmetic, signed: Value) -> tuple[Value, Value]:
    """A fraction in units of 2^-128, from -1/2 to 1/2, as the sum of two numbers."""
    f = a.function
    below = f("icmp slt i128", signed, "0")
    size = f("select", f"i1 {below}", f"i128 {f('sub i128', '0', signed)}", f"i128 {signed}")
    zeros = f.call("i128", "llvm.ctlz.i128", f"i128 {size}", "i1 false")
    full = f("shl i128", size, f("and i128", zeros, "127"))
    top = f(f"trunc i128 {f('lshr i128', full, '75')} to i64")  # 53 bits
    rest = f(f"trunc i128 {f('lshr i128', full, '11')} to i64")  # the 64 behind them
    places = f(f"trunc i128 {zeros} to i64")
    pair = []
    for whole, unit in ((top, 53), (rest, 117)):  # in units of 2^(-unit - zeros)
        exponent = f("sub i64", str(a.format.bias - unit), places)
        scale = a.real(f("shl i64", exponent, str(a.format.fraction)))
        number = a.multiply(f(f"uitofp i64 {whole} to double"), scale)
        pair.append(a.select(below, a.negate(number), number))
    return pair[0], pair[1]


@lru_cache(maxsize=1)
def table() -> str:
    """The digits of 2/pi in words of 64 bits, the first of which stands before the point."""
    bits = 64 * (WORDS - 1) + SPARE
    digits = (2 << 2 * bits) // _pi(bits) >> SPARE
    words = [digits >> 64 * (WORDS - 1 - k) & (2**64 - 1) for k in range(WORDS)]
    return f"@{TABLE} = internal constant [{WORDS} x i64] [{', '.join(f'i64 {word}' for word in words)}]"


def _pi(bits: int) -> int:
    """Pi in units of 2^-bits, but for the last few: 16 arctan(1/5) - 4 arctan(1/239) (J. Machin, 1706)."""
    return 16 * _arctan_of_inverse(5, bits) - 4 * _arctan_of_inverse(239, bits)


def _arctan_of_inverse(x: int, bits: int) -> int:
    """Arctan(1/x) in units of 2^-bits, by its series."""
    power, total, k = (1 << bits) // x, 0, 0
    while power:
        total += (-1) ** k * (power // (2 * k + 1))
        power, k = power // (x * x), k + 1
    return total
