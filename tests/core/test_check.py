from __future__ import annotations

import numpy as np
import pytest

from glassnet.core import functions
from glassnet.core.check import check_derivatives
from glassnet.core.operation import Operation
from glassnet.core.operations import elementwise
from glassnet.errors import DerivativeError

X = np.array([0.3, 0.7, 1.9])


def of_one_number(evaluate, derivative):
    """An operation that stands in no registry."""
    return Operation("mine", "elementwise", lambda a: (a.shape, a.dtype), evaluate, derivative)


def test_right_derivatives_pass_to_the_third_order():
    square = of_one_number(np.square, lambda delta, y, a: (elementwise.chain(delta, 2 * a),))
    check_derivatives(square, X, order=3, tolerance=1e-4)
    check_derivatives(lambda x: functions.sin(x) * x, X, order=3, tolerance=1e-4)


@pytest.mark.parametrize(
    "derivative",
    [
        lambda delta, y, a: (elementwise.chain(delta, 2.001 * a),),
        lambda delta, y, a: (elementwise.chain(delta, a),),
        lambda delta, y, a: (delta,),
        lambda delta, y, a: (-elementwise.chain(delta, 2 * a),),
        lambda delta, y, a: (elementwise.chain(delta, 2 * a * np.nan),),
        lambda delta, y, a: (None,),
    ],
)
def test_a_wrong_derivative_is_found_with_its_place_and_both_numbers(derivative):
    wrong = of_one_number(np.square, derivative)
    message = r"derivative of order 1, argument 0, element \(0,\): \S+ from the tape, 0\.\d+ from central differences"
    with pytest.raises(DerivativeError, match=message):
        check_derivatives(wrong, X)


def test_a_derivative_that_is_right_but_does_not_differentiate_again_is_found_at_the_second_order():
    stopped = of_one_number(np.square, lambda delta, y, a: (elementwise.chain(delta, (2 * a).stop()),))
    check_derivatives(stopped, X, order=1)
    with pytest.raises(DerivativeError, match="derivative of order 2, argument 0"):
        check_derivatives(stopped, X)


def test_the_wrong_argument_is_named():
    swapped = Operation(
        "mine",
        "elementwise",
        lambda a, b: (a.shape, a.dtype),
        np.subtract,
        lambda delta, y, a, b: (delta, delta),
    )
    with pytest.raises(DerivativeError, match="order 1, argument 1"):
        check_derivatives(swapped, X, X[::-1])


def test_a_single_wrong_element_is_found():
    mostly = lambda x: functions.where(x < 1, x * x, (x * x).stop())  # noqa: E731
    with pytest.raises(DerivativeError, match=r"element \(2,\)"):
        check_derivatives(mostly, X)


def test_a_kink_is_found_where_it_lies_under_the_step():
    with pytest.raises(DerivativeError):
        check_derivatives(functions.relu, np.zeros(1))


def test_the_step_grows_with_the_number():
    check_derivatives(lambda x: x * x, np.array([1e9, -1e9]))


def test_a_derivative_error_is_an_assertion_error():
    with pytest.raises(AssertionError):
        check_derivatives(lambda x: x.stop(), X)


@pytest.mark.parametrize("shape", [(), (0,), (2, 0), (1, 2)])
def test_any_shape_is_checked(shape):
    check_derivatives(lambda x: x * x, np.full(shape, 0.5))
