"""The columns of a stream: numbers, texts, gaps, what comes and goes, and what is refused."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from glassnet.data.growing import FEW, MOST, WATCHED, GrowingColumns, Room, plain
from glassnet.data.target_scale import TargetScale
from glassnet.errors import DataError

ROOM = Room(4, 100)


def encoded(columns: GrowingColumns, x: dict) -> tuple[dict[int, float], list]:
    """What stands in a row, by place, and what is new."""
    row = np.zeros(ROOM.width)
    news = columns.encode(x, row.data, ROOM)
    return {int(place): row[place] for place in np.flatnonzero(row)}, news


def learnt(columns: GrowingColumns, *rows: dict) -> GrowingColumns:
    for x in rows:
        columns.learn(encoded(columns, x)[1])
    return columns


def test_numbers_and_texts_have_places_in_the_order_of_their_coming_whatever_that_of_a_dictionary():
    columns = learnt(GrowingColumns(), {"a": 1.5, "kind": "x"}, {"kind": "y", "b": 2, "a": 7})
    # Of four places for numbers a has the first and b the second; four more say that they are known; x is mark 0.
    for x in ({"a": 3.0, "kind": "y", "b": 5}, {"b": 5, "kind": "y", "a": 3.0}):
        assert encoded(columns, x)[0] == {0: 3.0, 4: 1.0, 1: 5.0, 5: 1.0, 8 + 1: 1.0}


def test_looking_changes_nothing():
    columns = learnt(GrowingColumns(), {"a": 1.5})
    before = json.dumps(columns.to_json())
    assert encoded(columns, {"b": "new", "a": None})[1] == [("b", "new"), ("a", None)]
    assert json.dumps(columns.to_json()) == before


@pytest.mark.parametrize("gap", [None, float("nan"), np.float32("nan"), "", Decimal("NaN"), pd.NA, pd.NaT])
def test_a_gap_and_a_column_that_is_not_there_are_one_mark(gap):
    columns = learnt(GrowingColumns(), {"a": 1.5, "b": 1.0}, {"b": 1.0})
    assert encoded(columns, {"b": 2.0, "a": gap}) == encoded(columns, {"b": 2.0})
    assert encoded(columns, {"b": 2.0})[0] == {1: 2.0, 5: 1.0, 8: 1.0}


def test_a_column_of_few_numbers_gets_a_mark_for_each_and_one_of_many_none():
    rows = [{"few": row % 3, "many": row} for row in range(WATCHED + 1)]
    columns = learnt(GrowingColumns(), *rows)
    assert encoded(columns, {"few": 2, "many": 1})[0] == {0: 2.0, 4: 1.0, 1: 1.0, 5: 1.0, 8 + 2: 1.0}
    learnt(columns, {"few": 9.5, "many": 0})
    assert encoded(columns, {"few": 9.5, "many": 0})[0] == {0: 9.5, 4: 1.0, 5: 1.0, 8 + 3: 1.0}
    learnt(columns, *[{"few": 10 + row, "many": 0} for row in range(20)])
    assert columns.marks == FEW
    assert encoded(columns, {"few": 77, "many": 0})[1] == []  # it has all the marks that it gets


def test_levels_beyond_the_most_share_a_mark():
    columns = learnt(GrowingColumns(), *[{"k": f"level {i}"} for i in range(MOST + 10)])
    assert columns.marks == MOST + 1
    assert encoded(columns, {"k": "never seen"}) == encoded(columns, {"k": f"level {MOST + 5}"})


def test_a_text_among_numbers_is_a_mark_and_a_number_among_texts_is_a_number():
    columns = learnt(GrowingColumns(), {"a": 1.5, "b": "x"}, {"a": "n/a", "b": 3})
    assert encoded(columns, {"a": "n/a", "b": 4})[0] == {8 + 1: 1.0, 1: 4.0, 5: 1.0}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (np.int64(3), 3.0),
        (np.str_("a"), "a"),
        (True, 1.0),
        (Decimal("2.5"), 2.5),
        (date(1970, 1, 31), 30.0),
        (datetime(1970, 1, 2, 12, tzinfo=UTC), 1.5),
        (datetime(1970, 1, 2, 12), 1.5),
    ],
)
def test_values_of_other_types_are_read(value, expected):
    assert plain("a", value) == expected


@pytest.mark.parametrize("value", [[1, 2], {"b": 1}, b"bytes", 1j, np.zeros(2), object()])
def test_what_is_no_value_is_named_with_its_column(value):
    with pytest.raises(DataError, match=r"column 'a': .* was given, a .*; expected a number, text"):
        plain("a", value)


def test_a_name_that_is_none_is_refused():
    with pytest.raises(DataError, match="expected text or a whole number as its name"):
        learnt(GrowingColumns(), {(1, 2): 1.0})


def test_columns_are_the_same_from_json():
    columns = learnt(GrowingColumns(), *[{"a": row % 3, 7: "xy"[row % 2], "b": row} for row in range(30)], {"a": None})
    again = GrowingColumns.from_json(json.loads(json.dumps(columns.to_json())))
    assert again == columns
    for x in ({"a": 1, 7: "x", "b": 3}, {}, {"a": 5.0}):
        assert encoded(again, x) == encoded(columns, x)


def test_old_places_stand_where_they_are_in_more_room():
    assert Room(2, 1).places_in(Room(3, 4)).tolist() == [0, 1, 3, 4, 6]


# -- the scale of targets ----------------------------------------------------------------------------------------------
def test_the_scale_of_targets_is_their_mean_and_deviation():
    scale, values = TargetScale(), np.random.default_rng(0).normal(50, 3, size=500)
    assert scale.deviation == 1
    for y in values:
        scale.learn(y)
    assert scale.mean == pytest.approx(values.mean())
    assert scale.deviation == pytest.approx(values.std(), rel=0.01)  # a few are beyond no reach
    before = scale.deviation
    scale.learn(1e12)
    assert scale.deviation < 1.2 * before
    assert TargetScale.from_json(json.loads(json.dumps(scale.to_json()))) == scale
