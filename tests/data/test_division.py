"""Rows held out by time and by group."""

from __future__ import annotations

import datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import glassnet as gn
from glassnet.data.division import moments_of
from glassnet.data.folds import folds_of_groups
from glassnet.data.frames import as_table
from glassnet.errors import DataError, SchemaError, SettingError


@given(
    st.lists(st.integers(0, 30), min_size=2, max_size=200).filter(lambda days: len(set(days)) > 1), st.floats(0.01, 0.9)
)
def test_what_is_held_out_by_time_is_later_than_all_that_is_learnt(days, share):
    out = gn.ByTime("day", share).divide(as_table({"day": days}), seed=0).out
    values = np.array(days)
    assert values[out].min() > values[~out].max()
    most = np.bincount(values).max()
    assert abs(out.sum() - share * len(days)) <= max(most, 1 + share * len(days) * (len(set(days)) == 2))


@given(
    st.lists(st.integers(0, 30), min_size=2, max_size=200).filter(lambda each: len(set(each)) > 1),
    st.integers(0, 5),
)
def test_no_group_is_on_both_sides(groups, seed):
    division = gn.ByGroup("id", 0.3).divide(as_table({"id": [f"g{each}" for each in groups]}), seed)
    values = np.array(groups)
    assert not set(values[division.out]) & set(values[~division.out])
    assert 0 < division.out.sum() < len(groups)
    rows = np.flatnonzero(~division.out)
    folds = division.folds(None, rows, 4, seed)
    for group in set(values[rows]):
        assert len(set(folds[values[rows] == group])) == 1


def test_folds_of_groups_are_filled_evenly():
    groups = np.repeat([0, 1, 2, 3, 4], [10, 4, 3, 2, 1])
    assert sorted(np.bincount(folds_of_groups(groups, 2, seed=0)).tolist()) == [10, 10]
    assert len(set(folds_of_groups(groups, 8, seed=0).tolist())) == 5
    drawn = [folds_of_groups(np.arange(40), 4, 0, each).tolist() for each in range(2)]
    assert drawn[0] != drawn[1]


@pytest.mark.parametrize(
    "days",
    [
        ["3 Mar 2021", "1 Mar 2021", "12 Feb 2021"],
        ["2021-03-03", "2021-03-01", "2021-02-12"],
        [datetime.date(2021, 3, 3), datetime.date(2021, 3, 1), datetime.date(2021, 2, 12)],
        ["10", "9", "-3"],
    ],
)
def test_times_have_an_order_however_they_are_written(days):
    assert np.argsort(moments_of(as_table({"day": days, "x": [1, 2, 3]}), "day")).tolist() == [2, 1, 0]


@pytest.mark.parametrize(
    ("make", "error", "expected"),
    [
        (lambda: gn.ByTime("dy"), SchemaError, "did you mean 'day'"),
        (lambda: gn.ByTime("who"), DataError, "'who' is a category .* expected numbers or dates"),
        (lambda: gn.ByTime("gaps"), DataError, "column 'gaps', row 2: nothing says when the row was"),
        (lambda: gn.ByGroup("gaps"), DataError, "column 'gaps', row 2: nothing says what group"),
        (lambda: gn.ByGroup("same"), DataError, "'same' holds 1 group, and two at least"),
        (lambda: gn.ByTime("same"), DataError, "'same' holds 1 time, and two at least"),
        (lambda: gn.ByTime("day", 1.5), SettingError, "share"),
        (lambda: gn.ByGroup(3), SettingError, "expected the name of a column"),
        (lambda: gn.ByGroup("day", part=0.1), SettingError, "has no setting 'part'"),
    ],
)
def test_what_cannot_divide_rows_is_named(make, error, expected):
    table = as_table({"day": [1, 2, 3], "who": ["a", "b", "a"], "gaps": [1, None, 2], "same": [7, 7, 7]})
    with pytest.raises(error, match=expected):
        make().divide(table, seed=0)
