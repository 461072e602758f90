"""Numbers centred at their median and clipped smoothly."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.data.encode.robust import LARGEST, RobustScale

anything = st.lists(st.floats(allow_nan=True, allow_infinity=True), min_size=1, max_size=40)
moderate = st.lists(st.integers(-50, 50).map(float), min_size=1, max_size=30)


def test_median_and_width_are_those_of_the_quartiles():
    scale = RobustScale.of(np.array([8.0, 1, 2, 3, 4, 5, 6, 7, np.nan]))
    assert scale.median == 4  # half of the eight values lie up to 4
    assert scale.width == pytest.approx((6 - 2) / 1.35, rel=1e-15)


def test_the_clipped_value_is_its_formula_and_ends_at_three():
    z = np.array([-3.0, 0.0, 1.0, 4.0, 1e200, np.inf, -np.inf, np.nan])
    expected = [-3 / np.sqrt(2), 0, 1 / np.sqrt(1 + 1 / 9), 4 / np.sqrt(1 + 16 / 9), 3, 3, -3, 0]
    np.testing.assert_allclose(RobustScale(0.0, 1.0).clip(z), expected, rtol=1e-12)
    assert RobustScale(10.0, 2.0).clip(np.array([12.0])).tolist() == [1 / np.sqrt(1 + 1 / 9)]


def test_a_column_that_is_mostly_one_value_has_half_its_range_as_width():
    assert RobustScale.of(np.array([0.0] * 9 + [6.0])) == RobustScale(0.0, 3.0)


def test_one_value_is_zero_throughout_and_so_is_no_value():
    for values in ([7.0, 7.0], [0.3, 0.1 + 0.2], [np.nan]):
        assert RobustScale.of(np.array(values)).clip(np.array([7.0, 0.0, np.nan])).tolist() == [0, 0, 0]


@given(anything, anything)
def test_whatever_comes_lies_between_minus_three_and_three_in_its_order(learnt, asked):
    clipped = RobustScale.of(np.array(learnt)).clip(np.array(asked))
    assert (np.abs(clipped) <= 3).all()
    there = np.array(asked)[~np.isnan(asked)]
    assert (np.diff(clipped[~np.isnan(asked)][np.argsort(there, kind="stable")]) >= 0).all()


@given(moderate, st.data())
def test_a_row_of_weight_2_is_the_row_twice(values, data):
    weights = data.draw(st.lists(st.sampled_from([1, 2, 3]), min_size=len(values), max_size=len(values)))
    array = np.array(values)
    assert RobustScale.of(array, np.array(weights, float)) == RobustScale.of(np.repeat(array, weights))


@given(anything)
def test_it_is_written_and_read_back_exactly(values):
    scale = RobustScale.of(np.array(values))
    assert RobustScale.from_json(json.loads(json.dumps(scale.to_json()))) == scale


def test_the_ends_of_float64_are_apart_from_the_middle():
    values = np.array([-np.inf, -1.7e308, 0.0, 1.7e308, np.inf])
    scale = RobustScale.of(values)
    assert scale == RobustScale(0.0, 2 * LARGEST / 1.35)
    clipped = scale.clip(values)
    assert clipped[0] == clipped[1] < 0 == clipped[2] < clipped[3]
