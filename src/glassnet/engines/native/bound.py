"""A compiled step on one row, with a table and memory of its own, so that a call does nothing but run it."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

import numpy as np
import numpy.typing as npt

from glassnet.core.extent import bind
from glassnet.core.operation import Array
from glassnet.core.program import Program
from glassnet.engines.engine import REFUSED, Settings, State
from glassnet.engines.native.jit import Code
from glassnet.engines.native.manifest import Manifest
from glassnet.engines.native.memory import Arena, address, check_faults, point, rooms

# Python's lock is kept for the call: to give it back would cost as much as a small step, and so a step in one thread
# never sees the weights half written by another.
SINGLE = ctypes.PYFUNCTYPE(ctypes.c_int64, ctypes.c_void_p, ctypes.c_void_p)
ONE: Final = {"n": 1}


class NativeBoundStep:
    """The step of a program on one row, bound to a state; `table` holds the addresses of the constants.

    `run` is the compiled function itself, its arguments made once, unless there are indices to check after it.
    """

    def __init__(
        self,
        program: Program,
        manifest: Manifest,
        code: Code,
        table: npt.NDArray[np.int64],
        state: State,
        settings: Settings,
        row: Mapping[str, Array] | None,
    ) -> None:
        self._manifest, self._table = manifest, table
        self._state = dict(state)  # what the table points at lives as long as this
        point(table, manifest, state)
        self._arena = Arena(manifest, ONE, table)
        self._settings = {name: np.array(settings[name], call.dtype) for name, call in program.settings.items()}
        self._taken = rooms(manifest, ONE)
        shapes = {name: bind(program.inputs[name].shape, ONE) for name in manifest.slots("input")}
        self.row = {name: np.zeros(shape) if row is None else row[name] for name, shape in shapes.items()}
        self._row = np.array([address(array) for array in self.row.values()], np.int64)
        outputs = {name: bind(tensor.shape, ONE) for name, tensor in program.outputs.items()}
        self.outputs = {name: self._arena.array(manifest.outputs[name], ONE, shape) for name, shape in outputs.items()}
        for slot, array in self._taken.items():
            table[slot] = address(array)
        for name, slot in manifest.slots("setting").items():
            table[slot] = address(self._settings[name])
        self._code = code
        self._step = partial(SINGLE(code.address("single")), *map(ctypes.c_void_p, map(address, (table, self._row))))
        vars(self._step)["works on"] = self  # whoever holds the function holds its memory
        self.run: Callable[[], int] = self._checked if manifest.faults else self._step

    def _checked(self) -> int:
        """Run the step of a program with indices; raises DataError for one outside its table."""
        ended: int = self._step()
        if ended != REFUSED:
            check_faults(self._manifest, lambda slot: int(self._arena.array(slot, ONE, ())[()]), ONE)
        return ended
