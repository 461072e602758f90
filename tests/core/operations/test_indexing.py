from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glassnet.core import functions
from glassnet.core.derivative import backpropagate
from glassnet.core.extent import n
from glassnet.core.interpret import evaluate
from glassnet.core.operations.indexing import gather, scatter_add
from glassnet.core.tape import Tape
from glassnet.errors import DataError, DTypeError, ShapeError

thorough = settings(deadline=None, max_examples=100, derandomize=True, database=None)


@thorough
@given(st.data())
def test_gathering_and_scattering_are_adjoint_along_any_axis_with_any_rank_of_index(data):
    """The inner products <gather(table), values> and <table, scatter_add(values)> are one number."""
    shape = tuple(data.draw(st.lists(st.integers(1, 3), min_size=1, max_size=3)))
    axis = data.draw(st.integers(0, len(shape) - 1))
    rank = data.draw(st.integers(0, 3))
    random = np.random.default_rng(data.draw(st.integers(0, 99)))
    extents = tuple(random.integers(0, 4, rank))
    places = np.asarray(random.integers(0, shape[axis], extents))
    table = random.integers(-9, 9, shape).astype(float)
    values = random.integers(-9, 9, shape[:axis] + extents + shape[axis + 1 :]).astype(float)
    tape = Tape()
    t, i, v = (tape.input(k, a.shape, a.dtype) for k, a in (("t", table), ("i", places), ("v", values)))
    picked, added = gather(t, i, axis=axis), scatter_add(i, v, axis=axis, size=shape[axis])
    to_t, to_v = backpropagate((picked * v).sum(), [t])[0], backpropagate((added * t).sum(), [v])[0]
    found = evaluate([picked, added, to_t, to_v], {t: table, i: places, v: values})
    np.testing.assert_array_equal(found[0], np.take(table, places, axis))
    assert (found[0] * values).sum() == (table * found[1]).sum()
    np.testing.assert_array_equal(found[2], found[1])
    np.testing.assert_array_equal(found[3], found[0])


def test_a_repeated_index_sums_in_the_order_of_the_index():
    tape = Tape()
    values = tape.input("v", (4,), "float32")
    index = tape.constant([1, 1, 1, 1])
    total = scatter_add(index, values, axis=0, size=3)
    terms = np.array([1e8, 1.0, -1e8, 1.0], np.float32)
    in_order = ((np.float32(1e8) + np.float32(1)) + np.float32(-1e8)) + np.float32(1)
    assert evaluate([total], {values: terms})[0].tolist() == [0, in_order, 0]


def test_the_rows_of_a_batch_pick_from_a_table():
    tape = Tape()
    table, index = tape.state("table", (3, 2), "float64"), tape.input("index", (n,), "int64")
    picked = functions.gather(table, index)
    (delta,) = backpropagate(picked, [table])
    assert (picked.shape, delta.shape) == ((n, 2), (3, 2))
    values = np.arange(6.0).reshape(3, 2)
    for places in ([], [2], [1, 1, 0, 1]):
        found = evaluate([picked, delta], {table: values, index: np.array(places, int)})
        assert found[0].tolist() == [values[place].tolist() for place in places]
        assert found[1].tolist() == [[places.count(row)] * 2 for row in range(3)]


def test_a_table_as_long_as_the_batch_can_be_picked_from():
    tape = Tape()
    x, index = tape.input("x", (n, 2), "float64"), tape.input("index", (n,), "int32")
    picked = functions.gather(x, index)
    (delta,) = backpropagate(picked, [x])
    found = evaluate([picked, delta], {x: [[1.0, 2.0], [3.0, 4.0]], index: [1, 1]})
    assert [value.tolist() for value in found] == [[[3, 4], [3, 4]], [[0, 0], [2, 2]]]


@pytest.mark.parametrize("place", [-1, 3])
def test_a_place_outside_the_table_is_an_error_both_ways(place):
    tape = Tape()
    table, values, index = tape.input("t", (3,)), tape.input("v", (1,)), tape.input("i", (1,), "int64")
    given_values = {table: np.zeros(3), values: np.zeros(1), index: [place]}
    with pytest.raises(DataError, match=f"gather: the index {place} lies outside 0 to 2"):
        evaluate([gather(table, index, axis=0)], given_values)
    with pytest.raises(DataError, match=f"scatter_add: the index {place} lies outside 0 to 2"):
        evaluate([scatter_add(index, values, axis=0, size=3)], given_values)


def test_shapes_and_dtypes_that_do_not_fit():
    tape = Tape()
    x, index = tape.input("x", (n, 3), "float64"), tape.input("i", (2,), "int64")
    with pytest.raises(ShapeError, match=r"values of shape \(n, 3\) do not hold the shape of the index, \(2,\), from"):
        scatter_add(index, x, axis=0, size=4)
    for operation in (lambda: gather(x, x, axis=0), lambda: scatter_add(x, x, axis=0, size=2)):
        with pytest.raises(DTypeError, match="the index has dtype float64; expected whole numbers such as int64"):
            operation()
