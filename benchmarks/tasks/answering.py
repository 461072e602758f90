"""Rows asked about."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from tasks.task import Turn

T = TypeVar("T")


@dataclass(frozen=True)
class Questions:
    """So many calls with `rows` float32 rows each, for a network with ReLU and plain outputs."""

    name: str
    rows: int
    calls: int
    tries: int = 1
    sizes: tuple[int, int, int] = (784, 128, 10)

    def batches(self) -> list[np.ndarray]:
        """The rows (rows, inputs) of each call."""
        random = np.random.default_rng(0)
        return [random.standard_normal((self.rows, self.sizes[0]), dtype=np.float32) for _ in range(self.calls)]

    def turn(self, call: Callable[[T], object], batches: Sequence[T]) -> Turn:
        """A turn of one call for each of the batches, which may have been brought to the peer's own form."""

        def calls() -> None:
            for batch in batches:
                call(batch)

        return Turn(calls, len(batches))


ROW, ROWS = Questions("row", 1, 100, tries=20), Questions("rows", 100_000, 1)
QUESTIONS = (ROW, ROWS)
