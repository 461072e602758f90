"""What the members of an ensemble answer for the rows that they did not learn from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from glassnet.core.operation import Array
from glassnet.engines.engine import Executable
from glassnet.random import permutation
from glassnet.training.layout import State
from glassnet.training.members import Members
from glassnet.training.programs import OUTPUT, ROW_LOSS, TARGET
from glassnet.training.rows import MAP_ROWS, Rows

MOST_ROWS = 2**15  # rows that are answered; of more a sample


@dataclass(frozen=True, eq=False)
class HeldOut:
    """Rows side by side, (places, members): each member has those of its own fold; `rows` says which they are.

    Folds may be of unequal size: what fills up the shorter ones is -1.
    """

    executable: Executable
    members: Members
    training: Rows
    rows: npt.NDArray[np.int64]

    @classmethod
    def of(cls, executable: Executable, members: Members, training: Rows, seed: int) -> HeldOut:
        """The rows of each member's fold, of many rows a sample."""
        assert training.folds is not None
        taken = np.arange(len(training))
        if len(taken) > MOST_ROWS:
            taken = np.sort(permutation(seed, "held out of members", len(taken))[:MOST_ROWS])
        folds = training.folds[taken]
        own = [taken[folds[:, group] == fold] for group in range(members.groups) for fold in range(members.folds)]
        rows = np.full((max(map(len, own)), members.count), -1, np.int64)
        for member, each in enumerate(own):
            rows[: len(each), member] = each
        return cls(executable, members, training, rows)

    @cached_property
    def data(self) -> Mapping[str, Array]:
        """The inputs and targets of the rows, (places, members, ...); the first row fills up what is -1."""
        places = np.maximum(self.rows, 0)
        inputs = self.executable.program.inputs
        given = {**self.training.inputs, TARGET: self.training.targets}
        return {name: np.ascontiguousarray(array[places], inputs[name].dtype) for name, array in given.items()}

    @cached_property
    def weights(self) -> npt.NDArray[np.float64]:
        """What each of the rows counts, (places, members): 0 for what fills up."""
        return np.where(self.rows < 0, 0.0, self.training.weights[np.maximum(self.rows, 0)])

    def losses(self, state: State) -> tuple[float, ...]:
        """For each group the mean loss of its members, each on the rows that it did not see."""
        found = self._map(state)[ROW_LOSS].astype(np.float64)
        shape = (-1, self.members.groups, self.members.folds)
        weights = self.weights.reshape(shape)
        counted = np.where(weights > 0, found.reshape(shape) * weights, 0.0)
        return tuple((counted.sum(axis=(0, 2)) / weights.sum(axis=(0, 2))).tolist())

    def outputs(self, state: State) -> tuple[npt.NDArray[np.int64], Array]:
        """The rows that were answered, ascending, and their raw outputs by each group: (groups, rows, outputs)."""
        found = self._map(state)[OUTPUT]
        answered = np.unique(self.rows[self.rows >= 0])
        outputs = np.empty((self.members.groups, len(self.training), found.shape[-1]), found.dtype)
        for member in range(self.members.count):
            there = self.rows[:, member] >= 0
            outputs[member // self.members.folds, self.rows[there, member]] = found[there, member]
        return answered, outputs[:, answered]

    def _map(self, state: State) -> dict[str, Array]:
        """What the members make of their rows."""
        return self.executable.map(state, self.data, max(1, MAP_ROWS // self.members.count))
