"""The folds of the training rows."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.data.folds import folds_of
from glassnet.errors import SettingError

LABELS = st.lists(st.integers(0, 4), min_size=1, max_size=60)


@given(LABELS, st.data(), st.integers(0, 2**32 - 1))
def test_each_class_and_the_whole_are_spread_evenly(labels, data, seed):
    classes, count = np.array(labels), data.draw(st.integers(1, len(labels)))
    folds = folds_of(classes, len(classes), count, seed)
    assert folds.dtype == np.int64
    for rows in (np.ones(len(classes), bool), *(classes == each for each in set(labels))):
        sizes = np.bincount(folds[rows], minlength=count)
        assert len(sizes) == count
        assert sizes.max() - sizes.min() <= 1


def test_without_classes_rows_are_drawn_and_the_seed_decides():
    first = folds_of(None, 1000, 8, seed=1)
    assert np.bincount(first).tolist() == [125] * 8
    np.testing.assert_array_equal(first, folds_of(None, 1000, 8, seed=1))
    other = folds_of(None, 1000, 8, seed=2)
    assert 75 < (first == other).sum() < 175  # an eighth of the rows by chance, with a deviation of 10
    assert abs(np.corrcoef(first, np.arange(1000))[0, 1]) < 0.15  # not in the order of the rows


@pytest.mark.parametrize(("rows", "count"), [(3, 4), (3, 0), (0, 1)])
def test_more_folds_than_rows_are_refused(rows, count):
    with pytest.raises(SettingError, match=f"{count} folds of {rows} rows"):
        folds_of(None, rows, count, seed=0)
