"""A compiled program that runs: its steps, slices of many steps, and maps over rows."""

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
from glassnet.core.extent import Extent, Shape, written
from glassnet.core.operation import Array
from glassnet.core.program import Program
from glassnet.engines.engine import Batch, Settings, Slice, State
from glassnet.engines.native.bound import NativeBoundStep
from glassnet.engines.native.bound_run import NativeBoundRun
from glassnet.engines.native.jit import host
from glassnet.engines.native.kept import compiled
from glassnet.engines.native.memory import address
from glassnet.engines.native.team import Team
from glassnet.engines.native.threads import CREW
from glassnet.engines.native.workspace import Workspace
from glassnet.errors import ShapeError, UnsupportedError

STEP: Final = (ctypes.c_void_p, ctypes.c_int64, ctypes.c_int64, ctypes.c_int64)
RUN: Final = (*[ctypes.c_void_p] * 3, *[ctypes.c_int64] * 4, ctypes.c_void_p)
SHARED: Final = (ctypes.c_int64, ctypes.c_int64, ctypes.c_void_p)
SLICE_SECONDS: Final = 0.05  # a run comes back about this often, so that progress is shown and Ctrl-C is heard
# So long is a trial of another number of threads, about. On a crowded machine one that does badly takes twenty times as
# long: trials of 5 ms took more than half of a fit of a second.
TRIAL_SECONDS: Final = 0.002
SHARED_ROWS: Final = 256  # rows from which on one step may be worth more than one thread

Entry: TypeAlias = Callable[..., int]


