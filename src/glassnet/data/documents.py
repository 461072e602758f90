"""JSON as a table: an array of records, JSON lines, or an object of columns. Numbers keep every digit."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from glassnet.data.records import from_columns, from_records
from glassnet.data.table import Table, check_names
from glassnet.errors import ReadError

EXPECTED = "expected an array of objects, an object a line, or an object of columns"


def read_json(text: str, source: str) -> Table:
    """The table of a JSON text.

    An array of objects or a line of text for each object is a table of records; one object is a table of columns, or
    one row where its values are single. Whole numbers of any size are kept; null, and NaN where it was written, is
    missing. Raises ReadError, with its line, for text that is no JSON or no table, and DataError for nested values.
    """
    decoder = json.JSONDecoder(object_pairs_hook=lambda pairs: _record(pairs, source))
    value = _decode(decoder, text, source)
    if isinstance(value, Mapping):
        return from_columns(value, source, file=True)
    if not isinstance(value, list):
        raise ReadError(f"{source} holds a single value; {EXPECTED}")
    for row, record in enumerate(value, 1):
        if not isinstance(record, Mapping):
            raise ReadError(f"{source}, row {row:,} is {_words(record)}; {EXPECTED}")
    return from_records(value, source, file=True)


def _record(pairs: list[tuple[str, Any]], source: str) -> dict[str, Any]:
    record = dict(pairs)
    if len(record) < len(pairs):
        check_names([name for name, _ in pairs], source, ReadError)
    return record


def _words(value: object) -> str:
    """What a JSON value is called."""
    if isinstance(value, list):
        return "an array"
    return "null" if value is None else f"the single value {json.dumps(value):.40}"


def _decode(decoder: json.JSONDecoder, text: str, source: str) -> Any:
    """The value that the whole text is, or the list of those that its lines are."""
    try:
        return decoder.decode(text)
    except ReadError:
        raise
    except json.JSONDecodeError as error:
        if error.msg != "Extra data":
            raise _malformed(error, error.lineno, source) from None
    except (RecursionError, ValueError) as error:
        raise ReadError(f"{source} cannot be read as JSON: {error}") from None
    lines = enumerate(text.split("\n"), 1)
    return [_decode_line(decoder, line, number, source) for number, line in lines if line.strip()]


def _decode_line(decoder: json.JSONDecoder, line: str, number: int, source: str) -> Any:
    try:
        return decoder.decode(line)
    except ReadError:
        raise
    except json.JSONDecodeError as error:
        raise _malformed(error, number, source) from None
    except (RecursionError, ValueError) as error:
        raise ReadError(f"{source}, line {number:,} cannot be read as JSON: {error}") from None


def _malformed(error: json.JSONDecodeError, line: int, source: str) -> ReadError:
    problem = error.msg[:1].lower() + error.msg[1:]
    return ReadError(f"{source}, line {line:,}, character {error.colno:,} is no JSON: {problem}; {EXPECTED}")
