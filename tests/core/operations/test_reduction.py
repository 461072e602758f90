from __future__ import annotations

import numpy as np
import pytest

from glassnet.core.derivative import gradient
from glassnet.core.interpret import evaluate
from glassnet.core.tape import Tape
from glassnet.errors import DTypeError


def value(function, array):
    x = Tape().input("x", array.shape, array.dtype)
    return evaluate([function(x)], {x: array})[0]


def test_nothing_sums_to_0_and_its_maximum_is_the_least_number():
    empty = np.zeros((2, 0))
    assert value(lambda x: x.sum(1), empty).tolist() == [0, 0]
    assert value(lambda x: x.max(1), empty).tolist() == [-np.inf, -np.inf]
    assert value(lambda x: x.max(1), empty.astype(np.int32)).tolist() == [-(2**31)] * 2
    assert value(lambda x: x.max(0), empty).shape == (0,)
    assert gradient(lambda x: x.max(1))(empty).shape == (2, 0)


def test_a_sum_keeps_the_dtype_of_its_elements():
    for dtype in ("float32", "int32", "uint32", "int64"):
        assert value(lambda x: x.sum(), np.ones(3, dtype)).dtype == dtype
    tenth = np.full(10_000, 0.1, np.float32)
    assert value(lambda x: x.sum(), tenth) == pytest.approx(1000, rel=1e-6)


def test_nan_is_the_maximum_where_there_is_one():
    x = np.array([[1.0, np.nan], [2.0, -np.inf]])
    np.testing.assert_array_equal(value(lambda x: x.max(1), x), [np.nan, 2])


def test_an_axis_that_is_kept_has_extent_1_and_no_axes_change_nothing():
    x = np.arange(6.0).reshape(2, 3)
    assert value(lambda x: x.sum((0, 1), keep=True), x).tolist() == [[15]]
    assert value(lambda x: x.max(-1, keep=True), x).tolist() == [[2], [5]]
    assert value(lambda x: x.sum(()), x).tolist() == x.tolist()


def test_truth_values_are_cast_before_they_are_summed():
    with pytest.raises(DTypeError, match=r"sum: dtype bool is not among .*; cast first, as in x\.cast\('float32'\)"):
        value(lambda x: (x > 0).sum(), np.ones(2))
