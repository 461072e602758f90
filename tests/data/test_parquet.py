"""Parquet files with the types that they hold."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from glassnet.data.frames import as_table
from glassnet.data.parquet import read_parquet
from glassnet.errors import ReadError

NOON = dt.datetime(2024, 2, 29, 12)
DAY = dt.date(2024, 2, 29)
LARGE = Decimal("12345678901234567890123")
COLUMNS = {
    "int8": (pa.array([-1, None], pa.int8()), ("int", [-1, None])),
    "int64": (pa.array([2**53 + 1, 2]), ("int", [2**53 + 1, 2])),
    "uint64": (pa.array([2**64 - 1, None], pa.uint64()), ("int", [2**64 - 1, None])),
    "float16": (pa.array([np.float16(0.5), None], pa.float16()), ("float", [0.5, None])),
    "float32": (pa.array([0.5, float("nan")], pa.float32()), ("float", [0.5, None])),
    "float64": (pa.array([0.1, float("inf")]), ("float", [0.1, np.inf])),
    "text": (pa.array(["007", ""]), ("text", ["007", None])),
    "category": (pa.array(["x", None]).dictionary_encode(), ("text", ["x", None])),
    "bool": (pa.array([True, None]), ("bool", [True, None])),
    "date": (pa.array([DAY, None]), ("datetime", [dt.datetime(2024, 2, 29), None])),
    "seconds": (pa.array([NOON, None], pa.timestamp("s")), ("datetime", [NOON, None])),
    "nanoseconds": (pa.array([NOON, None], pa.timestamp("ns")), ("datetime", [NOON, None])),
    "zone": (pa.array([NOON, None], pa.timestamp("us", "Europe/Paris")), ("datetime", [NOON, None])),
    "time": (pa.array([dt.time(12, 30), None]), ("text", ["12:30:00", None])),
    "decimal": (pa.array([Decimal("12.75"), None]), ("float", [12.75, None])),
    "whole decimal": (pa.array([Decimal(3), None], pa.decimal128(20, 0)), ("int", [3, None])),
    "large decimal": (pa.array([LARGE, None]), ("text", [str(LARGE), None])),
    "bytes": (pa.array([b"x", None]), ("text", ["x", None])),
    "nothing": (pa.nulls(2), (None, [None, None])),
}


def content(table) -> dict[str, tuple]:
    return {
        name: (column.kind, [None if gap else v for v, gap in zip(column.values.tolist(), column.missing, strict=True)])
        for name, column in table.columns.items()
    }


@pytest.mark.parametrize("name", COLUMNS)
def test_each_type_is_read_whole(name, tmp_path):
    array, (kind, values) = COLUMNS[name]
    pq.write_table(pa.table({name: array}), tmp_path / "a.parquet")
    read = content(read_parquet(str(tmp_path / "a.parquet"), "a.parquet"))
    assert read[name][1] == values
    assert kind in (read[name][0], None)


def test_a_file_gives_what_the_frame_in_memory_gives(tmp_path):
    frame = pa.table({name: array for name, (array, _) in COLUMNS.items() if name != "nothing"})
    pq.write_table(frame, tmp_path / "a.parquet")
    assert content(read_parquet(str(tmp_path / "a.parquet"), "a.parquet")) == content(as_table(frame))


def test_names_are_kept_that_differ_in_case_only(tmp_path):
    pq.write_table(pa.table({"Rate": [1], "rate": [5], 'a "b"': [7]}), tmp_path / "case.parquet")
    read = content(read_parquet(str(tmp_path / "case.parquet"), "case.parquet"))
    assert read == {"Rate": ("int", [1]), "rate": ("int", [5]), 'a "b"': ("int", [7])}


@pytest.mark.parametrize("name", ["[1]sales.parquet", "it's 100% #1.parquet", "a*b?.parquet", "{1,2} ü.parquet"])
def test_a_path_is_taken_literally(name, tmp_path):
    pq.write_table(pa.table({"x": [1, 2]}), tmp_path / "1sales.parquet")
    pq.write_table(pa.table({"x": [1, 2]}), tmp_path / "axbx.parquet")
    pq.write_table(pa.table({"x": [3]}), tmp_path / name)
    assert content(read_parquet(str(tmp_path / name), name)) == {"x": ("int", [3])}


def test_the_folders_of_a_path_add_no_column(tmp_path):
    (tmp_path / "year=2020").mkdir()
    pq.write_table(pa.table({"x": [1]}), tmp_path / "year=2020" / "a.parquet")
    assert read_parquet(str(tmp_path / "year=2020" / "a.parquet"), "a.parquet").names == ("x",)


def test_a_table_of_no_rows_keeps_its_columns(tmp_path):
    pq.write_table(pa.table({"x": pa.array([], pa.int64()), "s": pa.array([], pa.string())}), tmp_path / "a.parquet")
    table = read_parquet(str(tmp_path / "a.parquet"), "a.parquet")
    assert (table.names, len(table), table.file) == (("x", "s"), 0, True)


def test_equal_names_are_refused_with_both_places(tmp_path):
    pq.write_table(pa.table([pa.array([1]), pa.array([2])], names=["a", "a"]), tmp_path / "a.parquet")
    with pytest.raises(ReadError, match=r"a\.parquet: columns 1 and 2 are both called 'a'"):
        read_parquet(str(tmp_path / "a.parquet"), "a.parquet")


@pytest.mark.parametrize("values", [[[1.5], [2]], [{"b": 1}, None], [[DAY], None], [[Decimal(1)], None]])
def test_nested_columns_are_refused_by_name(values, tmp_path):
    pq.write_table(pa.table({"x": [1, 2], "deep": values, "y": [1, 2]}), tmp_path / "a.parquet")
    with pytest.raises(ReadError, match=r"a\.parquet, column 'deep' holds values of type .*; expected one number"):
        read_parquet(str(tmp_path / "a.parquet"), "a.parquet")


def test_a_damaged_file_is_refused(tmp_path):
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"x": list(range(1_000))}), path)
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(ReadError, match=r"a\.parquet is damaged, or no Parquet file that can be read here"):
        read_parquet(str(path), "a.parquet")
