"""A column of categories as centred columns of its levels, as what the target was at each, or as both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from glassnet.data.encode.centred import SEEN, CentredHot
from glassnet.data.encode.encoders import Array, Values
from glassnet.data.encode.level_targets import LevelTargets
from glassnet.data.encode.levels import Levels
from glassnet.data.encode.mixed import Mixing
from glassnet.data.encode.scale import Doubles
from glassnet.data.encode.statistics import Whole
from glassnet.data.schema.kinds import ColumnSchema
from glassnet.data.table import Column

MOST_COLUMNS: Final = 64  # levels of a category that has a column for each
MOST_CORNERS: Final = 128  # levels of a category that has a corner for each
FEW_LEVELS: Final = 12  # of a category whose columns say all: it needs no statistics


@dataclass(frozen=True)
class Category:
    """A category: a centred column for each level up to 64 of them, the statistics of its levels above 12.

    `seen` is how many levels the training rows held, a gap among them. Where none has a weight of 2, as where each row
    is a level of its own, there are no statistics: all that these could tell is which fold a row is in.
    """

    levels: Levels
    seen: int
    hot: CentredHot
    targets: LevelTargets | None

    @classmethod
    def fit(
        cls, schema: ColumnSchema, column: Column, targets: Doubles, folds: Whole, weights: Doubles | None = None
    ) -> Category:
        """The encoder for the training rows, each counted by its weight; see `LevelTargets.fit` for the rest."""
        levels = Levels.fit(schema, column)
        numbers, _ = levels.apart(column)
        count = levels.count + 1
        counts = np.bincount(numbers, weights, minlength=count).astype(np.float64)
        seen = int((counts > 0).sum())
        hot = CentredHot.of(counts) if 1 < seen <= MOST_COLUMNS else CentredHot((), ())
        many = seen > FEW_LEVELS and counts.max() >= SEEN
        return cls(levels, seen, hot, LevelTargets.fit(numbers, targets, folds, count, weights) if many else None)

    @property
    def features(self) -> tuple[str, ...]:
        """The columns of the levels, then the statistics."""
        own = self.hot.features(self.levels)
        return own if self.targets is None else (*own, *self.targets.features(self.levels.schema.name))

    @property
    def linear(self) -> tuple[bool, ...]:
        """For each feature whether it is no bin."""
        return (True,) * len(self.hot) + (() if self.targets is None else self.targets.linear)

    def read(self, column: Column, source: str) -> Values:
        """The number of each row's level: 0 for one never seen, a gap apart from it."""
        return Values(*self.levels.apart(column))

    def write(self, numbers: Whole, into: Array, folds: Whole | None = None) -> None:
        """The columns of the levels, then the statistics as the fold of each row may see them."""
        self.hot.write(numbers, into[:, : len(self.hot)])
        if self.targets is not None:
            self.targets.write(numbers, into[:, len(self.hot) :], folds)

    @property
    def _statistics(self) -> LevelTargets | None:
        """The statistics, where they are all that a category of many levels gives, so that bins are fewer corners."""
        return self.targets if len(self.hot) == 0 and self.levels.count >= MOST_CORNERS else None

    @property
    def corners(self) -> Doubles:
        """The features of each number of a level, for new rows; where these are many, those of the statistics."""
        if self._statistics is not None:
            return self._statistics.corners
        corners = np.empty((self.levels.count + 1, len(self.linear)))
        self.write(np.arange(len(corners)), corners)
        return corners

    @property
    def terms(self) -> int:
        """One, the level; where levels are many, those of the statistics."""
        return 1 if self._statistics is None else self._statistics.terms

    def mix(self, numbers: Whole, into: Mixing) -> None:
        """Put the same as `write` does for new rows as shares of the corners."""
        if self._statistics is None:
            into.put(0, numbers, 1.0)
        else:
            self._statistics.mix(numbers, into)

    def to_json(self) -> dict[str, Any]:
        """The encoder as plain JSON values."""
        targets = None if self.targets is None else self.targets.to_json()
        return {**self.levels.to_json(), "seen": self.seen, "hot": self.hot.to_json(), "targets": targets}

    @classmethod
    def from_json(cls, schema: ColumnSchema, document: Mapping[str, Any]) -> Category:
        """The encoder that `to_json` wrote."""
        targets = None if document["targets"] is None else LevelTargets.from_json(document["targets"])
        levels = Levels.from_json(schema, document)
        return cls(levels, document["seen"], CentredHot.from_json(document["hot"]), targets)
