"""How many threads are worth their meetings: measured as the work goes on, since the bits do not depend on it."""

from __future__ import annotations

from typing import Final

LOOK_AGAIN: Final = 20  # slices after which the other number is tried again


class Team:
    """The number of threads for the next slice: all or one, whichever took less time a step when last tried."""

    def __init__(self, threads: int) -> None:
        self._most = threads
        self._paces: dict[int, float] = {}
        self._since = 0

    @property
    def size(self) -> int:
        """How many are to work next."""
        if self._most == 1:
            return 1
        for threads in (1, self._most):
            if threads not in self._paces:
                return threads
        best = min(self._paces, key=lambda threads: self._paces[threads])
        if self._since >= LOOK_AGAIN:
            return self._most + 1 - best  # the other one
        return best

    def took(self, threads: int, pace: float) -> None:
        """Say how long a step took with so many."""
        other = self._most + 1 - threads
        tried = other in self._paces and self._paces[other] < self._paces.get(threads, pace)
        self._since = 0 if tried or self._since >= LOOK_AGAIN else self._since + 1
        self._paces[threads] = pace
