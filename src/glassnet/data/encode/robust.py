"""Numbers centred at their median, scaled by their quartiles, and clipped smoothly.

A value x becomes z = 1.35 (x - median) / (third quartile - first), which is a standard score where the column is
normal, and then z / sqrt(1 + (z / 3)^2): as it is near 0 (5 % smaller at 1), never beyond 3, with infinity at 3 itself.
Source: Holzmüller, Grinsztajn and Steinwart, "Better by default: strong pre-tuned MLPs and boosted trees on tabular
data", 2024, where the width is that of the quartiles alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np

from glassnet.data.encode.scale import FAR, Doubles, quantiles
from glassnet.data.schema.useless import is_one_value

CLIP: Final = 3.0
NORMAL: Final = 1.35  # standard deviations between the quartiles of a normal distribution
LARGEST: Final = float(np.finfo(np.float64).max) / 4  # differences of what lies within are finite


@dataclass(frozen=True)
class RobustScale:
    """The median of a column and its width, which is 0 where the column had one value."""

    median: float
    width: float

    @classmethod
    def of(cls, values: Doubles, weights: Doubles | None = None) -> RobustScale:
        """The scale of a column (rows,); NaN does not count. `weights` (rows,) are above 0, and 1 where not given.

        A quartile is the least value up to which lies a quarter of all weight, so that a row of weight 2 is the row
        twice. Where both are the same the width is half of the range.

        >>> RobustScale.of(np.array([0.0, 1.0, 2.0, 30.0, np.nan]))
        RobustScale(median=1.0, width=1.4814814814814814)
        """
        known, counts = known_of(values, weights)
        if len(known) == 0 or is_one_value(known):
            return cls(float(known[0]) if len(known) else 0.0, 0.0)
        shares = (0.25, 0.5, 0.75)
        low, median, high = quantiles(known, shares, counts).tolist()
        width = (high - low) / NORMAL if high > low else float(np.ptp(known)) / 2
        return cls(median, width)

    def clip(self, values: Doubles) -> Doubles:
        """z / sqrt(1 + (z / 3)^2) of the scaled values z, and 0, which is the median, where one is missing."""
        if self.width == 0:
            return np.zeros(len(values))
        with np.errstate(over="ignore"):
            z = np.clip((bounded(values) - self.median) / self.width, -FAR, FAR)
        return np.where(np.isnan(z), 0.0, z / np.sqrt(1 + (z / CLIP) ** 2))

    def to_json(self) -> dict[str, Any]:
        """The scale as plain JSON values."""
        return asdict(self)

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> RobustScale:
        """The scale that `to_json` wrote."""
        return cls(**document)


def bounded(values: Doubles) -> Doubles:
    """The values with infinity, and what is so large that a difference might be infinite, at the ends of the rest."""
    return np.clip(values, -LARGEST, LARGEST)


def known_of(values: Doubles, weights: Doubles | None) -> tuple[Doubles, Doubles]:
    """The values that are there, bounded, and the weight of each."""
    there = ~np.isnan(values)
    return bounded(values[there]), np.ones(int(there.sum())) if weights is None else weights[there]
