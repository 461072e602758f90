"""The error function and its complement on arrays, which NumPy lacks.

Rational Chebyshev approximations in three ranges of |x| (W. J. Cody, "Rational Chebyshev approximations for the error
function", Mathematics of Computation 23, 1969), accurate to about one unit in the last place of float64.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from glassnet.core.operation import Array

Doubles = npt.NDArray[np.float64]

# |x| <= 0.46875: erf x = x P(x^2) / Q(x^2); coefficients from the highest power down.
SMALL = 0.46875
SMALL_P = (
    1.85777706184603153e-1, 3.16112374387056560, 1.13864154151050156e2, 3.77485237685302021e2, 3.20937758913846947e3,
)  # fmt: skip
SMALL_Q = (1.0, 2.36012909523441209e1, 2.44024637934444173e2, 1.28261652607737228e3, 2.84423683343917062e3)

# 0.46875 < |x| <= 4: erfc x = exp(-x^2) P(x) / Q(x).
MIDDLE = 4.0
MIDDLE_P = (
    2.15311535474403846e-8, 5.64188496988670089e-1, 8.88314979438837594, 6.61191906371416295e1, 2.98635138197400131e2,
    8.81952221241769090e2, 1.71204761263407058e3, 2.05107837782607147e3, 1.23033935479799725e3,
)  # fmt: skip
MIDDLE_Q = (
    1.0, 1.57449261107098347e1, 1.17693950891312499e2, 5.37181101862009858e2, 1.62138957456669019e3,
    3.29079923573345963e3, 4.36261909014324716e3, 3.43936767414372164e3, 1.23033935480374942e3,
)  # fmt: skip

# |x| > 4: erfc x = exp(-x^2) / x (1 / sqrt(pi) - x^-2 P(x^-2) / Q(x^-2)).
FAR = 1e3  # erfc is 0 long before
LARGE_P = (
    1.63153871373020978e-2, 3.05326634961232344e-1, 3.60344899949804439e-1, 1.25781726111229246e-1,
    1.60837851487422766e-2, 6.58749161529837803e-4,
)  # fmt: skip
LARGE_Q = (
    1.0, 2.56852019228982242, 1.87295284992346725, 5.27905102951428412e-1, 6.05183413124413191e-2,
    2.33520497626869185e-3,
)  # fmt: skip


def erf(x: Array) -> Array:
    """The error function, 2 / sqrt(pi) times the integral of exp(-t^2) for t from 0 to x."""
    return _by_range(np.asarray(x), complement=False)


def erfc(x: Array) -> Array:
    """The complement 1 - erf(x), with full relative accuracy far out to the right."""
    return _by_range(np.asarray(x), complement=True)


def _by_range(x: Array, *, complement: bool) -> Array:
    values, size = x.astype(np.float64).reshape(-1), np.abs(x).reshape(-1)
    result = np.full(values.shape, np.nan)
    small, large = size <= SMALL, size > MIDDLE
    inside = _erf_small(values[small])
    result[small] = 1 - inside if complement else inside
    for chosen, tail in ((~small & (size <= MIDDLE), _erfc_middle), (large, _erfc_large)):
        right = tail(np.abs(values[chosen]))
        sign = np.sign(values[chosen])
        result[chosen] = np.where(sign > 0, right, 2 - right) if complement else sign * (1 - right)
    return result.reshape(x.shape).astype(x.dtype)


def _ratio(x: Doubles, numerator: Sequence[float], denominator: Sequence[float]) -> Doubles:
    """P(x) / Q(x) by Horner's rule."""
    top, bottom = np.full_like(x, numerator[0]), np.full_like(x, denominator[0])
    for p in numerator[1:]:
        top = top * x + p
    for q in denominator[1:]:
        bottom = bottom * x + q
    result: Doubles = top / bottom
    return result


def _gauss(x: Doubles) -> Doubles:
    """exp(-x^2), the square split in two so that its rounding is not magnified (x >= 0)."""
    coarse = np.trunc(x * 16) / 16
    result: Doubles = np.exp(-coarse * coarse) * np.exp(-(x - coarse) * (x + coarse))
    return result


def _erf_small(x: Doubles) -> Doubles:
    return x * _ratio(x * x, SMALL_P, SMALL_Q)


def _erfc_middle(x: Doubles) -> Doubles:
    return _gauss(x) * _ratio(x, MIDDLE_P, MIDDLE_Q)


def _erfc_large(x: Doubles) -> Doubles:
    x = np.minimum(x, FAR)
    inverse: Doubles = 1 / (x * x)
    tail: Doubles = 1 / np.sqrt(np.pi) - inverse * _ratio(inverse, LARGE_P, LARGE_Q)
    return _gauss(x) / x * tail
