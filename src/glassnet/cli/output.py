"""What commands write: answers as CSV or JSON on stdout or in a file, and words on stderr."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import sys
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol, TextIO

import click

from glassnet.display.faces import Writer
from glassnet.errors import DataWarning

PIPE = "-"
ENDINGS = (".csv", ".json", ".jsonl", ".ndjson", ".tsv", ".parquet", ".feather", ".arrow", ".xlsx", ".gz", ".zip")


class Found(Protocol):
    """What prints, and can be written as plain JSON values."""

    def to_json(self) -> Any:
        """It as plain JSON values."""


def check_ending(path: str, written: str) -> None:
    """Raise click.UsageError where the ending of a file promises another format than the one that is written."""
    ending = Path(path).suffix.lower()
    if ending not in ENDINGS or ending == written:
        return
    how = {".json": "give --json", ".csv": "leave --json out"}.get(ending, f"give a name in {written}")
    raise click.UsageError(f"-o {path}: {written[1:].upper()} would be written, not what {ending} promises; {how}")


def prepare_streams() -> None:
    """Have stdout and stderr carry UTF-8 whatever the locale; what cannot be written is escaped, never an error."""
    if sys.stdout is None:  # the shell closed it, as with >&-
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - open to the end
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def silence_stdout() -> None:
    """Point stdout nowhere after its reader has gone, so that the flush at the end of the process is quiet too."""
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def say(text: str) -> None:
    """Write lines of talk to stderr; a reader that has gone is no reason to stop."""
    writer = Writer(sys.stderr)
    for line in text.splitlines():
        writer.line(line)


@contextlib.contextmanager
def notes_said() -> Iterator[None]:
    """Say the notes on a table that come up meanwhile, together at the end."""
    with warnings.catch_warnings(record=True) as notes:
        warnings.simplefilter("always", DataWarning)
        yield
    say("\n".join(f"note: {note.message}" for note in notes))


def show_found(found: Found, *, as_json: bool) -> None:
    """Print what was found, for people or as one JSON document."""
    if as_json:
        write_json(sys.stdout, found.to_json())
    else:
        print(found)


@contextlib.contextmanager
def destination(path: str | None) -> Iterator[TextIO]:
    """The text stream to write answers to: stdout for None and "-", else a file that is replaced once it is whole."""
    if path is None or path == PIPE:
        with _named("stdout"):
            yield sys.stdout
            sys.stdout.flush()
        return
    from glassnet.files.atomic import replacing  # brings NumPy

    with _named(path), replacing(Path(path)) as file:
        text = io.TextIOWrapper(file, encoding="utf-8", newline="")
        yield text
        text.flush()
        text.detach()


@contextlib.contextmanager
def _named(place: str) -> Iterator[None]:
    """Have an OSError that names no file, as that of a full disk, name the place that is written to."""
    try:
        yield
    except OSError as error:
        error.filename = error.filename or place
        raise


def write_csv(stream: TextIO, batches: Iterable[Mapping[str, Sequence[Any]]]) -> None:
    """Write batches of columns of equal length as CSV, a header before the first.

    Floats have the digits that read back to the same bits; lists are written as JSON.
    """
    writer = csv.writer(stream, lineterminator="\n")
    for number, columns in enumerate(batches):
        if number == 0:
            writer.writerow(columns)
        writer.writerows(zip(*map(_cells, columns.values()), strict=True))


def _cells(values: Sequence[Any]) -> Sequence[Any]:
    """The values of a column as CSV takes them."""
    lists = len(values) and isinstance(values[0], list)
    return [json.dumps(value, ensure_ascii=False) for value in values] if lists else values


def write_json(stream: TextIO, document: Any) -> None:
    """Write one JSON document; numbers that are not finite become null, for JSON has none."""
    from glassnet.settings import finite  # it brings NumPy, which help and mistakes do not wait for

    json.dump(finite(document), stream, ensure_ascii=False, allow_nan=False, indent=2)
    stream.write("\n")


def aligned(rows: Sequence[Sequence[str]]) -> str:
    """Rows of text with their columns aligned.

    >>> print(aligned([("dense_1", "Dense"), ("out", "Dense")]))
    dense_1  Dense
    out      Dense
    """
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join("  ".join(f"{cell:<{w}}" for cell, w in zip(row, widths, strict=True)).rstrip() for row in rows)
