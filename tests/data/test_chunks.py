"""Tables a chunk at a time: what is read is what would be read whole."""

from __future__ import annotations

import gzip

import numpy as np
import pytest

from glassnet.data.chunks import Chunks, joined
from glassnet.data.delimited import delimited_chunks
from glassnet.data.read import _lines, chunks_in, read_table
from glassnet.data.table import Column, Table, text_column
from glassnet.data.text.distinct import Distinct
from glassnet.errors import DataError, ReadError

QUOTED = "name,v\n" + "".join(f'"a, {i}\nb",{i}\n' if i % 7 == 0 else f"p{i},{i}\n\n" for i in range(3000))


def of(path, rows: int = 256, **settings) -> list[Table]:
    def lines():
        return _lines(str(path), path.name, compressed=path.suffix == ".gz")

    return list(delimited_chunks(lines, path.name, lambda columns: rows, **settings))


def written(tmp_path, text: str | bytes, name: str = "a.csv"):
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def same(one: Table, other: Table) -> bool:
    return one.names == other.names and all(
        np.array_equal(one.columns[name].values, other.columns[name].values)
        and np.array_equal(one.columns[name].missing, other.columns[name].missing)
        for name in one.names
    )


@pytest.mark.parametrize(
    "text",
    [
        QUOTED,
        "a;b\n" + "1,5;x\n" * 2000,
        "sep=|\na|b\n" + "1,5|x\n" * 2000,
        'a, b\n1, "x, y"\n' * 1 + '2, "z"\n' * 1500,
        "\n\na,b\r\n" + "1,\r\n" * 900,
        "a\n" + "1\n" * 600,
    ],
)
def test_chunks_together_are_the_table_read_whole(tmp_path, text):
    path = written(tmp_path, text)
    chunks = of(path)
    assert len(chunks) > 1
    assert same(joined(chunks), read_table(path))


def test_a_byte_order_mark_utf_16_and_gzip_are_read_as_they_are_whole(tmp_path):
    text = "naïve,b\n" + "é,1\n" * 1000
    for name, data in (
        ("a.csv", b"\xef\xbb\xbf" + text.encode()),
        ("b.csv", text.encode("utf-16")),
        ("c.csv.gz", gzip.compress(text.encode())),
    ):
        path = written(tmp_path, data, name)
        assert same(joined(of(path)), read_table(path))


@pytest.mark.parametrize("row", ["1,2,3", '"open,2', '"a"b,2'])
def test_a_fault_far_down_is_told_with_the_line_that_reading_whole_tells(tmp_path, row):
    path = written(tmp_path, "a,b\n" + "1,2\n" * 2500 + row + "\n" + "1,2\n" * 10)
    with pytest.raises(ReadError) as whole:
        read_table(path)
    with pytest.raises(ReadError) as caught:
        of(path)
    assert "line 2,502" in str(caught.value)
    assert str(caught.value) == str(whole.value)


def test_bytes_that_are_no_text_are_told_with_about_their_line(tmp_path):
    path = written(tmp_path, b"a,b\n" + b"1,2\n" * 30_000 + b"\xff,2\n")
    with pytest.raises(ReadError, match=r"a\.csv, soon after line 2\d,\d\d\d: a byte \(0xFF\) is not UTF-8"):
        of(path)
    path = written(tmp_path, b"a,b\n" + b"1,2\n" * 3000 + b"\0,2\n")
    with pytest.raises(ReadError, match=r"a\.csv, line 3,002 holds a zero byte"):
        of(path)


def test_a_gzip_file_that_is_cut_short_is_told(tmp_path):
    data = gzip.compress(("a,b\n" + "".join(f"{i},{i * 7919 % 1013}\n" for i in range(50_000))).encode())
    path = written(tmp_path, data[: len(data) // 2], "a.csv.gz")
    with pytest.raises(ReadError, match=r"a\.csv\.gz cannot be read beyond line [\d,]+: "):
        of(path)


def test_a_table_without_rows_is_one_chunk_without_rows(tmp_path):
    (chunk,) = of(written(tmp_path, "a,b\n"))
    assert (chunk.names, len(chunk)) == (("a", "b"), 0)


def test_only_large_tables_that_can_be_read_so_are_chunks(tmp_path):
    text = "a,b\n" + "1,2\n" * 500
    assert chunks_in(written(tmp_path, text), large=10_000) is None
    assert chunks_in(written(tmp_path, text), large=100) is not None
    assert chunks_in(written(tmp_path, '[{"a": 1}]' * 50, "a.json"), large=100) is None
    assert chunks_in(written(tmp_path, b"PK\x03\x04" + b"x" * 500, "a.csv"), large=100) is None
    assert chunks_in(tmp_path / "absent.csv", large=0) is None


def test_a_parquet_file_in_chunks_is_the_table_read_whole(tmp_path):
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    rows = 600_000
    days = np.datetime64("2020-01-01") + np.arange(rows) % 365
    columns = {"i": np.arange(rows), "x": np.arange(rows) / 3, "day": days, "t": [None, "a"] * (rows // 2)}
    parquet.write_table(pyarrow.table(columns), tmp_path / "a.parquet")
    chunks = chunks_in(tmp_path / "a.parquet", large=1000)
    assert chunks is not None
    found = list(chunks)
    assert len(found) > 5
    assert same(joined(found), read_table(tmp_path / "a.parquet"))
    assert chunks_in(tmp_path / "a.parquet") is None  # 2.4 million values fit


def column(values: list[object], missing: list[bool] | None = None) -> Column:
    array = np.array(values)
    return Column(array, np.zeros(len(array), np.bool_) if missing is None else np.array(missing))


def refusal(*tables: Table) -> str:
    with pytest.raises(DataError) as caught:
        list(Chunks("the stream", lambda: iter(tables)))
    return str(caught.value)


def test_a_batch_with_other_columns_or_other_values_is_told_with_its_number():
    first = Table({"a": column([1, 2]), "b": column([0.5, 1.0])}, "t")
    assert refusal(first, first.select(["a"])).startswith("the stream, batch 2: it lacks 'b', against the 2 columns")
    assert "it has its columns in another order" in refusal(first, first.select(["b", "a"]))
    words = Table({"a": text_column(["x"]), "b": column([0.5])}, "t")
    assert "batch 3: column 'a' holds values of the kind 'text' where the batches before it held 'int'" in refusal(
        first, first, words
    )


def test_whole_numbers_fractions_and_gaps_may_follow_each_other():
    tables = [
        Table({"a": column([1, 2])}, "t"),
        Table({"a": text_column(["", ""])}, "t"),
        Table({"a": column([0.5, np.nan], [False, True])}, "t"),
    ]
    whole = joined(list(Chunks("the stream", lambda: iter(tables)))).columns["a"]
    assert whole.missing.tolist() == [False, False, True, True, False, True]
    assert whole.values[~whole.missing].tolist() == [1.0, 2.0, 0.5]


def test_a_row_is_told_by_its_place_among_all():
    tables = [Table({"a": text_column(["1", "2"])}, "t"), Table({"a": text_column(["3", "x", "4"])}, "t")]
    whole = joined(list(Chunks("a.csv", lambda: iter(tables)))).take(np.array([0, 3, 4]))
    distinct = Distinct.of(whole.columns["a"])
    assert distinct.first_row(np.array([text == "x" for text in distinct.texts])) == (3, "x")
