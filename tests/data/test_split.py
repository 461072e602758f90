"""Rows held out."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.data.split import hold_out
from glassnet.errors import SettingError

LABELS = st.lists(st.integers(0, 4), min_size=1, max_size=60)


@given(LABELS, st.floats(0, 0.9), st.integers(0, 2**32 - 1))
def test_every_row_is_on_one_side_and_every_class_is_learnt_from(labels, share, seed):
    classes = np.array(labels)
    training, held = hold_out(classes, len(classes), share, seed)
    assert sorted([*training, *held]) == list(range(len(classes)))
    assert (np.diff(training) > 0).all()
    assert (np.diff(held) > 0).all()
    assert set(classes[training]) == set(labels)


@given(LABELS, st.floats(0, 0.5))
def test_each_class_is_held_out_in_proportion_to_within_a_row(labels, share):
    classes = np.array(labels)
    _, held = hold_out(classes, len(classes), share, seed=0)
    sizes = np.bincount(classes)
    assert (np.abs(np.bincount(classes[held], minlength=len(sizes)) - share * sizes) <= 1).all()


def test_many_small_classes_are_held_out_too():
    classes = np.repeat(np.arange(100), 3)
    training, held = hold_out(classes, 300, 0.1, seed=0)
    assert len(held) == 30
    assert set(classes[training]) == set(range(100))


def test_rows_are_drawn_over_the_whole_table_and_by_the_seed():
    _, held = hold_out(None, 1000, 0.1, seed=0)
    assert len(held) == 100
    assert held.min() < 100
    assert held.max() > 900
    assert np.array_equal(held, hold_out(None, 1000, 0.1, seed=0)[1])
    assert not np.array_equal(held, hold_out(None, 1000, 0.1, seed=1)[1])


def test_rows_sorted_by_class_are_held_out_of_each_class():
    classes = np.repeat(np.arange(5), 120)
    _, held = hold_out(classes, 600, 0.1, seed=0)
    assert np.bincount(classes[held]).tolist() == [12] * 5


def test_no_rows_and_one_row():
    assert [len(side) for side in hold_out(None, 0, 0.1, seed=0)] == [0, 0]
    assert [len(side) for side in hold_out(None, 1, 0.9, seed=0)] == [1, 0]


def test_a_share_out_of_range_is_refused():
    with pytest.raises(SettingError, match="share=1"):
        hold_out(None, 10, 1, seed=0)
