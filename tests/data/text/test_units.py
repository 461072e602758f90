"""Which number and which unit a text is made of."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.data.table import text_column
from glassnet.data.text.distinct import Distinct
from glassnet.data.text.units import Parted


def parted(*texts) -> list[tuple[str, str]]:
    found = Parted.of(Distinct.of(text_column(texts)))
    return list(zip(found.numbers, found.units, strict=True))


@pytest.mark.parametrize(
    ("text", "number", "unit"),
    [
        ("12 kg", "12", "kg"),
        ("12kg", "12", "kg"),
        ("-3.5 °C", "-3.5", "°C"),
        ("1.299,00 EUR", "1.299,00", "EUR"),
        ("EUR 1.299,00", "1.299,00", "EUR"),
        ("$1,299.00", "1,299.00", "$"),
        ("-$5", "-5", "$"),
        ("$-5", "-5", "$"),
        ("- $5", "-5", "$"),
        ("US$ 20", "20", "US$"),
        ("45 %", "45", "%"),
        (".5%", ".5", "%"),
        ("1e-3 mol/l", "1e-3", "mol/l"),
        ("90 m2", "90", "m2"),
        ("90 m²", "90", "m²"),
        ("1\u00a0234\u00a0km", "1\u00a0234", "km"),
        ("5 sq. ft.", "5", "sq. ft."),
        ("3 miles per hour", "3", "miles per hour"),
        ("kr 200", "200", "kr"),
    ],
)
def test_a_number_and_its_unit(text, number, unit):
    assert parted(text) == [(number, unit)]


@pytest.mark.parametrize(
    "text",
    [
        *("12", "kg", "12 - 14 kg", "Home 7", "person 12", "A12", "3 Apr 2021", "12:30 h", "$5 USD", "a 5 kg"),
        *("1979 Q2", "12 m4", "2. Middle Atlantic", "12 CO2"),
        *("12 Old Kent Road and more", "12 kg, gross", "(5 kg)", "12 and a bit more yet", "0" * 70 + " kg"),
    ],
)
def test_other_texts_have_none(text):
    assert parted(text) == [(text, "")]


@given(st.floats(allow_nan=False, allow_infinity=False), st.sampled_from(["kg", "%", "€", "m/s", "sq ft"]))
def test_a_number_before_a_unit_comes_back_exactly(value, unit):
    ((number, found),) = parted(f"{value!r} {unit}")
    assert (float(number), found) == (value, unit)


def test_units_are_counted_under_their_commonest_spelling():
    texts = ["1 year", "2 years", "3 years", "4 yr", "none", "5"]
    found = Parted.of(Distinct.of(text_column(texts)))
    assert found.rows(np.ones(6, np.bool_)) == {"years": 3, "yr": 1}
    assert found.in_unit("year").texts == ["1", "2", "3", "4 yr", "none", "5"]
