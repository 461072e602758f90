"""Rows divided into folds: drawn over the whole table, by class, from the seed."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from glassnet.errors import SettingError
from glassnet.random import permutation

Whole = npt.NDArray[np.int64]


def folds_of(classes: Whole | None, rows: int, count: int, seed: int, division: int = 0) -> Whole:
    """The fold of each row, (rows,), from 0 to `count` - 1; their sizes are within one of each other.

    `classes` (rows,) has the class number of each row, or is None for numbers: each class is spread over the folds
    evenly too. Each `division` is drawn by itself. Raises SettingError for fewer than one fold or more than rows.

    >>> folds = folds_of(np.array([0, 0, 0, 0, 1, 1]), 6, 2, seed=0)
    >>> np.bincount(folds), np.bincount(folds[:4])
    (array([3, 3]), array([2, 2]))
    """
    if not 1 <= count <= max(rows, 1):
        raise SettingError(f"count={count!r} folds of {rows:,} rows: expected at least one, and at most a fold a row")
    order = permutation(seed, "folds", rows, epoch=division)
    if classes is not None:
        order = order[np.argsort(classes[order], kind="stable")]  # rows of a class lie together, in the order drawn
    folds = np.empty(rows, np.int64)
    folds[order] = np.arange(rows) % count
    return folds
