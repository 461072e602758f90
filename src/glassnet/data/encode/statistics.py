"""What the target was where a category held a level: smoothed means and counts, out of fold for the rows learnt from.

The mean of a level is (sum of w y + a prior) / (sum of w + a), over the rows that hold it, with their weights w, the
mean of the target as `prior`, and a = 10: as good as 10 further rows with the mean. A rare level stays near the prior.
Source: Micci-Barreca, "A preprocessing scheme for high-cardinality categorical attributes in classification and
prediction problems", 2001. A row that is learnt from must not see its own target: its statistics, the prior among them,
are those of the other folds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from glassnet.data.encode.scale import Doubles

Whole: TypeAlias = npt.NDArray[np.int64]

SMOOTHING: Final = 10.0
HELD_OUT: Final = -1  # the fold of a row whose target must not be used


@dataclass(frozen=True, eq=False)
class LevelStatistics:
    """For each level of a category the weighted sum of the targets (levels, outputs) and the weight (levels,)."""

    sums: Doubles
    counts: Doubles

    @classmethod
    def of(cls, levels: Whole, targets: Doubles, count: int, weights: Doubles | None = None) -> LevelStatistics:
        """The statistics of rows with these `levels` (rows,), below `count`, and `targets` (rows, outputs).

        Targets are numbers, or a column of 0 and 1 for each class. `weights` (rows,) are above 0, and 1 where they are
        not given.
        """
        shares = np.ones(len(levels)) if weights is None else weights
        sums = [np.bincount(levels, shares * each, minlength=count) for each in targets.T]
        return cls(np.stack(sums, axis=1), np.bincount(levels, shares, minlength=count).astype(np.float64))

    def encode(self, levels: Whole) -> Doubles:
        """For rows that were not among these: the smoothed means, and log(1 + count): (rows, outputs + 1).

        A level that was never met has the prior, and a count of 0.
        """
        return np.column_stack([self._means()[levels], np.log1p(self.counts)[levels]])

    def _means(self) -> Doubles:
        total = self.counts.sum()
        prior = self.sums.sum(axis=0) / total if total > 0 else np.zeros(self.sums.shape[1])
        means: Doubles = (self.sums + SMOOTHING * prior) / (self.counts + SMOOTHING)[:, None]
        return means

    def to_json(self) -> dict[str, Any]:
        """The statistics as plain JSON values."""
        return {"sums": self.sums.tolist(), "counts": self.counts.tolist()}

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> LevelStatistics:
        """The statistics that `to_json` wrote; numbers come back exactly."""
        return cls(np.array(document["sums"], np.float64), np.array(document["counts"], np.float64))


def out_of_fold(
    levels: Whole, targets: Doubles, folds: Whole, count: int, weights: Doubles | None = None
) -> tuple[LevelStatistics, Doubles]:
    """The statistics of all rows that are learnt from, and for each row (rows, outputs + 1) those that it may see.

    `folds` (rows,) are numbers from 0, at least two of them, or -1 for a row that is held out. A row of a fold sees the
    statistics of the other folds; a row held out sees those of all folds, and none sees a row that is held out.
    """

    def over(rows: npt.NDArray[np.bool_]) -> LevelStatistics:
        return LevelStatistics.of(levels[rows], targets[rows], count, None if weights is None else weights[rows])

    learnt = folds != HELD_OUT
    whole = over(learnt)
    seen = whole.encode(levels)
    for fold in np.unique(folds[learnt]).tolist():
        own = folds == fold
        seen[own] = over(learnt & ~own).encode(levels[own])
    return whole, seen
