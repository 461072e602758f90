"""A column of numbers as a linear path takes it: standardised, and cut only where the training rows end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from glassnet.data.encode.scale import Doubles, Scale

FURTHEST: Final = 100.0  # deviations: what lies further is a slip of the pen more likely than a value


@dataclass(frozen=True)
class Line:
    """A number less its mean over its deviation, cut at the ends of the range that the training rows held.

    A linear effect goes on as far as it was seen and no further. A column with a long tail keeps it, which clipping
    smoothly does not; ends beyond 100 deviations are there.
    """

    scale: Scale
    low: float
    high: float

    @classmethod
    def of(cls, values: Doubles, weights: Doubles | None = None) -> Line:
        """The line of a column (rows,); NaN and infinity do not count. `weights` are as those of `Scale.of`."""
        scale = Scale.of(values, weights)
        known = values[np.isfinite(values)]
        if len(known) == 0:
            return cls(scale, 0.0, 0.0)
        ends = np.clip(scale.standardise(np.array([known.min(), known.max()])), -FURTHEST, FURTHEST)
        return cls(scale, *ends.tolist())

    def at(self, values: Doubles) -> Doubles:
        """The standardised values within the range, 0 where one is missing."""
        cut = np.clip(self.scale.standardise(values), self.low, self.high)
        return np.where(np.isnan(cut), 0.0, cut)

    def within(self, values: Doubles) -> Doubles:
        """Values that are there as they are, but within the range."""
        return self.at(values) * self.scale.deviation + self.scale.mean

    def to_json(self) -> dict[str, Any]:
        """The line as plain JSON values."""
        return {"scale": self.scale.to_json(), "low": self.low, "high": self.high}

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Line:
        """The line that `to_json` wrote."""
        return cls(Scale.from_json(document["scale"]), document["low"], document["high"])
