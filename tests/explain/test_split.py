"""Features of a sum of parts, split row by row among the columns that the parts belong to."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from glassnet.data.encode.summed import Summed
from glassnet.explain.split import split

PARTS = np.array([[1.0, 2.0], [3.0, -1.0], [-2.0, 1.0], [-2.0, -2.0]])  # each column has the mean 0
WHERE = np.array([-1, 0])  # the first feature is one of a single column


def of(feature: np.ndarray, at_the_mean: float, slope: float = 1.0, parts: np.ndarray = PARTS) -> np.ndarray:
    """The split of a feature whose answer goes by the slope."""
    values = np.stack([np.full(len(parts), 7.0), feature], axis=1)
    summed = Summed(("one", "other"), parts[:, :, None], {"x": WHERE}, {"x": np.array([0.0, at_the_mean])})
    average = values.mean(axis=0)
    return split(slope * (values - average), values, summed, "x", average)


def test_a_linear_feature_gives_each_column_its_own_part():
    np.testing.assert_allclose(of(5 + PARTS.sum(axis=1) / 4, 5.0, slope=8.0), 2 * PARTS, rtol=1e-12)


def test_a_bent_feature_goes_by_its_secant_and_its_offset_by_the_sizes_of_the_parts():
    """max(sum, 0) is 3, 2, 0, 0 with the average 1.25 and 0 at the mean: secants 1, 1, none, 0; offset -1.25."""
    found = of(np.maximum(PARTS.sum(axis=1), 0), 0.0)
    offset = -1.25 * np.array([[1 / 3, 2 / 3], [3 / 4, 1 / 4], [2 / 3, 1 / 3], [1 / 2, 1 / 2]])
    np.testing.assert_allclose(found, np.array([[1.0], [1], [0], [0]]) * PARTS + offset, rtol=1e-12)


def test_parts_that_nearly_cancel_stay_of_their_own_size():
    """The quotient of the feature and the sum is 0.5 however small the sum is."""
    parts = np.array([[4.0, -4.0 + 1e-3], [-4.0, 4.0 - 1e-3]])
    np.testing.assert_allclose(of(parts.sum(axis=1) / 2, 0.0, parts=parts), parts / 2, rtol=1e-9)


def test_where_no_part_says_anything_columns_share_alike():
    found = of(np.array([3.0, -1.0]), 0.5, parts=np.zeros((2, 2)))
    np.testing.assert_allclose(found, [[1.0, 1.0], [-1.0, -1.0]])


numbers = st.floats(-10, 10, allow_subnormal=False)


@given(arrays(np.float64, (6, 2), elements=numbers), arrays(np.float64, 6, elements=numbers), numbers)
def test_nothing_is_lost(parts, feature, at_the_mean):
    parts = parts - parts.mean(axis=0)
    found = of(feature, at_the_mean, parts=parts)
    whole = np.where(feature == feature.mean(), 0, feature - feature.mean())
    scale = 1e-9 * np.maximum(1, np.abs(found).max(axis=1))
    assert (np.abs(found.sum(axis=1) - whole) <= scale).all()
