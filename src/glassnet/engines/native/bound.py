"""A compiled step on one row, with a table and memory of its own, so that a call does nothing but run it."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Mapping
from functools import partial

import numpy as np
import numpy.typing as npt

from glassnet.core.arrays import aligned
from glassnet.core.extent import bind
from glassnet.core.operation import Array
from glassnet.core.program import Program
from glassnet.engines.engine import REFUSED, Settings, State
from glassnet.engines.native.jit import Code
from glassnet.engines.native.memory import address, check_faults, point
from glassnet.engines.native.module import Module
from glassnet.engines.native.nests import Buffer, Nests
from glassnet.engines.native.place import placed
from glassnet.engines.native.single import ONE, inputs

# Python's lock is kept for the call: to give it back would cost as much as a small step, and so a step in one thread
# never sees the weights half written by another.
SINGLE = ctypes.PYFUNCTYPE(ctypes.c_int64, ctypes.c_void_p, ctypes.c_void_p)


class NativeBoundStep:
    """The step of a program on one row, bound to a state; `table` holds the addresses of the constants.

    `run` is the compiled function itself, its arguments made once, unless there are indices to check after it.
    """

    def __init__(
        self,
        program: Program,
        nests: Nests,
        module: Module,
        code: Code,
        table: npt.NDArray[np.int64],
        spans: Mapping[Buffer, tuple[int, int]],
        state: State,
        settings: Settings,
        row: Mapping[str, Array] | None,
    ) -> None:
        self._nests, self._table = nests, table
        self._state = dict(state)  # what the table points at lives as long as this
        self._begins, size = placed(spans, ONE)
        self._arena = aligned(size, np.uint8)
        self._settings = {name: np.array(settings[name], call.dtype) for name, call in program.settings.items()}
        taken = inputs(nests.leaves)
        self._taken = {b: aligned(bind(b.size, ONE), b.dtype) for b in taken.values()}
        shapes = {name: bind(program.inputs[name].shape, ONE) for name in taken}
        self.row = {name: np.zeros(shape) if row is None else row[name] for name, shape in shapes.items()}
        self._row = np.array([address(array) for array in self.row.values()], np.int64)
        outputs = {name: bind(tensor.shape, ONE) for name, tensor in program.outputs.items()}
        self.outputs = {name: self._array(nests.outputs[name].buffer, shape) for name, shape in outputs.items()}
        self._fill(module.slots)
        self._code = code
        self._step = partial(SINGLE(code.address("single")), *map(ctypes.c_void_p, map(address, (table, self._row))))
        vars(self._step)["works on"] = self  # whoever holds the function holds its memory
        self.run: Callable[[], int] = self._checked if nests.faults else self._step

    def _fill(self, slots: Mapping[Buffer, int]) -> None:
        """Write into the table where the code finds everything but the constants."""
        point(self._table, slots, self._nests, self._state)
        for buffer, begin in self._begins.items():
            self._table[slots[buffer]] = address(self._arena) + begin
        for buffer, array in self._taken.items():
            self._table[slots[buffer]] = address(array)
        for (role, name), buffer in self._nests.leaves.items():
            if role == "setting":
                self._table[slots[buffer]] = address(self._settings[name])

    def _array(self, buffer: Buffer, shape: tuple[int, ...]) -> Array:
        dtype, begin = np.dtype(buffer.dtype), self._begins[buffer]
        return self._arena[begin : begin + bind(buffer.size, ONE) * dtype.itemsize].view(dtype).reshape(shape)

    def _checked(self) -> int:
        """Run the step of a program with indices; raises DataError for one outside its table."""
        ended: int = self._step()
        if ended != REFUSED:
            check_faults(self._nests, lambda buffer: int(self._array(buffer, ())[()]), ONE)
        return ended
