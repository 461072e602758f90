"""Anything that holds a table, taken in."""

from __future__ import annotations

import datetime as dt
import sys
from decimal import Decimal
from uuid import UUID

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from glassnet.data.frames import as_table
from glassnet.errors import DataError, MissingExtraError, ReadError

NOON = dt.datetime(2024, 2, 29, 12)
MIDNIGHT = dt.datetime(2024, 2, 29)
ZONE = dt.timezone(dt.timedelta(hours=2))


class ByArrowAlone:
    """What hands its columns out by Arrow's C interface, and is a frame of no library that is known."""

    def __init__(self, table: pa.Table) -> None:
        self._table = table

    def __arrow_c_stream__(self, schema=None):
        return self._table.__arrow_c_stream__(schema)


def content(data) -> dict[str, tuple]:
    return {
        name: (column.kind, [None if gap else v for v, gap in zip(column.values.tolist(), column.missing, strict=True)])
        for name, column in as_table(data).columns.items()
    }


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (pd.array([1, None], dtype="Int64"), ("int", [1, None])),
        (pd.array([1, None], dtype="UInt8"), ("int", [1, None])),
        (np.array([2**64 - 1, 0], np.uint64), ("int", [2**64 - 1, 0])),
        ([1.5, None], ("float", [1.5, None])),
        (pd.array([1.5, None], dtype="Float32"), ("float", [1.5, None])),
        ([True, False], ("bool", [True, False])),
        (pd.array([True, None], dtype="boolean"), ("bool", [True, None])),
        (np.array([True, None], object), ("bool", [True, None])),
        (["007", None], ("text", ["007", None])),
        (np.array(["a", np.nan], object), ("text", ["a", None])),
        (np.array([pd.NA, "x"], object), ("text", [None, "x"])),
        (np.array([1, "x"], object), ("text", ["1", "x"])),
        (pd.array(["a", None], dtype="string"), ("text", ["a", None])),
        (pd.Categorical(["b", None], categories=["a", "b"]), ("text", ["b", None])),
        (pd.to_datetime(["2024-02-29", None]), ("datetime", [MIDNIGHT, None])),
        (pd.to_datetime(["2024-02-29 14:00", None]).tz_localize(ZONE), ("datetime", [NOON, None])),
        (np.array([dt.date(2024, 2, 29), None], object), ("datetime", [MIDNIGHT, None])),
        (pd.to_timedelta(["90s", None]), ("float", [90.0, None])),
        (np.array([Decimal("12.75"), None], object), ("float", [12.75, None])),
        (np.array([None, None], object), ("text", [None, None])),
        (pd.PeriodIndex(["2024-02", None], freq="M"), ("datetime", [dt.datetime(2024, 2, 1), None])),
        (pd.cut([5, 15, np.nan], [0, 10, 20]), ("text", ["(0, 10]", "(10, 20]", None])),
        (np.array([UUID(int=1), None], object), ("text", [str(UUID(int=1)), None])),
        (pd.arrays.SparseArray([0, 1]), ("int", [0, 1])),
        (pd.array([1, None], dtype="int64[pyarrow]"), ("int", [1, None])),
        (pd.array(["a", None], dtype=pd.ArrowDtype(pa.string())), ("text", ["a", None])),
        (pd.array([NOON, None], dtype=pd.ArrowDtype(pa.timestamp("us", "UTC"))), ("datetime", [NOON, None])),
    ],
)
def test_each_dtype_of_pandas_becomes_a_column(values, expected):
    assert content(pd.DataFrame({"x": values})) == {"x": expected}


@pytest.mark.parametrize(
    ("values", "dtype", "expected"),
    [
        ([1, None], pl.Int8, ("int", [1, None])),
        ([2**64 - 1, None], pl.UInt64, ("int", [2**64 - 1, None])),
        ([2**70, None], pl.Int128, ("text", [str(2**70), None])),
        ([0.5, float("nan"), None], pl.Float32, ("float", [0.5, None, None])),
        ([True, None], pl.Boolean, ("bool", [True, None])),
        (["007", None, ""], pl.String, ("text", ["007", None, None])),
        (["b", None], pl.Categorical, ("text", ["b", None])),
        (["b", None], pl.Enum(["a", "b"]), ("text", ["b", None])),
        ([dt.date(2024, 2, 29), None], pl.Date, ("datetime", [MIDNIGHT, None])),
        ([NOON, None], pl.Datetime("ns"), ("datetime", [NOON, None])),
        ([NOON.replace(tzinfo=dt.UTC), None], pl.Datetime("ms", "Asia/Tokyo"), ("datetime", [NOON, None])),
        ([dt.timedelta(hours=1), None], pl.Duration, ("float", [3600.0, None])),
        ([dt.time(12, 30), None], pl.Time, ("text", ["12:30:00", None])),
        ([Decimal("12.75"), None], pl.Decimal(10, 2), ("float", [12.75, None])),
        ([b"x", None], pl.Binary, ("text", ["x", None])),
        ([None, None], pl.Null, ("text", [None, None])),
    ],
)
def test_each_dtype_of_polars_becomes_a_column(values, dtype, expected):
    frame = pl.DataFrame({"x": pl.Series(values, dtype=dtype)})
    assert content(frame) == {"x": expected}
    assert content(frame.lazy()) == {"x": expected}


