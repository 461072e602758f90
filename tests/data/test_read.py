"""Files and streams: what each is, and what is said of one that cannot be read."""

from __future__ import annotations

import gzip
import io
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from glassnet.data.frames import as_table
from glassnet.data.read import read_table, read_text
from glassnet.errors import ReadError

MARK = b"\xef\xbb\xbf"
CSV = b"price,size\r\n3,1\r\n6,2\r\n"
RECORDS = b'[{"price": "3", "size": "1"}, {"price": "6", "size": "2"}]'
LINES = b'{"price": "3", "size": "1"}\n{"price": "6", "size": "2"}\n'
EXPECTED = {"price": ["3", "6"], "size": ["1", "2"]}


def content(table) -> dict[str, list]:
    return {name: column.values.tolist() for name, column in table.columns.items()}


@pytest.mark.parametrize("mark", [b"", MARK])
@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("sales.csv", CSV),
        ("SALES.CSV", CSV),
        ("sales.csv", b'"price","size"\n3,1\n6,2'),
        ("sales.tsv", CSV.replace(b",", b"\t")),
        ("sales.txt", CSV.replace(b",", b";")),
        ("sales", CSV),
        ("sales.json", RECORDS),
        ("sales.jsonl", LINES),
        ("sales.ndjson", LINES),
        ("sales.json", LINES),
        ("sales", RECORDS),
    ],
)
def test_every_text_is_read_with_and_without_mark_and_compression(name, data, packed, mark, tmp_path):
    path = tmp_path / (name + ".gz" if packed else name)
    path.write_bytes(gzip.compress(mark + data, mtime=0) if packed else mark + data)
    table = read_table(path)
    assert content(table) == EXPECTED
    assert (table.source, table.named, table.file) == (path.name, True, True)


def test_compression_and_parquet_are_known_by_content_whatever_the_name(tmp_path):
    (tmp_path / "packed.csv").write_bytes(gzip.compress(CSV, mtime=0))
    pq.write_table(pa.table(EXPECTED), tmp_path / "columns.data")
    assert content(read_table(tmp_path / "packed.csv")) == EXPECTED
    assert content(read_table(str(tmp_path / "columns.data"))) == EXPECTED


@pytest.mark.parametrize(
    "data", [CSV, RECORDS, LINES, MARK + CSV, gzip.compress(CSV, mtime=0), CSV.replace(b",", b"\t")]
)
def test_a_stream_tells_what_it_is(data):
    table = read_text(io.BytesIO(data))
    assert content(table) == EXPECTED
    assert table.source == "standard input"
    assert content(read_text(io.StringIO(CSV.decode()), "the text")) == EXPECTED


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_a_text_that_begins_with_the_mark_of_its_encoding_is_read_in_it(encoding, tmp_path):
    (tmp_path / "a.csv").write_bytes("\ufeffgröße,€\n1,2\n".encode(encoding))
    assert content(read_table(tmp_path / "a.csv")) == {"größe": ["1"], "€": ["2"]}


@pytest.mark.parametrize(
    "name", ["[1]sales.csv", "it's 100% #1.csv", 'a"b.csv', "a*b?.csv", "{a,b}.csv", "~.csv", "$HOME.csv", " .csv", "-"]
)
def test_a_path_is_that_file_whatever_its_characters(name, tmp_path, monkeypatch):
    (tmp_path / "1sales.csv").write_bytes(b"x\n1000\n")
    (tmp_path / name).write_bytes(CSV)
    assert content(read_table(tmp_path / name)) == EXPECTED
    monkeypatch.chdir(tmp_path)
    assert content(read_table(name)) == EXPECTED


