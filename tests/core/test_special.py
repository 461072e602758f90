from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glassnet.core import special

thorough = settings(deadline=None, max_examples=300, derandomize=True, database=None)


def test_both_functions_agree_with_the_c_library_over_their_whole_range():
    x = np.concatenate([np.linspace(-6.5, 26, 20_001), [0.46875, 4.0, -0.46875, -4.0], np.logspace(-308, 0, 500)])
    for function, known in ((special.erf, math.erf), (special.erfc, math.erfc)):
        expected = np.array([known(value) for value in x.tolist()])
        np.testing.assert_allclose(function(x), expected, rtol=1e-15, atol=0)


@thorough
@given(st.floats(-26, 26))
def test_erf_and_its_complement_add_up_to_1_and_erf_is_odd(x):
    values = np.array([x, -x])
    erf, erfc = special.erf(values), special.erfc(values)
    np.testing.assert_allclose(erf + erfc, 1, rtol=2.5e-16)
    assert erf[1] == -erf[0]


def test_the_ends():
    x = np.array([-np.inf, -1e300, -0.0, 0.0, 1e300, np.inf, np.nan])
    np.testing.assert_array_equal(special.erf(x), [-1, -1, 0, 0, 1, 1, np.nan])
    np.testing.assert_array_equal(special.erfc(x), [2, 2, 1, 1, 0, 0, np.nan])
    assert math.copysign(1, special.erf(np.array(-0.0))) == -1


@pytest.mark.parametrize("x", [27.0, 27.5, 28.0])
def test_the_far_tail_goes_to_0_through_the_subnormal_numbers(x):
    assert special.erfc(np.array(x)) == pytest.approx(math.erfc(x), abs=1e-321)


def test_shape_and_dtype_stay():
    x = np.linspace(-5, 5, 24, dtype=np.float32).reshape(2, 3, 4)[:, ::-1]
    for function, known in ((special.erf, math.erf), (special.erfc, math.erfc)):
        found = function(x)
        assert (found.shape, found.dtype) == (x.shape, np.float32)
        expected = np.array([known(float(value)) for value in x.flat]).reshape(x.shape)
        np.testing.assert_allclose(found, expected, rtol=1.2e-7)
    assert special.erf(np.zeros((0, 3))).shape == (0, 3)
