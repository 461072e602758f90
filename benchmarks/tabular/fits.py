"""Fits of systems: what is kept of one, and how they are read and written."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import MISSING, asdict, dataclass, fields
from pathlib import Path
from typing import Final

OURS: Final = "glassnet"


@dataclass(frozen=True)
class Fit:
    """One fit: which system, on which fold of which table, its error, and how many seconds it took.

    `calibration` is the expected calibration error of classes, `coverage` the share of numbers within the intervals
    that should hold 90 % of them, and `peak_mib` what the process of the fit held at most; None where there is none.
    """

    system: str
    version: str
    name: str
    fold: int
    task: str
    metric: str
    value: float
    fit_s: float
    predict_s: float
    n_train: int
    n_test: int
    seed: int = 0
    calibration: float | None = None
    coverage: float | None = None
    peak_mib: float | None = None

    @property
    def judged(self) -> bool:
        """Whether its answers were judged in full: classes for their calibration, our numbers for their intervals."""
        if self.task != "regression":
            return self.calibration is not None
        return self.system != OURS or self.coverage is not None


COLUMNS: Final = [f.name for f in fields(Fit)]
NEEDED: Final = [f.name for f in fields(Fit) if f.default is MISSING]


def read(path: Path) -> list[Fit]:
    """The fits of a file with a column for each field; one without a value failed and is left out.

    Columns of fields that have a default may be missing, as in older files, and so may their cells. Raises ValueError
    for a file without the other columns.
    """
    with path.open(newline="", encoding="utf-8") as file:
        rows = csv.DictReader(file)
        lacking = [name for name in NEEDED if name not in (rows.fieldnames or ())]
        if lacking:
            raise ValueError(
                f"{path} has no column {', '.join(lacking)}; expected a file of fits, as --keep writes them"
            )
        return [_fit(row) for row in rows if row["value"]]


def _fit(row: Mapping[str, str]) -> Fit:
    kinds: dict[str, type] = {"str": str, "int": int, "float": float, "float | None": float}
    return Fit(**{f.name: kinds[str(f.type)](row[f.name]) for f in fields(Fit) if row.get(f.name)})


def append(path: Path, fit: Fit) -> None:
    """Write a fit at the end of a file, which begins with the names of the columns; an older one gets what it lacks."""
    if path.exists():
        _widen(path)
    else:
        _write(path, [])
    with path.open("a", newline="", encoding="utf-8") as file:
        csv.DictWriter(file, COLUMNS, lineterminator="\n").writerow(asdict(fit))


def _widen(path: Path) -> None:
    """Give a file all columns, empty where it had none."""
    with path.open(newline="", encoding="utf-8") as file:
        reader = csv.DictReader(file)
        if list(reader.fieldnames or ()) == COLUMNS:
            return
        rows = list(reader)
    _write(path, rows)


def _write(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
