"""The columns of a ridge: one for each level of each category, and numbers; solved by conjugate gradients.

The weights w of rows x with shares s and targets t make sum s (x.w - t)^2 + sum p w^2 least, where p are the penalties:
(X' S X + P) w = X' S t. Products with X are gathers and sums by level, so that no matrix is made.
Source: Hestenes and Stiefel, "Methods of conjugate gradients for solving linear systems", 1952, with the diagonal as
preconditioner.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from glassnet.data.encode.scale import Doubles
from glassnet.data.encode.statistics import Whole

STEPS: Final = 25
NEAR: Final = 1e-3  # of the right side's norm


@dataclass(frozen=True, eq=False)
class Design:
    """Rows of levels and numbers: `places` (categories, rows) are those of the levels' weights, `numbers` (n, rows).

    The place 0 is that of a level without a weight. There are `size` places; the weights of the numbers follow. Sums
    are NumPy's own, which do not depend on how many threads a machine has, nor a row's on the other rows.
    """

    places: Whole
    numbers: Doubles
    size: int

    def take(self, rows: Whole) -> Design:
        """The design of the rows at these positions."""
        return Design(self.places[:, rows], self.numbers[:, rows], self.size)

    def times(self, weights: Doubles) -> Doubles:
        """X w: (rows,)."""
        product: Doubles = weights.take(self.places).sum(axis=0)
        for weight, each in zip(weights[self.size :], self.numbers, strict=True):
            product += weight * each
        return product

    def transposed(self, values: Doubles) -> Doubles:
        """X' v: a sum for each weight."""
        return np.concatenate([self._by_level(values), np.einsum("nr,r->n", self.numbers, values)])

    def _by_level(self, values: Doubles) -> Doubles:
        """The sum of the values at each place, 0 at the place without a weight."""
        sums = np.zeros(self.size)
        for each in self.places:
            sums += np.bincount(each, values, minlength=self.size)
        sums[0] = 0
        return sums

    def solve(self, targets: Doubles, shares: Doubles, penalties: Doubles) -> Doubles:
        """The weights, in at most 25 steps, for the `shares` of the rows and the `penalties` of the weights."""
        squares = np.einsum("nr,nr,r->n", self.numbers, self.numbers, shares)
        diagonal = np.concatenate([self._by_level(shares), squares]) + penalties
        left = self.transposed(shares * targets)
        weights, enough = np.zeros(len(penalties)), NEAR**2 * _dot(left, left)
        way = left / diagonal
        reach = _dot(left, way)
        for _ in range(STEPS):
            if _dot(left, left) <= enough:
                break
            product = self.transposed(shares * self.times(way)) + penalties * way
            step = reach / _dot(way, product)
            weights += step * way
            left -= step * product
            before, reach = reach, _dot(left, left / diagonal)
            way = left / diagonal + reach / before * way
        return weights


def _dot(one: Doubles, other: Doubles) -> float:
    return float((one * other).sum())
