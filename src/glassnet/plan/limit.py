"""An ensemble made smaller, so that it is learnt in the time that there is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from glassnet.plan.size import Size
from glassnet.training.linear_members import products

FEWEST_STEPS, FEWEST_FOLDS = 50, 4
FIXED: Final = 3.5  # seconds to compile, and to blend and to score in the end
JUDGED, SELDOM = 40, 8  # times that members are judged in a run, and the fewest
JUDGED_SHARE: Final = 0.25  # of the time to learn in, beyond which they are judged less often
JUDGED_ROWS: Final = 2**15  # rows by which they are judged, at most
ITERATIONS: Final = 4  # of Muon


@dataclass(frozen=True)
class Effort:
    """What an ensemble takes: its features and outputs, and the additions and multiplications that a second is for.

    The least loss of linear members is `searched` for so many outputs, 0 where a formula gives it.
    """

    features: int
    outputs: int
    pace: float
    searched: int = 0

    def step(self, size: Size) -> float:
        """The seconds of a step of all members: forward, back twice, and Muon's iterations on both hidden matrices."""
        narrow, wide = sorted((self.features, size.width))
        muon = sum(4 * m * m * n + 6 * ITERATIONS * m**3 for m, n in ((narrow, wide), (size.width, size.width)))
        return (6 * size.batch_size * self._weights(size) + size.hidden_members * muon) / self.pace

    def start(self, size: Size) -> float:
        """The seconds in which members without hidden layers come to the least loss, if they do."""
        alone = size.members - size.hidden_members
        return alone * products(size.rows, self.features, self.searched) / self.pace if alone else 0.0

    def judgement(self, size: Size) -> float:
        """The seconds in which all groups answer for the rows held out."""
        return 2 * min(size.rows, JUDGED_ROWS) * self._weights(size) / size.folds / self.pace

    def _weights(self, size: Size) -> int:
        """The weights of all members."""
        d, h, o = self.features, size.width, self.outputs
        return size.hidden_members * (d * h + h * h + h * o) + size.members * d * o


def within(size: Size, seconds: float, effort: Effort, fewest: int = FEWEST_FOLDS) -> Size:
    """The ensemble that learns in so many seconds: fewer steps, then fewer groups, then fewer folds.

    Members without hidden layers, which cost next to nothing, are the last group but one to go.
    None has fewer than 50 steps and the `fewest` folds, which is the end of it however little time there is. An
    ensemble of fewer folds to begin with keeps them.
    """
    smallest = size
    for smallest in _smaller(size, fewest):
        if (steps := _steps(smallest, seconds - FIXED - effort.start(smallest), effort)) >= FEWEST_STEPS:
            return replace(smallest, steps=min(size.steps, steps))
    return replace(smallest, steps=min(size.steps, FEWEST_STEPS))


def judged_every(size: Size, seconds: float, effort: Effort) -> int:
    """After how many steps members are judged, so that it takes no more than a quarter of the time."""
    return -(-size.steps // _times(size, seconds - FIXED - effort.start(size), effort))


def _smaller(size: Size, fewest: int) -> Iterator[Size]:
    hidden = tuple(group for group in size.groups if group.hidden)
    for count in range(len(hidden), 0, -1):
        yield replace(size, groups=hidden[:count] + size.groups[len(hidden) :])
    for folds in range(size.folds, fewest - 1, -1):
        yield replace(size, groups=hidden[:1], folds=folds)


def _times(size: Size, seconds: float, effort: Effort) -> int:
    """How often members are judged."""
    return max(SELDOM, min(JUDGED, int(JUDGED_SHARE * max(seconds, 0.0) / effort.judgement(size))))


def _steps(size: Size, seconds: float, effort: Effort) -> int:
    """The steps for which there is time beside the judgements."""
    left = seconds - _times(size, seconds, effort) * effort.judgement(size)
    return max(0, int(left / effort.step(size)))
