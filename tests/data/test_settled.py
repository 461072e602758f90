"""The quick way to write a dictionary of a stream: as the general one, wherever it takes it."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from glassnet.data.growing import WATCHED, GrowingColumns, Room
from glassnet.data.settled import SettledColumns
from glassnet.errors import DataError

ROOM = Room(6, 200)
NUMBERS = st.one_of(st.sampled_from([0.0, 1, True, -2.5, float("nan"), np.float32(0.1), 10**400]), st.floats(width=32))
VALUES = st.one_of(
    NUMBERS, st.sampled_from(["x", "y", "", None, Decimal(1), np.str_("x"), b"x", [1.0], np.array([1.0])])
)


def settled(count: int = WATCHED + 1) -> GrowingColumns:
    """Columns of many numbers, of few, of text, of numbers among texts, and of one that came late."""
    columns, random = GrowingColumns(), np.random.default_rng(0)
    for row in range(count):
        x = {"kind": "xy"[row % 2], "few": row % 3, "many": random.normal(), "mixed": row if row else "x"}
        if row > 3:
            x["late"] = float(row)
        columns.learn(columns.encode(x, np.zeros(ROOM.width).data, ROOM))
    return columns


def written(columns: GrowingColumns, x: dict, dtype: str) -> object:
    """What `encode` writes and gives, or what it raises."""
    row = np.zeros(ROOM.width, dtype)
    try:
        news = columns.encode(x, row.data, ROOM)
    except (DataError, OverflowError, ValueError) as error:
        return type(error)
    return row.tolist(), repr(news)


QUICK = settled(40)
GENERAL = settled(40)
GENERAL._settled = None


@settings(max_examples=400)
@given(
    st.fixed_dictionaries(dict.fromkeys(("few", "many", "mixed", "late", "kind"), VALUES)),
    st.dictionaries(st.sampled_from(["many", "new", 7]), NUMBERS, max_size=1),
    st.sampled_from(["float32", "float64"]),
)
def test_both_ways_write_the_same(x, more, dtype):
    assert written(QUICK, {**x, **more}, dtype) == written(GENERAL, {**x, **more}, dtype)


def test_what_a_stream_mostly_brings_goes_the_quick_way():
    way, row = SettledColumns.of(QUICK), np.zeros(ROOM.width)
    assert way is not None
    assert way.write({"late": 1.0, "many": 0.5, "few": 2, "kind": "y", "mixed": 4}, row.data, ROOM)
    # The places of numbers: few 0, many 1, mixed 2, late 3.
    assert row[:4].tolist() == [2.0, 0.5, 4.0, 1.0]
    assert row[6:10].tolist() == [1.0] * 4


def test_columns_that_are_still_watched_have_no_quick_way():
    assert SettledColumns.of(settled(10)) is None
    assert SettledColumns.of(GrowingColumns()) is None


def test_a_dictionary_that_makes_what_it_lacks_is_left_as_it_was():
    from collections import defaultdict

    x = defaultdict(float, {"many": 1.0, "few": 1.0, "mixed": 1.0, "kind": "x", "other": 2.0})
    written(QUICK, x, "float64")
    assert "late" not in x
