"""Compiled steps on some of the rows of data that stay where they are, so that a call does nothing but run them."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from functools import partial

import numpy as np
import numpy.typing as npt

from glassnet.core.program import Program
from glassnet.engines.engine import Batch, Settings, State
from glassnet.engines.native.jit import Code
from glassnet.engines.native.manifest import Manifest
from glassnet.engines.native.memory import Arena, address, check_faults, point, rooms
from glassnet.errors import ShapeError

# Python's lock is kept for the call, as in a step on one row.
RUN = ctypes.PYFUNCTYPE(ctypes.c_int64, *[ctypes.c_void_p] * 3, *[ctypes.c_int64] * 4, ctypes.c_void_p)


class NativeBoundRun:
    """Steps of a program bound to a state and to data; `table` holds the addresses of the constants.

    `order` (steps, rows of a batch) says which rows each step takes; `run` is the compiled function itself, unless
    there are indices to check after it.
    """

    def __init__(
        self,
        program: Program,
        manifest: Manifest,
        code: Code,
        table: npt.NDArray[np.int64],
        state: State,
        settings: Settings,
        data: Batch,
        size: tuple[int, int],
    ) -> None:
        steps, batch_size = size
        self._sizes = {"n": batch_size, "t": 1}
        self.order = np.zeros(size, np.int64)
        self._manifest, self._code = manifest, code
        self._state, self._data = dict(state), dict(data)  # what is pointed at lives as long as this
        point(table, manifest, state)
        self._arena = Arena(manifest, self._sizes, table)
        self._settings = {name: np.array(settings[name], call.dtype) for name, call in program.settings.items()}
        for name, slot in manifest.slots("setting").items():
            table[slot] = address(self._settings[name])
        self._gathered = rooms(manifest, self._sizes)
        self._rows = np.zeros((2, len(table)), np.int64)  # of each input: where its rows lie, and where a batch does
        for name, slot in manifest.slots("input").items():
            given, held = data[name], manifest.held[slot]
            if given.dtype != held.dtype or not given.flags.c_contiguous:
                raise ShapeError(f"input {name!r}: {given.dtype} was given; expected contiguous rows of {held.dtype}")
            table[slot] = address(given)
            self._rows[:, slot] = address(given), address(self._gathered[slot])
        self._table, self._sums = table, np.zeros(2)
        pointers = map(ctypes.c_void_p, map(address, (table, self._rows, self.order)))
        numbers = self.order.size, batch_size, steps, 1
        self._steps = partial(RUN(code.address("run")), *pointers, *numbers, ctypes.c_void_p(address(self._sums)))
        vars(self._steps)["works on"] = self  # whoever holds the function holds its memory
        self.run: Callable[[], int] = self._checked if manifest.faults else self._steps

    def _checked(self) -> int:
        """Run the steps of a program with indices; raises DataError for one outside its table."""
        done: int = self._steps()
        check_faults(self._manifest, lambda slot: int(self._arena.array(slot, self._sizes, ())[()]), self._sizes)
        return done