def test_names_and_values_are_the_same_from_every_source(tmp_path):
    columns = {"Rate": [1, 2], "rate": [5, 6], "zip": ["01001", "90210"]}
    (tmp_path / "a.csv").write_text("Rate,rate,zip\n1,5,01001\n2,6,90210\n")
    (tmp_path / "a.json").write_text(json.dumps(columns))
    pq.write_table(pa.table(columns), tmp_path / "a.parquet")
    assert content(read_table(tmp_path / "a.csv")) == {"Rate": ["1", "2"], "rate": ["5", "6"], "zip": columns["zip"]}
    for table in (read_table(tmp_path / "a.json"), read_table(tmp_path / "a.parquet"), as_table(columns)):
        assert content(table) == columns


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "a.csv is empty; expected a header line and rows below it"),
        (MARK + b"\r\n \n", "a.csv is empty; expected a header line and rows below it"),
        (gzip.compress(b"", mtime=0), "a.csv is empty"),
        ("a,b\nx,1\nß,2\n".encode("latin-1"), "a.csv, line 3: byte 9 of the file (0xDF) is not UTF-8; save the file"),
        (MARK + "ß\n1\n".encode("latin-1"), "a.csv, line 1: byte 4 of the file (0xDF) is not UTF-8"),
        ("a,b\n1,2\n".encode("utf-16-le"), "a.csv, line 1 holds a zero byte, which text in UTF-8 never does; UTF-16"),
        ("a,b\n1,2\n".encode("utf-16")[:-1], "a.csv begins as UTF-16 but does not go on so; save the file as UTF-8"),
        (gzip.compress(CSV * 100, mtime=0)[:-20], "a.csv is compressed with gzip and damaged or cut short"),
        (gzip.compress(b"PAR1...", mtime=0), "a.csv holds Parquet, which can be read from an uncompressed file alone"),
        (b"PK\x03\x04...", "a.csv is a spreadsheet or another zip archive; save the sheet as CSV"),
        (b"SQLite format 3\x00...", "a.csv is a database; write the table to a CSV or Parquet file"),
        (b"\x28\xb5\x2f\xfd...", "a.csv is compressed with zstd"),
    ],
)  # fmt: skip
def test_what_is_no_text_is_refused_with_what_to_do(data, message, tmp_path):
    (tmp_path / "a.csv").write_bytes(data)
    with pytest.raises(ReadError) as caught:
        read_table(tmp_path / "a.csv")
    assert str(caught.value).startswith(message)


def test_a_missing_file_is_answered_with_the_nearest_in_its_folder(tmp_path):
    (tmp_path / "diamonds.csv").write_bytes(CSV)
    with pytest.raises(ReadError, match=r"there is no file '.*diamond\.csv'; did you mean 'diamonds\.csv'\?"):
        read_table(tmp_path / "diamond.csv")
    with pytest.raises(ReadError, match=r"there is no file '.*': there is no folder '.*data'"):
        read_table(tmp_path / "data" / "diamonds.csv")
    with pytest.raises(ReadError, match=r"https://host/a\.csv is no file here; download it first"):
        read_table("https://host/a.csv")


def test_what_is_no_file_is_refused(tmp_path):
    with pytest.raises(ReadError, match="is a folder; expected a file"):
        read_table(tmp_path)
    with pytest.raises(ReadError, match=r"'a\\x00b' cannot be opened: embedded null"):
        read_table("a\0b")
    (tmp_path / "a.csv").write_bytes(CSV)
    with pytest.raises(ReadError, match="'b' cannot be opened: Not a directory"):
        read_table(tmp_path / "a.csv" / "b")
    with pytest.raises(ReadError, match=r"'x+' cannot be opened: File name too long"):
        read_table("x" * 5_000)


def test_nothing_is_written_beside_the_file(tmp_path):
    for name, data in {"a.csv": CSV, "a.json": RECORDS, "a.csv.gz": gzip.compress(CSV, mtime=0)}.items():
        (tmp_path / name).write_bytes(data)
    pq.write_table(pa.table(EXPECTED), tmp_path / "a.parquet")
    before = sorted(map(str, Path(tmp_path).iterdir()))
    for path in before:
        read_table(path)
    assert sorted(map(str, Path(tmp_path).iterdir())) == before
