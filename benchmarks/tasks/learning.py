"""One example at a time, a call from Python each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import cycle

import numpy as np

from tasks.task import Turn

SIZES = (10, 32, 1)
EXAMPLES, CALLS = 1000, 100  # a turn is short, so that what else the machine does counts little


@dataclass(frozen=True)
class Stream:
    """Examples of float64, as NumPy makes them, no two alike: a network with tanh learns them by Adam."""

    name: str
    tries: int = 20

    def turn(self, call: Callable[[np.ndarray, float], object]) -> Turn:
        """A turn that learns the next examples."""
        random = np.random.default_rng(0)
        rows, targets = random.normal(size=(EXAMPLES, SIZES[0])), random.normal(size=EXAMPLES).tolist()
        pairs = list(zip(rows, targets, strict=True))
        parts = cycle([pairs[start : start + CALLS] for start in range(0, EXAMPLES, CALLS)])

        def calls() -> None:
            for x, y in next(parts):
                call(x, y)

        return Turn(calls, CALLS)


CALL, STEP = Stream("call"), Stream("step")
STREAMS = (CALL, STEP)
