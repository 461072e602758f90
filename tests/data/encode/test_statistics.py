"""What the target was at each level, out of fold for the rows learnt from."""

from __future__ import annotations

import json

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from glassnet.data.encode.statistics import LevelStatistics

rows = st.lists(
    st.tuples(st.integers(0, 3), st.floats(-9, 9), st.integers(0, 3), st.sampled_from([1.0, 2.0, 3.0])),
    min_size=1, max_size=25,
)  # fmt: skip


def by_loops(levels, targets, folds, weights, level, fold):
    """The statistics that a row of a level and a fold may see, one row after the other."""
    total, count, all_rows, everything = 0.0, 0.0, 0.0, 0.0
    for own, target, where, weight in zip(levels, targets, folds, weights, strict=True):
        if where != fold:
            everything, all_rows = everything + weight * target, all_rows + weight
            if own == level:
                total, count = total + weight * target, count + weight
    prior = everything / all_rows if all_rows else 0
    return [(total + 10 * prior) / (count + 10), np.log(1 + count)]


def test_the_mean_of_a_level_is_smoothed_by_ten_rows_of_the_mean():
    levels, targets, folds = np.array([1, 1, 1, 2]), np.array([[6.0], [6.0], [0.0], [4.0]]), np.array([0, 1, 0, 1])
    found = LevelStatistics.of(levels, targets, folds, 4)
    prior = 16 / 4
    expected = [[prior, 0], [(12 + 10 * prior) / 13, np.log(4)], [(4 + 10 * prior) / 11, np.log(2)], [prior, 0]]
    np.testing.assert_allclose(found.encode(np.arange(4)), expected, rtol=1e-14)
    # Of fold 0's other fold: a level of 6 and one of 4, with the mean 5.
    others = [[(6 + 50) / 11, np.log(2)], [(4 + 50) / 11, np.log(2)], [5, 0]]
    np.testing.assert_allclose(found.encode(np.array([1, 2, 3]), np.zeros(3, int)), others, rtol=1e-14)


@given(rows)
def test_each_row_sees_the_other_folds_and_a_new_one_sees_all(rows):
    levels, targets, folds, weights = (np.array(each) for each in zip(*rows, strict=True))
    found = LevelStatistics.of(levels, targets[:, None], folds, 4, weights)
    for asked in (folds, np.full(len(rows), -1)):
        expected = [by_loops(levels, targets, folds, weights, *each) for each in zip(levels, asked, strict=True)]
        np.testing.assert_allclose(found.encode(levels, asked), expected, rtol=1e-9, atol=1e-12)
    np.testing.assert_array_equal(found.encode(levels), found.encode(levels, np.full(len(rows), -1)))


@given(rows, st.data())
def test_no_row_sees_the_targets_of_its_own_fold(rows, data):
    rows = [*rows, (0, 1.0, 1, 1.0)]
    levels, targets, folds, weights = (np.array(each) for each in zip(*rows, strict=True))
    own = data.draw(st.integers(0, len(rows) - 1))
    other = targets.copy()
    other[own] += 1e6
    before, after = (
        LevelStatistics.of(levels, each[:, None], folds, 4, weights).encode(levels, folds) for each in (targets, other)
    )
    same = folds == folds[own]
    np.testing.assert_array_equal(before[same], after[same])  # to the last bit
    met = ~same & (levels == levels[own])
    assert (before[met, 0] != after[met, 0]).all()


@given(rows)
def test_a_row_of_weight_2_is_the_row_twice(rows):
    levels, targets, folds, weights = (np.array(each) for each in zip(*rows, strict=True))
    times = weights.astype(int)
    one = LevelStatistics.of(levels, targets[:, None], folds, 4, weights)
    more = LevelStatistics.of(*(np.repeat(each, times, axis=0) for each in (levels, targets[:, None], folds)), 4)
    np.testing.assert_allclose(one.encode(levels, folds), more.encode(levels, folds), rtol=1e-9, atol=1e-12)


@given(rows)
def test_they_are_written_and_read_back_exactly(rows):
    levels, targets, folds, weights = (np.array(each) for each in zip(*rows, strict=True))
    found = LevelStatistics.of(levels, np.stack([targets, targets**2], axis=1), folds, 4, weights)
    again = LevelStatistics.from_json(json.loads(json.dumps(found.to_json())))
    np.testing.assert_array_equal(again.sums, found.sums)
    np.testing.assert_array_equal(again.counts, found.counts)
