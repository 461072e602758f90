"""Numbers for layers that the caller laid out."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from glassnet.data.arrays import as_inputs
from glassnet.errors import DataError

NUMBERS = [[1.0, 2.0], [3.0, 4.5]]


@pytest.mark.parametrize(
    "data",
    [
        NUMBERS,
        tuple(map(tuple, NUMBERS)),
        np.array(NUMBERS),
        np.array(NUMBERS, np.float16),
        np.array(NUMBERS, ">f8"),
        np.array(NUMBERS, order="F"),
        np.array(NUMBERS, object),
        np.array([[1, Decimal("2")], [np.float32(3), 4.5]], object),
        np.ma.masked_array(NUMBERS),
        pd.DataFrame(NUMBERS),
        pd.DataFrame({"a": pd.array([1, 3], dtype="Int64"), "b": [2, 4.5]}),
        pl.DataFrame({"a": [1, 3], "b": [2.0, 4.5]}),
        pa.table({"a": [1, 3], "b": [2, 4.5]}),
    ],
)
def test_numbers_of_any_kind_and_memory_order_are_taken(data):
    inputs = as_inputs(data, "float32")
    assert inputs.tolist() == NUMBERS
    assert inputs.dtype == np.float32
    assert inputs.flags.c_contiguous


@pytest.mark.parametrize("dtype", ["bool", "int8", "uint16", "int64", "uint64", "float16", "float64"])
def test_every_dtype_of_numbers_is_taken(dtype):
    assert as_inputs(np.array([0, 1], dtype), "float64").tolist() == [0.0, 1.0]


def test_strided_views_and_images_keep_their_shape():
    images = np.arange(24).reshape(2, 3, 4)
    assert as_inputs(images[:, ::-2], "float32").tolist() == images[:, ::-2].tolist()
    assert as_inputs(images[0:0], "float32").shape == (0, 3, 4)
    assert as_inputs([], "float32").shape == (0,)


def test_whole_numbers_are_taken_for_whole_numbers():
    assert as_inputs([[1.0], [2.0]], "int64").dtype == np.int64
    assert as_inputs(np.array([2**53 + 1]), "int64").tolist() == [2**53 + 1]


@pytest.mark.parametrize(
    ("data", "dtype", "message"),
    [
        ([[1, 2], [3, np.nan]], "float32", "row 2, column 2 is NaN; fill the gap or leave the row out"),
        ([1, -np.inf], "float32", "row 2 is -inf; fill the gap"),
        (np.ones((2, 2, 2)) * [1, np.inf], "float32", r"row 1, position \(1, 2\) is inf"),
        ([[1, None]], "float32", "row 1, column 2 is missing; fill the gap"),
        (pd.DataFrame({"a": pd.array([1, None], dtype="Int64")}), "float32", "row 2, column 1 is (missing|NaN)"),
        (np.ma.masked_array([[1, 2]], [[False, True]]), "float32", "row 1, column 2 is masked"),
        ([[1e300]], "float32", r"row 1, column 1 is 1e\+300, which float32 cannot hold"),
        ([[1.5]], "int64", "row 1, column 1 is 1.5, which int64 cannot hold"),
        ([300], "uint8", "row 1 is 300, which uint8 cannot hold"),
        (np.array([2**63], np.uint64), "int64", "row 1 is 9223372036854775808, which int64 cannot hold"),
        ([["1", "2"]], "float32", "the inputs: text where numbers are expected; explicit layers take numbers"),
        (np.array([b"1"]), "float32", "the inputs: bytes where numbers are expected; explicit layers take numbers"),
        ([1j], "float32", "the inputs: complex numbers where numbers are expected"),
        (np.array(["2024-01-01"], "datetime64[D]"), "float32", "the inputs: dates where numbers are expected"),
        ([[1, dt.date(2024, 1, 1)]], "float32", r"row 1, column 2 is datetime\.date\(2024, 1, 1\), of type date"),
        (np.array([[1, "x" * 99]], object), "float32", r"row 1, column 2 is 'x{36}\.\.\., of type str"),
        ([[1, 2], [3]], "float32", "row 2 holds 1 value where row 1 holds 2 values; expected rows of equal length"),
        ([1, [2]], "float32", "row 2 holds 1 value where row 1 is a single value"),
        ([[[1], [2]], [[3], [4, 5]]], "float32", "the rows differ in shape; expected nested lists of equal lengths"),
        (3.0, "float32", "the inputs: a single number was given; expected rows along the first axis"),
        (None, "float32", "the inputs: the value is missing"),
        ("1", "float32", "the inputs: text where numbers are expected"),
        ({"a": [1]}, "float32", r"the inputs: the value is \{'a': \[1\]\}, of type dict"),
    ],
)  # fmt: skip
def test_what_is_no_finite_number_is_refused_with_its_place(data, dtype, message):
    with pytest.raises(DataError, match=message):
        as_inputs(data, dtype)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
@pytest.mark.parametrize("view", [lambda x: x, np.transpose, lambda x: x[::2], lambda x: x[:, ::-1]])
def test_what_is_not_finite_is_found_beside_numbers_whose_squares_are_not(view, dtype):
    array = np.full((6, 4), np.finfo(dtype).max, dtype)
    assert as_inputs(view(array), dtype).tolist() == view(array).tolist()
    array[2, 3] = np.nan
    with pytest.raises(DataError, match="is NaN"):
        as_inputs(view(array), dtype)
