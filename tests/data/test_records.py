"""Tables out of dictionaries, lists and arrays."""

from __future__ import annotations

import numpy as np
import pytest

from glassnet.data.records import from_columns, from_numpy, from_records, from_rows
from glassnet.errors import DataError


def content(table) -> dict[str, list]:
    return {
        name: [None if gap else v for v, gap in zip(column.values.tolist(), column.missing, strict=True)]
        for name, column in table.columns.items()
    }


def test_a_dictionary_of_columns_keeps_its_names():
    table = from_columns({"b": [1, 2], "a": np.array(["x", "y"]), "c": range(2), 7: (None, 0.5)}, "the dictionary")
    assert content(table) == {"b": [1, 2], "a": ["x", "y"], "c": [0, 1], "7": [None, 0.5]}
    assert table.named
    assert not table.file


def test_a_dictionary_of_single_values_is_one_row():
    table = from_columns({"carat": 0.5, "cut": "Ideal", "colour": None, "count": np.int8(3)}, "the dictionary")
    assert content(table) == {"carat": [0.5], "cut": ["Ideal"], "colour": [None], "count": [3]}


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({}, "the dictionary is empty: expected columns by name"),
        ({"a": 1, "b": [1, 2]}, "column 'a' is a single value where column 'b' is a list"),
        ({"a": [1], "b": [1, 2]}, "column 'b' has 2 values where column 'a' has 1"),
        ({1: [1], "1": [2]}, "columns 1 and 2 are both called '1'"),
        ({"a": np.eye(2)}, r"column 'a' is an array of shape \(2, 2\); expected .* shape \(rows,\)"),
        ({"a": {1, 2}}, "column 'a' is of type set"),
        ({"a": [1, [2]]}, "column 'a', row 2: cannot take a value of type list"),
    ],
)
def test_a_dictionary_that_is_no_table_is_refused(columns, message):
    with pytest.raises(DataError, match=message):
        from_columns(columns, "the dictionary")


def test_records_are_rows_and_what_one_does_not_name_is_missing_in_it():
    table = from_records([{"a": 1}, {"b": "x", "a": 2}, {}], "the list")
    assert content(table) == {"a": [1, 2, None], "b": [None, "x", None]}


def test_rows_have_columns_by_position():
    table = from_rows([[1, "a"], (2, None), np.array([3, "c"], object)], "the list")
    assert content(table) == {"0": [1, 2, 3], "1": ["a", None, "c"]}
    assert not table.named


def test_a_flat_list_is_one_column():
    assert content(from_rows([1.5, None], "the list")) == {"0": [1.5, None]}
    assert content(from_rows(["a", "b"], "the list")) == {"0": ["a", "b"]}
    assert content(from_rows([], "the list")) == {}


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([[1, 2], [3]], "the list, row 2: 1 value where row 1 has 2"),
        ([[1], 2], "the list, row 2 is of type int; expected a list"),
        ([["a"], "b"], "the list, row 2 is of type str"),
        ([[1, [2.5]]], "the list, column 2, row 1: cannot take a value of type list"),
    ],
)
def test_rows_that_make_no_table_are_refused(rows, message):
    with pytest.raises(DataError, match=message):
        from_rows(rows, "the list")


@pytest.mark.parametrize("order", ["C", "F"])
def test_an_array_has_a_column_for_each_of_its_own(order):
    array = np.array([[1, 2, 3], [4, 5, 6]], order=order)
    assert content(from_numpy(array)) == {"0": [1, 4], "1": [2, 5], "2": [3, 6]}
    assert content(from_numpy(array[:, ::-2])) == {"0": [3, 6], "1": [1, 4]}


def test_arrays_of_one_axis_of_no_rows_and_with_named_fields():
    assert content(from_numpy(np.array([1.0, np.nan]))) == {"0": [1.0, None]}
    assert content(from_numpy(np.zeros((0, 2)))) == {"0": [], "1": []}
    structured = from_numpy(np.array([(1, "a")], [("x", "i4"), ("y", "U1")]))
    assert content(structured) == {"x": [1], "y": ["a"]}
    assert structured.named


@pytest.mark.parametrize("shape", [(), (2, 3, 4)])
def test_arrays_of_other_numbers_of_axes_are_refused_with_their_shape(shape):
    with pytest.raises(DataError, match=r"the array has shape .*; expected \(rows, columns\)"):
        from_numpy(np.zeros(shape))
