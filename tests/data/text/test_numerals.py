"""Numbers as people write them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.data.table import text_column
from glassnet.data.text.distinct import Distinct
from glassnet.data.text.numerals import (
    PLAIN,
    Convention,
    are_whole,
    commonest,
    conventions,
    has_leading_zero,
    is_beyond,
)


def distinct_of(*texts: str) -> Distinct:
    return Distinct.of(text_column(texts))


def found(*texts: str) -> list[Convention]:
    distinct = distinct_of(*texts)
    return conventions(distinct, np.ones(len(distinct.texts), np.bool_))


def read(convention: Convention, *texts: str) -> list[float]:
    distinct = distinct_of(*texts)
    return distinct.spread(convention.numbers(distinct)).tolist()


@pytest.mark.parametrize(
    ("texts", "convention", "numbers"),
    [
        (("12", "-3", "+4.5", ".5", "6.", "1e3", "2.5E-2"), PLAIN, [12, -3, 4.5, 0.5, 6, 1000, 0.025]),
        (("1,5", "2,25", "-,5"), Convention(","), [1.5, 2.25, -0.5]),
        (("1,234.5", "17", "1,234,567"), Convention(".", ","), [1234.5, 17, 1234567]),
        (("12,34,567.5",), Convention(".", ","), [1234567.5]),
        (("1.234,5", "-1.234.567"), Convention(",", "."), [1234.5, -1234567]),
        (("1 234,5", "1\u00a0234,5", "1\u202f234", "1\u2009234"), Convention(",", " "), [1234.5, 1234.5, 1234, 1234]),
        (("1'234.5", "1\u2019234"), Convention(".", "'"), [1234.5, 1234]),
        (("\u22123.5", "+2"), PLAIN, [-3.5, 2]),
        (("inf", "-Infinity", "+INF", "∞", "1"), PLAIN, [np.inf, -np.inf, np.inf, np.inf, 1]),
    ],
)
def test_the_convention_of_a_column_and_its_numbers(texts, convention, numbers):
    assert found(*texts) == [convention]
    assert read(convention, *texts) == numbers


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1))
def test_plain_numbers_are_read_to_the_last_bit(values):
    assert read(PLAIN, *map(repr, values)) == values


@given(st.lists(st.integers(-(10**15), 10**15), min_size=1), st.sampled_from([",", ".", " ", "'"]))
def test_thousands_are_read_whatever_their_sign(values, sign):
    convention = Convention("," if sign == "." else ".", sign)
    assert read(convention, *(f"{value:,}".replace(",", sign) for value in values)) == [float(v) for v in values]


def test_one_comma_before_three_digits_can_be_read_in_two_ways():
    assert found("1,234", "17") == [Convention(".", ","), Convention(",")]
    assert found("1.234", "17") == [PLAIN, Convention(",", ".")]
    assert found("1,234", "2,5") == [Convention(",")]
    assert found("0,234", "1,234") == [Convention(",")]  # no thousand begins with 0


@pytest.mark.parametrize(
    "text", ["", "1_000", "1,23,4", "12 34", "1e", "--1", "1-2", "0x10", "nan", "١٢", "1.2.3", "1,2345.6", "e5", "."]
)
def test_what_is_no_number_under_any_convention(text):
    assert found(text, "x") == []
    assert not any(read(c, text)[0] == read(c, text)[0] for c in (PLAIN, Convention(","), Convention(".", ",")))


def test_two_ways_in_one_column_are_none_for_all():
    assert found("1,5", "2.5") == []
    convention, numbers, any_way = commonest(distinct_of("1,5", "2.5", "3.5", "x"))
    assert convention == PLAIN
    assert numbers.tolist() == [False, True, True, False]
    assert any_way.tolist() == [True, True, True, False]


def test_codes_are_told_from_numbers():
    def told(*texts: str) -> list[bool]:
        distinct = distinct_of(*texts)
        every = np.ones(len(distinct.texts), np.bool_)
        whole = are_whole(distinct, every)
        return [whole, whole and has_leading_zero(distinct, every), whole and is_beyond(distinct, every)]

    assert told("0", "7", "42") == [True, False, False]
    assert told("0", "007") == [True, True, False]
    assert told("007", "0.5") == [False, False, False]
    assert told(str(2**53)) == [True, False, False]
    assert told(str(2**53 + 1)) == [True, False, True]
