"""The folds of a table: five, fixed by a seed, with so many rows at the most that two cores are enough."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Rows: TypeAlias = npt.NDArray[np.int64]

SEED, FOLDS = 20240607, 5
MOST_ROWS = 20_000  # to learn from, and to be asked about
FEWER = ((30_000, 1), (8_000, 2))  # of a table with more rows than this, so many folds are run


def folds_to_run(rows: int) -> range:
    """The folds that are run of a table with so many rows.

    >>> folds_to_run(8_000), folds_to_run(8_001), folds_to_run(30_001)
    (range(0, 5), range(0, 2), range(0, 1))
    """
    return range(next((folds for more, folds in FEWER if rows > more), FOLDS))


def fold_of_rows(target: npt.NDArray[Any], *, classes: bool) -> Rows:
    """The fold in which each row is asked about; each class is dealt out evenly."""
    random = np.random.RandomState(SEED)
    folds = np.empty(len(target), np.int64)
    dealt = 0
    for rows in _classes(target) if classes else [np.arange(len(target))]:
        order = random.permutation(rows)
        folds[order] = (np.arange(len(order)) + dealt) % FOLDS
        dealt += len(order)
    return folds


def _classes(target: npt.NDArray[Any]) -> list[Rows]:
    """The rows of each class, in the order of the classes."""
    return [np.flatnonzero(target == label) for label in np.unique(target)]


def split(target: npt.NDArray[Any], fold: int, *, classes: bool, most: int | None = MOST_ROWS) -> tuple[Rows, Rows]:
    """The rows to learn from and those to be asked about, each so many at the most; None for all."""
    folds = fold_of_rows(target, classes=classes)
    random = np.random.RandomState(SEED + 1000 + fold)
    return _some(np.flatnonzero(folds != fold), random, most), _some(np.flatnonzero(folds == fold), random, most)


def _some(rows: Rows, random: np.random.RandomState, most: int | None) -> Rows:
    return rows if most is None or len(rows) <= most else np.sort(random.choice(rows, most, replace=False))