class NativeExecutable:
    """A program as machine code, with the memory that it needs for so many rows.

    Several threads of the caller may use it; one after another gets its turn.
    """

    def __init__(self, program: Program, threads: int, *, measured: bool = True, checked: bool = False) -> None:
        self.program = program
        self._manifest, self._code = compiled(program, host(), checked=checked)
        self._step, self._step_shared = self._entry("step", STEP), self._entry("step_shared", STEP + SHARED)
        if "run" in self._manifest.entries:
            self._run, self._run_shared = self._entry("run", RUN), self._entry("run_shared", RUN + SHARED)
        self._was_outside = self._entry("was_outside", ()) if checked else None
        self._meeting = aligned(2 * LINE, np.uint8)
        self._running, self._mapping = Team(threads, measured=measured), Team(threads, measured=measured)
        self._least = SHARED_ROWS if measured else 0  # rows that several threads share
        self._lock = threading.Lock()
        _ALIVE.add(self)
        self._work = Workspace(program, self._manifest)
        self._pace, self._row_pace = 1e-4, 1e-6  # seconds a step, and a row of those that are mapped, as last measured

    def _entry(self, name: str, kinds: Sequence[Any]) -> Entry:
        """A function of the compiled code."""
        return ctypes.CFUNCTYPE(ctypes.c_int64, *kinds)(self._code.address(name))

    # -- one step --------------------------------------------------------------------------------------------------
    def step(self, state: State, batch: Batch, settings: Settings) -> dict[str, Array]:
        """Run one step on a batch and return the outputs.

        The next state is written into the arrays of `state`, unless the output "loss" is not finite. Raises ShapeError
        where an array does not fit its input, DataError for an index outside its table.
        """
        with self._lock:
            arrays, sizes = self._work.take(batch)
            self._work.use(state, settings)
            self._work.reserve(sizes)
            self._call(arrays, sizes)
            return {name: self._work.output(name, sizes) for name in self.program.outputs}

    def _call(self, arrays: Mapping[str, Array], sizes: Mapping[str, int]) -> None:
        self._work.give(arrays)
        self._steps([(self._work.addresses[0], sizes["n"], sizes["t"], 1)])
        self._check_faults(sizes)

    def _steps(self, given: Sequence[tuple[int, int, int, int]]) -> None:
        """Steps on batches, each with a table of its own, of so many rows and time steps: all in one piece of work.

        The last number is 0 where an earlier batch has found what all of them have in common.
        """
        rows = sum(numbers[1] for numbers in given)
        shared = rows >= self._least
        began = time.perf_counter()
        _, worked = self._together(self._mapping.size if shared else 1, self._step, self._step_shared, given)
        if shared:
            self._row_pace = (time.perf_counter() - began) / max(rows, 1)
            self._mapping.took(worked, self._row_pace)

    def _check_faults(self, sizes: Mapping[str, int]) -> None:
        """Raise DataError where an index lay outside its table; AssertionError where checked code left a buffer."""
        if self._was_outside is not None and self._was_outside():
            raise AssertionError("native: an address lay outside its buffer")
        self._work.check_faults(sizes)

    # -- many steps ------------------------------------------------------------------------------------------------
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
        order = np.ascontiguousarray(order[start:], np.int64)
        with self._lock:
            arrays, sizes = self._work.take(data)
            sizes = {**sizes, "n": min(batch_size, max(len(order), 1))}
            self._work.use(state, settings)
            self._work.reserve(sizes)
            self._work.lay_out(arrays)
            return self._slice(order, batch_size, min(steps, -(-len(order) // batch_size)), sizes)

    def _slice(self, order: npt.NDArray[np.int64], batch_size: int, steps: int, sizes: Mapping[str, int]) -> Slice:
        """Run as many of the steps as fit in a slice."""
        seconds = TRIAL_SECONDS if self._running.trying else SLICE_SECONDS
        wanted = min(steps, max(1, int(seconds / self._pace)))
        sums = np.zeros(2)
        numbers = len(order), batch_size, wanted, sizes["t"]
        given = [(*self._work.addresses, address(order), *numbers, address(sums))]
        began = time.perf_counter()
        done, worked = self._together(self._running.size, self._run, self._run_shared, given)
        self._pace = max((time.perf_counter() - began) / max(done, 1), 1e-8)
        self._running.took(worked, self._pace)
        self._check_faults(sizes)
        return Slice(done, float(sums[0]), float(sums[1]), finite=done == wanted)

    def _together(self, threads: int, alone: Entry, shared: Entry, given: Sequence[tuple[int, ...]]) -> tuple[int, int]:
        """Calls by several threads, or by this one alone where others have the crew; also says how many worked.

        The answer is that of the last call.
        """
        if threads > 1:
            self._meeting[:] = 0
            meeting = address(self._meeting)
            done = CREW.run(threads, lambda tid: [shared(*numbers, tid, threads, meeting) for numbers in given][-1])
            if done is not None:
                return int(done), threads
        return [alone(*numbers) for numbers in given][-1], 1

    # -- all rows --------------------------------------------------------------------------------------------------
    def map(self, state: State, data: Batch, batch_size: int) -> dict[str, Array]:
        """The outputs for all rows, a batch at a time so that memory stays bounded."""
        with self._lock:
            arrays, sizes = self._work.take(data)
            rows = next((len(array) for name, array in arrays.items() if self._has_rows(name)), None)
            if rows is None:
                raise ShapeError("map: no input of the program has a row for each row of the data")
            for name, tensor in self.program.outputs.items():
                if not _begins_with_rows(tensor.shape):
                    raise ShapeError(f"map: the output {name!r} of shape {written(tensor.shape)} has no row for each")
            self._work.use(state, {})
            self._work.reserve({**sizes, "n": min(batch_size, max(rows, 1))})
            return self._mapped(arrays, rows, batch_size, sizes)

    def _mapped(
        self, arrays: Mapping[str, Array], rows: int, batch_size: int, sizes: Mapping[str, int]
    ) -> dict[str, Array]:
        """The outputs for all rows; batches that together take no longer than a slice are one piece of work."""
        self._work.give(arrays)
        moving = {name: array for name, array in arrays.items() if self._has_rows(name)}
        made, begin = self._work.outputs({**sizes, "n": rows}), 0
        while begin < rows:
            seconds = TRIAL_SECONDS if self._mapping.trying else SLICE_SECONDS
            # An index outside its table is noted where the next batch may note another.
            several = 1 if self._manifest.faults else max(1, int(seconds / (self._row_pace * batch_size)))
            begins = np.arange(begin, rows, batch_size)[:several]
            tables = self._work.tables(moving, made, begins)
            counts = np.minimum(begins + batch_size, rows) - begins
            firsts = (begins == 0).astype(int).tolist()
            each = zip(map(address, tables), counts.tolist(), firsts, strict=True)
            self._steps([(table, count, sizes["t"], first) for table, count, first in each])
            self._check_faults(sizes)
            begin = int(begins[-1]) + batch_size
        return made

    def _has_rows(self, name: str) -> bool:
        """Whether an input has a row for each row of the data."""
        return _begins_with_rows(self._work.shapes[name])

    # -- one row ---------------------------------------------------------------------------------------------------
    def bind(self, state: State, settings: Settings, row: Mapping[str, Array] | None = None) -> NativeBoundStep:
        """The step on one row, bound to the arrays of this state, in memory of its own.

        It reads the `row` of another bound step where that is given. Raises ShapeError for a state that the code cannot
        work on, UnsupportedError for sequences of any length.
        """
        if "single" not in self._manifest.entries:
            raise UnsupportedError("a step on one row needs rows of a fixed size; these are sequences of any length")
        constants = self._work.table.copy()
        return NativeBoundStep(self.program, self._manifest, self._code, constants, state, settings, row)

    def bind_run(self, state: State, settings: Settings, data: Batch, steps: int, batch_size: int) -> NativeBoundRun:
        """So many steps of so many rows each, bound to the arrays of this state and of these data."""
        constants = self._work.table.copy()
        return NativeBoundRun(
            self.program, self._manifest, self._code, constants, state, settings, data, (steps, batch_size)
        )


def _begins_with_rows(shape: Shape) -> bool:
    """Whether the first axis is that of the rows."""
    return bool(shape) and isinstance(shape[0], Extent)


# -- forks -------------------------------------------------------------------------------------------------------------
_ALIVE: Final[weakref.WeakSet[NativeExecutable]] = weakref.WeakSet()


def _unlock() -> None:
    """Let a forked child use what other threads of its parent were using: they do not exist in it."""
    for executable in _ALIVE:
        executable._lock = threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_unlock)
