"""Files and streams as tables: what a file is, which text its bytes hold, and what to say where it cannot be read."""

from __future__ import annotations

import codecs
import gzip
import io
import os
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import IO, Final, TextIO, cast

from glassnet.data.chunks import Chunks, rows_of_a_chunk
from glassnet.data.delimited import delimited_chunks, read_delimited
from glassnet.data.documents import read_json
from glassnet.data.parquet import parquet_chunks, parquet_size, read_parquet
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
ZERO: Final = (
    " holds a zero byte, which text in UTF-8 never does; UTF-16 needs its byte-order mark, so save the file as UTF-8"
)
AS_UTF8: Final = "save the file as UTF-8, or convert it, for example with: iconv -f WINDOWS-1252 -t UTF-8"
LARGE: Final = 2**28  # bytes of text from which on a table is read a chunk at a time: whole it takes 15 times as many
BEGINNING: Final = 2**16  # bytes of a file that tell what it is
OF_A_VALUE, COMPRESSED = 8, 4  # bytes of text that a value of a Parquet file, and a byte of a gzip file, stand for


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


def chunks_in(path: str | os.PathLike[str], large: int = LARGE) -> Chunks | None:
    """The table in a file that is too large to be held, a chunk of rows at a time; None for any other.

    Large is a CSV or TSV file of `large` bytes, a fourth of them where it is compressed with gzip, and a Parquet file
    of an eighth as many values. JSON has to be read whole.

    Raises ReadError as `read_table` does, where it has come to the fault.
    """
    name = os.fsdecode(path)
    source = os.path.basename(name) or name
    if not os.path.isfile(name):
        return None
    with _opened(name, source) as file:
        start = file.read(len(PARQUET))
    if start.startswith(PARQUET):
        rows, columns = parquet_size(name, source)
        whole = OF_A_VALUE * rows * columns < large
        return None if whole else Chunks(source, partial(parquet_chunks, name, source, rows_of_a_chunk))
    compressed = start.startswith(GZIP)
    if os.path.getsize(name) * (COMPRESSED if compressed else 1) < large:
        return None
    text = partial(_lines, name, source, compressed=compressed)
    tabs = source.lower().removesuffix(".gz").endswith(TAB_NAMES)
    chunks = partial(delimited_chunks, text, source, rows_of_a_chunk, tabs=tabs)
    return Chunks(source, chunks) if _is_delimited(name, source, compressed=compressed) else None


def _is_delimited(path: str, source: str, *, compressed: bool) -> bool:
    """Whether a file begins as delimited text does."""
    with _opened(path, source) as file:
        start = (cast(IO[bytes], gzip.GzipFile(fileobj=file)) if compressed else file).read(BEGINNING)
    name = source.lower().removesuffix(".gz")
    if start.startswith((*NO_TABLES, PARQUET)) or name.endswith(JSON_NAMES):
        return False
    text = start.decode(_encoding(start), "replace").removeprefix("\ufeff")
    return name.endswith(TEXT_NAMES) or not JSON_START.match(text)


@contextmanager
def _lines(path: str, source: str, *, compressed: bool) -> Iterator[Iterator[str]]:
    """The lines of a text file, read as they are asked for."""
    with _opened(path, source) as file:
        data = cast(IO[bytes], gzip.GzipFile(fileobj=file)) if compressed else file
        encoding = _encoding(data.read(len(codecs.BOM_UTF32_LE)))
        data.seek(0)
        with io.TextIOWrapper(data, "utf-8-sig" if encoding == "utf-8" else encoding, newline="") as text:
            yield _sound(text, source, encoding)


def _sound(text: TextIO, source: str, encoding: str) -> Iterator[str]:
    """The lines of a text; raises ReadError, saying about where, for bytes that are none."""
    number = 0
    try:
        for number, line in enumerate(text, 1):
            if "\0" in line:
                raise ReadError(f"{source}, line {number:,}{ZERO}")
            yield line
    except UnicodeDecodeError as error:
        raise ReadError(
            f"{source}, soon after line {number:,}: a byte (0x{error.object[error.start]:02X}) is not "
            f"{encoding.upper()}; {AS_UTF8}"
        ) from None
    except (OSError, EOFError, zlib.error) as error:
        raise ReadError(f"{source} cannot be read beyond line {number:,}: {error}") from None


@contextmanager
def _opened(path: str, source: str) -> Iterator[IO[bytes]]:
    """A file to read; raises ReadError where it cannot be."""
    if os.path.isdir(path):
        raise ReadError(f"{path} is a folder; expected a file")
    try:
        file = open(path, "rb")  # noqa: SIM115 - closed below, where what is read from it fails in its own words
    except FileNotFoundError:
        raise ReadError(_not_found(path)) from None
    except (OSError, ValueError) as error:
        raise _not_opened(source, error) from None
    with file:
        yield file


def _not_opened(source: str, error: Exception) -> ReadError:
    return ReadError(f"{source!r} cannot be opened: {getattr(error, 'strerror', None) or error}")


def _bytes(path: str, source: str) -> bytes:
    """The bytes of a file; of a Parquet file, which is read in place, only the first."""
    with _opened(path, source) as file:
        try:
            start = file.read(len(PARQUET))
            return start if start == PARQUET else start + file.read()
        except OSError as error:
            raise _not_opened(source, error) from None


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
    encoding = _encoding(data)
    if encoding == "utf-8" and b"\0" in data:
        raise ReadError(f"{source}, line {_line(data, data.index(0)):,}{ZERO}")
    try:
        return data.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise _wrongly_encoded(data, source, encoding, error.start) from None


def _encoding(data: bytes) -> str:
    """The encoding that a text says it is in by how it begins."""
    return next((name for mark, name in ENCODINGS.items() if data.startswith(mark)), "utf-8")


def _wrongly_encoded(data: bytes, source: str, encoding: str, start: int) -> ReadError:
    if encoding != "utf-8":
        return ReadError(f"{source} begins as {encoding.upper()} but does not go on so; save the file as UTF-8")
    return ReadError(
        f"{source}, line {_line(data, start):,}: byte {start + 1:,} of the file (0x{data[start]:02X}) is not UTF-8; "
        f"{AS_UTF8}"
    )


def _line(data: bytes, place: int) -> int:
    return data.count(b"\n", 0, place) + 1
