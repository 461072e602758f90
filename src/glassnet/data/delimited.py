"""Delimited text (CSV, TSV) as a table of text: every value as it was written, and no type guessed.

Quotes are always honoured (RFC 4180), whichever row they first occur in. The standard library's `csv` reads: it does so
alike from a file, a compressed file and a pipe, it knows the line of every row, and it neither renames a column nor
drops a field. Only the delimiter is found out, from the header and the rows below it.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, suppress
from itertools import chain, islice
from typing import Any, NamedTuple, TypeAlias

from glassnet.data.table import Table, check_names, counted, text_column
from glassnet.errors import ReadError

DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}
SAMPLE = 1_000  # lines that tell the delimiter
CHUNK = 256  # rows taken at once: so few that the garbage collector never has a long list of them to walk
DECLARED = re.compile(
    r'"?sep=([^\w\s"]|\t)"?\s*', re.IGNORECASE
)  # a first line by which spreadsheets name the delimiter
SPACED = re.compile(' +"')  # a field that a reader which minds spaces would not take for a quoted one

Row = list[str]
Lines: TypeAlias = Callable[[], AbstractContextManager[Iterator[str]]]  # the lines of a text, from its first one on


class Dialect(NamedTuple):
    """How fields are divided, and whether spaces may stand between a delimiter and an opening quote."""

    delimiter: str
    spaced: bool = False

    def rows(self, lines: Iterable[str]) -> Any:
        """The rows of `lines` as the standard library reads them; a blank line is an empty row."""
        return csv.reader(lines, delimiter=self.delimiter, skipinitialspace=self.spaced, strict=True)


def read_delimited(text: str, source: str, *, tabs: bool = False) -> Table:
    """The table of delimited text: a header line and a row a record, each value as it was written.

    Blank lines are passed over, a column without a name is called after its place ("column 1"), and a value of no
    characters is missing. `tabs` says that the text is meant to be divided by tabs, `source` how messages call it.

    Raises ReadError for a text without a header, two columns of one name, rows with more or fewer fields than the
    header and quotes that are out of place, each with its line.
    """
    lines = io.StringIO(text, newline="").readlines()  # at \n, \r\n and \r alone
    dialects = _dialects(lines, tabs=tabs)
    cut = next(filter(None, (_cut(dialect.rows(lines)) for dialect in dialects)), None)
    if cut is None:
        raise _fault(dialects[0], lines, source)
    header, fields = cut
    return _table(_named(header, source), fields, source)


def delimited_chunks(lines: Lines, source: str, rows: Callable[[int], int], *, tabs: bool = False) -> Iterator[Table]:
    """The same table a chunk of rows at a time, for a text that would not fit; of one without rows, no rows once.

    `lines` opens the text at its beginning, `rows` gives the rows of a chunk for the number of columns. Raises
    ReadError as `read_delimited` does, where it has come to the fault.
    """
    with lines() as text:
        sample = list(islice(text, SAMPLE))
        dialects = _dialects(sample, tabs=tabs)
        dialect = next((each for each in dialects if _cut(each.rows(sample)) is not None), dialects[0])
        read = dialect.rows(chain(sample, text))
        header = _header(read)
        width, found = len(header or ()), 0
        names = _named(header or (), source)
        while header and (fields := _fields(read, width, rows(width))) is not None:
            if len(fields[0]) or not found:
                yield _table(names, fields, source)
            if not len(fields[0]):
                return
            found += len(fields[0])
    with lines() as text:  # once more, to say where the fault is
        raise _fault(dialect, chain(sample[:1], islice(text, 1, None)), source)


def _named(header: Sequence[str], source: str) -> list[str]:
    """The names of the columns, each its own."""
    names = [name if name.strip() else f"column {position}" for position, name in enumerate(header, 1)]
    check_names(names, source, ReadError)
    return names


def _table(names: Sequence[str], fields: Sequence[Sequence[str]], source: str) -> Table:
    return Table({name: text_column(values) for name, values in zip(names, fields, strict=True)}, source, file=True)


def _holds_anything(row: Row) -> bool:
    return any(field.strip() for field in row)


def _cut(rows: Iterator[Row]) -> tuple[Row, list[list[str]]] | None:
    """The header and the fields of each column; None where a row cannot be read or is longer or shorter than it."""
    header = _header(rows)
    fields = None if header is None else _fields(rows, len(header))
    return None if header is None or fields is None else (header, fields)


def _header(rows: Iterator[Row]) -> Row | None:
    """The first row that holds anything, None where there is none or it cannot be read."""
    try:
        return next(filter(_holds_anything, rows), None)
    except csv.Error:
        return None


def _fields(rows: Iterator[Row], width: int, most: float = math.inf) -> list[list[str]] | None:
    """The fields of each column in the next rows, about `most` of them; none are left where they are empty.

    None where a row cannot be read or has not so many fields as the header, `width`.
    """
    columns: list[list[str]] = [[] for _ in range(width)]
    try:
        while len(columns[0]) < most and (chunk := list(islice(rows, CHUNK))):
            if set(map(len, chunk)) != {width}:
                chunk = [row for row in chunk if len(row) == width or _holds_anything(row)]
                if any(len(row) != width for row in chunk):
                    return None
            for values, more in zip(columns, zip(*chunk, strict=True), strict=False):  # a chunk may be all blank lines
                values.extend(more)
    except csv.Error:
        return None
    return columns


def _dialects(lines: list[str], *, tabs: bool) -> tuple[Dialect, ...]:
    """The dialects to try; a first line that declares the delimiter is obeyed, and blanked in `lines`."""
    declared = DECLARED.fullmatch(lines[0]) if lines else None
    if declared:
        lines[0] = "\n"
    sample = lines[:SAMPLE]
    delimiter = declared[1] if declared else _delimiter(sample, tabs=tabs)
    spaced = any(SPACED.match(field) for row in _sampled(sample, Dialect(delimiter)) for field in row)
    return (Dialect(delimiter, True),) if spaced else (Dialect(delimiter), Dialect(delimiter, True))


def _delimiter(lines: Sequence[str], *, tabs: bool) -> str:
    """The delimiter under which the header has several fields and most rows as many; the most fields decide a tie.

    A header of one field is one column: then no row should be divided, so that "10,5" below "width" is one value.
    """
    widths = {each: [len(row) for row in _sampled(lines, Dialect(each, True))] for each in DELIMITERS}
    if tabs and widths["\t"][:1] > [1]:
        return "\t"

    def fitness(delimiter: str) -> tuple[bool, float, int]:
        header, *others = widths[delimiter] or [1]
        alike = sum(width == header for width in others) / max(len(others), 1)
        return header > 1, alike, header

    return max(DELIMITERS, key=fitness)


def _sampled(lines: Sequence[str], dialect: Dialect) -> list[Row]:
    """The rows that hold anything, up to the first that cannot be read."""
    sampled: list[Row] = []
    with suppress(csv.Error):  # the reading proper says what is wrong, if the sample does not just end within a row
        sampled.extend(filter(_holds_anything, dialect.rows(lines)))
    return sampled


def _fault(dialect: Dialect, lines: Iterable[str], source: str) -> ReadError:
    """The error for the first row that cannot be read or that differs from the header in its number of fields."""
    rows = dialect.rows(lines)
    width, line = 0, 1
    try:
        for row in rows:
            if _holds_anything(row) or len(row) == width:
                width = width or len(row)
                if len(row) != width:
                    return _ragged(dialect, f"{source}, line {line:,}", len(row), width)
            line = rows.line_num + 1
    except csv.Error as error:
        return _misquoted(f"{source}, line {line:,}", rows.line_num - line, error)
    return ReadError(f"{source} is empty; expected a header line and rows below it")


def _ragged(dialect: Dialect, where: str, fields: int, width: int) -> ReadError:
    divided = DELIMITERS.get(dialect.delimiter, repr(dialect.delimiter))
    return ReadError(
        f"{where}: {counted(fields, 'field')} where the header has {width:,} (the file is divided by {divided}); "
        "write a field for every column, and double quotes around a field that holds the delimiter"
    )


def _misquoted(where: str, further: int, error: csv.Error) -> ReadError:
    if "expected after" in str(error):
        return ReadError(
            f"{where}: text follows a closing double quote; within a quoted field write a double quote twice"
        )
    if "larger than" in str(error):
        limit = f"{csv.field_size_limit():,} characters"
        return ReadError(f"{where}: a field is longer than {limit}; is a double quote before it never closed?")
    sought = f", sought over {counted(further, 'more line')}" if further > 0 else ""
    return ReadError(f"{where}: a field opens with a double quote that is never closed{sought}; close or remove it")
