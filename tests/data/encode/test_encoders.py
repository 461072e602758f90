"""Encoders of one column."""

from __future__ import annotations

import datetime

import numpy as np
import pytest

from glassnet.data.encode.encoders import Moment, Quantity, Truth
from glassnet.data.encode.periods import Periods
from glassnet.data.frames import as_table
from glassnet.data.schema import ColumnSchema, Kind
from glassnet.data.table import Column


def column(values) -> Column:
    return as_table({"x": values}).columns["x"]


def schema(kind, **more) -> ColumnSchema:
    return ColumnSchema("x", kind, "", **{"given": "text", **more})


def encode(encoder, column: Column):
    values, notes = encoder.read(column, "t")
    into = np.empty((len(column), len(encoder.features)))
    encoder.write(values, into)
    return into.T, notes


def test_numbers_are_standardised_and_gaps_flagged():
    encoder = Quantity.fit(schema(Kind.NUMBER), column([1.0, 3.0, 5.0, None]), "t")
    assert encoder.features == ("x", "x missing")
    blocks, notes = encode(encoder, column([5.0, None]))
    z = 2 / np.sqrt(8 / 3)  # mean 3, variance (4 + 0 + 4) / 3
    np.testing.assert_allclose(blocks[0], [z / np.sqrt(1 + (z / 8) ** 2), 0])
    assert blocks[1].tolist() == [0, 1]
    assert notes == []


def test_a_new_gap_is_the_mean_and_said_and_infinity_is_said():
    encoder = Quantity.fit(schema(Kind.NUMBER), column([1.0, 3.0]), "t")
    blocks, notes = encode(encoder, column([None, np.inf, 3.0]))
    assert len(blocks) == 1
    assert blocks[0][:2].tolist() == [0, 8]
    assert notes == [
        "x: 1 missing value, none when learnt: the mean stands in",
        "x: 1 infinite value taken as beyond every other",
    ]


def test_truth_values_are_plus_and_minus_one():
    encoder = Truth.fit(schema(Kind.BOOLEAN), column(["yes", "no"]), "t")
    blocks, notes = encode(encoder, column(["yes", "no", "maybe"]))
    assert blocks[0].tolist() == [1, -1, 0]
    assert notes == ["x: 1 value never seen when learnt ('maybe')"]
    assert encode(encoder, column([True, None]))[1] == ["x: 1 missing value, none when learnt: taken as neither"]
    assert Truth.fit(schema(Kind.BOOLEAN), column(["yes", None]), "t").features == ("x", "x missing")


def days(*offsets) -> Column:
    return column([datetime.datetime(2021, 1, 1) + datetime.timedelta(days=offset) for offset in offsets])


@pytest.mark.parametrize(
    ("dates", "periods"),
    [
        (days(0, 1), ()),
        (days(*range(10)), ("week",)),
        (days(*range(400)), ("year", "week")),
        (days(*np.arange(0, 3, 0.25)), ("day",)),
        (days(*np.arange(0, 400, 0.25)), ("year", "week", "day")),
        (days(*range(0, 100, 7)), ()),
    ],
)
def test_dates_have_parts_only_where_they_vary_over_a_whole_period(dates, periods):
    assert Moment.fit(schema(Kind.DATE, given="datetime"), dates, "t").periods.names == periods


def test_the_place_in_a_period_is_on_the_circle():
    known = days(*np.arange(0, 3, 0.25))
    encoder = Moment.fit(schema(Kind.DATE, given="datetime"), known, "t")
    assert encoder.features == ("x", "x in the day (sine)", "x in the day (cosine)")
    blocks, _ = encode(encoder, days(0, 0.25, 0.5))
    np.testing.assert_allclose(blocks[1], [0, 1, 0], atol=1e-9)
    np.testing.assert_allclose(blocks[2], [1, 0, -1], atol=1e-9)
    gap = encode(encoder, column([None, "2021-01-01"]))[0]
    assert [block[0] for block in gap] == [0, 0, 0]


def test_a_time_of_day_goes_round_the_day():
    encoder = Moment.fit(schema(Kind.DATE, order="time of day"), column(["0:00", "6:00"]), "t")
    assert encoder.periods == Periods(("day",))
    np.testing.assert_allclose(encode(encoder, column(["6:00"]))[0][1], [1])


@pytest.mark.parametrize("offset", [1.7e9, 1e15])
def test_a_far_column_keeps_its_steps_in_float32(offset):
    values = column(offset + np.arange(1000.0))
    encoder = Quantity.fit(schema(Kind.NUMBER, given="float"), values, "t")
    assert len(np.unique(encode(encoder, values)[0][0].astype(np.float32))) == 1000
