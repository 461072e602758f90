"""Categories as a centred column for each level, a gap being a level of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from glassnet.data.encode.encoders import Doubles, Numbers
from glassnet.data.encode.levels import Levels
from glassnet.data.schema.kinds import ColumnSchema
from glassnet.data.table import Column

SEEN: Final = 2.0  # the least weight of a level that has a column: one that came once can only be learnt by heart


@dataclass(frozen=True)
class CentredHot:
    """A category as one column a level: 1 less the level's share where a row holds it, else 0 less that share.

    A level of weight below 2 in the training rows has no column. Where there are two levels, gaps among them, the first
    one's column says all. `shown` are the numbers of levels as `Levels.apart` gives them, `shares` those of the weight.
    """

    levels: Levels
    shown: tuple[int, ...]
    shares: tuple[float, ...]

    @classmethod
    def fit(cls, schema: ColumnSchema, column: Column, weights: Doubles | None = None) -> CentredHot:
        """The encoder for the training rows, each counted by its weight."""
        levels = Levels.fit(schema, column)
        counts = np.bincount(levels.apart(column)[0], weights, minlength=levels.count + 1).astype(np.float64)
        shown = 1 + np.flatnonzero(counts[1:] >= SEEN)
        if int((counts > 0).sum()) == 2:
            shown = shown[:1]
        return cls(levels, tuple(shown.tolist()), tuple((counts[shown] / counts.sum()).tolist()))

    @property
    def features(self) -> tuple[str, ...]:
        """The names of the columns, such as "colour=red" and "colour missing"."""
        schema, gap = self.levels.schema, self.levels.count
        return tuple(
            f"{schema.name} missing" if number == gap else f"{schema.name}={schema.levels[number - 1]}"
            for number in self.shown
        )

    def encode(self, column: Column, source: str) -> Numbers:
        """The centred column of each level."""
        numbers, notes = self.levels.apart(column)
        return Numbers([(numbers == one) - share for one, share in zip(self.shown, self.shares, strict=True)], notes)

    def to_json(self) -> dict[str, Any]:
        """The encoder as plain JSON values."""
        return {**self.levels.to_json(), "shown": list(self.shown), "shares": list(self.shares)}

    @classmethod
    def from_json(cls, schema: ColumnSchema, document: Mapping[str, Any]) -> CentredHot:
        """The encoder that `to_json` wrote."""
        return cls(Levels.from_json(schema, document), tuple(document["shown"]), tuple(document["shares"]))
