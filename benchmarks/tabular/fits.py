"""Fits of systems: what is kept of one, and how they are read and written."""

from __future__ import annotations

import csv
from dataclasses import asdict, dataclass, fields
from pathlib import Path

OURS = "glassnet"


@dataclass(frozen=True)
class Fit:
    """One fit: which system, on which fold of which table, its error, and how many seconds it took."""

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


def read(path: Path) -> list[Fit]:
    """The fits of a file with a column for each field; one without a value failed and is left out.

    Raises ValueError for a file without these columns.
    """
    kinds: dict[str, type] = {"str": str, "int": int, "float": float}
    with path.open(newline="", encoding="utf-8") as file:
        rows = csv.DictReader(file)
        lacking = [f.name for f in fields(Fit)[:-1] if f.name not in (rows.fieldnames or ())]
        if lacking:
            raise ValueError(
                f"{path} has no column {', '.join(lacking)}; expected a file of fits, as --keep writes them"
            )
        return [
            Fit(**{f.name: kinds[str(f.type)](row[f.name]) for f in fields(Fit) if f.name in row})
            for row in rows
            if row["value"]
        ]


def append(path: Path, fit: Fit) -> None:
    """Write a fit at the end of a file, which begins with the names of the columns."""
    new = not path.exists()
    with path.open("a", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, [f.name for f in fields(Fit)], lineterminator="\n")
        if new:
            writer.writeheader()
        writer.writerow(asdict(fit))
