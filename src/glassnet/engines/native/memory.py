"""Memory that compiled code works on: addresses, arrays of a state, and the faults found there."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt

from glassnet.core.extent import bind
from glassnet.core.operation import Array
from glassnet.engines.engine import State
from glassnet.engines.native.nests import Buffer, Nests
from glassnet.errors import DataError, ShapeError

FAR = 2**61  # from here on a fault tells of a negative index


def address(array: Array) -> int:
    """Where the elements of an array begin."""
    return int(array.ctypes.data)


def point(table: npt.NDArray[np.int64], slots: Mapping[Buffer, int], nests: Nests, state: State) -> None:
    """Point a table at the arrays of a state; raises ShapeError for an array that the code cannot work on."""
    for (role, name), buffer in nests.leaves.items():
        if role == "state":
            array = state[name]
            if not array.flags.c_contiguous or array.dtype != buffer.dtype or array.size != bind(buffer.size, {}):
                raise ShapeError(
                    f"state {name!r}: an array of {array.dtype} and shape {array.shape} was given; expected a "
                    f"contiguous one of {buffer.dtype} with {buffer.size} elements"
                )
            table[slots[buffer]] = address(array)


def check_faults(nests: Nests, found: Callable[[Buffer], int], sizes: Mapping[str, int]) -> None:
    """Raise DataError where an index lay outside its table; `found` reads what the code wrote of it."""
    for buffer, where, size in nests.faults:
        fault = found(buffer)
        if fault > 0:
            wrong = 2 * FAR - fault if fault > FAR else fault - 1
            raise DataError(f"{where}: the index {wrong} lies outside 0 to {bind(size, sizes) - 1}")
