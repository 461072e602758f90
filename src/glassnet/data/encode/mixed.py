"""Encoded rows as sums of a few rows of a small table, its corners.

Each feature is linear between the corners of its column: a value within a bin is part of the way from the features of
the bin's lower edge to those of its upper one, and a level has the features that it always has. So a row of 200
features is a sum of some 20 rows of a table, and what is linear in the features is found from that at the corners.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from glassnet.data.encode.scale import Doubles
from glassnet.data.encode.statistics import Whole

Array: TypeAlias = npt.NDArray[Any]


class Mixed(NamedTuple):
    """Features (rows, features) as the sum over j of shares[:, j] corners[places[:, j]].

    `corners` are (k, features), `places` and `shares` (rows, terms).
    """

    corners: Array
    places: Whole
    shares: Array


class Mixing(NamedTuple):
    """Where the rows of one column are put: their places among its own corners and their shares, (rows, terms) each."""

    places: Whole
    shares: Array

    @classmethod
    def of(cls, rows: int, terms: int, dtype: str) -> Mixing:
        """Room for so many rows."""
        return cls(np.empty((rows, terms), np.int64), np.empty((rows, terms), dtype))

    def part(self, start: int, terms: int) -> Mixing:
        """So many of the terms."""
        return Mixing(self.places[:, start : start + terms], self.shares[:, start : start + terms])

    def put(self, term: int, place: int | Whole, share: float | Doubles) -> None:
        """Set one term of all rows."""
        self.places[:, term] = place
        self.shares[:, term] = share


def diagonal(parts: Sequence[Doubles]) -> Doubles:
    """The corners of several parts of a row, each with features of its own.

    >>> diagonal([np.ones((1, 1)), np.full((2, 2), 5.0)]).tolist()
    [[1.0, 0.0, 0.0], [0.0, 5.0, 5.0], [0.0, 5.0, 5.0]]
    """
    corners = np.zeros((sum(len(part) for part in parts), sum(part.shape[1] for part in parts)))
    row = column = 0
    for part in parts:
        corners[row : row + len(part), column : column + part.shape[1]] = part
        row, column = row + len(part), column + part.shape[1]
    return corners


def alone(count: int) -> Doubles:
    """The corners of so many features that are nothing but numbers: each is its own corner, by its share."""
    return np.eye(count)
