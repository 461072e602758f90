"""Examples as programs take them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from glassnet.core.operation import Array
from glassnet.training.members import NO_FOLD, Members
from glassnet.training.programs import FOLDS, ROW_WEIGHT, TARGET

MAP_ROWS: Final = 4096  # rows at a time where a whole table is evaluated,
MIXED_ROWS: Final = 512  # and where its rows come as sums of corners: what lies between layers stays in the caches


@dataclass(frozen=True, eq=False)
class Rows:
    """Examples as a program takes them: inputs by name, targets, and a weight for each row.

    Where the members of an ensemble are to learn from them, `folds` (rows, groups) say which of each group does not.
    """

    inputs: Mapping[str, Array]
    targets: Array
    weights: npt.NDArray[np.float64]
    folds: npt.NDArray[np.int64] | None = None

    def __len__(self) -> int:
        return len(self.targets)

    def take(self, places: npt.NDArray[np.int64]) -> Rows:
        """The examples at these places."""
        inputs = {name: array[places] for name, array in self.inputs.items()}
        folds = None if self.folds is None else self.folds[places]
        return Rows(inputs, self.targets[places], self.weights[places], folds)

    def mean_weight(self, members: Members | None) -> float:
        """The mean weight of a row; for one of the members, if there are any, of those that it sees."""
        mean = float(self.weights.mean())
        if members is None or self.folds is None:
            return mean
        return mean * float(1 - (self.folds != NO_FOLD).mean() / members.folds)

    @property
    def data(self) -> dict[str, Array]:
        """All of it by the names of a program's inputs."""
        folds = {} if self.folds is None else {FOLDS: self.folds}
        return {**self.inputs, TARGET: self.targets, ROW_WEIGHT: self.weights, **folds}
