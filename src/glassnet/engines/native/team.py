"""How many threads are worth their meetings: measured as the work goes on, since the bits do not depend on it."""

from __future__ import annotations

from collections import deque
from typing import Final

TRIALS: Final = 3  # slices that each number is tried at first, and the last of which its pace is the best
LOOK_AGAIN: Final = 25  # slices after which the other number is tried again, for a core may have become busy or free


class Team:
    """The number of threads for the next slice: all or one, whichever takes less time a step."""

    def __init__(self, threads: int) -> None:
        self._most = threads
        self._paces: dict[int, deque[float]] = {n: deque(maxlen=TRIALS) for n in {1, threads}}
        self._since = 0

    @property
    def size(self) -> int:
        """How many are to work next."""
        tried = min(self._paces, key=lambda threads: len(self._paces[threads]))
        if len(self._paces[tried]) < TRIALS:
            return tried
        best = self._best
        return best if self._since < LOOK_AGAIN else self._most + 1 - best

    @property
    def _best(self) -> int:
        return min(self._paces, key=lambda threads: min(self._paces[threads]))

    def took(self, threads: int, pace: float) -> None:
        """Say how many seconds a step took with so many."""
        looked = self._since >= LOOK_AGAIN
        self._paces[threads].append(pace)
        self._since = 0 if looked else self._since + 1
