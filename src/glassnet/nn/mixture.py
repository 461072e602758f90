"""Inputs given as sums of a few rows of a small table, so that they are multiplied at that table alone."""

from __future__ import annotations

from typing import Final

from glassnet.core import functions as f
from glassnet.core.operations.contraction import contract
from glassnet.core.tensor import Tensor

ALIGNED: Final = 16  # numbers of a cache line: where a member has a multiple of them, each is a table of its own


class Mixture(Tensor):
    """x = sum over j of shares_j corners[places_j]: rows (n, features) from `corners` (k, features).

    `places` and `shares` are (n, terms). As a product is linear, x W = sum over j of shares_j (corners W)[places_j],
    which takes k rows of products and then a few sums for each row. A layer that knows nothing of this has the rows x.
    """

    __slots__ = ("corners", "places", "shares")

    def __init__(self, corners: Tensor, places: Tensor, shares: Tensor) -> None:
        n, terms = shares.shape
        rows = (f.gather(corners, places) * shares.reshape(n, terms, 1)).sum(1)
        super().__init__(rows.tape, rows.position)
        self.corners, self.places, self.shares = corners, places, shares

    def times(self, weights: Tensor) -> Tensor:
        """x W_m for weights (members, features, outputs): (members, n, outputs).

        The table of a member with many outputs is small enough for the nearest cache; those of few outputs lie side by
        side, so that loops are long.
        """
        members, features, outputs = weights.shape
        k, (n, terms) = self.corners.shape[0], self.shares.shape
        if isinstance(outputs, int) and outputs % ALIGNED == 0:
            corners = self.corners.reshape(1, k, features).broadcast((members, k, features))
            table = contract(corners, weights, batch=((0,), (0,)), summed=((2,), (1,)))
            return (f.gather(table, self.places, axis=1) * self.shares.reshape(1, n, terms, 1)).sum(2)
        wide = weights.transpose(1, 0, 2).reshape(features, members * outputs)
        table = contract(self.corners, wide, batch=((), ()), summed=((1,), (0,)))
        rows = (f.gather(table, self.places) * self.shares.reshape(n, terms, 1)).sum(1)
        return rows.reshape(n, members, outputs).transpose(1, 0, 2)
