"""The folds of the training rows: divisions drawn by class, or by group, from the seed."""

from __future__ import annotations

import heapq

import numpy as np
import numpy.typing as npt

from glassnet.errors import SettingError
from glassnet.random import permutation

Folds = npt.NDArray[np.int64]


def folds_of(classes: npt.NDArray[np.int64] | None, rows: int, count: int, seed: int, division: int = 0) -> Folds:
    """The fold of each row (rows,), from 0 to `count` - 1.

    `classes` (rows,) has the class number of each row, or is None for numbers. Each class is spread evenly: its parts
    in two folds differ by one row at most, and so do whole folds. Each `division` of the same rows is drawn by itself.
    Raises SettingError unless `count` lies from 1 to `rows`.

    >>> folds = folds_of(np.array([0, 0, 0, 0, 1, 1, 1]), 7, 2, seed=0)
    >>> np.bincount(folds).tolist(), np.bincount(folds[:4]).tolist()
    ([4, 3], [2, 2])
    """
    if not 1 <= count <= rows:
        raise SettingError(f"{count} folds of {rows} rows: expected a whole number from 1 to the number of rows")
    order = permutation(seed, "folds", rows, epoch=division)
    if classes is not None:
        order = order[np.argsort(classes[order], kind="stable")]  # rows of a class lie together, in the order drawn
    folds = np.empty(rows, np.int64)
    folds[order] = np.arange(rows) % count
    return folds


def folds_of_groups(groups: npt.NDArray[np.int64], count: int, seed: int, division: int = 0) -> Folds:
    """The fold of each row (rows,), from 0 to `count` - 1 at most; rows of one group are in one fold.

    `groups` (rows,) has the number of each row's group. The largest group first, and those of one size in an order
    drawn, each goes to the fold that has the fewest rows; of fewer groups than folds each has a fold of its own.

    >>> folds_of_groups(np.array([5, 5, 5, 2, 2, 9]), 2, seed=0).tolist()
    [0, 0, 0, 1, 1, 1]
    """
    _, number, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    drawn = permutation(seed, "folds of groups", len(sizes), epoch=division)
    fold = np.empty(len(sizes), np.int64)
    filled = [(0, each) for each in range(count)]
    for group in drawn[np.argsort(-sizes[drawn], kind="stable")].tolist():
        rows, each = heapq.heappop(filled)
        fold[group] = each
        heapq.heappush(filled, (rows + int(sizes[group]), each))
    return fold[number]
