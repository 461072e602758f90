"""Numbers centred and scaled in float64, and extreme values bent smoothly.

A standardised value z becomes z / sqrt(1 + (z / 8)^2): as it is near 0 (1 % smaller at 1.1, 10 % at 3.9), never
beyond 8, with infinity at 8 itself. One extreme value must not shrink all others either: mean and deviation are those
of the values clipped ten interquartile ranges away from the quartiles, which clips nothing of a normal, an exponential
or a moderately skewed column.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from glassnet.data.schema.useless import is_one_value

Doubles = npt.NDArray[np.float64]

BEND: Final = 8.0
FENCE: Final = 10.0  # interquartile ranges beyond the quartiles
FAR: Final = 1e12  # standardised values beyond this one are at the end of the bend for float64


@dataclass(frozen=True)
class Scale:
    """The mean of a column and its deviation, which is 0 where the column had one value."""

    mean: float
    deviation: float

    @classmethod
    def of(cls, values: Doubles, weights: Doubles | None = None) -> Scale:
        """The scale of a column (rows,): of its values within ten interquartile ranges; NaN and infinity do not count.

        `weights` (rows,) are above 0, and 1 where they are not given.

        >>> Scale.of(np.array([1.0, 2.0, 3.0, np.nan]))
        Scale(mean=2.0, deviation=0.816496580927726)
        """
        finite = np.isfinite(values)
        known, w = values[finite], np.ones(int(finite.sum())) if weights is None else weights[finite]
        return cls(*moments(_fenced(known, w), w)) if len(known) else cls(0.0, 0.0)

    def standardise(self, values: Doubles) -> Doubles:
        """(values - mean) / deviation, in float64; 0 throughout where the deviation is 0."""
        if self.deviation == 0:
            return np.where(np.isnan(values), np.nan, 0.0)
        with np.errstate(over="ignore"):
            standardised: Doubles = (values - self.mean) / self.deviation
        return standardised

    def bend(self, values: Doubles) -> Doubles:
        """The standardised values z as z / sqrt(1 + (z / 8)^2), and 0, which is the mean, where one is missing."""
        z = np.clip(self.standardise(values), -FAR, FAR)
        return np.where(np.isnan(z), 0.0, z / np.sqrt(1 + (z / BEND) ** 2))

    def to_json(self) -> dict[str, Any]:
        """The scale as plain JSON values."""
        return asdict(self)

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Scale:
        """The scale that `to_json` wrote."""
        return cls(**document)


def _fenced(values: Doubles, weights: Doubles) -> Doubles:
    """The values clipped ten interquartile ranges beyond the quartiles, where these differ.

    A quartile is the least value up to which lies a quarter of all weight: no value between two, so that it is the same
    for a row of weight 2 and for the row twice.
    """
    with np.errstate(over="ignore"):
        low, high = quantiles(values, (0.25, 0.75), weights)
        reach = FENCE * (high - low)
        return np.clip(values, low - reach, high + reach) if np.isfinite(reach) and reach > 0 else values


def quantiles(values: Doubles, shares: Sequence[float] | Doubles, weights: Doubles) -> Doubles:
    """The least value up to which lies each share of all weight, for values (rows,) that are there.

    Where all weights are the same, numbers alone are put in order: a tenth of the time of their places.

    >>> quantiles(np.array([3.0, 1.0, 2.0, 4.0]), (0.25, 0.5, 0.6), np.ones(4)).tolist()
    [1.0, 2.0, 3.0]
    """
    if weights.min() < weights.max():
        weighted: Doubles = np.quantile(values, shares, weights=weights, method="inverted_cdf")
        return weighted
    reached = np.arange(1, len(values) + 1) / len(values)
    return np.sort(values)[np.minimum(np.searchsorted(reached, shares), len(values) - 1)]


def moments(values: Doubles, weights: Doubles | None = None) -> tuple[float, float]:
    """The mean and the deviation of values that are all finite, in two passes; the deviation of one value is 0.

    `weights` (rows,) are above 0, and 1 where they are not given.

    Neither a large offset nor a size near the ends of float64 costs digits: the first value is subtracted first, and
    the largest distance divided out before squaring.
    """
    unit = 2.0 ** (np.frexp(np.abs(values).max())[1] - 1)  # a power of 2, by which division is exact
    scaled = values / unit
    off = scaled - scaled[0]
    shares = np.ones(len(values)) if weights is None else weights / weights.max()
    total = shares.sum()
    shift = float((shares * off).sum() / total)
    widest = float(np.abs(off).max())
    mean = float((scaled[0] + shift) * unit)
    if widest == 0 or is_one_value(values):
        return float(values[0]), 0.0
    return mean, float(widest * np.sqrt((shares * ((off - shift) / widest) ** 2).sum() / total) * unit)
