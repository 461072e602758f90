"""Values read by the schema of the model."""

from __future__ import annotations

import datetime

import numpy as np
import pytest

from glassnet.data.frames import as_table
from glassnet.data.parse import numbers_of, places_of, truths_of
from glassnet.data.schema import ColumnSchema, Kind
from glassnet.data.table import Column
from glassnet.errors import SchemaError


def column(values) -> Column:
    return as_table({"x": values}).columns["x"]


def numbers(values, kind=Kind.NUMBER, **schema) -> list[float]:
    known = {"given": "text", **schema}
    return numbers_of(ColumnSchema("x", kind, "numbers", **known), column(values), "new.csv").tolist()


@pytest.mark.parametrize("values", [[3, 4], [3.0, 4.0], ["3", "4.0"], ["3.", " 4 "]])
def test_a_number_is_the_same_in_every_type(values):
    assert numbers(values)[1] == 4.0


def test_numbers_are_read_as_they_were_learnt_to_be_written():
    assert numbers(["1,5", "1.234,5", "-2"], decimal=",", thousands=".") == [1.5, 1234.5, -2]
    assert numbers(["10.5", "10,5"], decimal=",") == [10.5, 10.5]  # a point can mean one thing alone
    with pytest.raises(SchemaError, match=r"'10\.5' has decimal points"):
        numbers(["10.5"], decimal=",", thousands=".")
    with pytest.raises(SchemaError, match="'10,5' has decimal commas"):
        numbers(["10,5"])


def test_gaps_are_nan_in_every_spelling():
    np.testing.assert_equal(numbers(["1", "n/a", "", None, "-", "tall"], gaps=("tall",)), [1] + [np.nan] * 5)
    np.testing.assert_equal(numbers([None, None]), [np.nan] * 2)
    np.testing.assert_equal(numbers([1, None]), [1, np.nan])


def test_infinity_stays():
    assert numbers(["inf", "-Infinity", "∞"]) == [np.inf, -np.inf, np.inf]


def test_a_word_where_numbers_were_learnt_names_source_column_row_value_and_what_was_learnt():
    with pytest.raises(
        SchemaError,
        match=r"new.csv, column 'x', row 2: 'tall' is no number; the column was learnt as a number \(numbers\)",
    ):
        numbers(["1", "tall"])


def test_dates_and_numbers_are_not_taken_for_each_other():
    day = datetime.date(1970, 1, 2)
    assert numbers([day], Kind.DATE) == [86400]
    assert numbers(["02/01/1970", "1970-01-02"], Kind.DATE, order="day first") == [86400, 86400]
    assert numbers([19700102], Kind.DATE) == [86400]
    with pytest.raises(SchemaError, match="'1970-01-02T00:00:00' is no number"):
        numbers([day])
    with pytest.raises(SchemaError, match=r"'1\.5' is no date"):
        numbers([1.5], Kind.DATE)
    with pytest.raises(SchemaError, match="'01/02/1970' is no date"):
        numbers(["01/02/1970"], Kind.DATE, order="year first")


def truths(values) -> tuple[list[float], dict[str, int]]:
    found, unseen = truths_of(ColumnSchema("x", Kind.BOOLEAN, "", "text"), column(values))
    return found.tolist(), unseen


@pytest.mark.parametrize("values", [[True, False], ["yes", "no"], ["T", "f"], [1, 0], [1.0, 0.0], ["1", "0"]])
def test_a_truth_value_is_the_same_in_every_spelling(values):
    assert truths(values) == ([1, 0], {})


def test_what_is_no_truth_value_is_counted():
    found, unseen = truths(["yes", "maybe", "maybe", "NA", None])
    np.testing.assert_equal(found, [1] + [np.nan] * 4)
    assert unseen == {"maybe": 2}


def places(levels, values) -> list[int]:
    return places_of(levels, column(values))[0].tolist()


@pytest.mark.parametrize("values", [[3, 5, 7], [3.0, 5.0, 7.0], ["3", "5.0", "7"], ["+3", "5.", "07"]])
def test_a_level_that_is_a_number_is_the_same_in_every_type(values):
    assert places(("3", "5"), values) == [0, 1, -1]


def test_levels_that_are_one_number_stay_two():
    assert places(("3", "3.0"), ["3", "3.0", "3.00"]) == [0, 1, -1]
    assert places(("3", "3.0"), [3.0]) == [0]


def test_leading_zeros_count_in_text_and_are_filled_up_in_numbers():
    levels = ("00501", "01001", "90210")
    assert places(levels, ["00501", "501", "90210"]) == [0, -1, 2]
    assert places(levels, [501, 1001, 90210, 5]) == [0, 1, 2, -1]
    assert places(("007", "07"), [7]) == [-1]


def test_whole_numbers_beyond_float64_are_told_apart():
    levels = (str(2**53), str(2**53 + 1))
    assert places(levels, [2**53 + 1, 2**53, 2**53 + 2]) == [1, 0, -1]
    assert places(levels, [str(2**53 + 1)]) == [1]


def test_values_that_are_no_level_are_counted():
    found, other = places_of(("a",), column(["a", "b", "b", "c", None]))
    assert found.tolist() == [0, -1, -1, -1, -1]
    assert other == {"b": 2, "c": 1}
    assert places_of(("true", "false"), column([True, False, None]))[0].tolist() == [0, 1, -1]
