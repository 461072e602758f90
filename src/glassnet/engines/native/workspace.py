"""The memory that compiled code works on, and the table of addresses by which it finds everything in it."""

from __future__ import annotations

import weakref
from collections.abc import Mapping
from typing import Final

import numpy as np
import numpy.typing as npt

from glassnet.core.extent import bind
from glassnet.core.interpret import symbol_sizes
from glassnet.core.operation import Array
from glassnet.core.program import Program
from glassnet.engines.engine import Batch, Settings, State
from glassnet.engines.native.manifest import Manifest
from glassnet.engines.native.memory import Arena, address, check_faults, point, rooms

NOTHING: Final = {"n": 1, "t": 1}  # the sizes of symbols that no input has


class Workspace:
    """The table of a program and what it points at: the caller's arrays, and memory for as many rows as there were.

    `table` has the address of each buffer at its slot; `rows` has, for each input, the address of the rows of all data
    and below it that of the room for those of a batch.

    What was pointed at the last time is known by the identity of its arrays and not looked at again: reading an address
    takes NumPy some microseconds, and a slice of steps mostly begins with the arrays of the slice before it.
    """

    def __init__(self, program: Program, manifest: Manifest) -> None:
        self._manifest = manifest
        self.table = np.zeros(len(manifest.held) + 1, np.int64)
        self.rows = np.zeros((2, len(self.table)), np.int64)
        self.addresses = address(self.table), address(self.rows)
        self._inputs = manifest.slots("input")
        self.shapes = {name: call.shape for name, call in program.inputs.items() if name in self._inputs}
        self._settings = {name: np.zeros((), call.dtype) for name, call in program.settings.items()}
        self._outputs = {name: (tensor.shape, np.dtype(tensor.dtype)) for name, tensor in program.outputs.items()}
        self._states = set(manifest.slots("state"))
        self._state: dict[str, Array] = {}
        self._capacity: dict[str, int] = {}
        self._seen: dict[str, weakref.ref[Array]] = {}
        self._sizes = dict(NOTHING)
        self._laid_out = False
        for slot, array in manifest.constants.items():
            self.table[slot] = address(array)
        for name, slot in manifest.slots("setting").items():
            self.table[slot] = address(self._settings[name])

    # -- what the caller gives -------------------------------------------------------------------------------------
    def use(self, state: State, settings: Settings) -> None:
        """Point at the arrays of a state, and set what the host sets; raises ShapeError for arrays that do not fit."""
        for name, value in settings.items():
            if name in self._settings:
                self._settings[name][...] = value
        if any(state[name] is not self._state.get(name) for name in self._states):
            self._state = {}
            point(self.table, self._manifest, state)
            self._state = {name: state[name] for name in self._states}

    def take(self, data: Batch) -> tuple[dict[str, Array], dict[str, int]]:
        """The inputs as the code reads them, in their dtype and a row after another, and the sizes of all symbols.

        Raises ShapeError where an array does not fit its input.
        """
        arrays = {name: data[name] for name in self.shapes}
        if any(name not in self._seen or self._seen[name]() is not array for name, array in arrays.items()):
            held = self._manifest.held
            arrays = {name: np.asarray(x, held[self._inputs[name]].dtype, order="C") for name, x in arrays.items()}
            self._sizes = {**NOTHING, **symbol_sizes(self.shapes, arrays)}
            # Only arrays that are read as they are can be known again; weakly, so that they live no longer for it.
            self._seen = {name: weakref.ref(array) for name, array in arrays.items() if array is data[name]}
            self._laid_out = False
        return arrays, self._sizes

    # -- where things lie ------------------------------------------------------------------------------------------
    def reserve(self, sizes: Mapping[str, int]) -> None:
        """Have memory for batches of so many rows and time steps."""
        if all(size <= self._capacity.get(symbol, -1) for symbol, size in sizes.items()):
            return
        sizes = {symbol: max(size, self._capacity.get(symbol, 0)) for symbol, size in sizes.items()}
        self._arena, self._capacity = Arena(self._manifest, sizes, self.table), dict(sizes)
        self._batch = rooms(self._manifest, sizes)
        self._laid_out = False

    def give(self, arrays: Mapping[str, Array]) -> None:
        """Have the code read these inputs."""
        self._laid_out = False
        for name, array in arrays.items():
            self.table[self._inputs[name]] = address(array)

    def lay_out(self, arrays: Mapping[str, Array]) -> None:
        """Say where the rows of all data that were taken lie, and where those of a batch are gathered."""
        if self._laid_out:
            return
        self.give(arrays)
        for name, array in arrays.items():
            slot = self._inputs[name]
            self.rows[:, slot] = address(array), address(self._batch[slot])
        self._laid_out = True

    def outputs(self, sizes: Mapping[str, int]) -> dict[str, Array]:
        """Room for all outputs, which are one where they are one buffer."""
        rooms: dict[int, Array] = {}
        for name, (shape, dtype) in self._outputs.items():
            rooms.setdefault(self._manifest.outputs[name], np.zeros(bind(shape, sizes), dtype))
        return {name: rooms[self._manifest.outputs[name]] for name in self._outputs}

    def tables(
        self, rows: Mapping[str, Array], made: Mapping[str, Array], begins: npt.NDArray[np.int64]
    ) -> npt.NDArray[np.int64]:
        """A table for each batch, by the row at which it begins in the inputs and in the outputs to be made."""
        tables = np.tile(self.table, (len(begins), 1))
        places = [(self._inputs[name], array) for name, array in rows.items()]
        places += [(self._manifest.outputs[name], array) for name, array in made.items()]
        for slot, array in places:
            tables[:, slot] = address(array) + begins * array[:1].nbytes
        return tables

    # -- what the code wrote ---------------------------------------------------------------------------------------
    def output(self, name: str, sizes: Mapping[str, int]) -> Array:
        """A copy of an output."""
        declared, dtype = self._outputs[name]
        shape = bind(declared, sizes)
        if 0 in shape:  # nothing had to be computed
            return np.zeros(shape, dtype)
        return self._arena.array(self._manifest.outputs[name], sizes, shape).copy()

    def check_faults(self, sizes: Mapping[str, int]) -> None:
        """Raise DataError where an index lay outside its table."""
        if self._manifest.faults:
            check_faults(self._manifest, lambda slot: int(self._arena.array(slot, {}, ())[()]), sizes)
