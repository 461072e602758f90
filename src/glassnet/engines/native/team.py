"""How many threads are worth their meetings: measured as the work goes on, since the bits do not depend on it."""

from __future__ import annotations

from collections import deque
from typing import Final

TRIALS: Final = 3  # slices that each number is tried at first, and the last of which its pace is the best
LOOK_AGAIN: Final = 25  # slices after which the other number is tried again, for a core may have become busy or free


class Team:
    """The number of threads for the next slice: all or one, whichever takes less time a step.

    Where it is not `measured` all work, always.
    """

    def __init__(self, threads: int, *, measured: bool = True) -> None:
        numbers = (1, threads) if measured and threads > 1 else (threads,)
        self._paces: dict[int, deque[float]] = {number: deque(maxlen=TRIALS) for number in numbers}
        self._since = 0

    @property
    def size(self) -> int:
        """How many are to work next."""
        untried = min(self._paces, key=lambda threads: len(self._paces[threads]))
        if len(self._paces[untried]) < TRIALS:
            return untried
        return self._best if self._since < LOOK_AGAIN else self._other

    @property
    def trying(self) -> bool:
        """Whether the next slice only finds out a pace, and should be short: it may be many times slower."""
        return len(self._paces) > 1 and (min(map(len, self._paces.values())) < TRIALS or self._since >= LOOK_AGAIN)

    @property
    def _best(self) -> int:
        return min(self._paces, key=lambda threads: min(self._paces[threads]))

    @property
    def _other(self) -> int:
        return max(self._paces, key=lambda threads: min(self._paces[threads]))

    def took(self, threads: int, pace: float) -> None:
        """Say how many seconds a step took with so many; a number that it did not ask for tells it nothing."""
        if threads in self._paces:
            self._paces[threads].append(pace)
        looked = self._since >= LOOK_AGAIN
        self._since = 0 if looked else self._since + 1
