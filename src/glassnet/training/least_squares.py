"""Linear members at the weights of least squares, which steps along the slope reach slowly where columns are alike.

Each member is solved on the rows that it learns from, with one strength of penalty for all of them: that of the least
squared error on the rows that they do not. Source: Hoerl and Kennard, "Ridge regression: biased estimation for
nonorthogonal problems", 1970.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
from threadpoolctl import ThreadpoolController

from glassnet.core.operation import Array
from glassnet.random import permutation

Doubles = npt.NDArray[np.float64]

STRENGTHS: Final = 10.0 ** (np.arange(-12, 7) / 2)  # beside the mean square of a standardised feature, which is 1
MOST_NUMBERS: Final = 2**22  # of rows times features that are solved for; of more rows a sample
MOST_ROWS: Final = 2**15
MOST_VECTORS: Final = 1500  # the lesser of rows and features, whose cube is the time
EIGEN: Final = 15  # products for each cube of the vectors, as the time of eigenvectors says
LEAST: Final = 1e-13  # of the largest eigenvalue: what is smaller is a slip of rounding


class Lines(NamedTuple):
    """Linear functions x w + b: the weights (members, features, outputs) and the biases (members, outputs)."""

    weights: Doubles
    bias: Doubles


@dataclass(frozen=True, eq=False)
class Ridge:
    """The ridges of all strengths on some rows, of features with mean squares of about 1.

    They lie in the eigenvectors of the correlations: `vectors` (features, k) with `values` (k,), and `along` (k,
    outputs) is how the targets, less their `middle`, go along with each.
    """

    mean: Doubles
    middle: Doubles
    values: Doubles
    vectors: Doubles
    along: Doubles

    @classmethod
    def of(cls, x: Doubles, targets: Doubles, weights: Doubles) -> Ridge:
        """For rows x (rows, features), targets (rows, outputs) and weights (rows,), which have a sum above 0."""
        shares = weights / weights.sum()
        mean, middle = shares @ x, shares @ targets
        weighed = shares[:, None] * x
        along = weighed.T @ targets - np.outer(mean, middle)
        if x.shape[1] <= len(x):
            values, vectors = _leading(weighed.T @ x - np.outer(mean, mean))
        else:  # the same values, from fewer numbers
            z = np.sqrt(shares)[:, None] * (x - mean)
            values, of_rows = _leading(z @ z.T)
            vectors = z.T @ (of_rows / np.sqrt(values))
        return cls(mean, middle, values, vectors, vectors.T @ along)

    def errors(self, x: Doubles, targets: Doubles, weights: Doubles) -> Doubles:
        """The weighted sum of the squared errors on other rows, (strengths,)."""
        scores = (x - self.mean) @ self.vectors
        wanted = targets - self.middle
        each = [scores @ (self.along / (self.values + strength)[:, None]) - wanted for strength in STRENGTHS]
        return np.array([float((weights[:, None] * off**2).sum()) for off in each])

    def line(self, strength: float) -> tuple[Doubles, Doubles]:
        """The weights (features, outputs) and the bias (outputs,) of one strength."""
        weights = self.vectors @ (self.along / (self.values + strength)[:, None])
        return weights, self.middle - self.mean @ weights


def _leading(symmetric: Doubles) -> tuple[Doubles, Doubles]:
    """The eigenvalues beyond rounding, ascending, and their vectors as columns."""
    values, vectors = np.linalg.eigh(symmetric)
    there = values > LEAST * values[-1]
    return values[there], vectors[:, there]


def rows_solved_for(rows: int, features: int) -> int:
    """How many of so many rows are solved for; 0 where it would take too long."""
    count = min(rows, MOST_ROWS, MOST_NUMBERS // features)
    return count if min(count, features) <= MOST_VECTORS else 0


def products(rows: int, features: int) -> float:
    """The additions and multiplications, about, that the line of one member takes."""
    count = rows_solved_for(rows, features)
    least = min(count, features)
    return 2.0 * count * features * least + EIGEN * least**3


def sample(rows: int, features: int, seed: int) -> npt.NDArray[np.int64] | None:
    """The rows that are solved for, of many a sample, ascending; None where it would take too long."""
    count = rows_solved_for(rows, features)
    if count == rows:
        return np.arange(rows)
    return np.sort(permutation(seed, "least squares", rows)[:count]) if count else None


def solved(x: Array, targets: Array, weights: Array, folds: Array, seen: Array) -> Lines:
    """The line of each member, which learns from all rows but those of its fold.

    `x` (rows, features), `targets` (rows, outputs), `weights` (rows,) and `folds` (rows,); `seen` (members, features)
    is 0 for a feature that a member does not see, whose weight is 0. A member without rows answers 0. It runs on one
    thread, so that no sum depends on how many a machine has.
    """
    x, targets, weights = (array.astype(np.float64) for array in (x, targets, weights))
    # A feature that hardly varies in the rows of one member may do so in others: its scale is that of all rows.
    mean = weights @ x / weights.sum()
    x -= mean
    deviation = np.sqrt(np.einsum("r,rf,rf->f", weights, x, x) / weights.sum())
    deviation[deviation == 0] = 1.0
    x /= deviation
    with ThreadpoolController().select(user_api="blas").limit(limits=1):
        found, bias = _standardised(x, targets, weights, folds, seen != 0)
    found /= deviation[:, None]
    return Lines(found, bias - np.einsum("f,mfo->mo", mean, found))


def _standardised(x: Doubles, targets: Doubles, weights: Doubles, folds: Array, seen: npt.NDArray[np.bool_]) -> Lines:
    """The same for standardised features; no rows are copied but those of one fold."""
    errors, ridges = np.zeros(len(STRENGTHS)), {}
    for member, features in enumerate(seen):
        own = x if features.all() else x[:, features]
        held, learnt = folds == member, np.where(folds == member, 0.0, weights)
        if not learnt.any() or not features.any():
            continue
        ridges[member] = Ridge.of(own, targets, learnt)
        errors += ridges[member].errors(own[held], targets[held], weights[held])
    strength = float(STRENGTHS[errors.argmin()])
    lines = Lines(np.zeros((*seen.shape, targets.shape[1])), np.zeros((len(seen), targets.shape[1])))
    for member, ridge in ridges.items():
        lines.weights[member, seen[member]], lines.bias[member] = ridge.line(strength)
    return lines
