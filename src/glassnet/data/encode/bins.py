"""Numbers as how far they have come through each of several bins: the piecewise-linear encoding.

With edges b_0 < b_1 < ... < b_T the t-th component of x is (x - b_(t-1)) / (b_t - b_(t-1)), cut at 0 and 1: bins below
x give 1, those above it 0, and its own the part of it that lies below x. A layer after it can bend at every edge.
Source: Gorishniy, Rubachev and Babenko, "On embeddings for numerical features in tabular deep learning", 2022; there
the first and the last component go on beyond the edges, here they are cut as the others are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from glassnet.data.encode.mixed import Mixing
from glassnet.data.encode.robust import known_of
from glassnet.data.encode.scale import Doubles, quantiles
from glassnet.data.schema.useless import is_one_value

FEWEST, MOST = 8, 32  # bins of a column
ROWS_OF_A_BIN, ROWS_OF_A_VALUE = 25, 15
MOST_VALUES: Final = 40
MOST_COUNTED: Final = 100  # edges, which a number of 8 bits can count
STRETCH: Final = 1.5  # of the centred components, which else vary less than the number itself


@dataclass(frozen=True)
class Bins:
    """The edges of the bins, in order, and the mean of each component over the training rows; both may be empty."""

    edges: tuple[float, ...]
    means: tuple[float, ...]

    @classmethod
    def of(cls, values: Doubles, most: int, weights: Doubles | None = None, *, distinct: int = 0) -> Bins:
        """At most `most` bins that hold equally much weight, for a column (rows,); NaN does not count.

        Where the column has at most `distinct` values, or no more than `most`, each value is an edge. Where one bin
        would come of it, which is no more than the number itself, there is none. `weights` (rows,) are above 0, and 1
        where they are not given.

        >>> Bins.of(np.array([0.0, 1.0, 2.0, 10.0]), 3).edges
        (0.0, 1.0, 2.0, 10.0)
        """
        known, counts = known_of(values, weights)
        edges = np.unique(known)
        if len(edges) > max(most, distinct):
            shares = np.linspace(0, 1, most + 1)
            edges = np.unique(quantiles(known, shares, counts))
        if len(edges) <= 2 or is_one_value(edges):
            return cls((), ())
        bins = cls(tuple(edges.tolist()), (0.0,) * (len(edges) - 1))
        places, parts = bins._placed(known)
        inside = np.bincount(places, counts * parts, minlength=len(bins))
        above = counts.sum() - np.cumsum(np.bincount(places, counts, minlength=len(bins)))
        return cls(bins.edges, tuple(((inside + above) / counts.sum()).tolist()))

    def __len__(self) -> int:
        return len(self.means)

    def encode(self, values: Doubles) -> Doubles:
        """1.5 (component - mean): (rows, bins); 0 throughout, which is the mean, where a value is missing."""
        encoded = np.empty((len(values), len(self)))
        self.write(values, encoded)
        return encoded

    def write(self, values: Doubles, into: npt.NDArray[Any]) -> None:
        """Put the same into an array (rows, bins) of any float dtype, rounded to it at the end."""
        if not self.edges:
            return
        places, parts = self._placed(values)
        means = np.array(self.means)
        full = STRETCH * (np.tri(len(self), k=-1) - means)  # a row for each bin: those before it are full
        into[:] = full.astype(into.dtype).take(places, axis=0)
        into[np.arange(len(values)), places] = STRETCH * (parts - means[places])
        into[np.isnan(values)] = 0

    @property
    def corners(self) -> Doubles:
        """The components at each edge: (bins + 1, bins), none where there are no bins."""
        corners: Doubles = STRETCH * (np.tri(len(self.edges), len(self), k=-1) - np.array(self.means))
        return corners

    @property
    def terms(self) -> int:
        """How many corners a value lies between: the two edges of its bin."""
        return 2 if self.edges else 0

    def mix(self, values: Doubles, into: Mixing) -> None:
        """Put each value between the edges of its bin; a missing one has no share of either."""
        if not self.edges:
            return
        places, parts = self._placed(values)
        gaps = np.isnan(values)
        into.put(0, places, np.where(gaps, 0.0, 1 - parts))
        into.put(1, places + 1, np.where(gaps, 0.0, parts))

    def _placed(self, values: Doubles) -> tuple[npt.NDArray[np.int64], Doubles]:
        """The bin of each value, and how far it has come through it, from 0 to 1; NaN where one is missing."""
        edges = np.array(self.edges)
        within = np.clip(values, edges[0], edges[-1])
        places = np.clip(_edges_up_to(edges, within) - 1, 0, len(self) - 1)
        low = edges[places]
        parts: Doubles = (within - low) / (edges[places + 1] - low)
        return places, parts

    def names(self, column: str) -> tuple[str, ...]:
        """What the components of a column are called, such as "age from 20 to 35"."""
        return tuple(
            f"{column} from {low:g} to {high:g}" for low, high in zip(self.edges, self.edges[1:], strict=False)
        )

    def to_json(self) -> dict[str, Any]:
        """The bins as plain JSON values."""
        return {"edges": list(self.edges), "means": list(self.means)}

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Bins:
        """The bins that `to_json` wrote."""
        return cls(tuple(document["edges"]), tuple(document["means"]))


def _edges_up_to(edges: Doubles, values: Doubles) -> npt.NDArray[np.int64]:
    """How many edges lie up to each value, none for NaN: few are counted in a quarter of the time of a search."""
    if len(edges) > MOST_COUNTED:
        return np.where(np.isnan(values), 0, np.searchsorted(edges, values, side="right"))
    counts = np.zeros(len(values), np.int8)
    for edge in edges.tolist():
        counts += values >= edge
    return counts.astype(np.int64)


def bins_for(rows: int) -> tuple[int, int]:
    """For so many training rows: the most bins of a column, and the most values that are each an edge.

    A bin for 25 rows, from 8 to 32 of them; an edge for 15 rows, from 8 to 40 of them.

    >>> bins_for(100), bins_for(500), bins_for(10_000)
    ((8, 8), (20, 33), (32, 40))
    """
    bins = min(MOST, max(FEWEST, rows // ROWS_OF_A_BIN))
    return bins, max(bins, min(MOST_VALUES, max(FEWEST, rows // ROWS_OF_A_VALUE)))
