"""Delimited text (CSV, TSV) as a table of text: every value as it was written, and no type guessed.

Quotes are always honoured (RFC 4180), whichever row they first occur in. The standard library's `csv` reads: it does so
alike from a file, a compressed file and a pipe, it knows the line of every row, and it neither renames a column nor
drops a field. Only the delimiter is found out, from the header and the rows below it.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import islice
from typing import Any, NamedTuple

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


class Dialect(NamedTuple):
    """How fields are divided, and whether spaces may stand between a delimiter and an opening quote."""

    delimiter: str
    spaced: bool = False

    def rows(self, lines: Sequence[str]) -> Any:
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
    names = [name if name.strip() else f"column {position}" for position, name in enumerate(header, 1)]
    check_names(names, source, ReadError)
    return Table({name: text_column(values) for name, values in zip(names, fields, strict=True)}, source, file=True)


def _holds_anything(row: Row) -> bool:
    return any(field.strip() for field in row)


def _cut(rows: Iterator[Row]) -> tuple[Row, list[list[str]]] | None:
    """The header and the fields of each column; None where a row cannot be read or is longer or shorter than it."""
    try:
        header = next(filter(_holds_anything, rows), None)
        if header is None:
            return None
        columns: list[list[str]] = [[] for _ in header]
        while chunk := list(islice(rows, CHUNK)):
            if set(map(len, chunk)) != {len(header)}:
                chunk = [row for row in chunk if len(row) == len(header) or _holds_anything(row)]
                if any(len(row) != len(header) for row in chunk):
                    return None
            for values, more in zip(columns, zip(*chunk, strict=True), strict=False):  # a chunk may be all blank lines
                values.extend(more)
    except csv.Error:
        return None
    return header, columns


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


def _fault(dialect: Dialect, lines: Sequence[str], source: str) -> ReadError:
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
