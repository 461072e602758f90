"""The predict program recorded once more with its inputs on a line from the average row to each row.

It runs in float64 whatever the network computes in. A number x lies at average + position (x - average).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from glassnet.core.derivative import backpropagate
from glassnet.core.operation import Array
from glassnet.core.operations import elementwise
from glassnet.core.program import Program
from glassnet.explain.recording import Recorder

POSITION: Final = "position on the path"
CHOSEN: Final = "chosen outputs"
VALUE: Final = "explained value"


@dataclass(frozen=True, eq=False)
class Path:
    """The program of a path, and for each average that its state needs beside the network's own which input it is of.

    Its inputs are those of the network, the `position` (n,) from 0 at the average to 1 at the row, and what each output
    counts, `chosen` (n, outputs): 1 for the one that is explained. With `signed` one output tells two classes, and what
    counts is 1 for the second class, -1 for the first. Its outputs are the value that is explained, (n,), and for each
    input in `parts` its part: the derivative of the value at the position times the way from the average.
    """

    program: Program
    averages: Mapping[str, str]
    parts: tuple[str, ...]
    position: str
    chosen: str
    signed: bool

    @classmethod
    def of(cls, predict: Program, *, classes: bool) -> Path:
        """The path of a program that predicts; the value is the log-odds of `classes`, else a number.

        Raises SettingError where the network takes whole numbers.
        """
        (answer,) = predict.outputs.values()
        position, chosen = (_free(name, predict.inputs) for name in (POSITION, CHOSEN))
        recorder = Recorder(position, chosen)
        live = predict.live()
        last = predict.tape[answer.position]
        logistic = classes and last.operation is elementwise.logistic  # its log-odds are its operand: exact far out
        for call in live:
            if not (logistic and call.position == answer.position):
                recorder.take(call)
        with recorder.tape.within(place="explained value"):
            found = recorder.tensors[last.inputs[0] if logistic else answer.position]
            value = recorder.value(found, odds=classes and not logistic)
            ways = recorder.ways
            slopes = backpropagate(value, [way.at for way in ways])
            parts = {way.name: slope * way.step for way, slope in zip(ways, slopes, strict=True)}
        program = Program(recorder.tape, {VALUE: value, **{f"part of {name}": part for name, part in parts.items()}})
        return cls(program, {way.average: way.name for way in ways}, tuple(parts), position, chosen, signed=logistic)

    def state(self, state: Mapping[str, Array], inputs: Mapping[str, Array]) -> dict[str, Array]:
        """The state of the program: that of a network, and the averages of the inputs of some rows."""
        own = {name: inputs[of].mean(axis=0, dtype=np.float64) for name, of in self.averages.items()}
        return {
            name: np.array(own[name] if name in own else state[name], call.dtype)
            for name, call in self.program.state.items()
        }


def _free(name: str, taken: Collection[str]) -> str:
    """The name, or another where a column of the table is called so."""
    while name in taken:
        name += " of the explanation"
    return name
