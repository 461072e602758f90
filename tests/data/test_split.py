"""Rows held out."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.data.split import hold_out
from glassnet.errors import SettingError


@given(st.lists(st.integers(0, 4), min_size=1, max_size=60), st.floats(0, 0.9), st.integers(0, 2**32 - 1))
def test_every_row_is_on_one_side_and_every_class_is_learnt_from(labels, share, seed):
    classes = np.array(labels)
    training, held = hold_out(classes, len(classes), share, seed)
    assert sorted([*training, *held]) == list(range(len(classes)))
    assert set(classes[training]) == set(labels)


def test_classes_are_held_out_in_proportion():
    classes = np.repeat([0, 1, 2], [100, 50, 1])
    _, held = hold_out(classes, 151, 0.2, seed=0)
    assert np.bincount(classes[held], minlength=3).tolist() == [20, 10, 0]


def test_rows_are_drawn_over_the_whole_table_and_by_the_seed():
    _, held = hold_out(None, 1000, 0.1, seed=0)
    assert len(held) == 100
    assert held.min() < 100
    assert held.max() > 900
    assert np.array_equal(held, hold_out(None, 1000, 0.1, seed=0)[1])
    assert not np.array_equal(held, hold_out(None, 1000, 0.1, seed=1)[1])


def test_a_share_out_of_range_is_refused():
    with pytest.raises(SettingError, match="share=1"):
        hold_out(None, 10, 1, seed=0)
