"""The piecewise-linear encoding."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.data.encode.bins import Bins, bins_for

anything = st.lists(st.floats(allow_nan=True, allow_infinity=True), min_size=1, max_size=60)
moderate = st.lists(st.integers(-50, 50).map(float), min_size=3, max_size=40)


def parts(bins: Bins, values):
    """How far values have come through each bin: the encoding without its stretch and its centre."""
    return bins.encode(values) / 1.5 + np.array(bins.means)


def test_each_component_is_the_part_of_its_bin_below_the_value():
    bins = Bins((0.0, 1.0, 3.0, 7.0), (0.0, 0.0, 0.0))
    expected = [[0, 0, 0], [0.5, 0, 0], [1, 0.75, 0], [1, 1, 0.25], [1, 1, 1], [0, 0, 0], [1, 1, 1]]
    found = parts(bins, np.array([-2.0, 0.5, 2.5, 4.0, 9.0, -np.inf, np.inf]))
    np.testing.assert_allclose(found, expected, rtol=1e-15)


def test_edges_are_quantiles_of_equal_weight():
    # Of the numbers from 1 to 100 a quarter lies up to 25, half up to 50, three quarters up to 75.
    bins = Bins.of(np.arange(100.0, 0.0, -1), 4)
    assert bins.edges == (1, 25, 50, 75, 100)
    # Up to 25 the parts are 0, 1/24, ..., 1, with the sum 12.5; the 75 values above have all of it.
    assert bins.means[0] == pytest.approx((12.5 + 75) / 100, rel=1e-14)


def test_a_component_is_centred_and_stretched_and_a_gap_is_its_mean():
    bins = Bins.of(np.array([0.0, 1.0, 2.0, np.nan]), 8)
    assert bins.edges == (0, 1, 2)
    assert bins.means == pytest.approx((2 / 3, 1 / 3))
    np.testing.assert_allclose(bins.encode(np.array([1.5, np.nan])), [[0.5, 1.5 * (0.5 - 1 / 3)], [0, 0]])


def test_few_values_are_an_edge_each():
    values = np.tile([1.0, 2, 4, 8, 16], 20)
    assert Bins.of(values, 3, distinct=5).edges == (1, 2, 4, 8, 16)
    assert Bins.of(values, 3, distinct=4).edges == (1, 2, 8, 16)  # a third lies up to 2, two thirds up to 8


@pytest.mark.parametrize("values", [[1.0, 2, 2], [5.0], [np.nan], [0.3, 0.1 + 0.2, 0.3 + 1e-16], [0.0] * 99 + [7, 9]])
def test_what_the_number_itself_tells_has_no_bins(values):
    bins = Bins.of(np.array(values), 2)
    assert len(bins) == 0
    assert bins.encode(np.array([1.0, np.nan])).shape == (2, 0)
    assert bins.names("x") == ()


def test_names_say_where_a_bin_lies():
    assert Bins((0.5, 1.0, 30.0), (0.0, 0.0)).names("age") == ("age from 0.5 to 1", "age from 1 to 30")


@pytest.mark.parametrize(("rows", "expected"), [(10, (8, 8)), (400, (16, 26)), (800, (32, 40)), (10**6, (32, 40))])
def test_bins_grow_with_the_rows(rows, expected):
    assert bins_for(rows) == expected


@given(anything, anything)
def test_whatever_comes_lies_between_0_and_1_and_never_falls_with_the_value(learnt, asked):
    bins = Bins.of(np.array(learnt), 8)
    found = parts(Bins(bins.edges, (0.0,) * len(bins)), np.sort(np.array(asked)[~np.isnan(asked)]))
    assert ((found >= 0) & (found <= 1)).all()
    assert (np.diff(found, axis=0) >= 0).all()
    assert (np.diff(found, axis=1) <= 0).all()  # a bin is begun when the one before is full


@given(moderate, st.integers(2, 8))
def test_the_components_add_up_to_the_value_and_have_mean_0(values, most):
    array = np.array(values)
    bins = Bins.of(array, most)
    if len(bins):
        np.testing.assert_allclose(bins.edges[0] + parts(bins, array) @ np.diff(bins.edges), array, atol=1e-12)
        np.testing.assert_allclose(bins.encode(array).mean(axis=0), 0, atol=1e-12)


@given(moderate, st.data())
def test_a_row_of_weight_2_is_the_row_twice(values, data):
    weights = data.draw(st.lists(st.sampled_from([1, 2, 3]), min_size=len(values), max_size=len(values)))
    array = np.array(values)
    one, other = Bins.of(array, 4, np.array(weights, float)), Bins.of(np.repeat(array, weights), 4)
    assert one.edges == other.edges
    np.testing.assert_allclose(one.means, other.means, rtol=1e-12)


@given(anything)
def test_they_are_written_and_read_back_exactly(values):
    bins = Bins.of(np.array(values), 8)
    assert Bins.from_json(json.loads(json.dumps(bins.to_json()))) == bins
