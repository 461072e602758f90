"""What one column is taken for."""

from __future__ import annotations

import numpy as np
import pytest

from glassnet.data.frames import as_table
from glassnet.data.schema import ColumnSchema, Kind
from glassnet.data.schema.decide import decide
from glassnet.data.schema.question import Finding, Question
from glassnet.errors import DataError, TargetError


def find(values, name="x", **more) -> Finding:
    return decide(Question(name, as_table({name: values}).columns[name], "the table", **more))


def taken(values, name="x", **more) -> ColumnSchema:
    return find(values, name, **more).schema


def thirty(*values) -> list:
    return list(values) * (30 // len(values))


@pytest.mark.parametrize(
    ("values", "kind", "reason"),
    [
        (thirty("1,5", "2,25"), Kind.NUMBER, "numbers with decimal commas"),
        (thirty("1 234", "5"), Kind.NUMBER, "numbers with decimal points, spaces between thousands"),
        (thirty("1.5", "n/a", "-"), Kind.NUMBER, "numbers; 'n/a', '-' taken as missing"),
        (thirty("inf", "2", "-Infinity"), Kind.NUMBER, "numbers"),
        (thirty("01001", "90210"), Kind.CATEGORY, "codes with leading zeros"),
        (thirty("007", "12.5"), Kind.NUMBER, "numbers"),
        (thirty("0", "1"), Kind.NUMBER, "numbers"),
        (thirty(str(2**53 + 1), "5"), Kind.CATEGORY, "whole numbers beyond 2^53, which are codes"),
        (thirty(2**53 + 1, 2**53 + 3), Kind.CATEGORY, "whole numbers beyond 2^53, which are codes"),
        (thirty(2**64 - 1, 3), Kind.CATEGORY, "whole numbers beyond 2^53, which are codes"),
        (thirty("yes", "No", None), Kind.BOOLEAN, "'No' and 'yes'"),
        (thirty("y", "n", "?"), Kind.BOOLEAN, "'n' and 'y'; '?' taken as missing"),
        (thirty(True, False), Kind.BOOLEAN, "truth values"),
        (thirty("2021-01-01", "2021-02-01"), Kind.DATE, "dates, year first"),
        (thirty("25/12/2021", "NA"), Kind.DATE, "dates, day first; 'NA' taken as missing"),
        (thirty("9:30", "14:00"), Kind.DATE, "times of day"),
        (thirty(np.datetime64("2021-01-01"), np.datetime64("2021-01-02")), Kind.DATE, "dates"),
        (thirty("red", "green"), Kind.CATEGORY, "2 distinct texts"),
        (thirty("Gas", "None", "NA"), Kind.CATEGORY, "3 distinct texts"),
        (thirty("-", "NA"), Kind.CATEGORY, "2 distinct texts"),
        (thirty("a", None), Kind.CATEGORY, "1 distinct text"),
        (thirty(3, 5, 8), Kind.NUMBER, "whole numbers"),
        (thirty(0.5, np.inf), Kind.NUMBER, "numbers"),
        (list(np.linspace(1, 5, 30) * 1e-12), Kind.NUMBER, "numbers"),
        ([14.62] * 30, Kind.IGNORED, "one value throughout, 14.62: constant"),
        (thirty("3", "3.0"), Kind.IGNORED, "one value throughout, 3: constant"),
        (thirty("same"), Kind.IGNORED, "one value throughout, 'same': constant"),
        ([None] * 30, Kind.IGNORED, "every value is missing"),
        ([np.nan] * 30, Kind.IGNORED, "every value is missing"),
        (["NA"] * 30, Kind.IGNORED, "every value is missing ('NA')"),
        ([f"person {i}" for i in range(30)], Kind.IGNORED, "every value is different: an identifier or free text"),
        ([f"p{i % 20}" for i in range(30)], Kind.IGNORED, "20 of 30 values are different: an identifier or free text"),
    ],
)
def test_each_kind_is_recognised_and_said(values, kind, reason):
    schema = taken(values)
    assert (schema.kind, schema.reason) == (kind, reason)


def test_codes_and_levels_stay_as_they_are_written():
    assert taken(thirty("00501", "01001", "90210")).levels == ("00501", "01001", "90210")
    assert taken(thirty(2**53 + 3, 2**53 + 1)).levels == ("9007199254740993", "9007199254740995")
    assert taken(thirty("Gas", "None", "NA", None, " Gas ")).levels == ("Gas", "NA", "None")


def test_one_value_with_gaps_is_no_constant():
    assert taken(thirty(14.62, np.nan)).kind == Kind.NUMBER
    assert taken(thirty("3", "")).kind == Kind.NUMBER


def test_rounding_noise_is_one_value():
    assert taken(thirty(0.3, 0.1 + 0.2)).kind == Kind.IGNORED
    assert taken([1.7e9 + i for i in range(30)]).kind == Kind.NUMBER
    assert taken(thirty(2.0**52, 2.0**52 + 1)).kind == Kind.NUMBER  # whole numbers have no noise


@pytest.mark.parametrize("name", ["", "column 1", "Unnamed: 0", "index", "rownames", "Id"])
@pytest.mark.parametrize("first", [0, 1])
def test_a_column_without_a_name_of_its_own_that_counts_the_rows_is_left_out(name, first):
    numbers = list(range(first, first + 30))
    for values in (numbers, [str(i) for i in numbers], [float(i) for i in numbers]):
        assert taken(values, name).reason == "it numbers the rows"
    assert taken(numbers, "weight").kind == Kind.NUMBER
    assert taken(numbers[::-1], name).kind == Kind.NUMBER
    assert taken(numbers, name, named=False).kind == Kind.NUMBER
    assert taken(numbers, name, target=True).kind == Kind.NUMBER


def test_a_word_for_a_gap_far_down_is_named_with_its_row():
    found = find([str(i % 50) for i in range(20_500)] + ["n/a"])
    assert found.schema.kind == Kind.NUMBER
    assert found.schema.gaps == ("n/a",)
    assert found.notes == ("column 'x': 1 value 'n/a' (row 20,501) taken as missing",)


def test_a_fraction_far_down_makes_a_column_of_fractions():
    assert taken([str(i % 50) for i in range(20_500)] + ["12.75"]).reason == "numbers"


def test_a_value_unlike_the_rest_far_down_is_missing_and_named_with_its_row():
    found = find([str(i % 50) for i in range(20_500)] + ["abc"])
    assert found.schema.kind == Kind.NUMBER
    assert found.notes == ("column 'x': 1 value is no number and taken as missing, such as 'abc' in row 20,501",)
    found = find([f"{i % 28 + 1}/{i % 12 + 1}/2021" for i in range(1_000)] + ["0/0/2021"])
    assert (found.schema.kind, found.schema.order) == (Kind.DATE, "day first")
    assert "'0/0/2021' in row 1,001" in found.notes[0]


def test_a_word_among_few_labels_of_digits_makes_a_category_and_is_said():
    found = find([str(i % 6) for i in range(1_000)] + ["X"])
    assert found.schema.kind == Kind.CATEGORY
    assert found.notes == (
        "column 'x': 'X' (row 1,001) is no number as most others are, so it is taken for a category: say "
        "columns={'x': 'number'} to take such words as missing",
    )


def test_many_words_among_numbers_make_a_category_but_no_target():
    values = [f"{i}.5" for i in range(20)] + ["call us"] * 10
    assert find(values * 2).schema.kind == Kind.CATEGORY
    assert "so it is left out" in find(values).notes[0]
    with pytest.raises(TargetError, match=r"the table, column 'x', row 21: 'call us' is no number, and 20 other rows"):
        find(values, target=True)


def test_numbers_written_in_two_ways_are_refused_with_both_rows():
    with pytest.raises(DataError, match=r"column 'x', row 1: '1,5' is a number in another way than '2.5' in row 2"):
        find(thirty("1,5", "2.5"))


def test_a_decimal_comma_that_might_divide_thousands_is_said():
    found = find(thirty("17", "1,234"))
    assert (found.schema.decimal, found.doubtful) == (".", True)
    assert found.notes == (
        "column 'x': '1,234' (row 2) is read as 1234; with a decimal comma it would be 1.234: if so, say "
        "columns={'x': 'decimal comma'}",
    )
    assert find(thirty("1.234", "17")).notes == ()


def test_dates_that_can_be_read_in_two_ways_are_said():
    found = find(thirty("03/04/2021", "05/06/2021"))
    assert (found.schema.order, found.doubtful) == ("day first", True)
    assert "say columns={'x': 'month first'}" in found.notes[0]


def test_truth_values_as_text_are_labels_where_they_are_the_target():
    assert taken(thirty("yes", "no"), target=True).levels == ("no", "yes")
