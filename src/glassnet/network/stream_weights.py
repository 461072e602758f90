"""What the rows of a stream count: as they say it themselves, and by their classes, known once all have gone by."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from glassnet.data.contract import Array, Contract
from glassnet.data.table import Table
from glassnet.data.table_contract import TableContract
from glassnet.data.weights import Doubles
from glassnet.errors import SettingError
from glassnet.network.row_weights import RowWeights
from glassnet.network.stream_pieces import Piece, join, targets_of, weights_of

MOST_VALUES: Final = 100_000  # different values of a target; those of classes are fewer


@dataclass
class Value:
    """One value of the target: a row that has it, and how many have it and what they weigh."""

    row: Piece
    rows: int = 0
    weight: float = 0.0


@dataclass
class Tally:
    """What all rows of a stream weigh, counted as they go by once.

    `targets` names the columns of tables that hold the targets: rows without any of them do not count. The `values` of
    the target are told apart where `classes` are to be weighed.
    """

    targets: Sequence[str]
    column: str | None
    classes: bool
    rows: int = 0
    weight: float = 0.0
    values: dict[Hashable, Value] = field(default_factory=dict)

    def add(self, piece: Piece) -> None:
        """Let the next rows go by."""
        weights = weights_of(piece, self.column) * self._there(piece)
        self.rows, self.weight = self.rows + int((weights > 0).sum()), self.weight + float(weights.sum())
        if self.classes and len(self.values) <= MOST_VALUES and (values := self._values(piece)) is not None:
            self._add_values(piece, values, weights)

    def _add_values(self, piece: Piece, values: Array, weights: Doubles) -> None:
        found, first, codes = np.unique(values, return_index=True, return_inverse=True)
        rows, sums = np.bincount(codes, weights > 0), np.bincount(codes, weights)
        for place, value in enumerate(found.tolist()):
            each = self.values.get(value)
            if each is None:
                each = self.values[value] = Value(piece.take(first[[place]]))
            each.rows, each.weight = each.rows + int(rows[place]), each.weight + float(sums[place])

    def _there(self, piece: Piece) -> npt.NDArray[np.bool_]:
        """For each row whether it has a target."""
        if not isinstance(piece, Table) or not self.targets:
            return np.ones(len(piece), np.bool_)
        there = np.stack([~piece.require(name).missing for name in self.targets])
        return np.asarray(there.any(axis=0))

    def _values(self, piece: Piece) -> Array | None:
        """The target of each row, None where it is not one value."""
        if isinstance(piece, Table):
            return piece.require(self.targets[0]).values if len(self.targets) == 1 else None
        return piece.targets.reshape(-1) if piece.targets.size == len(piece) else None


@dataclass(frozen=True, eq=False)
class StreamWeights:
    """The weights as they were `given`, and what all rows weigh, None where these go by once only."""

    given: RowWeights = field(default_factory=RowWeights)
    tally: Tally | None = None

    def of_classes(self, contract: Contract) -> Doubles | None:
        """The weight of each class (classes,), None where classes are not weighed; raises as `RowWeights.of` does.

        SettingError, too, where there are several targets.
        """
        if self.given.classes is None:
            return None
        if isinstance(contract, TableContract) and contract.several is not None:
            raise SettingError(
                "class_weight= of several targets needs all rows in memory, and the stream does not lie there at once"
            )
        ids, _, sums = self._of_values(contract)
        return self.given.of_classes(ids, sums, contract.labels)

    def of(self, piece: Piece, encoded: Array, classes: Doubles | None) -> Doubles:
        """What each row of a piece counts (rows,), where these are its targets and the weights of classes."""
        weights = weights_of(piece, self.given.column)
        return weights if classes is None else weights * classes[encoded]

    def mean(self, contract: Contract) -> float | None:
        """The mean weight of a row with a target, None where nothing is known of all rows."""
        if self.tally is None:
            return None
        classes = self.of_classes(contract)
        if classes is None:
            return self.tally.weight / max(self.tally.rows, 1)
        ids, rows, sums = self._of_values(contract)
        counted = rows[classes[ids] > 0].sum()  # in memory a row of weight 0 is left out
        return float(sums @ classes[ids] / max(counted, 1))

    def _of_values(self, contract: Contract) -> tuple[Array, Doubles, Doubles]:
        """The class of each value that the target has, and how many rows that is, and what they weigh."""
        values = list(self.tally.values.values()) if self.tally is not None else []
        if not values:
            return np.zeros(0, np.int64), np.zeros(0), np.zeros(0)
        ids, present = targets_of(join([each.row for each in values]), contract)
        counts = np.array([[each.rows, each.weight] for each in values])[present]
        return ids[present], counts[:, 0], counts[:, 1]
