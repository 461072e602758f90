"""A sample of so many rows, drawn evenly from all that go by, however many these come to be.

Every row gets a random number of 64 bits, and those with the smallest are the sample: so it depends on the seed and on
the rows alone, not on how these are cut into chunks. Source of the task: Vitter, "Random sampling with a reservoir",
1985, where what is drawn is how many rows to pass over, which saves random numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, Generic, Protocol, Self, TypeVar

import numpy as np
import numpy.typing as npt

from glassnet.random import philox, stream

NAME: Final = "reservoir"
SLACK: Final = 1.25  # times the rows of the sample that are held before those drawn out again are let go


class Rowed(Protocol):
    """What has rows."""

    def __len__(self) -> int: ...

    def take(self, rows: npt.NDArray[np.int64], /) -> Self:
        """Those at these places."""


T = TypeVar("T", bound=Rowed)


@dataclass
class Reservoir(Generic[T]):
    """A sample of at most `size` rows of those added so far, `rows`, in the order in which they came.

    `joined` puts rows one after the other.
    """

    size: int
    seed: int
    joined: Callable[[Sequence[T]], T]
    rows: int = 0
    _pieces: list[T] = field(default_factory=list)
    _numbers: list[npt.NDArray[np.uint64]] = field(default_factory=list)
    _limit: np.uint64 = field(default=np.uint64(2**64 - 1))
    _held: int = 0

    def add(self, table: T) -> None:
        """Let the next rows go by."""
        numbers = _numbers(self.seed, self.rows, len(table))
        self.rows += len(table)
        kept = np.flatnonzero(numbers <= self._limit)
        if len(kept) or not self._pieces:
            self._pieces.append(table.take(kept))
            self._numbers.append(numbers[kept])
            self._held += len(kept)
        if self._held > SLACK * self.size:
            self._let_go()

    @property
    def sample(self) -> T:
        """The sample; all rows where there were no more."""
        self._let_go()
        return self._pieces[0]

    def _let_go(self) -> None:
        """Keep no more than the rows of the sample."""
        table, numbers = self.joined(self._pieces), np.concatenate(self._numbers)
        if len(table) > self.size:
            kept = np.sort(np.argpartition(numbers, self.size - 1)[: self.size])
            table, numbers = table.take(kept), numbers[kept]
            self._limit = numbers.max()
        self._pieces, self._numbers, self._held = [table], [numbers], len(table)


def _numbers(seed: int, first: int, count: int) -> npt.NDArray[np.uint64]:
    """The random numbers of so many rows from the one at place `first` on."""
    places = np.arange(first, first + count, dtype=np.uint64)
    low, high, _, _ = philox((places, places >> np.uint64(32), 0, 0), (seed, stream(NAME)))
    return (high.astype(np.uint64) << np.uint64(32)) | low
