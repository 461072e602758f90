"""Numbers and dates clipped, beside their bins."""

from __future__ import annotations

import datetime

import numpy as np
import pytest

from glassnet.data.encode.binned import BinnedQuantity
from glassnet.data.encode.binned_moment import BinnedMoment
from glassnet.data.frames import as_table
from glassnet.data.schema import ColumnSchema, Kind
from glassnet.data.table import Column

NUMBER = ColumnSchema("x", Kind.NUMBER, "", given="float")
DATE = ColumnSchema("x", Kind.DATE, "", given="datetime")


def column(values) -> Column:
    return as_table({"x": values}).columns["x"]


def encode(encoder, column: Column, dtype="float64"):
    values, notes = encoder.read(column, "t")
    into = np.empty((len(column), len(encoder.features)), dtype)
    encoder.write(values, into)
    return into, notes


def test_a_number_stands_clipped_beside_its_bins_and_its_gap():
    encoder = BinnedQuantity.of(NUMBER, np.array([1.0, 2.0, 3.0, 4.0, np.nan]))
    assert encoder.features == ("x", "x from 1 to 2", "x from 2 to 3", "x from 3 to 4", "x missing")
    assert encoder.linear == (True, False, False, False, True)
    rows, notes = encode(encoder, column([2.5, None]))
    z = 0.5 / (2 / 1.35)  # the median is 2, the quartiles are 1 and 3
    expected = [z / np.sqrt(1 + z * z / 9), 1.5 * (1 - 0.75), 1.5 * (0.5 - 0.5), 1.5 * (0 - 0.25), 0]
    np.testing.assert_allclose(rows[0], expected)
    assert rows[1].tolist() == [0, 0, 0, 0, 1]
    assert notes == []


def test_a_new_gap_is_the_median_and_said_and_infinity_is_said():
    encoder = BinnedQuantity.of(NUMBER, np.array([1.0, 2.0, 3.0, 4.0]))
    rows, notes = encode(encoder, column([None, np.inf, -np.inf]))
    assert not rows[0].any()
    assert rows[1:, 0].tolist() == [3, -3]
    assert notes == [
        "x: 1 missing value, none when learnt: the median stands in",
        "x: 2 infinite values taken as beyond every other",
    ]


def test_a_value_beside_gaps_is_the_flag_alone():
    encoder = BinnedQuantity.of(NUMBER, np.array([7.0, np.nan, 7.0]))
    assert (encoder.features, encoder.linear) == (("x missing",), (True,))
    assert encode(encoder, column([7.0, None, 9.0]))[0].tolist() == [[0], [1], [0]]


@pytest.mark.parametrize(("most", "edges"), [(0, ()), (1, ()), (2, (0, 499, 999)), (4, (0, 249, 499, 749, 999))])
def test_there_are_no_more_bins_than_is_said(most, edges):
    values = np.arange(1000.0)
    encoder = BinnedQuantity.of(NUMBER, values)
    capped = encoder.capped(values, None, most)
    assert capped.bins.edges == edges
    assert (capped.scale, capped.line, capped.flagged) == (encoder.scale, encoder.line, encoder.flagged)
    values = np.tile(np.arange(6.0), 100)
    assert len(BinnedQuantity.of(NUMBER, values).capped(values, None, most).bins) <= most


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_what_is_written_is_what_float64_gives_rounded(dtype):
    values = np.concatenate([np.random.default_rng(0).normal(1e6, 1, 500), [np.nan, np.inf, -np.inf]])
    encoder = BinnedQuantity.of(NUMBER, values)
    exact, _ = encode(encoder, column(values))
    np.testing.assert_array_equal(encode(encoder, column(values), dtype)[0], exact.astype(dtype))


def test_a_date_is_its_time_in_bins_and_its_places_on_circles():
    days = [datetime.datetime(2021, 1, 1) + datetime.timedelta(days=i) for i in range(10)]
    seconds = np.array([day.replace(tzinfo=datetime.UTC).timestamp() for day in days])
    encoder = BinnedMoment.of(DATE, seconds)
    assert encoder.features[0] == "x"
    assert encoder.features[-2:] == ("x in the week (sine)", "x in the week (cosine)")
    assert encoder.linear == (True, *[False] * len(encoder.time.bins), True, True)
    rows, notes = encode(encoder, column([days[3], None]))
    own, _ = encode(BinnedQuantity.of(NUMBER, seconds), column([seconds[3]]))
    np.testing.assert_array_equal(rows[0, :-2], own[0])
    angle = 2 * np.pi * (seconds[3] / 86_400 % 7) / 7
    np.testing.assert_allclose(rows[0, -2:], [np.sin(angle), np.cos(angle)], rtol=1e-12)
    assert not rows[1].any()
    assert notes == ["x: 1 missing value, none when learnt: the median stands in"]
