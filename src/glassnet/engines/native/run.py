"""A compiled program that runs: arrays bound to its table, its steps, slices of many, and maps over rows."""

from __future__ import annotations

import ctypes
import os
import threading
import time
import weakref
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from glassnet.core.arrays import LINE, aligned
from glassnet.core.extent import Extent, bind
from glassnet.core.interpret import symbol_sizes
from glassnet.core.operation import Array
from glassnet.core.program import Program
from glassnet.engines.engine import LOSS, WEIGHT, Batch, Settings, Slice, State
from glassnet.engines.native.bound import NativeBoundStep
from glassnet.engines.native.fuse import fuse
from glassnet.engines.native.jit import compiled, host, products
from glassnet.engines.native.lower import lower
from glassnet.engines.native.memory import address, check_faults, point
from glassnet.engines.native.module import Module
from glassnet.engines.native.nests import Buffer, Nests, Product, Turn, every
from glassnet.engines.native.place import in_place, lifetimes, placed, settle
from glassnet.engines.native.schedule import scheduled
from glassnet.engines.native.single import takes_one_row
from glassnet.engines.native.team import Team
from glassnet.engines.native.threads import CREW
from glassnet.engines.native.waiting import offered
from glassnet.errors import ShapeError, UnsupportedError

STEP: Final = (ctypes.c_void_p, ctypes.c_int64, ctypes.c_int64)
RUN: Final = (*[ctypes.c_void_p] * 3, *[ctypes.c_int64] * 4, ctypes.c_void_p)
SHARED: Final = (ctypes.c_int64, ctypes.c_int64, ctypes.c_void_p)
SLICE_SECONDS: Final = 0.05  # a run comes back about this often, so that progress is shown and Ctrl-C is heard
TRIAL_SECONDS: Final = 0.005  # and about so soon where another number of threads is tried
SHARED_ROWS: Final = 256  # rows from which on one step may be worth more than one thread
NOTHING: Final = {"n": 1, "t": 1}  # the sizes of symbols that no input has

Entry: TypeAlias = Callable[..., int]


