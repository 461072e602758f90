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
from glassnet.training.held_out import MOST_ROWS as JUDGED_ROWS

MEMORY: Final = 500_000_000  # bytes that a process takes, about, while it learns from a stream
LEAST_MEMORY: Final = 250_000_000
LIBRARIES: Final = 230_000_000  # of them that Python, NumPy and a network take, while it is compiled too
OF_A_VALUE: Final = 330  # that a value of a table takes, about, while it is learnt: as it is written, and as features
OF_A_JUDGED: Final = 500  # that it takes besides where three groups of members are judged by its row, each in its place
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

    def rows(self, like: Table | Examples, *, encoded: bool) -> int:
        """How many rows such as these are held: no more than a planned run goes through.

        They are `encoded` where an ensemble is to learn from them, or they are those of a table.
        """
        numbers = len(like.names) if isinstance(like, Table) else like.inputs[0].size + np.size(like.targets[0])
        room, values = self.memory - LIBRARIES, max(numbers, 1)
        if not encoded:
            rows = room // (OF_A_NUMBER * values)
        elif (rows := room // ((OF_A_VALUE + OF_A_JUDGED) * values)) > JUDGED_ROWS:
            rows = (room - OF_A_JUDGED * values * JUDGED_ROWS) // (OF_A_VALUE * values)
        return max(LEAST_ROWS, min(self.most, rows))

    @property
    def buffer(self) -> int:
        """The bytes that a buffer of rows takes."""
        return self.memory // BUFFERS
