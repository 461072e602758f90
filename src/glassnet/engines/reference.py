"""The reference engine: a program interpreted call by call with NumPy.

It is the definition that other engines are compared with, and what the glass shows. It needs no compiler.

Matrix products run on one thread unless told otherwise: the products of small networks gain little from more, and lose
much where another program wants the same cores (measured: 26 times slower on two busy cores); and the bits of a sum
then never depend on how many cores a machine has.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np
import numpy.typing as npt
from threadpoolctl import ThreadpoolController

from glassnet.core.extent import Extent, bind
from glassnet.core.interpret import Interpreter, symbol_sizes
from glassnet.core.operation import Array
from glassnet.core.program import Program
from glassnet.core.tape import Call
from glassnet.engines.engine import APPLIED, LOSS, REFUSED, STOPPED, WEIGHT, Batch, Settings, Slice, State
from glassnet.errors import ShapeError

PACE: Final = 4e9  # additions and multiplications a second
SLICE_SECONDS = 0.05  # a run comes back about this often, so that progress is shown and Ctrl-C is heard


class Reference:
    """The engine that interprets, its matrix products on a number of threads."""

    def __init__(self, threads: int = 1) -> None:
        self._threads = threads

    @property
    def pace(self) -> float:
        """As measured in ensembles for tables on one thread; more of them help the products alone."""
        return PACE

    def compile(self, program: Program) -> ReferenceExecutable:
        """Make a program ready to run; nothing is compiled."""
        return ReferenceExecutable(program, self._threads)


class ReferenceExecutable:
    """A program and its interpreter."""

    def __init__(self, program: Program, threads: int) -> None:
        self.program = program
        self._interpreter = Interpreter(program.tape, program.wanted)
        needed = set(self._interpreter.given)
        self._inputs, self._state, self._settings = (
            {name: call for name, call in role.items() if call.position in needed}
            for role in (program.inputs, program.state, program.settings)
        )
        products = ThreadpoolController().select(user_api="blas")
        self._limited = partial(products.limit, limits=threads)
        self._shapes = {name: call.shape for name, call in self._inputs.items()}

    def step(self, state: State, batch: Batch, settings: Settings) -> dict[str, Array]:
        """Run one step on a batch and return the outputs.

        The next state is written into the arrays of `state`, unless the output "loss" is not finite. Raises ShapeError
        where an array does not fit its input.
        """
        sizes = symbol_sizes(self._shapes, batch)
        given = self._given(batch, state, settings)
        values = self._interpreter.run(given, sizes)
        outputs = dict(zip(self.program.outputs, values, strict=False))
        if LOSS not in outputs or np.isfinite(outputs[LOSS]).all():
            for name, value in zip(self.program.next_state, values[len(outputs) :], strict=True):
                state[name][...] = value
        return outputs

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
        """Run at most `steps` steps; come back after 50 ms, at the end of the order, or where a loss is not finite."""
        done, loss, weight = 0, 0.0, 0.0
        end = time.perf_counter() + SLICE_SECONDS
        with self._limited():
            while done < steps and start < len(order) and (done == 0 or time.perf_counter() < end):
                rows = order[start : start + batch_size]
                outputs = self.step(state, {name: data[name][rows] for name in self._inputs}, settings)
                if not np.isfinite(outputs[LOSS]):
                    return Slice(done, loss, weight, finite=False)
                loss, weight = loss + float(outputs[LOSS]), weight + float(outputs[WEIGHT])
                done, start = done + 1, start + batch_size
        return Slice(done, loss, weight, finite=True)

    def map(self, state: State, data: Batch, batch_size: int) -> dict[str, Array]:
        """The outputs for all rows, a batch at a time so that memory stays bounded."""
        rows = self._rows(data)
        with self._limited():
            parts = [
                self.step(state, {name: data[name][i : i + batch_size] for name in self._inputs}, {})
                for i in range(0, max(rows, 1), batch_size)
            ]
        return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}

    def bind(self, state: State, settings: Settings, row: Mapping[str, Array] | None = None) -> ReferenceBoundStep:
        """The step on one row, bound to this state; it reads the `row` of another where that is given."""
        row = {name: np.zeros(bind(shape, {"n": 1})) for name, shape in self._shapes.items()} if row is None else row
        return ReferenceBoundStep(self, self._inputs, state, settings, row)

    def bind_run(self, state: State, settings: Settings, data: Batch, steps: int, batch_size: int) -> ReferenceBoundRun:
        """So many steps of so many rows each, bound to this state and these data."""
        return ReferenceBoundRun(self, state, settings, data, np.zeros((steps, batch_size), np.int64))

    def alone(self, state: State, batch: Batch, settings: Settings) -> dict[str, Array]:
        """A step whose products run on as many threads as those of a run."""
        with self._limited():
            return self.step(state, batch, settings)

    def _rows(self, data: Batch) -> int:
        for name, shape in self._shapes.items():
            if shape and isinstance(shape[0], Extent):
                return len(data[name])
        raise ShapeError("map: no input of the program has a row for each row of the data")

    def _given(self, batch: Batch, state: State, settings: Settings) -> dict[int, Array]:
        given: dict[int, Array] = {}
        for calls, values in ((self._inputs, batch), (self._state, state)):
            given.update(_placed(calls, values))
        given.update({c.position: np.asarray(settings[name], c.dtype) for name, c in self._settings.items()})
        return given


class ReferenceBoundStep:
    """The step on one row; it interprets as every other step does."""

    def __init__(
        self,
        executable: ReferenceExecutable,
        inputs: Mapping[str, Call],
        state: State,
        settings: Settings,
        row: Mapping[str, Array],
    ) -> None:
        self._executable, self._inputs, self._state, self._settings = executable, inputs, state, settings
        self.row = {name: row[name] for name in inputs}
        outputs = executable.program.outputs.items()
        self.outputs = {name: np.zeros(bind(tensor.shape, {"n": 1}), tensor.dtype) for name, tensor in outputs}

    def run(self) -> int:
        """Run the step: APPLIED, STOPPED where its loss is not finite, REFUSED where a number does not fit."""
        with np.errstate(over="ignore", invalid="ignore"):
            batch = {name: self.row[name].astype(call.dtype) for name, call in self._inputs.items()}
        for name, array in batch.items():
            fits = np.isfinite(array) if array.dtype.kind == "f" else array == self.row[name]
            if not fits.all():
                return REFUSED
        for name, value in self._executable.alone(self._state, batch, self._settings).items():
            self.outputs[name][...] = value
        return APPLIED if LOSS not in self.outputs or np.isfinite(self.outputs[LOSS]) else STOPPED


@dataclass(frozen=True, eq=False)
class ReferenceBoundRun:
    """Steps on some of the rows of data; they are interpreted as every other step is."""

    executable: ReferenceExecutable
    state: State
    settings: Settings
    data: Batch
    order: npt.NDArray[np.int64]

    def run(self) -> int:
        """Run the steps, and say how many were applied."""
        for done, rows in enumerate(self.order):
            batch = {name: array[rows] for name, array in self.data.items()}
            if not np.isfinite(self.executable.alone(self.state, batch, self.settings)[LOSS]):
                return done
        return len(self.order)


def _placed(calls: Mapping[str, Call], values: Mapping[str, Array]) -> dict[int, Array]:
    """The values of leaves by position, in the dtype that the program declares."""
    return {call.position: np.asarray(values[name], call.dtype) for name, call in calls.items()}
