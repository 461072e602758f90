"""Categories as a centred column for each level, a gap being a level of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from glassnet.data.encode.encoders import Array
from glassnet.data.encode.levels import Levels
from glassnet.data.encode.scale import Doubles
from glassnet.data.encode.statistics import Whole

SEEN: Final = 2.0  # the least weight of a level that has a column: one that came once can only be learnt by heart


@dataclass(frozen=True)
class CentredHot:
    """A category as one column a level: 1 less the level's share where a row holds it, else 0 less that share.

    A level of weight below 2 in the training rows has no column. Where there are two levels, gaps among them, the first
    one's column says all. `shown` are the numbers of levels as `Levels.apart` gives them, `shares` those of the weight.
    """

    shown: tuple[int, ...]
    shares: tuple[float, ...]

    @classmethod
    def of(cls, counts: Doubles) -> CentredHot:
        """For the weight of each level (levels,) over the training rows."""
        shown = 1 + np.flatnonzero(counts[1:] >= SEEN)
        if int((counts > 0).sum()) == 2:
            shown = shown[:1]
        return cls(tuple(shown.tolist()), tuple((counts[shown] / counts.sum()).tolist()))

    def __len__(self) -> int:
        return len(self.shown)

    def features(self, levels: Levels) -> tuple[str, ...]:
        """The names of the columns, such as "colour=red" and "colour missing"."""
        name = levels.schema.name
        return tuple(
            f"{name} missing" if number == levels.count else f"{name}={levels.schema.levels[number - 1]}"
            for number in self.shown
        )

    def write(self, numbers: Whole, into: Array) -> None:
        """Put the centred column of each level into an array (rows, columns)."""
        for place, (one, share) in enumerate(zip(self.shown, self.shares, strict=True)):
            into[:, place] = (numbers == one) - share

    def to_json(self) -> dict[str, Any]:
        """The columns as plain JSON values."""
        return {"shown": list(self.shown), "shares": list(self.shares)}

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> CentredHot:
        """The columns that `to_json` wrote."""
        return cls(tuple(document["shown"]), tuple(document["shares"]))
