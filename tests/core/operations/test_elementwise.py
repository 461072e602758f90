from __future__ import annotations

import math

import numpy as np
import pytest

from glassnet.core.derivative import gradient
from glassnet.core.extent import n
from glassnet.core.interpret import evaluate
from glassnet.core.operations import elementwise
from glassnet.core.tape import Tape
from glassnet.errors import DTypeError, ShapeError

inf, nan = math.inf, math.nan


def value(operation, *arrays):
    tape = Tape()
    inputs = [tape.input(f"x{i}", np.shape(a), np.asarray(a).dtype) for i, a in enumerate(arrays)]
    return evaluate([operation(*inputs)], dict(zip(inputs, arrays, strict=True)))[0]


@pytest.mark.parametrize(
    ("delta", "slope", "product"),
    [
        (0.0, inf, 0.0),
        (0.0, -inf, 0.0),
        (-0.0, nan, 0.0),
        (0.0, nan, 0.0),
        (1.0, inf, inf),
        (-2.0, inf, -inf),
        (1.0, nan, nan),
        (nan, 0.0, nan),
        (inf, 0.0, nan),
        (nan, nan, nan),
        (1e300, 1e300, inf),
        (3.0, 2.0, 6.0),
    ],
)
def test_a_delta_of_0_times_anything_is_0_and_nothing_else_is_hidden(delta, slope, product):
    for shape in ((), (3,)):  # alone, and beside elements that are finite
        deltas, slopes = np.ones(shape), np.full(shape, 5.0)
        deltas[(0,) * len(shape)], slopes[(0,) * len(shape)] = delta, slope
        found = value(elementwise.chain, deltas, slopes)
        np.testing.assert_array_equal(found[(0,) * len(shape)], product)
        np.testing.assert_array_equal(found.reshape(-1)[1:], 5)


def test_finite_products_whose_sum_overflows_stay_as_they_are():
    large = np.array([1e308, 1e308, 0.0])
    assert value(elementwise.chain, large, np.ones(3)).tolist() == large.tolist()


def test_the_derivatives_of_chain_are_those_of_a_product():
    chain = lambda a, b: elementwise.chain(a, b)  # noqa: E731
    assert [float(d) for d in gradient(chain, (0, 1))(3.0, 5.0)] == [5, 3]
    assert [float(d) for d in gradient(chain, (0, 1))(0.0, 5.0)] == [5, 0]
    mixed = gradient(lambda a, b: gradient(chain, 1)(a, b), 0)
    assert [float(mixed(a, 5.0)) for a in (0.0, 3.0)] == [1, 1]


def test_an_operation_takes_operands_of_one_shape_and_names_both():
    tape = Tape()
    x, y = tape.input("x", (n, 2), "float64"), tape.input("y", (2,), "float64")
    with (
        tape.within("dense_1"),
        pytest.raises(ShapeError, match=r"dense_1: multiply: shapes \(n, 2\) and \(2,\) differ"),
    ):
        elementwise.multiply(x, y)
    with pytest.raises(ShapeError, match=r"select: a condition of shape \(2,\) for values of shape \(n, 2\)"):
        elementwise.select(y > 0, x, x)
    with pytest.raises(DTypeError, match="select: dtypes float64 and bool differ"):
        elementwise.select(x > 0, x, x > 0)


def test_whole_numbers_are_computed_in_their_own_dtype():
    for dtype in ("int32", "int64"):
        found = value(lambda a, b: -(a * b + a), np.array([3, -4], dtype), np.array([5, 6], dtype))
        assert (found.dtype, found.tolist()) == (dtype, [-18, 28])
    # uint32 counts modulo 2^32, as random words need
    assert value(elementwise.add, np.array([2**32 - 1], np.uint32), np.array([2], np.uint32)).tolist() == [1]


@pytest.mark.parametrize("source", ["float32", "float64", "int32", "int64", "uint32", "bool"])
@pytest.mark.parametrize("target", ["float32", "float64", "int32", "int64", "uint32", "bool"])
def test_every_dtype_casts_to_every_other(source, target):
    found = value(lambda x: x.cast(target), np.array([0, 1, 1], source))
    assert (found.dtype, found.tolist()) == (target, [0, 1, 1])


def test_select_takes_values_of_any_dtype():
    condition = np.array([True, False])
    for dtype in ("float32", "int64", "uint32", "bool"):
        found = value(elementwise.select, condition, np.array([1, 1], dtype), np.array([0, 0], dtype))
        assert (found.dtype, found.tolist()) == (dtype, [1, 0])
