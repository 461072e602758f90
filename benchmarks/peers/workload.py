"""What all peers are asked to do."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Workload:
    """A network of dense layers, the rows of a batch, and the musts of an epoch beside each kind of peer."""

    name: str
    sizes: tuple[int, ...]
    batch: int
    steps: int
    activation: str
    classes: bool
    must: tuple[tuple[str, float], ...]  # how many times faster than the best peer whose name begins so
    time_steps: int = 0  # of an LSTM in the place of the hidden layers

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


WORKLOADS = (
    Workload("online", (10, 32, 1), 1, 2000, "tanh", False, (("JAX scan", 3.0),)),
    Workload("small", (784, 128, 10), 64, 60, "relu", True, (("JAX", 1.25), ("PyTorch", 3.0))),
    Workload("table", (20, 256, 256, 1), 256, 40, "relu", False, (("JAX", 1.3), ("PyTorch", 1.9))),
    Workload("big", (784, 1024, 1024, 10), 256, 8, "relu", True, (("", 1.03), ("PyTorch", 1.2))),
    Workload("lstm", (8, 64, 1), 32, 10, "tanh", False, (("", 1.3),), time_steps=50),
)
