"""The principal components of rows, in which a penalty on weights is a number beside each, and lines along them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Doubles = npt.NDArray[np.float64]

PIECE: Final = 2048  # rows
LEAST: Final = 1e-13  # of the largest eigenvalue: what is smaller is a slip of rounding


@dataclass(frozen=True, eq=False)
class Components:
    """The directions in which rows vary: `vectors` (features, k), and `values` (k,), the variance along each.

    `mean` (features,) is that of the rows.
    """

    mean: Doubles
    values: Doubles
    vectors: Doubles

    @classmethod
    def of(cls, x: Doubles, shares: Doubles) -> Components:
        """Those of rows x (rows, features), of which `shares` (rows,) are the weights, and sum to 1."""
        mean = shares @ x
        if x.shape[1] <= len(x):
            return cls(mean, *_leading(_squares(x, shares) - np.outer(mean, mean)))
        z = np.sqrt(shares)[:, None] * (x - mean)  # the same values, from fewer numbers
        values, of_rows = _leading(z @ z.T)
        return cls(mean, values, z.T @ (of_rows / np.sqrt(values)))

    def scores(self, x: Doubles) -> Doubles:
        """How far rows are along each component, (rows, k)."""
        return (x - self.mean) @ self.vectors


@dataclass(frozen=True, eq=False)
class Lines:
    """Linear functions z w + b of the scores z on some components, one for each strength of a penalty on w.

    `weights` are (strengths, k, outputs) and `bias` (strengths, outputs).
    """

    components: Components
    weights: Doubles
    bias: Doubles

    def outputs(self, x: Doubles) -> Doubles:
        """What all of them give for rows x: (strengths, rows, outputs)."""
        return self.components.scores(x) @ self.weights + self.bias[:, None]

    def line(self, place: int) -> tuple[Doubles, Doubles]:
        """One as a function of the rows themselves: the weights (features, outputs) and the bias (outputs,)."""
        weights = self.components.vectors @ self.weights[place]
        return weights, self.bias[place] - self.components.mean @ weights


def _squares(x: Doubles, shares: Doubles) -> Doubles:
    """The sum of shares_i x_i x_i', (features, features); a few rows at a time, so that none are laid out twice."""
    total = np.zeros((x.shape[1], x.shape[1]))
    for start in range(0, len(x), PIECE):
        rows = x[start : start + PIECE]
        total += (shares[start : start + PIECE, None] * rows).T @ rows
    return total


def _leading(symmetric: Doubles) -> tuple[Doubles, Doubles]:
    """The eigenvalues beyond rounding, ascending, and their vectors as columns."""
    values, vectors = np.linalg.eigh(symmetric)
    there = values > LEAST * values[-1]
    return values[there], vectors[:, there]
