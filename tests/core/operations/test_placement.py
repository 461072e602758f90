from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glassnet.core import functions
from glassnet.core.derivative import backpropagate, gradient
from glassnet.core.extent import n
from glassnet.core.interpret import evaluate
from glassnet.core.tape import Tape
from glassnet.errors import ShapeError

thorough = settings(deadline=None, max_examples=100, derandomize=True, database=None)


def value(function, array):
    x = Tape().input("x", array.shape, array.dtype)
    return evaluate([function(x)], {x: array})[0]


@thorough
@given(st.data())
def test_padding_and_slicing_are_adjoint(data):
    """The inner products <pad(x), y> and <x, slice(y)> are one number, for any interior and step."""
    size, low, high, interior = (data.draw(st.integers(0, 4)) for _ in range(4))
    axis = data.draw(st.integers(0, 1))
    shape = (size, 2) if axis == 0 else (3, size)
    random = np.random.default_rng(data.draw(st.integers(0, 99)))
    x = random.integers(-9, 9, shape).astype(float)
    wide = value(lambda x: x.pad(axis, low, high, interior), x)
    y = random.integers(-9, 9, wide.shape).astype(float)
    back = value(lambda y: y.narrow(axis, low, size, interior + 1), y)
    assert (wide * y).sum() == (x * back).sum()
    np.testing.assert_array_equal(gradient(lambda x: x.pad(axis, low, high, interior) * y)(x), back)
    np.testing.assert_array_equal(gradient(lambda y: y.narrow(axis, low, size, interior + 1) * x)(y), wide)
    np.testing.assert_array_equal(value(lambda y: y.narrow(axis, low, size, interior + 1), wide), x)


def test_rows_known_only_later_can_be_padded_sliced_and_laid_end_to_end():
    tape = Tape()
    x = tape.input("x", (n, 2), "float64")
    padded = x.pad(0, n, n * 2)
    double = functions.concatenate([x, x * 2], axis=0)
    second_half = double.narrow(0, n, n)
    assert [t.shape for t in (padded, double, second_half)] == [(n * 4, 2), (n * 2, 2), (n, 2)]
    (slope,) = backpropagate(second_half.sum() + padded.sum() + double.sum(), [x])
    for rows in (0, 1, 3):
        values = np.arange(2.0 * rows).reshape(rows, 2)
        found = evaluate([padded, second_half, slope], {x: values})
        np.testing.assert_array_equal(found[0], np.pad(values, ((rows, 2 * rows), (0, 0))))
        np.testing.assert_array_equal(found[1], values * 2)
        np.testing.assert_array_equal(found[2], np.full((rows, 2), 2.0 + 1 + 3))


@pytest.mark.parametrize(
    ("use", "words"),
    [
        (lambda x: x.pad(0, 1, 0), r"the extent n \+ 1 is no whole number times symbols"),
        (lambda x: x.pad(0, 0, 0, interior=1), "no whole number times symbols"),
        (lambda x: functions.concatenate([x, x.tape.constant(np.zeros((3, 2)))], 0), "no whole"),
        (lambda x: x.pad(1, -1, 0), "may not be negative"),
        (lambda x: x.narrow(0, -1, n), "do not lie in axis 0"),
    ],
)
def test_a_shape_that_is_no_product_is_an_error_when_it_is_recorded(use, words):
    with pytest.raises(ShapeError, match=words):
        use(Tape().input("x", (n, 2), "float64"))


def test_whole_numbers_and_truth_values_are_padded_with_0_and_false():
    assert value(lambda x: x.pad(0, 1, 1), np.array([5])).tolist() == [0, 5, 0]
    found = value(lambda x: x.pad(0, 0, 1, 1), np.array([True, True]))
    assert (found.dtype, found.tolist()) == (np.bool_, [True, False, True, False])


def test_a_part_of_no_rows_adds_nothing_and_gets_no_delta():
    empty = np.zeros((0, 2))
    found = gradient(lambda a, b: functions.concatenate([a, b], 0) * 3, (0, 1))(empty, np.ones((1, 2)))
    assert found[0].shape == (0, 2)
    assert found[1].tolist() == [[3, 3]]
    assert value(lambda x: functions.concatenate([x], 0), np.ones(2)).tolist() == [1, 1]
