"""Tables with a row for each time step: which rows are a sequence, and in what order."""

from __future__ import annotations

import datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.data.in_time import check_time, in_order
from glassnet.data.long_table import LongTable
from glassnet.data.schema import Schema
from glassnet.errors import DataError, SchemaError

IDS = ["b", "a", "b", "c", "a", "b"]


def long(ids=IDS, time=None, **more):
    columns = {"id": ids, "x": list(range(len(ids))), **({} if time is None else {"day": time}), **more}
    return LongTable.of(columns, "id", None if time is None else "day")


def time_of(table):
    """What the column of the time is taken for."""
    (time,) = Schema.decide(table.table, ["day"]).targets
    return time


def test_sequences_are_counted_in_the_order_in_which_they_first_come():
    table = long()
    assert table.numbers.tolist() == [0, 1, 0, 2, 1, 0]
    assert table.lengths.tolist() == [3, 2, 1]
    assert table.first.tolist() == [0, 1, 3]
    assert len(table) == 3
    assert [table.name(row) for row in table.first] == ["sequence 'b'", "sequence 'a'", "sequence 'c'"]
    assert table.features.names == ("x",)


@pytest.mark.parametrize(
    "ids",
    [
        [2, 1, 2, 3, 1, 2],
        [2.0, 1.0, 2.0, 3.5, 1.0, 2.0],
        [True, False, True, False, False, True],
        np.array(IDS),
        [" b", "a", "b ", "c", "a", "b"],
        [datetime.date(2024, 1, 2), datetime.date(2024, 1, 1)] * 3,
    ],
)
def test_values_of_any_kind_name_sequences(ids):
    table = long(ids)
    plain = [each.strip() if isinstance(each, str) else each for each in ids]
    for row, number in enumerate(table.numbers):
        assert plain[row] == plain[table.first[number]]
    assert len(table) == len(set(plain))


def test_some_sequences_are_taken_whole():
    taken = long().take(np.array([True, False, True]))
    assert taken.table.columns["x"].values.tolist() == [0, 2, 3, 5]
    assert taken.numbers.tolist() == [0, 0, 1, 0]


def test_rows_stand_in_their_own_order_without_a_time():
    assert in_order(long(), None).tolist() == [0, 2, 5, 1, 4, 3]


@pytest.mark.parametrize(
    "time",
    [
        [3, 5, 1, 0, 4, 2],
        [0.3, 0.5, 0.1, 0.0, 0.4, 0.2],
        ["03.02.2024", "05.02.2024", "31.01.2024", "01.01.1999", "04.02.2024", "02.02.2024"],
        ["10", "5", "1", "0", "4", "9"],
        [datetime.date(2024, 1, day) for day in (9, 7, 1, 5, 3, 8)],
        [1_700_000_000_000_000_000 + ns for ns in (3, 5, 1, 0, 4, 2)],  # nanoseconds, which float64 cannot tell apart
    ],
)
def test_rows_are_ordered_by_numbers_and_dates_within_each_sequence(time):
    table = long(time=time)
    schema = time_of(table)
    check_time(schema, table.table.require("day"), "the dictionary")
    assert in_order(table, schema).tolist() == [2, 5, 0, 4, 1, 3]


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(-50, 50)), min_size=2, max_size=30, unique=True))
def test_the_order_is_that_of_a_sort_of_each_sequence_by_itself(rows):
    ids, times = map(list, zip(*rows, strict=True))
    table = long(ids, time=times)
    expected = [
        row
        for each in dict.fromkeys(ids)
        for row in sorted((k for k in range(len(rows)) if ids[k] == each), key=times.__getitem__)
    ]
    assert in_order(table, time_of(table)).tolist() == expected


def test_what_is_no_order_is_refused_with_its_rows():
    table = long(time=[3, 5, 1, 0, 5, 2])
    with pytest.raises(DataError, match="rows 2 and 5 of sequence 'a' are both of day 5; expected one row for each"):
        in_order(table, time_of(table))
    table = long(time=[3, 5, 1, None, 4, 2])
    with pytest.raises(DataError, match="column 'day', row 4: nothing says when this step of sequence 'c' was"):
        in_order(table, time_of(table))
    table = long(time=["mo", "tu", "we", "mo", "tu", "we"])
    with pytest.raises(
        DataError, match=r"column 'day' is a category .*, which puts no rows in order; expected numbers"
    ):
        check_time(time_of(table), table.table.require("day"), "the dictionary")


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: long(["b", None, "a"]), DataError, "column 'id', row 2: nothing says what sequence the row belongs"),
        (lambda: long(["b", "a", " "]), DataError, "column 'id', row 3: nothing says"),
        (lambda: long([]), DataError, "the dictionary has no rows; expected a row for each step"),
        (lambda: LongTable.of({"ids": [1]}, "id", None), SchemaError, "no column 'id'; did you mean 'ids'"),
        (
            lambda: LongTable.of({"id": [1], "day": [2]}, "id", "dya"),
            SchemaError,
            "no column 'dya'; did you mean 'day'",
        ),
    ],
)
def test_a_table_that_makes_no_sequences_is_refused(make, error, message):
    with pytest.raises(error, match=message):
        make()


def test_rows_of_one_sequence_that_differ_are_found():
    table, every = long(), np.ones(6, bool)
    assert table.differing(np.array([7, 8, 7, 9, 8, 7]), every) is None
    assert table.differing(np.array([7, 8, 7, 9, 6, 7]), every) == (1, 4)
    some = np.array([True, False, True, True, True, True])
    assert table.differing(np.array([7, 0, 7, 9, 6, 7]), some) is None
    assert table.first_where(some).tolist() == [0, 4, 3]
    assert table.first_where(np.zeros(6, bool)).tolist() == [0, 1, 3]
