"""Every operation: its meaning against one worked out a number at a time, and its derivative to second order."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from glassnet.core.check import check_derivatives
from glassnet.core.derivative import gradient
from glassnet.core.interpret import evaluate
from glassnet.core.operation import FLOATS, operations
from glassnet.core.tape import Tape

TOLERANCE = {"float64": 4e-15, "float32": 1e-6}  # a few units in the last place: libraries of functions differ in these
SPECIAL = (0.0, -0.0, 1.0, -1.0, 0.5, -2.5, 3.0, 5e-324, 1e-300, 40.0, -800.0, 1e300, np.inf, -np.inf, np.nan)
thorough = settings(
    deadline=None, max_examples=40, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)


def assert_same(found, expected, operation):
    assert found.shape == expected.shape
    assert found.dtype == expected.dtype
    tolerance = TOLERANCE.get(found.dtype.name, 0)
    cancels = operation.kind in ("reduction", "other")  # sums may lose digits, functions of one number may not
    np.testing.assert_allclose(found, expected, rtol=tolerance, atol=tolerance if cancels else 0)


def leaves(tape, arrays):
    return [tape.input(f"x{i}", array.shape, array.dtype) for i, array in enumerate(arrays)]


def test_every_operation_has_a_case(cases):
    assert set(cases) == set(operations())


def test_an_operation_has_a_derivative_or_a_reason_for_having_none(cases):
    without = {name for name, operation in operations().items() if operation.derivative is None}
    assert without == {name for name, case in cases.items() if case.no_derivative}


@thorough
@given(data=st.data())
def test_an_operation_means_what_numbers_say(operation, case, data):
    example, tape = data.draw(case.examples), Tape()
    inputs = leaves(tape, example.arrays)
    output = example.call(operation, tape, *inputs)
    given_values = dict(zip(inputs, example.arrays, strict=True))
    if operation.evaluate is None:  # a leaf gives the value that it is given
        expected = np.arange(np.prod(output.shape, dtype=int), dtype=output.dtype).reshape(output.shape)
        given_values[output] = expected
    else:
        expected = np.asarray(case.meaning(*example.seen(example.arrays), **example.attributes))
    (found,) = evaluate([output], given_values)
    assert (found.shape, found.dtype.name) == (output.shape, output.dtype)
    assert_same(found, expected, operation)
    tape.validate()


def test_special_values_give_what_the_standard_for_floats_says(operation, case, number):
    rows = list(itertools.product(SPECIAL, repeat=case.arity))
    arrays = [np.array(column) for column in zip(*rows, strict=True)]
    tape = Tape()
    inputs = leaves(tape, arrays)
    (found,) = evaluate([operation(*inputs)], dict(zip(inputs, arrays, strict=True)))
    for row, value in zip(rows, found.tolist(), strict=True):
        expected = number(*row)
        assert value == pytest.approx(expected, rel=4e-15, abs=0, nan_ok=True), f"{operation}{row}"


@thorough
@given(data=st.data())
def test_a_derivative_agrees_with_central_differences_to_second_order(operation, case, smooth, data):
    example = data.draw(smooth)
    moved = [i for i, array in enumerate(example.arrays) if array.dtype.name in FLOATS]

    def function(*tensors):
        tape = tensors[0].tape
        operands = [tape.constant(array) for array in example.arrays]
        for i, tensor in zip(moved, tensors, strict=True):
            operands[i] = tensor
        return example.call(operation, tape, *operands)

    if moved:
        check_derivatives(function, *[example.arrays[i] for i in moved])


@thorough
@given(data=st.data())
def test_an_operation_without_derivative_gives_no_delta(operation, case, reason, data):
    example, tape = data.draw(case.examples), Tape()
    output = example.call(operation, tape, *leaves(tape, example.arrays))
    assert all(delta is None for delta in output.call.derivative(output.cast("float64"))), reason
    for i, array in enumerate(example.arrays):
        if array.dtype.name in FLOATS:

            def function(x, i=i):
                operands = [x if i == j else x.tape.constant(a.astype(float)) for j, a in enumerate(example.arrays)]
                return example.call(operation, x.tape, *operands).cast("float64")

            assert not gradient(function)(array.astype(float)).any()


@pytest.mark.parametrize("name", sorted(operations()))
def test_an_operation_prints_as_its_name(name):
    assert repr(operations()[name]) == name
