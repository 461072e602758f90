"""Numbers and truth values as people write them."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.data.numerals import CONVENTIONS, Convention, convention_of, is_code, is_missing, truth


@pytest.mark.parametrize(
    ("texts", "decimal", "thousands", "numbers"),
    [
        (["12.75", "0.5", "-3"], ".", "", [12.75, 0.5, -3]),
        (["1,5", "2,25"], ",", "", [1.5, 2.25]),
        (["1,234", "5,678.5"], ".", ",", [1234, 5678.5]),
        (["1.234,5", "7"], ",", ".", [1234.5, 7]),
        (["1 234", "5 678,5"], ",", " ", [1234, 5678.5]),
        (["1'234.5"], ".", "'", [1234.5]),
        (["1e3", "+2E-2"], ".", "", [1000, 0.02]),
        (["−4", ".5", "6."], ".", "", [-4, 0.5, 6]),
    ],
)
def test_one_convention_is_found_for_a_whole_column(texts, decimal, thousands, numbers):
    found = convention_of(texts)
    assert found == Convention(decimal, thousands)
    assert [found.number(text) for text in texts] == numbers


def test_mixed_conventions_and_words_are_no_numbers():
    assert convention_of(["1.5", "1,5"]) is None
    assert convention_of(["12", "tall"]) is None
    assert convention_of([]) is None


def test_infinity_is_a_number():
    assert CONVENTIONS[0].number("-Infinity") == -math.inf
    assert CONVENTIONS[0].number(" inf ") == math.inf


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_what_python_writes_is_read_back_exactly(value):
    assert CONVENTIONS[0].number(repr(value)) == value


@pytest.mark.parametrize("text", ["", "NA", "n/a", "NaN", "null", "None", " - ", "?", "#N/A"])
def test_the_usual_spellings_of_a_gap(text):
    assert is_missing(text)


def test_zero_and_words_are_no_gaps():
    assert not any(is_missing(text) for text in ("0", "no", "nasal", "north"))


def test_codes_have_significant_zeros_or_more_digits_than_a_float_holds():
    assert is_code(["01001", "90210"])
    assert is_code(["9007199254740993"])
    assert not is_code(["0", "0.5", "10", "9007199254740992"])


def test_truth_values_in_the_usual_spellings():
    assert [truth(text) for text in ("Yes", "t", "FALSE", "n", "2")] == [True, True, False, False, None]