class NativeExecutable:
    """A program as machine code, with the memory that it needs for so many rows.

    Several threads of the caller may use it; one after another gets its turn.
    """

    def __init__(self, program: Program, threads: int, *, measured: bool = True, checked: bool = False) -> None:
        self.program = program
        self.nests = nested(program)
        schedule = scheduled(self.nests)
        cpu = host()
        self.module = Module(self.nests, schedule, LOSS, WEIGHT, cpu.manners, checked=checked)
        for dtype in {node.c.dtype for node in every(self.nests.nodes) if isinstance(node, Product | Turn)}:
            products(dtype)
        offered()
        self._code = compiled(self.module.text, cpu)
        self._step, self._step_shared = self._entry("step", STEP), self._entry("step_shared", STEP + SHARED)
        if LOSS in program.outputs and WEIGHT in program.outputs:
            self._run, self._run_shared = self._entry("run", RUN), self._entry("run_shared", RUN + SHARED)
        self._was_outside = self._entry("was_outside", ()) if checked else None
        self._meeting = aligned(2 * LINE, np.uint8)
        self._running, self._mapping = Team(threads, measured=measured), Team(threads, measured=measured)
        self._least = SHARED_ROWS if measured else 0  # rows that several threads share
        self._lock = threading.Lock()
        _ALIVE.add(self)
        self._table = np.zeros(len(self.module.slots) + 1, np.int64)
        self._data = np.zeros((2, len(self._table)), np.int64)  # the rows of all data, and room for those of a batch
        self._leaves = {(role, name): buffer for (role, name), buffer in self.nests.leaves.items()}
        self._shapes = {name: call.shape for name, call in program.inputs.items() if ("input", name) in self._leaves}
        self._settings = {name: np.zeros((), call.dtype) for name, call in program.settings.items()}
        self._spans = lifetimes(self.nests, schedule.phases)
        self._capacity: dict[str, int] = {}
        self._pace = 1e-4  # seconds a step, as last measured
        for (role, name), buffer in self._leaves.items():
            if role == "constant":
                self._table[self.module.slots[buffer]] = address(buffer.value)
            elif role == "setting":
                self._table[self.module.slots[buffer]] = address(self._settings[name])

    def _entry(self, name: str, kinds: Sequence[Any]) -> Entry:
        """A function of the compiled code."""
        return ctypes.CFUNCTYPE(ctypes.c_int64, *kinds)(self._code.address(name))

    # -- memory ----------------------------------------------------------------------------------------------------
    def _reserve(self, sizes: Mapping[str, int]) -> None:
        """Have memory for batches of so many rows and time steps."""
        if all(size <= self._capacity.get(symbol, -1) for symbol, size in sizes.items()):
            return
        sizes = {symbol: max(size, self._capacity.get(symbol, 0)) for symbol, size in sizes.items()}
        begins, size = placed(self._spans, sizes)
        self._arena = aligned(size, np.uint8)
        for buffer, begin in begins.items():
            self._table[self.module.slots[buffer]] = address(self._arena) + begin
        self._begins, self._capacity = begins, dict(sizes)
        inputs = [buffer for (role, _), buffer in self._leaves.items() if role == "input"]
        self._batch = {buffer: aligned(bind(buffer.size, sizes), buffer.dtype) for buffer in inputs}

    def _bind(self, state: State, settings: Settings) -> None:
        """Point the table at the arrays of the state, and set what the host sets."""
        for name, value in settings.items():
            if name in self._settings:
                self._settings[name][...] = value
        point(self._table, self.module.slots, self.nests, state)

    def _given(self, data: Batch) -> dict[str, Array]:
        """The inputs as the code reads them: in their dtype, a row after another."""
        return {name: np.asarray(data[name], self._leaves["input", name].dtype, order="C") for name in self._shapes}

    # -- running ---------------------------------------------------------------------------------------------------
    def step(self, state: State, batch: Batch, settings: Settings) -> dict[str, Array]:
        """Run one step on a batch and return the outputs.

        The next state is written into the arrays of `state`, unless the output "loss" is not finite. Raises ShapeError
        where an array does not fit its input, DataError for an index outside its table.
        """
        arrays = self._given(batch)
        sizes = {**NOTHING, **symbol_sizes(self._shapes, arrays)}
        with self._lock:
            self._bind(state, settings)
            self._reserve(sizes)
            self._call(arrays, sizes)
            return {name: self._output(name, sizes) for name in self.program.outputs}

    def _call(self, arrays: Mapping[str, Array], sizes: Mapping[str, int]) -> None:
        rows = sizes["n"]
        for name, array in arrays.items():
            self._table[self.module.slots[self._leaves["input", name]]] = address(array)
        threads = self._mapping.size if rows >= self._least else 1
        began = time.perf_counter()
        _, worked = self._together(threads, self._step, self._step_shared, (self._table.ctypes.data, rows, sizes["t"]))
        if rows >= self._least:
            self._mapping.took(worked, (time.perf_counter() - began) / max(rows, 1))
        self._check_faults(sizes)

    def _check_faults(self, sizes: Mapping[str, int]) -> None:
        """Raise DataError where an index lay outside its table; AssertionError where checked code left a buffer."""
        if self._was_outside is not None and self._was_outside():
            raise AssertionError("native: an address lay outside its buffer")
        check_faults(self.nests, lambda buffer: int(self._memory(buffer, {}, ())[()]), sizes)

    def _memory(self, buffer: Buffer, sizes: Mapping[str, int], shape: tuple[int, ...]) -> Array:
        """What lies in a buffer of the arena, as an array that shares its memory."""
        dtype = np.dtype(buffer.dtype)
        begin = self._begins[buffer]
        return self._arena[begin : begin + bind(buffer.size, sizes) * dtype.itemsize].view(dtype).reshape(shape)

    def _output(self, name: str, sizes: Mapping[str, int]) -> Array:
        shape = bind(self.program.outputs[name].shape, sizes)
        if 0 in shape:  # nothing had to be computed
            return np.zeros(shape, self.program.outputs[name].dtype)
        return self._memory(self.nests.outputs[name].buffer, sizes, shape).copy()

    def run(
        self,
        state: State,
        data: Batch,
        order: npt.NDArray[np.int64],
        start: int,
        batch_size: int,
        steps: int,
        settings: Settings,
    ) -> Slice:
        """Run at most `steps` steps; come back after about 50 ms, at the end of the order, or at a loss not finite."""
        arrays, order = self._given(data), np.ascontiguousarray(order[start:], np.int64)
        sizes = {**NOTHING, **symbol_sizes(self._shapes, arrays), "n": min(batch_size, max(len(order), 1))}
        with self._lock:
            self._bind(state, settings)
            self._reserve(sizes)
            self._lay_out(arrays)
            return self._slice(order, batch_size, min(steps, -(-len(order) // batch_size)), sizes)

    def _lay_out(self, arrays: Mapping[str, Array]) -> None:
        """Say where the rows of all inputs lie, and where those of a batch are gathered."""
        for name, array in arrays.items():
            buffer = self._leaves["input", name]
            slot = self.module.slots[buffer]
            self._data[0, slot] = self._table[slot] = address(array)
            self._data[1, slot] = address(self._batch[buffer])

    def _slice(self, order: npt.NDArray[np.int64], batch_size: int, steps: int, sizes: Mapping[str, int]) -> Slice:
        """Run as many of the steps as fit in a slice."""
        seconds = TRIAL_SECONDS if self._running.trying else SLICE_SECONDS
        wanted = min(steps, max(1, int(seconds / self._pace)))
        sums = np.zeros(2)
        given = (
            self._table.ctypes.data, self._data.ctypes.data, order.ctypes.data, len(order), batch_size, wanted,
            sizes["t"], sums.ctypes.data,
        )  # fmt: skip
        began = time.perf_counter()
        done, worked = self._together(self._running.size, self._run, self._run_shared, given)
        self._pace = max((time.perf_counter() - began) / max(done, 1), 1e-8)
        self._running.took(worked, self._pace)
        self._check_faults(sizes)
        return Slice(done, float(sums[0]), float(sums[1]), finite=done == wanted)

    def _together(self, threads: int, alone: Entry, shared: Entry, given: tuple[int, ...]) -> tuple[int, int]:
        """A call by several threads, or by this one alone where others have the crew; also says how many worked."""
        if threads > 1:
            self._meeting[:] = 0
            meeting = address(self._meeting)
            done = CREW.run(threads, lambda tid: shared(*given, tid, threads, meeting))
            if done is not None:
                return int(done), threads
        return alone(*given), 1

    def map(self, state: State, data: Batch, batch_size: int) -> dict[str, Array]:
        """The outputs for all rows, a batch at a time so that memory stays bounded."""
        arrays = self._given(data)
        rows = next((len(arrays[name]) for name, shape in self._shapes.items() if _has_rows(shape)), None)
        if rows is None:
            raise ShapeError("map: no input of the program has a row for each row of the data")
        with self._lock:
            self._bind(state, {})
            sizes = {**NOTHING, **symbol_sizes(self._shapes, arrays), "n": min(batch_size, max(rows, 1))}
            self._reserve(sizes)
            return self._mapped(arrays, rows, batch_size, sizes)

    def _mapped(
        self, arrays: Mapping[str, Array], rows: int, batch_size: int, sizes: Mapping[str, int]
    ) -> dict[str, Array]:
        """The outputs for all rows."""
        parts: dict[str, list[Array]] = {name: [] for name in self.program.outputs}
        for begin in range(0, max(rows, 1), batch_size):
            size = min(batch_size, rows - begin)
            piece = {
                name: array[begin : begin + size] if _has_rows(self._shapes[name]) else array
                for name, array in arrays.items()
            }
            now = {**sizes, **symbol_sizes(self._shapes, piece)}
            self._call(piece, now)
            for name, made in parts.items():
                made.append(self._output(name, now))
        return {name: np.concatenate(made) for name, made in parts.items()}

    def bind(self, state: State, settings: Settings, row: Mapping[str, Array] | None = None) -> NativeBoundStep:
        """The step on one row, bound to the arrays of this state, in memory of its own.

        It reads the `row` of another bound step where that is given. Raises ShapeError for a state that the code cannot
        work on, UnsupportedError for sequences of any length.
        """
        if not takes_one_row(self.nests.leaves):
            raise UnsupportedError("a step on one row needs rows of a fixed size; these are sequences of any length")
        constants = self._table.copy()
        return NativeBoundStep(
            self.program, self.nests, self.module, self._code, constants, self._spans, state, settings, row
        )


def nested(program: Program) -> Nests:
    """A program through all passes."""
    return in_place(fuse(settle(lower(program))))


def _has_rows(shape: Any) -> bool:
    return bool(shape) and isinstance(shape[0], Extent)


# -- forks -------------------------------------------------------------------------------------------------------------
_ALIVE: Final[weakref.WeakSet[NativeExecutable]] = weakref.WeakSet()


def _unlock() -> None:
    """Let a forked child use what other threads of its parent were using: they do not exist in it."""
    for executable in _ALIVE:
        executable._lock = threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_unlock)
