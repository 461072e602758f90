"""A category of many levels by what the target was at each: statistics, standardised, cut, and in bins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from glassnet.data.encode.bins import Bins
from glassnet.data.encode.encoders import Doubles, Numbers
from glassnet.data.encode.levels import Levels
from glassnet.data.encode.scale import Scale, moments
from glassnet.data.encode.statistics import HELD_OUT, LevelStatistics, Whole, out_of_fold
from glassnet.data.schema.kinds import ColumnSchema
from glassnet.data.table import Column

BINS: Final = 8
FURTHEST: Final = 4.0  # deviations: what lies further is cut, as one level of many rows may lie far from all others


@dataclass(frozen=True)
class LevelTargets:
    """A category as the smoothed mean of each output of the target at its level, and the logarithm of its count.

    Each is standardised by the training rows and cut at 4 deviations; 8 bins of each stand beside it. `scales` and
    `bins` have one for each of them.
    """

    levels: Levels
    statistics: LevelStatistics
    scales: tuple[Scale, ...]
    bins: tuple[Bins, ...]

    @classmethod
    def fit(
        cls,
        schema: ColumnSchema,
        column: Column,
        targets: Doubles,
        folds: Whole,
        weights: Doubles | None = None,
    ) -> tuple[LevelTargets, Numbers]:
        """The encoder, and what the rows themselves become, which no row's own target has a part in.

        `targets` (rows, outputs) are numbers, or a column of 0 and 1 for each class. `folds` (rows,) are the inner
        folds of the rows that are learnt from, at least two, and -1 for rows that are held out: these become what new
        rows do. `weights` (rows,) are above 0, and 1 where they are not given.
        """
        levels = Levels.fit(schema, column)
        numbers, notes = levels.apart(column)
        statistics, seen = out_of_fold(numbers, targets, folds, levels.count + 1, weights)
        learnt = folds != HELD_OUT
        counts = None if weights is None else weights[learnt]
        scales = tuple(Scale(*moments(each[learnt], counts)) for each in seen.T)
        bins = tuple(Bins.of(each[learnt], BINS, counts) for each in seen.T)
        encoder = cls(levels, statistics, scales, bins)
        return encoder, Numbers(encoder._blocks(seen), notes)

    @property
    def features(self) -> tuple[str, ...]:
        """The statistics, then the bins of each."""
        name = self.levels.schema.name
        outputs = len(self.scales) - 1
        means = [f"target where {name}"] if outputs == 1 else [f"target {i + 1} where {name}" for i in range(outputs)]
        names = [*means, f"count of {name}"]
        return (*names, *(part for each, own in zip(names, self.bins, strict=True) for part in own.names(each)))

    def encode(self, column: Column, source: str) -> Numbers:
        """The statistics of each row's level, then the bins of each."""
        numbers, notes = self.levels.apart(column)
        return Numbers(self._blocks(self.statistics.encode(numbers)), notes)

    def _blocks(self, seen: Doubles) -> list[Doubles]:
        own = [
            np.clip(scale.standardise(each), -FURTHEST, FURTHEST)
            for scale, each in zip(self.scales, seen.T, strict=True)
        ]
        return [*own, *(part for bins, each in zip(self.bins, seen.T, strict=True) for part in bins.encode(each).T)]

    def to_json(self) -> dict[str, Any]:
        """The encoder as plain JSON values."""
        return {
            **self.levels.to_json(), "statistics": self.statistics.to_json(),
            "scales": [scale.to_json() for scale in self.scales], "bins": [bins.to_json() for bins in self.bins],
        }  # fmt: skip

    @classmethod
    def from_json(cls, schema: ColumnSchema, document: Mapping[str, Any]) -> LevelTargets:
        """The encoder that `to_json` wrote."""
        scales = tuple(Scale.from_json(each) for each in document["scales"])
        bins = tuple(Bins.from_json(each) for each in document["bins"])
        statistics = LevelStatistics.from_json(document["statistics"])
        return cls(Levels.from_json(schema, document), statistics, scales, bins)
