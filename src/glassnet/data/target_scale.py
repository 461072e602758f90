"""The mean and deviation of the targets of a stream, which follow them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

MEMORY: Final = 4096.0  # targets after which earlier ones are forgotten
FEW: Final = 32  # targets up to which the moments take each as it is
REACH: Final = 10.0  # deviations from the mean, beyond which a target counts as one there


@dataclass
class TargetScale:
    """mean = mean + share (y - mean), variance = (1 - share) (variance + share (y - mean)^2), share = 1 / count.

    The count is at most 4096. From 32 targets on one more than 10 deviations from the mean counts as if it were 10
    away, so that one wrong target does not make all others look alike.
    """

    count: float = 0.0
    mean: float = 0.0
    variance: float = 0.0

    @property
    def deviation(self) -> float:
        """The root of the variance, 1 where all targets were alike."""
        return math.sqrt(self.variance) or 1.0

    def learn(self, y: float) -> None:
        """Move the moments by a target."""
        moved = y - self.mean
        if self.count >= FEW and self.variance > 0:
            far = REACH * math.sqrt(self.variance)
            moved = max(-far, min(far, moved))
        self.count = min(self.count + 1, MEMORY)
        share = 1 / self.count
        self.mean += share * moved
        self.variance = (1 - share) * (self.variance + share * moved * moved)

    def to_json(self) -> list[float]:
        """The moments as plain JSON values."""
        return [self.count, self.mean, self.variance]

    @classmethod
    def from_json(cls, document: Any) -> TargetScale:
        """The moments that `to_json` wrote."""
        return cls(*document)
