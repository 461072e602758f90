"""Records in a file of comma-separated values, a line each: what has been measured is kept as it comes."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, asdict, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    Record = TypeVar("Record", bound=DataclassInstance)

KINDS: Final[Mapping[str, type]] = {"str": str, "int": int, "float": float, "float | None": float}


def records(path: Path, kind: type[Record]) -> list[Record]:
    """The records of a file with a column for each field; none where there is no file.

    Columns of fields that have a default may be missing, as in older files, and so may their cells. A line without
    another cell is of something that failed, and is left out. Raises ValueError for a file without the other columns.
    """
    if not path.exists():
        return []
    with path.open(newline="", encoding="utf-8") as file:
        rows = csv.DictReader(file)
        needed = [f.name for f in fields(kind) if f.default is MISSING]
        lacking = [name for name in needed if name not in (rows.fieldnames or ())]
        if lacking:
            raise ValueError(
                f"{path} has no column {', '.join(lacking)}; expected a file of {kind.__name__}, as --keep writes them"
            )
        return [_record(row, kind) for row in rows if all(row[name] for name in needed)]


def append(path: Path, record: DataclassInstance) -> None:
    """Write a record at the end of a file, which begins with the names of the columns; an older one is widened."""
    columns = [f.name for f in fields(record)]
    if path.exists():
        _widen(path, columns)
    else:
        _write(path, [], columns)
    with path.open("a", newline="", encoding="utf-8") as file:
        csv.DictWriter(file, columns, lineterminator="\n").writerow(asdict(record))


def _record(row: Mapping[str, str], kind: type[Record]) -> Record:
    given: dict[str, Any] = {f.name: KINDS[str(f.type)](row[f.name]) for f in fields(kind) if row.get(f.name)}
    return kind(**given)


def _widen(path: Path, columns: list[str]) -> None:
    """Give a file all columns, empty where it had none."""
    with path.open(newline="", encoding="utf-8") as file:
        reader = csv.DictReader(file)
        if list(reader.fieldnames or ()) == columns:
            return
        rows = list(reader)
    _write(path, rows, columns)


def _write(path: Path, rows: Iterable[Mapping[str, str]], columns: list[str]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
