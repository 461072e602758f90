"""Linear members at the weights of least loss, which steps along the slope reach slowly where columns are alike.

Each member is solved on the rows that it learns from, with one strength of penalty for all of them: that of the least
loss on the rows that they do not.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
from threadpoolctl import ThreadpoolController

from glassnet.core.operation import Array
from glassnet.nn import BinaryLogLoss, MultiLabelLogLoss, SoftmaxLogLoss, Squared
from glassnet.nn.losses.loss import Loss
from glassnet.random import permutation
from glassnet.training.components import Doubles, Lines
from glassnet.training.least_squares import least_squares
from glassnet.training.logistic import logistic
from glassnet.training.raw_outputs import lost
from glassnet.training.rows import Rows

MOST_NUMBERS: Final = 2**22  # of rows times features that are solved for; of more rows a sample
MOST_ROWS: Final = 2**15
MOST_VECTORS: Final = 1500  # the lesser of rows and features, whose cube is the time
EIGEN: Final = 15  # products for each cube of the vectors, as the time of eigenvectors says
MOST_SEARCHED: Final = 2**20  # of rows times features times outputs, where the least loss is searched for by steps
STEPS: Final = 250  # of all strengths together, about

Solver = Callable[[Doubles, Doubles, Doubles, Doubles], Lines]  # of rows, targets, weights and the bias to start from


class Straight(NamedTuple):
    """Linear functions x w + b: the weights (members, features, outputs) and the biases (members, outputs)."""

    weights: Doubles
    bias: Doubles


def solver(loss: Loss) -> Solver | None:
    """What finds the lines of least loss; None for a loss that has no such solver."""
    kind = type(loss)
    if kind is Squared:
        return lambda x, targets, weights, start: least_squares(x, targets, weights)
    if kind is BinaryLogLoss or kind is MultiLabelLogLoss:
        return lambda *given: logistic(*given, exclusive=False)
    if isinstance(loss, SoftmaxLogLoss) and not loss.smoothing:
        return lambda *given: logistic(*given, exclusive=True)
    return None


def searched(loss: Loss, outputs: int) -> int:
    """For how many outputs the line of least loss is searched for by steps: none where a formula gives it."""
    return 0 if type(loss) is Squared else outputs


def rows_solved_for(rows: int, features: int, searched: int = 0) -> int:
    """How many of so many rows are solved for, 0 where it would take too long; so many outputs are `searched` for."""
    most = MOST_SEARCHED // searched if searched else MOST_NUMBERS
    count = min(rows, MOST_ROWS, most // features)
    return count if min(count, features) <= MOST_VECTORS else 0


def products(rows: int, features: int, searched: int = 0) -> float:
    """The additions and multiplications, about, that the line of one member takes."""
    count = rows_solved_for(rows, features, searched)
    least = min(count, features)
    return 2.0 * count * features * least + EIGEN * least**3 + 4.0 * count * least * searched * STEPS


def sample(rows: int, features: int, searched: int, seed: int) -> npt.NDArray[np.int64] | None:
    """The rows that are solved for, of many a sample, ascending; None where it would take too long."""
    count = rows_solved_for(rows, features, searched)
    if count == rows:
        return np.arange(rows)
    return np.sort(permutation(seed, "least squares", rows)[:count]) if count else None


def solved(loss: Loss, x: Array, rows: Rows, folds: Array, seen: Array, start: Array) -> Straight:
    """The line of each member, which learns from all rows but those of its fold.

    `x` (rows, features) are the inputs of `rows`, of which the targets and weights are looked at, and `folds` (rows,)
    their folds; `seen` (members, features) is 0 for a feature that a member does not see, whose weight is 0. A bias
    starts at `start` (members, outputs), where it stays for a member without rows. It runs on one thread, so that no
    sum depends on how many a machine has.
    """
    weights, open_to = rows.weights, seen != 0
    shown = open_to.any(axis=0)
    x = x[:, shown].astype(np.float64)
    same = np.ptp(x, axis=0) == 0  # whose mean may be off by a rounding, which is no deviation to divide by
    # A feature that hardly varies in the rows of one member may do so in others: its scale is that of all rows.
    mean = weights @ x / weights.sum()
    x -= mean
    x[:, same] = 0.0
    deviation = np.sqrt(np.einsum("r,rf,rf->f", weights, x, x) / weights.sum())
    deviation[deviation == 0] = 1.0
    x /= deviation
    with ThreadpoolController().select(user_api="blas").limit(limits=1):
        found, bias = _standardised(loss, x, rows, folds, open_to[:, shown], start)
    found /= deviation[:, None]
    whole = np.zeros((*seen.shape, found.shape[2]))
    whole[:, shown] = found
    return Straight(whole, bias - np.einsum("f,mfo->mo", mean, found))


def _standardised(
    loss: Loss, x: Doubles, rows: Rows, folds: Array, seen: npt.NDArray[np.bool_], start: Array
) -> Straight:
    """The same for standardised features; no rows are copied but those of one fold."""
    solve, targets, weights = solver(loss), _as_numbers(rows.targets, start.shape[1]), rows.weights
    assert solve is not None  # others are not asked for
    losses, lines = np.zeros(1), {}
    for member, features in enumerate(seen):
        own = x if features.all() else x[:, features]
        held, learnt = folds == member, np.where(folds == member, 0.0, weights)
        if not learnt.any() or not features.any():
            continue
        lines[member] = solve(own, targets, learnt, start[member].astype(np.float64))
        losses = losses + _held_out(loss, lines[member].outputs(own[held]), rows.take(np.flatnonzero(held)))
    straight = Straight(np.zeros((*seen.shape, start.shape[1])), start.astype(np.float64))
    for member, found in lines.items():
        straight.weights[member, seen[member]], straight.bias[member] = found.line(int(losses.argmin()))
    return straight


def _as_numbers(targets: Array, outputs: int) -> Doubles:
    """Targets as numbers (rows, outputs): the number of a class as 1 in its column."""
    if targets.ndim == 1 and outputs > 1:
        return np.eye(outputs)[targets]
    return np.asarray(targets.reshape(len(targets), outputs), np.float64)


def _held_out(loss: Loss, outputs: Doubles, rows: Rows) -> Doubles:
    """The weighted sum of the losses of rows for each strength, by raw outputs (strengths, rows, outputs)."""
    strengths, held, width = outputs.shape
    targets = np.concatenate([rows.targets] * strengths)
    each = lost(loss, outputs.reshape(strengths * held, width), targets).reshape(strengths, held)
    summed: Doubles = each @ rows.weights
    return summed
