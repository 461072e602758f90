"""Categories as numbers of levels and as columns."""

from __future__ import annotations

import numpy as np

from glassnet.data.encode.levels import Hot, Levels
from glassnet.data.frames import as_table
from glassnet.data.schema import ColumnSchema, Kind
from glassnet.data.table import Column


def column(values) -> Column:
    return as_table({"c": values}).columns["c"]


def levels(values, *names) -> Levels:
    return Levels.fit(ColumnSchema("c", Kind.CATEGORY, "", "text", names), column(values))


def test_levels_are_numbered_from_one_and_what_was_never_seen_is_zero_and_said():
    encoder = levels(["a", "b"], "a", "b")
    numbers, notes = encoder.number(column(["b", "zebra", "zebra", "a", "emu"]))
    assert encoder.count == 3
    assert numbers.tolist() == [2, 0, 0, 1, 0]
    assert notes == ["c: 3 values never seen when learnt ('zebra', 'emu')"]


def test_a_gap_is_zero_and_said_where_there_was_none():
    numbers, notes = levels(["a", "b"], "a", "b").number(column(["a", None, " "]))
    assert numbers.tolist() == [1, 0, 0]
    assert notes == ["c: 2 missing values, none when learnt: taken as never seen"]
    numbers, notes = levels(["a", None], "a").number(column(["a", None, "n/a"]))
    assert (numbers.tolist(), notes) == ([1, 0, 0], [])


def test_a_level_that_means_a_gap_stays_a_level_and_takes_later_gaps():
    encoder = levels(["Gas", "None"], "Gas", "None")
    numbers, notes = encoder.number(column(["None", None, "", "zebra", "Gas"]))
    assert numbers.tolist() == [2, 2, 2, 0, 1]
    assert notes == [
        "c: 1 value never seen when learnt ('zebra')",
        "c: 2 missing values, none when learnt: taken as 'None'",
    ]
    assert levels(["Gas", "None", None], "Gas", "None").number(column([None]))[0].tolist() == [0]


def test_the_commonest_levels_have_columns():
    names = tuple(f"{i:03}" for i in range(300))
    hot = Hot.fit(ColumnSchema("c", Kind.CATEGORY, "", "text", names), column([*names, *names[44:]]))
    assert hot.features[0] == "c=044"
    assert len(hot.features) == 256
    into = np.empty((2, 256), np.float32)
    hot.write(hot.read(column(["045", "000"]), "t").values, into)
    assert into[0, :3].tolist() == [0, 1, 0]
    assert into.sum(axis=1).tolist() == [1, 0]
