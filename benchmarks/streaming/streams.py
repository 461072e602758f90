"""Three public streams, whose rows stand in the order of time; all their columns are numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import pandas as pd

from tabular.packages import folder

Row: TypeAlias = Mapping[str, float]


@dataclass(frozen=True)
class Stream:
    """The rows of a stream as {column: number}, and what is asked about each: a label as text, or a number."""

    rows: list[dict[str, float]]
    targets: list[Any]
    labels: tuple[str, ...]  # in their order; none where the targets are numbers


def labelled(frame: pd.DataFrame, target: str) -> Stream:
    """A stream whose target is a class."""
    targets = frame[target].astype(str).tolist()
    return Stream(_rows(frame, target), targets, tuple(sorted(set(targets))))


def measured(frame: pd.DataFrame, target: str) -> Stream:
    """A stream whose target is a number."""
    return Stream(_rows(frame, target), frame[target].astype(float).tolist(), ())


def _rows(frame: pd.DataFrame, target: str) -> list[dict[str, float]]:
    columns = frame.drop(columns=target).astype(float)
    return [dict(zip(columns.columns, row, strict=True)) for row in columns.to_numpy().tolist()]


def _file(name: str) -> pd.DataFrame:
    return pd.read_csv(folder("river") / "datasets" / name)


STREAMS: Final[Mapping[str, Callable[[], Stream]]] = {
    "phishing": lambda: labelled(_file("phishing.csv.gz"), "is_phishing"),  # of 1,250 web sites
    "trump_approval": lambda: measured(_file("trump_approval.csv.gz"), "five_thirty_eight"),  # on 1,001 days
    "image_segments": lambda: labelled(_file("segment.csv.zip"), "category"),  # 2,310 parts of seven kinds
}
