"""What the target was where a category held a level: smoothed means and counts, out of fold for the rows learnt from.

The mean of a level is (sum of w y + a prior) / (sum of w + a), over the rows that hold it, with their weights w, the
mean of the target as `prior`, and a = 10: as good as 10 further rows with the mean. A rare level stays near the prior.
Source: Micci-Barreca, "A preprocessing scheme for high-cardinality categorical attributes in classification and
prediction problems", 2001. A row that is learnt from must not see its own target: its statistics, the prior among them,
are those of the other folds. They are added up fold by fold, so that its own fold has no part in any bit of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from glassnet.data.encode.scale import Doubles

Whole: TypeAlias = npt.NDArray[np.int64]

SMOOTHING: Final = 10.0
NEW: Final = -1  # the fold of a row that was not learnt from


@dataclass(frozen=True, eq=False)
class LevelStatistics:
    """In each fold, for each level of a category, the weighted sum of the targets and the weight.

    `sums` are (folds, levels, outputs), `counts` (folds, levels).
    """

    sums: Doubles
    counts: Doubles

    @classmethod
    def of(
        cls, levels: Whole, targets: Doubles, folds: Whole, count: int, weights: Doubles | None = None
    ) -> LevelStatistics:
        """The statistics of rows with these `levels` (rows,), below `count`, and `targets` (rows, outputs).

        Targets are numbers, or a column of 0 and 1 for each class. `folds` (rows,) count from 0. `weights` (rows,) are
        above 0, and 1 where they are not given.
        """
        shares = np.ones(len(levels)) if weights is None else weights
        shape = int(folds.max(initial=0)) + 1, count
        cells, size = folds * count + levels, shape[0] * shape[1]
        sums = [np.bincount(cells, shares * each, minlength=size).reshape(shape) for each in targets.T]
        counts = np.bincount(cells, shares, minlength=size).astype(np.float64)
        return cls(np.stack(sums, axis=2), counts.reshape(shape))

    def encode(self, levels: Whole, folds: Whole | None = None) -> Doubles:
        """The smoothed means, and log(1 + count): (rows, outputs + 1).

        `folds` (rows,) has the fold of each row: it sees the other folds, a row of fold -1 all of them. Without `folds`
        all rows are new. A level that was never met has the prior, and a count of 0.
        """
        seen: Doubles = self._new[levels] if folds is None else self._others[folds, levels]
        return seen

    @cached_property
    def _new(self) -> Doubles:
        """What a new row sees at each level: (levels, outputs + 1)."""
        return _smoothed(self.sums.sum(axis=0), self.counts.sum(axis=0))

    @property
    def _others(self) -> Doubles:
        """What a row of each fold sees at each level, and at the end, where -1 finds it, what a new row does."""
        return np.concatenate([_smoothed(without_own(self.sums), without_own(self.counts)), self._new[None]])

    def to_json(self) -> dict[str, Any]:
        """The statistics as plain JSON values: of those levels and folds alone that had a row."""
        cells = np.flatnonzero(self.counts)
        flat = self.sums.reshape(-1, self.sums.shape[2])
        return {
            "shape": list(self.sums.shape), "cells": cells.tolist(),
            "sums": flat[cells].tolist(), "counts": self.counts.reshape(-1)[cells].tolist(),
        }  # fmt: skip

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> LevelStatistics:
        """The statistics that `to_json` wrote; numbers come back exactly."""
        folds, levels, outputs = document["shape"]
        sums, counts = np.zeros((folds * levels, outputs)), np.zeros(folds * levels)
        sums[document["cells"]], counts[document["cells"]] = document["sums"], document["counts"]
        return cls(sums.reshape(folds, levels, outputs), counts.reshape(folds, levels))


def without_own(parts: Doubles) -> Doubles:
    """For each fold the sum over the others: of those before it and those after it, so that nothing is taken away."""
    others = np.zeros_like(parts)
    others[1:] = np.cumsum(parts[:-1], axis=0)
    others[:-1] += np.cumsum(parts[:0:-1], axis=0)[::-1]
    return others


def _smoothed(sums: Doubles, counts: Doubles) -> Doubles:
    """The smoothed means and log(1 + count) of levels, (..., levels, outputs + 1); the prior of no rows is 0."""
    total = counts.sum(axis=-1)[..., None, None]
    prior = sums.sum(axis=-2, keepdims=True) / np.where(total > 0, total, 1)
    means = (sums + SMOOTHING * prior) / (counts + SMOOTHING)[..., None]
    return np.concatenate([means, np.log1p(counts)[..., None]], axis=-1)
