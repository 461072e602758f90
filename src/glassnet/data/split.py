"""Rows held out for validation: drawn over the whole table, by class, from the seed."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from glassnet.errors import SettingError
from glassnet.random import permutation

Rows = npt.NDArray[np.int64]


def hold_out(classes: npt.NDArray[np.int64] | None, rows: int, share: float, seed: int) -> tuple[Rows, Rows]:
    """The training rows and the rows held out, both ascending.

    `classes` (rows,) has the class number of each row, or is None for numbers. Of each class its share is held out, to
    within one row and adding up over the classes; but one row of each is always learnt from, and one at least held
    out, if it can be, of a share above 0.
    Raises SettingError unless the share lies in [0, 1).

    >>> training, held = hold_out(np.array([0, 0, 0, 0, 1, 1, 1, 1, 2]), 9, 0.5, seed=0)
    >>> len(training), len(held)
    (5, 4)
    """
    if not 0 <= share < 1:
        raise SettingError(f"share={share!r}: expected a number in [0, 1)")
    order = permutation(seed, "held out", rows)
    kinds = np.zeros(rows, np.int64) if classes is None else classes[order]
    by_class = np.argsort(kinds, kind="stable")  # rows of a class lie together, in the order drawn
    _, first, sizes = np.unique(kinds[by_class], return_index=True, return_counts=True)
    due = np.floor(np.cumsum(sizes) * share + 0.5).astype(np.int64)
    quotas = np.minimum(np.diff(due, prepend=0), sizes - 1)
    if share > 0 and not quotas.any() and sizes.max(initial=0) > 1:
        quotas[sizes.argmax()] = 1
    rank = np.arange(rows) - np.repeat(first, sizes)
    out = np.zeros(rows, np.bool_)
    out[order[by_class]] = rank < np.repeat(quotas, sizes)
    return np.flatnonzero(~out), np.flatnonzero(out)
