from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from glassnet.core.extent import Extent, bind, count, has_symbol, n, nonnegative_axis, written
from glassnet.errors import ShapeError

thorough = settings(deadline=None, max_examples=200, derandomize=True, database=None)
t = Extent(1, ("t",))


def extents():
    """Whole numbers times powers of n and t; with no symbol left, plain numbers."""
    return st.builds(
        lambda factor, rows, steps: count((factor, *(n,) * rows, *(t,) * steps)),
        st.integers(-6, 12),
        st.integers(0, 2),
        st.integers(0, 2),
    )


SIZES = st.fixed_dictionaries({"n": st.integers(0, 9), "t": st.integers(0, 9)})


@thorough
@given(extents(), extents(), SIZES)
def test_a_product_of_extents_binds_to_the_product_of_their_sizes(a, b, sizes):
    assert bind(a * b, sizes) == bind(a, sizes) * bind(b, sizes)
    assert a * b == b * a


@thorough
@given(extents(), extents(), SIZES)
def test_a_sum_that_is_an_extent_binds_to_the_sum_of_their_sizes(a, b, sizes):
    try:
        total, difference = a + b, a - b
    except ShapeError:
        assume(False)
    assert bind(total, sizes) == bind(a, sizes) + bind(b, sizes)
    assert bind(difference, sizes) == bind(a, sizes) - bind(b, sizes)


@thorough
@given(extents(), extents(), extents(), SIZES)
def test_products_are_associative_and_spread_over_sums(a, b, c, sizes):
    assert (a * b) * c == a * (b * c)
    try:
        total = b + c
    except ShapeError:
        assume(False)
    assert a * total == a * b + a * c
    assert bind(a * total, sizes) == bind(a, sizes) * (bind(b, sizes) + bind(c, sizes))


@thorough
@given(extents().filter(lambda e: isinstance(e, Extent)), extents().filter(bool), SIZES)
def test_an_exact_quotient_times_the_divisor_is_the_extent_again(a, b, sizes):
    product = a * b
    assert product // b == a
    try:
        quotient = a // b
    except ShapeError:
        assume(False)
    assert quotient * b == a
    assert bind(quotient, sizes) * bind(b, sizes) == bind(a, sizes)


@thorough
@given(st.lists(extents(), max_size=4), SIZES)
def test_the_number_of_elements_binds_to_the_product_of_the_bound_shape(shape, sizes):
    expected = 1
    for size in bind(tuple(shape), sizes):
        expected *= size
    assert bind(count(shape), sizes) == expected


def test_equal_extents_are_equal_whatever_the_order_they_were_built_in():
    assert n * t * 2 == 2 * t * n
    assert hash(n * t) == hash(t * n)
    assert n * 3 != n * 2
    assert n != 1


def test_an_extent_without_symbols_or_with_factor_0_is_a_plain_number():
    assert (type(n // n), n // n) == (int, 1)
    assert (type(n * 0), n * 0) == (int, 0)
    assert (type(n - n), n - n) == (int, 0)
    assert 0 - n == n * -1


@pytest.mark.parametrize("sum_", [lambda: n + 1, lambda: 1 + n, lambda: n + t, lambda: n - 2, lambda: n * n + n])
def test_a_sum_that_is_no_product_is_an_error(sum_):
    with pytest.raises(ShapeError, match="no whole number times symbols"):
        sum_()


@pytest.mark.parametrize("divisor", [2, t, n * n, 0, n * 2])
def test_a_quotient_that_is_no_product_is_an_error(divisor):
    with pytest.raises(ShapeError, match="cannot be divided"):
        (n * 3) // divisor


@pytest.mark.parametrize("factor", [0.5, 2.0, "2", None])
def test_only_whole_numbers_multiply_an_extent(factor):
    with pytest.raises(TypeError):
        n * factor


def test_binding_reaches_into_tuples_and_leaves_the_rest_alone():
    value = ("x", (n, (n * n, 2)), [n])
    assert bind(value, {"n": 3}) == ("x", (3, (9, 2)), [n])
    assert has_symbol(value)
    assert not has_symbol((1, ("x", (2,))))


def test_an_unknown_symbol_is_named():
    with pytest.raises(ShapeError, match="size of t is not known"):
        (n * t).bind({"n": 2})


def test_shapes_are_written_as_people_write_them():
    assert written(()) == "()"
    assert written((3,)) == "(3,)"
    assert written((n, n * 2, n * n * 3, 4)) == "(n, 2n, 3nn, 4)"


def test_a_negative_axis_counts_from_the_end_and_one_that_is_not_there_is_an_error():
    assert [nonnegative_axis(axis, (n, 3, 2)) for axis in (0, -1, 2, -3)] == [0, 2, 2, 0]
    for axis in (3, -4):
        with pytest.raises(ShapeError, match=rf"axis {axis}: the shape \(n, 3, 2\) has 3 axes"):
            nonnegative_axis(axis, (n, 3, 2))
