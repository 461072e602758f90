"""A category of many levels by what the target was at each: statistics, standardised, cut, and in bins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from glassnet.data.encode.cut import Cut, mix, mixed_corners
from glassnet.data.encode.encoders import Array
from glassnet.data.encode.mixed import Mixing
from glassnet.data.encode.scale import Doubles
from glassnet.data.encode.statistics import LevelStatistics, Whole
from glassnet.data.encode.telling import telling

MOST_BINNED: Final = 5  # outputs: bins of the statistics of more classes would outnumber all else


@dataclass(frozen=True)
class LevelTargets:
    """A category as the smoothed mean of each output of the target at its level, and the logarithm of its count.

    Each is standardised by the training rows and cut at 4 deviations; 8 bins of each stand beside it where there are at
    most 5 outputs. `cuts` has one for each of them. What a training row sees is out of fold, but the scales and edges
    are those of what all of them see. A mean that does not rise with its output there is left out.
    """

    statistics: LevelStatistics
    cuts: tuple[Cut, ...]

    @classmethod
    def fit(
        cls, numbers: Whole, targets: Doubles, folds: Whole, count: int, weights: Doubles | None = None
    ) -> LevelTargets:
        """The statistics of the training rows, with these numbers of levels (rows,) below `count`.

        `targets` (rows, outputs) are numbers, or a column of 0 and 1 for each class. `folds` (rows,) count from 0.
        `weights` (rows,) are above 0, and 1 where they are not given.
        """
        statistics = LevelStatistics.of(numbers, targets, folds, count, weights)
        binned = targets.shape[1] <= MOST_BINNED
        seen = statistics.encode(numbers, folds)
        seen[:, :-1] = telling(seen[:, :-1], targets, weights)
        return cls(statistics, tuple(Cut.of(each, weights, binned=binned) for each in seen.T))

    def features(self, name: str) -> tuple[str, ...]:
        """The name of each statistic of a column, then its bins."""
        outputs = len(self.cuts) - 1
        means = [f"target where {name}"] if outputs == 1 else [f"target {i + 1} where {name}" for i in range(outputs)]
        names = [*means, f"count of {name}"]
        return tuple(own for each, cut in zip(names, self.cuts, strict=True) for own in cut.features(each))

    @property
    def linear(self) -> tuple[bool, ...]:
        """For each feature whether it is no bin."""
        return tuple(own for cut in self.cuts for own in cut.linear)

    def write(self, numbers: Whole, into: Array, folds: Whole | None = None) -> None:
        """Put the statistics of each row's level, as its fold may see them, into an array (rows, features)."""
        place = 0
        for cut, each in zip(self.cuts, self.statistics.encode(numbers, folds).T, strict=True):
            width = len(cut.linear)
            cut.write(each, into[:, place : place + width])
            place += width

    @property
    def corners(self) -> Doubles:
        """Those of each statistic and of its bins."""
        return mixed_corners(self.cuts)

    @property
    def terms(self) -> int:
        """Of how many corners a row is a sum."""
        return sum(cut.terms for cut in self.cuts)

    def mix(self, numbers: Whole, into: Mixing) -> None:
        """Put the statistics of each new row's level as shares of the corners."""
        mix(self.cuts, self.statistics.encode(numbers), into)

    def to_json(self) -> dict[str, Any]:
        """The statistics as plain JSON values."""
        return {"statistics": self.statistics.to_json(), "cuts": [cut.to_json() for cut in self.cuts]}

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> LevelTargets:
        """The statistics that `to_json` wrote."""
        statistics = LevelStatistics.from_json(document["statistics"])
        return cls(statistics, tuple(Cut.from_json(each) for each in document["cuts"]))
