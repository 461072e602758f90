"""An epoch of training steps, with Adam unless an update is what is timed."""

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
    optimizer: str = "Adam"
    rate_scale: float = 1.0  # what the rate of the optimizer is multiplied by
    moves: int = 8  # times that a weight moves: it and its slots are read and written, and so is its delta
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
        return x, random.standard_normal((self.rows, self.sizes[-1]), dtype=np.float32)

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


def _updating(optimizer: str, moves: int, steps: int = 10) -> Workload:
    """A step that is little else than an update: many weights, few rows."""
    sizes, still = (1024, 1024, 1), 1e-6  # weights stay where no rule diverges
    return Workload(
        f"update by {optimizer}", sizes, 8, steps, "relu", optimizer=optimizer, rate_scale=still, moves=moves
    )


UPDATES = (
    _updating("GradientDescent", 4),
    _updating("Momentum", 6),
    _updating("Adagrad", 6),
    _updating("Adadelta", 8),
    _updating("RMSprop", 6),
    _updating("Adam", 8),
    _updating("AdamW", 8),
    _updating("AdaMax", 8),
    _updating("AMSGrad", 10),
    _updating("Nadam", 8),
    _updating("RAdam", 8),
    _updating("Lion", 6),
    _updating("LAMB", 11),  # a weight and its two means are read once more, when their norms are known
    _updating("Muon", 6, steps=2),
    _updating("ScheduleFreeAdamW", 8),
    _updating("MovingAverage", 10),
    _updating("SWA", 10),
    _updating("LBFGS", 150),  # for each of ten pairs ten arrays more, from one sum over all weights to the next
)
