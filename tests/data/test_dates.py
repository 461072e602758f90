"""Dates and times as people write them."""

from __future__ import annotations

import numpy as np
import pytest

from glassnet.data.dates import moment, order_of, seconds


@pytest.mark.parametrize(
    ("texts", "order"),
    [
        (["2021-04-03", "2021-12-25T10:30:00"], "ymd"),
        (["03/04/2021", "25/12/2021"], "dmy"),
        (["03/04/2021", "12/25/2021"], "mdy"),
        (["03.04.2021"], "dmy"),
        (["25/12/2021", "12/25/2021"], None),
        (["2021-13-01"], None),
        (["12.75"], None),
        ([], None),
    ],
)
def test_the_order_is_decided_from_the_whole_column(texts, order):
    assert order_of(texts) == order


def test_a_zone_is_taken_to_utc():
    assert moment("2021-04-03T12:00:00+02:00", "ymd") == np.datetime64("2021-04-03T10:00:00")
    assert moment("2021-04-03 12:00:00.5Z", "ymd") == np.datetime64("2021-04-03T12:00:00.500000")


def test_days_that_do_not_exist_are_no_dates():
    assert moment("2021-02-29", "ymd") is None
    assert moment("2020-02-29", "ymd") is not None


def test_seconds_count_from_1970_and_gaps_are_nan():
    found = seconds(np.array(["1970-01-02", "NaT"], "datetime64[us]"))
    assert found[0] == 86400
    assert np.isnan(found[1])
