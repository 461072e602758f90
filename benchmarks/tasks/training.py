"""An epoch of training steps with Adam."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from tasks.task import Turn


@dataclass(frozen=True)
class Workload:
    """A network of dense layers, the rows of a batch, and the steps of an epoch."""

    name: str
    sizes: tuple[int, ...]
    batch: int
    steps: int
    activation: str
    classes: bool = False
    time_steps: int = 0  # of an LSTM in the place of the hidden layers
    ragged: bool = False  # of a GRU in both directions in its place, over sequences of up to so many steps
    tries: int = 3  # one after another, so that threads and caches are where a long run would have them

    @property
    def rows(self) -> int:
        """The rows of an epoch."""
        return self.batch * self.steps

    def data(self) -> tuple[np.ndarray, np.ndarray]:
        """Rows and targets drawn by a fixed seed."""
        random = np.random.default_rng(0)
        row = (self.time_steps, self.sizes[0]) if self.time_steps else (self.sizes[0],)
        x = random.standard_normal((self.rows, *row), dtype=np.float32)
        if self.classes:
            return x, random.integers(0, self.sizes[-1], self.rows)
        return x, random.standard_normal((self.rows, 1), dtype=np.float32)

    def lengths(self) -> np.ndarray:
        """The true steps of ragged sequences, drawn evenly; the first of each batch has all."""
        lengths = np.random.default_rng(1).integers(self.time_steps // 10, self.time_steps + 1, self.rows)
        lengths[:: self.batch] = self.time_steps
        return lengths

    def turn(self, epoch: Callable[[], object]) -> Turn:
        """A turn that runs one epoch."""
        return Turn(epoch, self.steps)


ONLINE = Workload("online", (10, 32, 1), 1, 2000, "tanh")
SMALL = Workload("small", (784, 128, 10), 64, 60, "relu", classes=True)
TABLE = Workload("table", (20, 256, 256, 1), 256, 40, "relu")
BIG = Workload("big", (784, 1024, 1024, 10), 256, 8, "relu", classes=True)
LSTM = Workload("lstm", (8, 64, 1), 32, 10, "tanh", time_steps=50)
RAGGED = Workload("ragged", (8, 128, 1), 32, 4, "tanh", time_steps=200, ragged=True, tries=2)
LONG = Workload("long", SMALL.sizes, SMALL.batch, 600, SMALL.activation, classes=True)
WORKLOADS = (ONLINE, SMALL, TABLE, BIG, LSTM, RAGGED, LONG)
