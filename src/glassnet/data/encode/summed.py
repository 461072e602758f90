"""Features that several columns feed together through a sum of parts, one part of each column."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from glassnet.data.encode.encoders import Array
from glassnet.data.encode.scale import Doubles
from glassnet.data.encode.statistics import Whole


@dataclass(frozen=True, eq=False)
class Summed:
    """What some features of encoded rows are functions of: sums of parts.

    `parts` (rows, columns, sums) are those of each of `columns`, less their mean over the rows: they add up to how far
    each sum lies from its mean. `feeds` has for each input, for each of its features, the sum that it is a function of,
    or -1 for a feature of one column. `means` has for each input its features where all sums have their means; those
    of one column are of no use.
    """

    columns: tuple[str, ...]
    parts: Doubles
    feeds: Mapping[str, Whole]
    means: Mapping[str, Array]

    def take(self, rows: Whole) -> Summed:
        """The same for some of the rows; the means stay those of all."""
        return Summed(self.columns, self.parts[rows], self.feeds, self.means)
