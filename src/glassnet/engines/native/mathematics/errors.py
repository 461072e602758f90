"""The error function and its complement."""

from __future__ import annotations

from typing import Final

from glassnet.engines.native.ir import Value
from glassnet.engines.native.mathematics import exponential
from glassnet.engines.native.mathematics.arithmetic import Arithmetic

# All coefficients are minimax fits (E. Y. Remez, 1934), the highest power first.

# |x| <= 1: erf(x) / x - 1 as a polynomial in x^2, relative error of erf 2^-29 and 2^-62.
SMALL: Final = {
    "float32": (7.8891106e-05, -0.0008020839, 0.005189535, -0.026854444, 0.112836, -0.37612626, 0.12837916709551256),
    "float64": (
        5.960680339728099e-11, -1.137495257919263e-09, 1.466032781931662e-08, -1.635039606926364e-07,
        1.6461008460771013e-06, -1.4925595770909825e-05, 0.00012055331132892126, -0.0008548326981423463,
        0.005223977624828389, -0.02686617064507787, 0.11283791670954885, -0.3761263890318375, 0.12837916709551256,
    ),
}  # fmt: skip

# 1 <= |x| <= ONE: log2 erfc|x| as a polynomial in |x|, error of erf 2^-29 and 2^-59. From ONE on, erf is 1.
ONE: Final = {"float32": 4.0, "float64": 6.0}
LARGE: Final = {
    "float32": (0.00026772582, -0.004240953, 0.03145843, -0.14865156, -0.9207649, -1.6259751, -0.00051027676),
    "float64": (
        1.4989784438729852e-12, -6.855061778742192e-11, 1.467252923801548e-09, -1.950804756599077e-08,
        1.8008964381128815e-07, -1.2193363705951625e-06, 6.206065604102158e-06, -2.3690841910645005e-05,
        6.458825040322241e-05, -0.00010062588072865193, -6.630590082228284e-05, 0.0009274216357579163,
        -0.0025549159366574465, 0.00040717985984012334, 0.027522221828789578, -0.14823206814662662,
        -0.918461075034648, -1.627904309285426, -2.6604060180456116e-07,
    ),
}  # fmt: skip

# 0 <= x <= ZERO: (1 + 2x) exp(x^2) erfc(x) as a polynomial in (x - K) / (x + K), relative error 2^-28 and 2^-56
# (M. M. Shepherd and J. G. Laframboise, "Chebyshev approximation of (1 + 2x) exp(x^2) erfc x in 0 <= x < infinity",
# Mathematics of Computation 36, 1981). From ZERO on, erfc is 0.
ZERO: Final = {"float32": 10.5, "float64": 28.0}
K: Final = {"float32": 3.0, "float64": 4.0}
SCALED: Final = {
    "float32": (
        -0.0002641525282747243, -0.0007678745167787254, 0.002007051732794023, 0.002563684816437477,
        -0.023801134564087043, 0.06829592750269109, -0.11927033189198234, 0.12964645871563313, -0.047562434641094595,
        -0.1356211415876051, 1.2530080594162907,
    ),
    "float64": (
        -1.7162784101884772e-09, -1.3399007013455701e-08, -7.817412458084625e-09, 1.1457585853946273e-07,
        6.249204558138048e-08, -8.342234814240325e-07, 3.018339483177523e-07, 5.717252689076069e-06,
        -1.1225200598101122e-05, -2.440290667907157e-05, 0.00015062243729813888, -0.0001992555763590012,
        -0.0007577733958111565, 0.00503196976734275, -0.01619773404992595, 0.037167515561312967, -0.06633036581241561,
        0.09373283499686474, -0.10103906603630887, 0.06809705425473522, 0.015379652102619925, -0.1396211168405629,
        1.2329951186255526,
    ),
}  # fmt: skip


def erf(a: Arithmetic, x: Value) -> Value:
    """Erf x = 2 / sqrt(pi) times the integral of exp(-t^2) from 0 to x: a polynomial, or 1 - 2^(a polynomial)."""
    size = a.size(x)
    small = a.fma(size, a.polynomial(a.multiply(size, size), SMALL[a.precision]), size)
    far = a.at_most(size, ONE[a.precision])
    reduced = exponential.reduce_power_of_two(a, a.polynomial(far, LARGE[a.precision]))
    power = exponential.power_of_two(a, a.bits(reduced.shifted))
    large = a.fma(a.negate(power), exponential.exp_of_rest(a, reduced), 1.0)
    return a.signed(a.select(a.compare("olt", size, 1.0), small, large), x)


def erfc(a: Arithmetic, x: Value) -> Value:
    """Erfc x = 1 - erf x, with full relative accuracy far out to the right."""
    size = a.at_most(a.size(x), ZERO[a.precision])
    k = K[a.precision]
    scaled = a.polynomial(a.divide(a.subtract(size, k), a.add(size, k)), SCALED[a.precision])
    scaled = a.divide(scaled, a.fma(2.0, size, 1.0))
    square = a.negate(a.multiply(size, size))
    lost = a.fma(a.negate(size), size, a.negate(square))
    reduced = exponential.add_low(a, exponential.reduce(a, square), lost)
    right = exponential.scale(a, a.multiply(scaled, exponential.exp_of_rest(a, reduced)), reduced)
    return a.select(a.compare("olt", x, 0.0), a.subtract(2.0, right), right)
