"""How much memory there is for data that do not lie there at once, and how many rows that is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from glassnet.data.examples import Examples
from glassnet.data.read import LARGE
from glassnet.data.table import Table
from glassnet.errors import SettingError
from glassnet.plan import MOST_LEARNT

MEMORY: Final = 500_000_000  # bytes that a process takes, about, while it learns from a stream
LEAST_MEMORY: Final = 250_000_000
LIBRARIES: Final = 180_000_000  # of them that Python, NumPy and a compiled network take
OF_A_VALUE: Final = 350  # that a value of a table takes, about, while it is learnt: as it is written, and as features
OF_A_NUMBER: Final = 24  # that a number of an array takes: as it was given, and as the network takes it
LEAST_ROWS: Final = 2  # that a schema is decided from
BUFFERS: Final = 8  # the part of the memory that a buffer of rows takes
WHOLE: Final = 15  # bytes that a byte of a text takes where it is read whole


@dataclass(frozen=True)
class Room:
    """The memory there is for data: bytes of the whole process, and those of text from which on a file is a stream.

    No more than `most` rows are held.
    """

    memory: int = MEMORY
    large: int = LARGE
    most: int = MOST_LEARNT

    @classmethod
    def of(cls, memory: float | None) -> Room:
        """The room for a limit that was given, or for none; raises SettingError for one that is out of range."""
        if memory is None:
            return cls()
        if isinstance(memory, bool) or not isinstance(memory, int | float) or not LEAST_MEMORY <= memory < np.inf:
            raise SettingError(
                f"memory_limit={memory!r}: expected a number of bytes, {LEAST_MEMORY:,} at least, as the libraries "
                f"alone take {LIBRARIES:,}"
            )
        return cls(int(memory), int(memory) // WHOLE)

    def rows(self, like: Table | Examples) -> int:
        """How many rows such as these are held: no more than a planned run goes through."""
        if isinstance(like, Table):
            of_a_row = OF_A_VALUE * max(len(like.names), 1)
        else:
            of_a_row = OF_A_NUMBER * (like.inputs[0].size + like.targets[0].size)
        return max(LEAST_ROWS, min(self.most, (self.memory - LIBRARIES) // of_a_row))

    @property
    def buffer(self) -> int:
        """The bytes that a buffer of rows takes."""
        return self.memory // BUFFERS
