"""One time step of one sequence at a time, in a network that keeps its states."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from glassnet.core.extent import bind
from glassnet.core.operation import Array
from glassnet.engines.engine import APPLIED, LOSS, REFUSED, STOPPED, Executable, Settings, State
from glassnet.nn.graph import LENGTHS

ONE: Final = {"n": 1, "t": 1}


class OneTimeStep:
    """A program on one row of one time step; it is given and answers as a bound step does.

    Engines bind rows of a fixed size alone; here the step is run as any other batch, which takes longer.
    """

    def __init__(
        self, executable: Executable, state: State, settings: Settings, row: Mapping[str, Array] | None = None
    ) -> None:
        self._executable, self._state, self._settings = executable, state, settings
        program = executable.program
        shapes = {name: bind(call.shape, ONE) for name, call in program.inputs.items()}
        self.row = {name: np.zeros(shape) if row is None else row[name] for name, shape in shapes.items()}
        self.row[LENGTHS][...] = 1
        self.outputs = {
            name: np.zeros(bind(tensor.shape, ONE), tensor.dtype) for name, tensor in program.outputs.items()
        }

    def run(self) -> int:
        """Run the step: APPLIED, STOPPED where its loss is not finite, REFUSED where a number does not fit."""
        inputs = self._executable.program.inputs
        with np.errstate(over="ignore", invalid="ignore"):
            batch = {name: array.astype(inputs[name].dtype) for name, array in self.row.items()}
        for name, array in batch.items():
            if not (np.isfinite(array) if array.dtype.kind == "f" else array == self.row[name]).all():
                return REFUSED
        for name, value in self._executable.step(self._state, batch, self._settings).items():
            self.outputs[name][...] = value
        return APPLIED if LOSS not in self.outputs or np.isfinite(self.outputs[LOSS]) else STOPPED
