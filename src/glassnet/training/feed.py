"""The rows of an epoch in portions, where they do not lie in memory at once: shuffled in a buffer of bounded size.

The buffer is filled from the stream; half of it, drawn at random, is learnt from and then replaced, and at the end of
the stream all that is left is learnt from. So each row is learnt from once an epoch. How far rows that come together
are parted depends on the size of the buffer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from glassnet.core.operation import Array
from glassnet.random import permutation
from glassnet.training.rows import Rows

FEWEST_BATCHES: Final = 4  # that a buffer holds, however much they take


class Portion(NamedTuple):
    """Rows by the names of a program's inputs, the order in which to learn from them, and whether an epoch ends there.

    The arrays may hold other rows than those that `order` names; they are written over for the next portion.
    """

    data: Mapping[str, Array]
    order: npt.NDArray[np.int64]
    last: bool


class Feed(Protocol):
    """What gives the rows of each epoch, a portion after the other."""

    def portion(self, epoch: int, number: int) -> Portion:
        """The portion of that number, from 0, of an epoch; quick where it follows the one asked for before."""


@dataclass
class ShuffleBuffer:
    """A feed of rows that come in `pieces`, from the first one on each time that these are asked for.

    The arrays of the buffer have the `dtypes` of the inputs of a program and take about `memory` bytes; they hold 4
    batches at least.
    """

    pieces: Callable[[], Iterator[Rows]]
    dtypes: Mapping[str, str]
    memory: int
    batch_size: int
    seed: int
    _data: dict[str, Array] = field(default_factory=dict)
    _occupied: npt.NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, np.bool_))
    _stream: Iterator[Rows] = field(default_factory=lambda: iter(()))
    _ahead: dict[str, Array] | None = None  # what has come and has had no room yet
    _last: tuple[int, int] | None = None  # the portion that was given last

    def portion(self, epoch: int, number: int) -> Portion:
        """The next rows; raises whatever the stream does.

        Where those before them in the epoch were not asked for, as where a run goes on, they go by first.
        """
        if number and self._last != (epoch, number - 1):
            for before in range(number):
                self._portion(epoch, before)
        return self._portion(epoch, number)

    def _portion(self, epoch: int, number: int) -> Portion:
        """The rows after those of the portion before, which is the one that was given last."""
        self._last = epoch, number
        if number == 0:
            self._begin()
        self._fill()
        last = self._ahead is None
        held = np.flatnonzero(self._occupied)
        order = held[permutation(self.seed, "buffer", len(held), epoch=epoch + (number << 32))]
        if not last:
            half = len(self._occupied) // 2 // self.batch_size * self.batch_size
            order = order[:half]
        self._occupied[order] = False
        return Portion(self._data, order, last)

    def _begin(self) -> None:
        """Begin the stream anew, with an empty buffer."""
        self._stream = self.pieces()
        self._occupied[:] = False
        self._next()

    def _next(self) -> None:
        """Take the next piece that has rows."""
        piece = next(filter(len, self._stream), None)
        self._ahead = None if piece is None else dict(piece.data)

    def _fill(self) -> None:
        """Write rows of the stream into the places that are free."""
        while self._ahead is not None:
            if not self._data:
                self._make(self._ahead)
            free = np.flatnonzero(~self._occupied)
            if len(free) == 0:
                return
            rows = len(next(iter(self._ahead.values())))
            places = free[:rows]
            for name, array in self._ahead.items():
                self._data[name][places] = array[: len(places)]
            self._occupied[places] = True
            if len(places) < rows:
                self._ahead = {name: array[len(places) :] for name, array in self._ahead.items()}
            else:
                self._next()

    def _make(self, like: Mapping[str, Array]) -> None:
        """Make the arrays of the buffer for rows like these."""
        of_a_row = sum(np.dtype(self.dtypes[name]).itemsize * array[0].size for name, array in like.items())
        count = max(self.memory // of_a_row, FEWEST_BATCHES * self.batch_size)
        self._data = {name: np.empty((count, *array.shape[1:]), self.dtypes[name]) for name, array in like.items()}
        self._occupied = np.zeros(count, np.bool_)
