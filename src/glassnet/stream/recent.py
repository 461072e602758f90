"""The rows that came last, some of which are learnt again with each new one."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from glassnet.random import uniform

Rows = npt.NDArray[Any]
DRAWN: Final = 512  # rows for which ages are drawn at once
EARLY, EVERY = 64, 16  # rows with each of which all targets are scaled again, and then every so many


class Recent:
    """The last `size` rows and their targets, in the dtypes of a program, and which of them each step takes.

    Of each step (steps, batch_size) the first row is the newest, and the others are drawn anew for each row: with u
    even on (0, 1) the row that came floor(u^2 count) rows ago, so that half of them are of the newest quarter, 1/4
    being the square of 1/2.

    Source: Lin, "Self-improving reactive agents based on reinforcement learning, planning and teaching", 1992, where
    later experience is likelier to be learnt again too.
    """

    def __init__(self, size: int, width: int, dtype: str, *, classes: bool, shape: tuple[int, int], seed: int) -> None:
        self.rows = np.zeros((size, width), dtype)
        self.targets = np.zeros(size, np.int64) if classes else np.zeros((size, 1), dtype)
        self.given = None if classes else np.zeros(size)  # numbers as they came, since their scale moves on
        self.count, self.size = 0, size
        self._begin = 0  # the row before which all are forgotten
        self._shape, self._seed = shape, seed
        self._orders = np.zeros((0, *shape), np.int64)  # for the next rows, of which `_first` is the first
        self._first = 0

    def add(self, row: Rows, y: float) -> None:
        """Keep a row (1, width) and its class, or its number, in place of the oldest."""
        place = self.count % self.size
        self.rows[place] = row
        if self.given is None:
            self.targets[place] = y
        else:
            self.given[place] = y
        self.count += 1

    def take_back(self) -> None:
        """Let the newest row not have been."""
        self.count -= 1

    def forget(self, keep: int) -> None:
        """Learn again none but the newest rows from now on, and those to come."""
        self._begin = max(self._begin, self.count - keep)
        self._orders = self._orders[:0]

    def draw(self, order: npt.NDArray[np.int64]) -> None:
        """Write the numbers of the rows that the next steps take, (steps, batch_size)."""
        place = self.count - self._first
        if not 0 <= place < len(self._orders):
            place = self._draw_block()
        order[:] = self._orders[place]

    def _draw_block(self) -> int:
        """Draw u^2 for a block of rows, and so what their steps take; gives the place of the newest row in it.

        The age of the newest is 0.
        """
        block, place = divmod(self.count - 1, DRAWN)
        drawn = uniform(self._seed, f"recent/{block}", (DRAWN, *self._shape)) ** 2
        drawn[:, :, 0] = 0
        self._first = self.count - place
        counts = np.arange(self._first, self._first + DRAWN)[:, None, None]
        ages = (drawn * np.clip(counts - self._begin, 0, self.size)).astype(np.int64)
        self._orders = (counts - 1 - ages) % self.size
        return place

    def scale(self, mean: float, deviation: float, most: float) -> None:
        """Have the newest target stand on a scale of this mean and deviation, at most so far from 0.

        All others are moved to it with each of the first 64 rows, and then with every sixteenth, as it moves slowly.
        """
        assert self.given is not None
        if self.count > EARLY and self.count % EVERY:
            newest = (self.count - 1) % self.size
            z = (self.given.item(newest) - mean) / deviation
            self.targets[newest, 0] = max(-most, min(most, z))
            return
        held = slice(0, min(self.count, self.size))
        self.targets[held, 0] = np.minimum(np.maximum((self.given[held] - mean) / deviation, -most), most)

    def widened(self, width: int, places: npt.NDArray[np.int64]) -> None:
        """Have rows of more floats, those of old standing at `places`."""
        rows = np.zeros((self.size, width), self.rows.dtype)
        rows[:, places] = self.rows
        self.rows = rows
