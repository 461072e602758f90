"""Memory that compiled code works on: addresses, arrays of a state, shared memory, and the faults found there."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt

from glassnet.core.arrays import LINE, aligned
from glassnet.core.extent import bind
from glassnet.core.operation import Array
from glassnet.engines.engine import State
from glassnet.engines.native.manifest import Manifest
from glassnet.errors import DataError, ShapeError

FAR = 2**61  # from here on a fault tells of a negative index


def address(array: Array) -> int:
    """Where the elements of an array begin."""
    return int(array.ctypes.data)


def point(table: npt.NDArray[np.int64], manifest: Manifest, state: State) -> None:
    """Point a table at the arrays of a state; raises ShapeError for an array that the code cannot work on."""
    for name, slot in manifest.slots("state").items():
        array, held = state[name], manifest.held[slot]
        if not array.flags.c_contiguous or array.dtype != held.dtype or array.size != bind(held.size, {}):
            raise ShapeError(
                f"state {name!r}: an array of {array.dtype} and shape {array.shape} was given; expected a "
                f"contiguous one of {held.dtype} with {held.size} elements"
            )
        table[slot] = address(array)


class Arena:
    """Memory that buffers share by their lifetimes, for sizes of the symbols; `table` is pointed at it."""

    def __init__(self, manifest: Manifest, sizes: Mapping[str, int], table: npt.NDArray[np.int64]) -> None:
        self._held = manifest.held
        self._begins, size = placed(manifest, sizes)
        self._memory = aligned(size, np.uint8)
        begin = address(self._memory)
        for slot, place in self._begins.items():
            table[slot] = begin + place

    def array(self, slot: int, sizes: Mapping[str, int], shape: tuple[int, ...]) -> Array:
        """What lies in a buffer, as an array that shares its memory."""
        begin, held = self._begins[slot], self._held[slot]
        return self._memory[begin : begin + held.bytes_for(sizes)].view(held.dtype).reshape(shape)


def rooms(manifest: Manifest, sizes: Mapping[str, int]) -> dict[int, Array]:
    """Memory for each input, by its slot."""
    inputs = {slot: manifest.held[slot] for slot in manifest.slots("input").values()}
    return {slot: aligned(bind(held.size, sizes), held.dtype) for slot, held in inputs.items()}


def placed(manifest: Manifest, sizes: Mapping[str, int]) -> tuple[dict[int, int], int]:
    """The byte at which each buffer that shares memory begins, and the bytes in all, for sizes of the symbols.

    First fit, by the beginning of life: two that live at once never overlap.
    """
    found: dict[int, int] = {}
    laid: list[tuple[int, int, int, int]] = []  # begin, end, first, last
    for slot, (first, last) in sorted(manifest.spans.items(), key=lambda item: item[1]):
        room = -(-manifest.held[slot].bytes_for(sizes) // LINE) * LINE
        at = 0
        for begin, end, born, dead in sorted(laid):
            if born <= last and first <= dead and begin < at + room and at < end:
                at = end
        found[slot] = at
        laid.append((at, at + room, first, last))
    return found, max((end for _, end, _, _ in laid), default=0)


def check_faults(manifest: Manifest, found: Callable[[int], int], sizes: Mapping[str, int]) -> None:
    """Raise DataError where an index lay outside its table; `found` reads what the code wrote at a slot."""
    for slot, where, size in manifest.faults:
        fault = found(slot)
        if fault > 0:
            wrong = 2 * FAR - fault if fault > FAR else fault - 1
            raise DataError(f"{where}: the index {wrong} lies outside 0 to {bind(size, sizes) - 1}")
