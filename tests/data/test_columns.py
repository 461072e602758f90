"""Columns out of arrays of any dtype and out of Python's own values."""

from __future__ import annotations

import datetime as dt
import enum
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.data.columns import from_array, from_values
from glassnet.errors import DataError


def content(column) -> tuple:
    """The kind of a column and its values, None where one is missing."""
    return column.kind, [None if gap else v for v, gap in zip(column.values.tolist(), column.missing, strict=True)]


class Grade(enum.StrEnum):
    GOOD = "good"


@pytest.mark.parametrize(
    ("array", "expected"),
    [
        (np.array([True, False]), ("bool", [True, False])),
        (np.array([-1, 1], np.int8), ("int", [-1, 1])),
        (np.array([1, 2], ">i4"), ("int", [1, 2])),
        (np.array([1], np.uint64), ("int", [1])),
        (np.array([2**64 - 1], np.uint64), ("int", [2**64 - 1])),
        (np.array([0.5, np.nan, np.inf], np.float16), ("float", [0.5, None, np.inf])),
        (np.array([0.5], ">f8"), ("float", [0.5])),
        (np.array([0.5], np.longdouble), ("float", [0.5])),
        (np.array(["01", ""]), ("text", ["01", None])),
        (np.array([b"caf\xc3\xa9", b""]), ("text", ["café", None])),
        (np.array(["a", "b"], np.dtypes.StringDType()), ("text", ["a", "b"])),
        (np.array(["2024-02-29", "NaT"], "datetime64[D]"), ("datetime", [dt.datetime(2024, 2, 29), None])),
        (np.array([90, "NaT"], "timedelta64[m]"), ("float", [5400.0, None])),
        (np.array([1, None, 2.5], object), ("float", [1.0, None, 2.5])),
        (np.ma.masked_array([1, 2], [False, True]), ("int", [1, None])),
        (np.ma.masked_array(np.array(["a", "b"], object), [True, False]), ("text", [None, "b"])),
        (np.array([], np.float32), ("float", [])),
        (np.arange(6)[::-2], ("int", [5, 3, 1])),
    ],
)
def test_an_array_of_any_dtype_becomes_a_column(array, expected):
    assert content(from_array(array, "the array")) == expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([True, None], ("bool", [True, None])),
        ([1, None, 3], ("int", [1, None, 3])),
        ([2**53 + 1, -5], ("int", [2**53 + 1, -5])),
        ([2**64 - 1, 0], ("int", [2**64 - 1, 0])),
        ([10**30, 1], ("text", ["1" + "0" * 30, "1"])),
        ([1, 2.5, float("nan")], ("float", [1.0, 2.5, None])),
        ([2**53 + 1, 0.5], ("text", ["9007199254740993", "0.5"])),
        ([float("inf"), 10**400], ("text", ["inf", "1" + "0" * 400])),
        ([np.float32(0.5), np.int64(2)], ("float", [0.5, 2.0])),
        ([np.datetime64("2024-02-29T12"), None], ("datetime", [dt.datetime(2024, 2, 29, 12), None])),
        ([np.timedelta64(1, "h")], ("float", [3600.0])),
        ([Decimal("12.75"), None], ("float", [12.75, None])),
        ([Decimal("3.00"), 4], ("int", [3, 4])),
        ([Decimal("12345678901234567890123")], ("text", ["12345678901234567890123"])),
        ([Decimal("NaN"), Decimal("Infinity")], ("float", [None, np.inf])),
        (["yes", None, ""], ("text", ["yes", None, None])),
        (["a", float("nan"), 3, 2.5, True], ("text", ["a", None, "3", "2.5", "true"])),
        ([True, 1, "no"], ("text", ["true", "1", "no"])),
        ([b"x", "y"], ("text", ["x", "y"])),
        ([Grade.GOOD], ("text", ["good"])),
        ([dt.date(2024, 2, 29), dt.datetime(2024, 3, 1, 6)],
         ("datetime", [dt.datetime(2024, 2, 29), dt.datetime(2024, 3, 1, 6)])),
        ([dt.timedelta(minutes=1)], ("float", [60.0])),
        ([dt.time(12, 30)], ("text", ["12:30:00"])),
        ([dt.date(2024, 2, 29), "soon"], ("text", ["2024-02-29", "soon"])),
        ([None, None], ("text", [None, None])),
        ([float("nan")], ("float", [None])),
        ([], ("text", [])),
    ],
)  # fmt: skip
def test_python_values_become_a_column_and_keep_every_digit(values, expected):
    assert content(from_values(values, "the list")) == expected


def test_moments_with_a_zone_are_taken_in_utc():
    paris = dt.timezone(dt.timedelta(hours=1))
    column = from_values([dt.datetime(2024, 1, 1, 0, 30, tzinfo=paris), dt.datetime(2024, 1, 1)], "the list")
    assert column.values.tolist() == [dt.datetime(2023, 12, 31, 23, 30), dt.datetime(2024, 1, 1)]


class Period:
    """A class of somebody's own, that bears the name of one of pandas."""


@pytest.mark.parametrize("value", [[1], {"a": 1}, (1, 2), {3}, 1j, object(), Fraction(1, 3), Period()])
def test_what_is_no_single_value_is_refused_with_its_row(value):
    with pytest.raises(DataError, match=rf"column 'x', row 2: cannot take a value of type {type(value).__name__}"):
        from_values([1.0, value], "the dictionary, column 'x'")


def test_complex_numbers_are_refused():
    with pytest.raises(DataError, match="the array, column 1 holds values of complex128"):
        from_array(np.array([1j]), "the array, column 1")


@given(st.lists(st.integers() | st.floats(allow_nan=False) | st.none()))
def test_numbers_are_never_rounded(values):
    column = from_values(values, "the list")
    for kept, gap, value in zip(column.values.tolist(), column.missing, values, strict=True):
        assert gap == (value is None)
        assert gap or (kept == str(value) if column.kind == "text" else kept == value)


def test_texts_are_kept_as_they_are_and_none_is_a_gap():
    found = from_values(["a", None, "", " b", "None"], "c")
    assert found.values.dtype == object
    assert found.values.tolist() == ["a", "", "", " b", "None"]
    assert found.missing.tolist() == [False, True, True, False, False]
