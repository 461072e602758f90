"""What a network is to come to: the loss of its target, or of one of several targets by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from glassnet.core.operation import Array
from glassnet.diagnosis.chance import FREE, Chance, Floats, chance_of
from glassnet.nn.losses.loss import Loss
from glassnet.nn.losses.one_of import one_of
from glassnet.nn.losses.several import Several
from glassnet.training.rows import Rows


@dataclass(frozen=True)
class Measure:
    """A loss of one target on its own raw outputs, so many from the `first` on; it counts `share` in the whole loss."""

    loss: Loss
    width: int
    first: int = 0
    share: float = 1.0

    @classmethod
    def of(cls, several: Several, place: int) -> Measure:
        """That of the target at a place among several."""
        own = one_of(several, place)
        assert own is not None  # each of several has one
        return cls(own.loss, own.width, own.first, (several.weights or ())[place] / len(several.parts))

    @property
    def outputs(self) -> slice:
        """Its raw outputs among those of the network."""
        return slice(self.first, self.first + self.width)

    def chance(self, targets: Array, weights: Floats, within: tuple[float, float] = FREE) -> Chance | None:
        """What a constant answer and the best answers come to, by what they count in the whole; see `chance_of`."""
        found = chance_of(self.loss, targets, weights, self.width, within)
        return None if found is None else Chance(self.share * found.constant, self.share * found.least)


@dataclass(frozen=True, eq=False)
class Goal:
    """One of several targets: its name, its classes, None for a number, and its place among `count` of them.

    `learnt` is what it is learnt by, and `measured` what is measured. The targets of rows are (rows, 2 k), as
    `SeveralTargets` has them: a column for each of k, and then one of what each counts.
    """

    name: str
    labels: Sequence[Any] | None
    place: int
    count: int
    learnt: Measure
    measured: Measure

    def rows(self, rows: Rows) -> Rows:
        """The rows that have this target, and no other that counts: the loss of the network is then that of its part.

        What the target counts in a row is taken into the weight of the row.
        """
        counts = rows.targets[:, self.count + self.place]
        found = rows if (counts > 0).all() else rows.take(np.flatnonzero(counts > 0))
        targets = found.targets.copy()
        targets[:, self.count :] = np.arange(self.count) == self.place
        return replace(found, targets=targets, weights=found.weights * counts[counts > 0])

    def targets(self, rows: Rows) -> Array:
        """The target of rows as its own loss takes it: class numbers (rows,), or numbers (rows, 1)."""
        own = rows.targets[:, self.place]
        return own.astype(np.int64) if self.learnt.loss.classes else own[:, None]
