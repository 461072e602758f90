"""Sine and cosine of angles of any size, against values worked out with a thousand digits of pi."""

from __future__ import annotations

import functools
import math
from decimal import Decimal, localcontext

import numpy as np
import pytest

from glassnet.core import functions as f
from glassnet.core.extent import n
from glassnet.core.program import Program
from glassnet.core.tape import Tape
from glassnet.engines.native.engine import Native

DTYPES = ("float32", "float64")
DIGITS = 1000  # the largest float64 has 309 before the point
UNITS = 1.0
# The number of float64 that lies nearest to a multiple of pi/2: its cosine is -4.687165924254627611e-19 (J.-M. Muller,
# "Elementary Functions", 1997, section 8.2).
NEAREST = 6381956970095103 * 2.0**797


@functools.cache
def pi() -> Decimal:
    """By the means of Gauss and Legendre (E. Salamin and R. Brent, 1976)."""
    with localcontext(prec=DIGITS + 10):
        a, b, t, p = Decimal(1), 1 / Decimal(2).sqrt(), Decimal("0.25"), 1
        while abs(a - b) > Decimal(10) ** -DIGITS:
            a, b, t, p = (a + b) / 2, (a * b).sqrt(), t - p * ((a - b) / 2) ** 2, 2 * p
        return (a + b) ** 2 / (4 * t)


def circle(x: float) -> tuple[Decimal, Decimal]:
    """Sine and cosine, by the series of what is left after the quarters of the circle."""
    with localcontext(prec=DIGITS):
        quarters = (2 * Decimal(x) / pi()).to_integral_value()
        r = Decimal(x) - quarters * pi() / 2
    with localcontext(prec=60):
        term, sums = Decimal(1), [Decimal(0), Decimal(0)]
        for k in range(60):
            sums[k % 2] += -term if k % 4 > 1 else term
            term = term * r / (k + 1)
    cosine, sine = sums
    return ((sine, cosine), (cosine, -sine), (-sine, -cosine), (-cosine, sine))[int(quarters) % 4]


def units(found: np.ndarray, expected: list[Decimal]) -> float:
    """The largest distance in units in the last place."""
    with localcontext(prec=60):
        pairs = zip(found.tolist(), expected, strict=True)
        spacing = [float(np.spacing(np.abs(found.dtype.type(value)))) for value in expected]
        return max(abs(float((Decimal(a) - b) / Decimal(s))) for (a, b), s in zip(pairs, spacing, strict=True))


@functools.cache
def compiled(dtype: str):
    tape = Tape()
    x = tape.input("x", (n,), dtype)
    return Native().compile(Program(tape, {"sin": f.sin(x), "cos": f.cos(x)}))


def found(dtype: str, angles: np.ndarray) -> dict[str, np.ndarray]:
    return compiled(dtype).step({}, {"x": angles.astype(dtype)}, {})


@pytest.mark.parametrize("dtype", DTYPES)
def test_angles_of_all_sizes(dtype):
    random, largest = np.random.default_rng(0), float(np.finfo(dtype).max)
    sizes = np.exp(random.uniform(math.log(2.0**40), math.log(largest), 400))
    some = [1e22, 2.0**45, np.nextafter(2.0**45, math.inf), largest, -largest, 1e-3, 3.0]
    angles = np.concatenate([sizes * random.choice([-1, 1], 400), some]).astype(dtype)
    expected = [circle(x) for x in angles.tolist()]
    for k, name in enumerate(("sin", "cos")):
        assert units(found(dtype, angles)[name], [each[k] for each in expected]) < UNITS


def test_angles_whose_sine_or_cosine_is_in_books():
    """Of 1e22 from K. C. Ng, "Argument reduction for huge arguments: good to the last bit", 1992."""
    values = found("float64", np.array([NEAREST, -NEAREST, 1e22]))
    nearest = Decimal("-4.687165924254627611e-19")
    assert units(values["cos"], [nearest, nearest, Decimal("0.52321478539513894549759442588")]) < UNITS
    assert units(values["sin"][2:], [Decimal("-0.8522008497671888017727")]) < UNITS


@pytest.mark.parametrize("dtype", DTYPES)
def test_infinities_are_no_angles_in_the_slow_functions_either(dtype):
    values = found(dtype, np.array([math.inf, -math.inf, math.nan, -0.0, 1e30]))
    assert np.isnan(values["sin"][:3]).all()
    assert np.isnan(values["cos"][:3]).all()
    assert np.signbit(values["sin"][3])
    assert values["cos"][3] == 1


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("width", [1, 3, 40])
@pytest.mark.parametrize("rows", [1, 2, 23])
def test_no_row_depends_on_the_angles_of_another(dtype, width, rows):
    tape = Tape()
    x = tape.input("x", (n, width), dtype)
    turned = f.sin(x * 3.0) * f.cos(f.tanh(x))
    executable = Native(2, measured=False).compile(
        Program(tape, {"each": turned, "of rows": turned.sum(1), "deep": f.sin(f.sin(x)) + f.softmax(f.cos(x))})
    )
    usual = np.random.default_rng(1).normal(size=(rows + 1, width)).astype(dtype)
    far = usual.copy()
    far[rows // 2, -1] = 1e30
    before, after = (executable.step({}, {"x": given}, {}) for given in (usual, far))
    others = np.arange(rows + 1) != rows // 2
    for name, values in before.items():
        np.testing.assert_array_equal(values[others], after[name][others], err_msg=name)
        assert np.isfinite(after[name]).all()


def test_a_state_that_is_its_own_sine_is_turned_once():
    tape = Tape()
    state = tape.state("angle", (5,), "float64")
    start = np.array([0.5, 1e22, -2.0, 1e300, 3.0])
    arrays = {"angle": start.copy()}
    Native().compile(Program(tape, {}, {"angle": f.sin(state)})).step(arrays, {}, {})
    assert units(arrays["angle"], [circle(x)[0] for x in start.tolist()]) < UNITS
