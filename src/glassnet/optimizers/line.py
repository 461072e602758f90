"""The search for a step along a line, one evaluation at a time: bisection for the weak Wolfe conditions.

It is an automaton whose numbers are tensors, so that it runs inside the program of a step and on every engine alike.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from glassnet.core.functions import where
from glassnet.core.tensor import Tensor
from glassnet.optimizers.optimizer import finite

TRIALS: Final = 20  # on one line: 2^-20 of a step is tried before it is given up, or 2^20 of a first one


class Line(NamedTuple):
    """Where a search stands, in float64 of shape (): on a line from a base point, a trial of a `length` away from it.

    `loss` and `slope` are those at the base. The loss fell enough up to `low`, at 0 the base itself, and did not at
    `high`, which is 0 while it always did. `trials` were made before this one.
    """

    loss: Tensor
    slope: Tensor
    length: Tensor
    low: Tensor
    high: Tensor
    trials: Tensor

    def judged(self, loss: Tensor, slope: Tensor, decrease: float, curvature: float) -> Verdict:
        """What the loss and the slope along the line at the trial come to.

        A loss or a slope that is not finite is one that did not fall. The last of the trials is taken where the loss
        fell enough, however steep it still is.
        """
        fell = finite(loss) & finite(slope) & (loss <= self.loss + decrease * self.length * self.slope)
        last = self.trials >= TRIALS - 1
        accepted = fell & (last | (slope >= curvature * self.slope))
        low, high = where(fell, self.length, self.low), where(fell, self.high, self.length)
        length = where(high > 0, (low + high) / 2, 2 * self.length)
        following = self._replace(length=length, low=low, high=high, trials=self.trials + 1)
        return Verdict(accepted, last & ~accepted, following)


class Verdict(NamedTuple):
    """Whether a trial was accepted, whether the line is given up after it, and the line with the trial after it."""

    accepted: Tensor
    given_up: Tensor
    line: Line
