"""Logistic regressions with a penalty on their weights, found by steps of one matrix that bounds every curvature.

Sources: Böhning, "Multinomial logistic regression algorithm", 1992, for the bound; Nesterov, "A method for solving the
convex programming problem with convergence rate O(1/k^2)", 1983, and O'Donoghue and Candès, "Adaptive restart for
accelerated gradient schemes", 2015, for the momentum.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from glassnet.training.components import Components, Doubles, Lines

STRENGTHS: Final = 10.0 ** (np.arange(2, -8, -1) / 2)  # beside the mean square of a standardised feature, which is 1
MOST_STEPS: Final = 40  # for one strength; what is near enough to its least is learnt on from anyway
ENOUGH: Final = 1e-6  # of a step, as the sum of its squares by their curvature


def logistic(x: Doubles, chances: Doubles, weights: Doubles, start: Doubles, *, exclusive: bool) -> Lines:
    """The least of sum s_i loss(x_i w + b, t_i) + strength/2 |w|^2, where s_i are the weights divided by their sum.

    Rows x (rows, features) have features with mean squares of about 1, `chances` are t (rows, outputs), weights (rows,)
    have a sum above 0, and the bias starts at `start` (outputs,). The loss is the softmax log loss where classes are
    `exclusive`, else the binary log loss of each output. The strongest penalty is first, and each goes on from the one
    before, so that the steps of a weak one, which may have no least, end near it.
    """
    shares = weights / weights.sum()
    components = Components.of(x, shares)
    # A last column of ones has the bias as its weight, with no penalty.
    rows = np.column_stack([components.scores(x), np.ones(len(x))])
    values, penalised = np.append(components.values, 1.0), np.append(np.ones(len(components.values)), 0.0)
    task = _Task(rows, chances, shares, exclusive=exclusive)
    lines, at = [], np.concatenate([np.zeros((len(components.values), len(start))), [start]])
    for strength in STRENGTHS:
        penalty = strength * penalised[:, None]
        at = task.solved(at, penalty, task.curvature * values[:, None] + penalty)
        lines.append(at)
    found = np.stack(lines)
    return Lines(components, found[:, :-1], found[:, -1])


@dataclass(frozen=True, eq=False)
class _Task:
    """Rows (rows, k), the chances of their outputs (rows, outputs) and their shares (rows,)."""

    rows: Doubles
    chances: Doubles
    shares: Doubles
    exclusive: bool

    @property
    def curvature(self) -> float:
        """What the second derivative of the loss in any direction of its outputs is at most.

        Böhning's is (I - 1/K) / 2 for K exclusive classes, which is 1/2 for gradients, whose sum over classes is 0.
        """
        return 0.5 if self.exclusive else 0.25

    def solved(self, at: Doubles, penalty: Doubles, bound: Doubles) -> Doubles:
        """The weights (k, outputs) of least loss with a penalty (k, 1), by steps from where they are.

        A step goes to the least of the parabola with the curvature `bound` (k, 1), from a point ahead on the way.
        """
        before, pace = at, 1.0
        for _ in range(MOST_STEPS):
            faster = (1 + math.sqrt(1 + 4 * pace**2)) / 2
            ahead = at + (pace - 1) / faster * (at - before)
            now = ahead - (self._slope(ahead) + penalty * ahead) / bound
            if np.sum(bound * (ahead - now) * (now - at)) > 0:  # the way has turned: it gathers speed anew
                faster = 1.0
            before, at, pace = at, now, faster
            if np.sum(bound * (at - before) ** 2) < ENOUGH:
                break
        return at

    def _slope(self, weights: Doubles) -> Doubles:
        """The derivative of the loss with respect to the weights."""
        outputs = self.rows @ weights
        if self.exclusive:
            raised = np.exp(outputs - outputs.max(axis=1, keepdims=True))
            told = raised / raised.sum(axis=1, keepdims=True)
        else:
            told = 0.5 * (1 + np.tanh(0.5 * outputs))
        slope: Doubles = self.rows.T @ (self.shares[:, None] * (told - self.chances))
        return slope
