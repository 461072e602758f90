"""How many threads are worth their meetings: measured as the work goes on, since the bits do not depend on it."""

from __future__ import annotations

import math
from collections import deque
from typing import Final

TRIALS: Final = 3  # slices that each number is tried at first, and the last of which its pace is the best
SOON: Final = 2  # slices after which the other number is tried again where something has changed,
LATE: Final = 32  # and where nothing has changed for long


class Team:
    """The number of threads for the next slice: all or one, whichever takes less time a step.

    A core may become busy or free at any time, and a trial may meet a bad moment, so the number that is not at work is
    tried again and again: after 2 slices, then 4, 8, 16 and always 32, from 2 again after a change. Where the team is
    not `measured` all work, always.
    """

    def __init__(self, threads: int, *, measured: bool = True) -> None:
        numbers = (1, threads) if measured and threads > 1 else (threads,)
        self._paces: dict[int, deque[float]] = {number: deque(maxlen=TRIALS) for number in numbers}
        self._since, self._patience = 0, SOON

    @property
    def size(self) -> int:
        """How many are to work next."""
        if not self._tried:
            return min(self._paces, key=lambda threads: len(self._paces[threads]))
        return self._other if self._looking else self._best

    @property
    def trying(self) -> bool:
        """Whether the next slice only finds out a pace, and should be short: it may be many times slower."""
        return len(self._paces) > 1 and (self._looking or not self._tried)

    def took(self, threads: int, pace: float) -> None:
        """Say how many seconds a step took with so many; a number that it did not ask for tells it nothing."""
        looking, tried, before = self._looking, self._tried, self._best
        if threads in self._paces:
            self._paces[threads].append(pace)
        if self._best != before:
            self._since, self._patience = 0, SOON
        elif looking:
            self._since, self._patience = 0, min(2 * self._patience, LATE)
        else:
            self._since += tried

    @property
    def _tried(self) -> bool:
        return all(len(paces) == TRIALS for paces in self._paces.values())

    @property
    def _looking(self) -> bool:
        return self._since >= self._patience

    @property
    def _best(self) -> int:
        return min(self._paces, key=lambda threads: min(self._paces[threads], default=math.inf))

    @property
    def _other(self) -> int:
        return next((threads for threads in self._paces if threads != self._best), self._best)
