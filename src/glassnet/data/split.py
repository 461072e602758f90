"""Rows held out for validation: drawn over the whole table, by class, from the seed."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from glassnet.errors import SettingError
from glassnet.random import permutation

Rows = npt.NDArray[np.int64]


def hold_out(classes: npt.NDArray[np.int64] | None, rows: int, share: float, seed: int) -> tuple[Rows, Rows]:
    """The training rows and the rows held out, both ascending.

    `classes` has the class number of each row, so that each class is held out in proportion; None for numbers. A class
    always keeps a row to learn from. Raises SettingError unless the share lies in [0, 1).
    """
    if not 0 <= share < 1:
        raise SettingError(f"share={share!r}: expected a number in [0, 1)")
    order = permutation(seed, "held out", rows)
    groups = [order] if classes is None else [order[classes[order] == k] for k in np.unique(classes)]
    held = [group[: min(round(share * len(group)), len(group) - 1)] for group in groups if len(group)]
    out = np.sort(np.concatenate(held)) if held else order[:0]
    return np.setdiff1d(np.arange(rows), out), out
