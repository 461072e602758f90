"""Files and streams as tables: what a file is, which text its bytes hold, and what to say where it cannot be read."""

from __future__ import annotations

import codecs
import gzip
import os
import re
import zlib
from pathlib import Path
from typing import IO

from glassnet.data.delimited import read_delimited
from glassnet.data.documents import read_json
from glassnet.data.parquet import read_parquet
from glassnet.data.table import Table
from glassnet.errors import ReadError, nearest

PARQUET = b"PAR1"
GZIP = b"\x1f\x8b"
NO_TABLES = {
    b"PK\x03\x04": "a spreadsheet or another zip archive; save the sheet as CSV",
    b"\xd0\xcf\x11\xe0": "an old spreadsheet; save the sheet as CSV",
    b"SQLite format 3\x00": "a database; write the table to a CSV or Parquet file",
    b"\x28\xb5\x2f\xfd": "compressed with zstd; decompress it, or compress it with gzip",
    b"\xfd7zXZ": "compressed with xz; decompress it, or compress it with gzip",
    b"BZh": "compressed with bzip2; decompress it, or compress it with gzip",
    b"PARE": "an encrypted Parquet file; write it without encryption",
}
ENCODINGS = {  # by the mark at the start; that of UTF-16 is a part of that of UTF-32, which comes first
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
JSON_NAMES = (".json", ".jsonl", ".ndjson")
TAB_NAMES = (".tsv", ".tab")
TEXT_NAMES = (".csv", ".txt", ".dat", ".data", *TAB_NAMES)
JSON_START = re.compile(r'\s*(\[\s*[\]{]|\{\s*["}])')


def read_table(path: str | os.PathLike[str]) -> Table:
    """The table in the file at `path`: CSV, TSV, JSON, JSON lines or Parquet, the texts also compressed with gzip.

    The path is taken literally, whatever its characters. Parquet and gzip are known by their first bytes, JSON and
    tabs by the name (.json, .jsonl, .ndjson; .tsv, .tab), every other text by how it begins. Text is UTF-8, or has
    the byte-order mark of UTF-16; its values are kept as they were written.

    Raises ReadError that names the file, the line where there is one, and what to do.
    """
    name = os.fsdecode(path)
    source = os.path.basename(name) or name
    data = _bytes(name, source)
    if data.startswith(PARQUET):
        return read_parquet(name, source)
    return _from_bytes(data, source)


def read_text(stream: IO[bytes] | IO[str], source: str = "standard input") -> Table:
    """The table in a stream of CSV, TSV, JSON or JSON lines, told apart by how the text begins; gzip too.

    Raises ReadError as `read_table` does.
    """
    data = stream.read()
    return _from_bytes(data.encode() if isinstance(data, str) else data, source)


def _bytes(path: str, source: str) -> bytes:
    """The bytes of a file; of a Parquet file, which is read in place, only the first."""
    if os.path.isdir(path):
        raise ReadError(f"{path} is a folder; expected a file")
    try:
        with open(path, "rb") as file:
            start = file.read(len(PARQUET))
            return start if start == PARQUET else start + file.read()
    except FileNotFoundError:
        raise ReadError(_not_found(path)) from None
    except (OSError, ValueError) as error:
        raise ReadError(f"{source!r} cannot be opened: {getattr(error, 'strerror', None) or error}") from None


def _not_found(path: str) -> str:
    if re.match(r"[a-z][a-z0-9+]+://", path, re.IGNORECASE):
        return f"{path} is no file here; download it first: nothing is fetched over the network"
    folder = Path(path).parent
    if not folder.is_dir():
        return f"there is no file {path!r}: there is no folder {str(folder)!r}"
    try:
        beside = os.listdir(folder)
    except OSError:
        beside = []
    return f"there is no file {path!r}{nearest(os.path.basename(path), beside)}"


def _from_bytes(data: bytes, source: str) -> Table:
    if data.startswith(GZIP):
        data = _decompressed(data, source)
    if data.startswith(PARQUET):
        raise ReadError(f"{source} holds Parquet, which can be read from an uncompressed file alone")
    for start, words in NO_TABLES.items():
        if data.startswith(start):
            raise ReadError(f"{source} is {words}")
    text = _text(data, source)
    if not text.strip():
        raise ReadError(f"{source} is empty; expected a header line and rows below it")
    name = source.lower().removesuffix(".gz")
    if name.endswith(JSON_NAMES) or (not name.endswith(TEXT_NAMES) and JSON_START.match(text)):
        return read_json(text, source)
    return read_delimited(text, source, tabs=name.endswith(TAB_NAMES))


def _decompressed(data: bytes, source: str) -> bytes:
    try:
        return gzip.decompress(data)
    except (OSError, EOFError, zlib.error) as error:
        raise ReadError(f"{source} is compressed with gzip and damaged or cut short: {error}") from None


def _text(data: bytes, source: str) -> str:
    """The text that the bytes are, without its byte-order mark."""
    encoding = next((name for mark, name in ENCODINGS.items() if data.startswith(mark)), "utf-8")
    if encoding == "utf-8" and b"\0" in data:
        raise ReadError(
            f"{source}, line {_line(data, data.index(0)):,} holds a zero byte, which text in UTF-8 never does; "
            "UTF-16 needs its byte-order mark, so save the file as UTF-8"
        )
    try:
        return data.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise _wrongly_encoded(data, source, encoding, error.start) from None


def _wrongly_encoded(data: bytes, source: str, encoding: str, start: int) -> ReadError:
    if encoding != "utf-8":
        return ReadError(f"{source} begins as {encoding.upper()} but does not go on so; save the file as UTF-8")
    return ReadError(
        f"{source}, line {_line(data, start):,}: byte {start + 1:,} of the file (0x{data[start]:02X}) is not UTF-8; "
        "save the file as UTF-8, or convert it, for example with: iconv -f WINDOWS-1252 -t UTF-8"
    )


def _line(data: bytes, place: int) -> int:
    return data.count(b"\n", 0, place) + 1