@pytest.mark.parametrize(
    ("array", "expected"),
    [
        (pa.array([1, None], pa.uint8()), ("int", [1, None])),
        (pa.array([np.float16(0.5), None], pa.float16()), ("float", [0.5, None])),
        (pa.array(["a", None], pa.large_string()), ("text", ["a", None])),
        (pa.array(["a", None]).dictionary_encode(), ("text", ["a", None])),
        (pa.array([True, None]), ("bool", [True, None])),
        (pa.array([dt.date(2024, 2, 29), None]), ("datetime", [MIDNIGHT, None])),
        (pa.array([NOON, None], pa.timestamp("s", "Asia/Tokyo")), ("datetime", [NOON, None])),
        (pa.array([dt.timedelta(seconds=90), None]), ("float", [90.0, None])),
        (pa.array([Decimal("3"), None]), ("int", [3, None])),
        (pa.nulls(2), ("text", [None, None])),
    ],
)
def test_each_type_of_pyarrow_becomes_a_column(array, expected):
    assert content(pa.table({"x": array})) == {"x": expected}


@pytest.mark.parametrize(
    ("data", "source", "named", "names"),
    [
        (pd.DataFrame({"a": [1], 7: [2]}), "the pandas frame", True, ("a", "7")),
        (pl.DataFrame({"a": [1]}), "the Polars frame", True, ("a",)),
        (pa.table({"a": [1]}), "the PyArrow frame", True, ("a",)),
        (pa.record_batch({"a": [1], "b": ["x"]}), "the PyArrow frame", True, ("a", "b")),
        (ByArrowAlone(pa.table({"a": [1], "b": ["x"]})), "the PyArrow frame", True, ("a", "b")),
        (pd.Series([1], name="price"), "the pandas series", True, ("price",)),
        (pd.Series([1]), "the pandas series", False, ("0",)),
        (pl.Series([1]), "the Polars series", False, ("0",)),
        (pa.chunked_array([[1]]), "the PyArrow series", False, ("0",)),
        ({"a": [1]}, "the dictionary", True, ("a",)),
        ({"a": 1}, "the dictionary", True, ("a",)),
        ({"a": pd.Series([1]), "b": pl.Series([2]), "c": pa.array([3])}, "the dictionary", True, ("a", "b", "c")),
        (np.array([[1, 2]]), "the array", False, ("0", "1")),
        (np.array([1]), "the array", False, ("0",)),
        (pa.array([1]), "the array", False, ("0",)),
        ([[1, 2]], "the list", False, ("0", "1")),
        ([{"a": 1}], "the list", True, ("a",)),
        ((1,), "the list", False, ("0",)),
    ],
)
def test_everything_that_holds_a_table_is_one(data, source, named, names):
    table = as_table(data)
    assert (table.source, table.named, table.names, len(table)) == (source, named, names, 1)
    assert not table.file
    assert as_table(table) is table


def test_paths_are_read_as_files(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("x\n1\n")
    assert content(path) == content(str(path)) == {"x": ("text", ["1"])}
    with pytest.raises(ReadError, match="there is no file 'nowhere'"):
        as_table("nowhere")


def test_what_needs_pyarrow_says_so_where_it_is_missing(monkeypatch):
    data = ByArrowAlone(pa.table({"a": [1]}))
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(MissingExtraError, match=r"ByArrowAlone are read by PyArrow.*pip install pyarrow"):
        as_table(data)


@pytest.mark.parametrize("rows", [0, 3])
def test_frames_of_any_number_of_rows_are_tables(rows):
    frame = pd.DataFrame({"a": np.arange(rows), "b": list("xyz")[:rows]})
    for data in (frame, pl.from_pandas(frame), pa.Table.from_pandas(frame)):
        assert len(as_table(data)) == rows
        assert as_table(data).names == ("a", "b")


def test_the_index_of_a_frame_is_no_column_and_its_order_is_kept():
    frame = pd.DataFrame({"a": [1, 2, 3]}, index=[9, 9, 7])
    assert content(frame.iloc[::-1]) == {"a": ("int", [3, 2, 1])}


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (pd.DataFrame([[1, 2, 3]], columns=["a", "b", "a"]), "the pandas frame: columns 1 and 3 are both called 'a'"),
        (pd.DataFrame([[1, 2]], columns=["0", 0]), "the pandas frame: columns 1 and 2 are both called '0'"),
        (pa.table([pa.array([1])] * 2, ["a", "a"]), "the PyArrow frame: columns 1 and 2 are both called 'a'"),
        (pd.DataFrame({"x": [1, 2], "deep": [1, (2, 3)]}), "the pandas frame, column 'deep', row 2: .* type tuple"),
        (pd.DataFrame({"z": [1j]}), "column 'z', row 1: cannot take a value of type complex"),
        (pl.DataFrame({"deep": [[1.5], None]}), "the Polars frame, column 'deep', row 1: .* type list"),
        (pa.table({"deep": [{"a": 1}]}), "the PyArrow frame, column 'deep', row 1: .* type dict"),
        (ByArrowAlone(pa.table([pa.array([1])] * 2, ["a", "a"])), "columns 1 and 2 are both called 'a'"),
        ([pa.table({"a": [1]})], "row 1 is of type Table; .*; batches of rows are learnt from an iterator: iter"),
        ([{"a": 1}, [2]], "the list, row 2 is of type list where row 1 is a dict"),
        (5, "cannot read data of type int as a table; expected a path, a frame"),
        (None, "cannot read data of type NoneType as a table"),
        ({1, 2}, "cannot read data of type set as a table"),
        (b"a,b", "cannot read data of type bytes as a table"),
        (iter([1]), "cannot read data of type list_iterator as a table"),
    ],
)
def test_what_is_no_table_is_refused_in_words(data, message):
    with pytest.raises(DataError, match=message):
        as_table(data)
