"""Dates and times as people write them."""

from __future__ import annotations

import datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.data.table import text_column
from glassnet.data.text.dates import DAY_FIRST, MONTH_FIRST, TIME, YEAR_FIRST, moments, order_of, seconds
from glassnet.data.text.distinct import Distinct


def orders(*texts: str) -> list[str]:
    distinct = Distinct.of(text_column(texts))
    return order_of(distinct, np.ones(len(distinct.texts), np.bool_))


def read(order: str, text: str) -> str | None:
    values, known = moments(Distinct.of(text_column([text])), order)
    return str(values.view("datetime64[us]")[0])[:19] if known[0] else None


@pytest.mark.parametrize(
    ("text", "order", "moment"),
    [
        ("2021-04-03", YEAR_FIRST, "2021-04-03T00:00:00"),
        ("2021/4/3 7:05", YEAR_FIRST, "2021-04-03T07:05:00"),
        ("2021-04-03T12:30:45.250Z", YEAR_FIRST, "2021-04-03T12:30:45"),
        ("2021-04-03T00:30:00+02:00", YEAR_FIRST, "2021-04-02T22:30:00"),
        ("2021-04-03 20:00:00-0530", YEAR_FIRST, "2021-04-04T01:30:00"),
        ("2021-04", YEAR_FIRST, "2021-04-01T00:00:00"),
        ("20210403", YEAR_FIRST, "2021-04-03T00:00:00"),
        ("1850-12-31", YEAR_FIRST, "1850-12-31T00:00:00"),
        ("03/04/2021", DAY_FIRST, "2021-04-03T00:00:00"),
        ("03/04/2021", MONTH_FIRST, "2021-03-04T00:00:00"),
        ("3.4.21", DAY_FIRST, "2021-04-03T00:00:00"),
        ("3/4/69", DAY_FIRST, "1969-04-03T00:00:00"),
        ("4/3/2021 12:15 AM", MONTH_FIRST, "2021-04-03T00:15:00"),
        ("4/3/2021, 12:15:01 pm", MONTH_FIRST, "2021-04-03T12:15:01"),
        ("3 Apr 2021", DAY_FIRST, "2021-04-03T00:00:00"),
        ("03-APR-21", YEAR_FIRST, "2021-04-03T00:00:00"),
        ("April 3rd, 2021", YEAR_FIRST, "2021-04-03T00:00:00"),
        ("Sat, 3 April 2021 10:00:00 GMT", YEAR_FIRST, "2021-04-03T10:00:00"),
        ("Sept 2021", YEAR_FIRST, "2021-09-01T00:00:00"),
        ("2020-02-29", YEAR_FIRST, "2020-02-29T00:00:00"),
        ("2021-02-29", YEAR_FIRST, None),
        ("2021-13-01", YEAR_FIRST, None),
        ("31/04/2021", DAY_FIRST, None),
        ("2021-04-03 25:00", YEAR_FIRST, None),
        ("13:05 PM", TIME, None),
        ("9:05", TIME, "1970-01-01T09:05:00"),
        ("9:05:30 pm", TIME, "1970-01-01T21:05:30"),
        ("03/04/2021", YEAR_FIRST, None),
        ("soon", DAY_FIRST, None),
    ],
)
def test_a_text_as_a_moment(text, order, moment):
    assert read(order, text) == moment


@given(st.lists(st.datetimes(min_value=datetime.datetime(1, 1, 1)), min_size=1))
def test_iso_dates_are_read_to_the_microsecond(values):
    distinct = Distinct.of(text_column([value.isoformat(" ", "microseconds") for value in values]))
    found, known = moments(distinct, YEAR_FIRST)
    assert known.all()
    assert found[distinct.codes].view("datetime64[us]").tolist() == values


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (("03/04/2021", "25/12/2021"), [DAY_FIRST]),
        (("03/04/2021", "12/25/2021"), [MONTH_FIRST]),
        (("03/04/2021", "05/06/2021"), [DAY_FIRST, MONTH_FIRST]),
        (("13/04/2021", "12/25/2021"), []),
        (("03.04.2021", "05.06.2021"), [DAY_FIRST]),
        (("01/03/2021", "01/04/2021"), [DAY_FIRST]),  # the first of each month
        (("1/1/2021", "2/1/2021"), [MONTH_FIRST]),
        (("2021-04-03", "3 April 2021"), [YEAR_FIRST]),
        (("2021-04-03", "25/12/2021"), [DAY_FIRST]),
        (("9:30", "14:05"), [TIME]),
        (("2021-02-30",), []),
        (("12.5", "13.5"), []),
    ],
)
def test_the_order_is_decided_from_all_dates(texts, expected):
    assert orders(*texts) == expected


def test_seconds_since_1970():
    found = seconds(np.array(["1970-01-02", "NaT"], "datetime64[us]"))
    np.testing.assert_equal(found, [86400.0, np.nan])
