"""What raw outputs answer, and what they lose, as arrays: one run of a small tape on the reference engine."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from glassnet.core.extent import n
from glassnet.core.operation import Array
from glassnet.core.program import Program
from glassnet.core.tape import Tape
from glassnet.core.tensor import Tensor
from glassnet.engines.reference import Reference
from glassnet.nn.losses.loss import Loss
from glassnet.training.programs import ANSWER, ROW_LOSS, TARGET

OUTPUTS = "outputs"


def answered(loss: Loss, outputs: Array) -> npt.NDArray[np.float64]:
    """The answers for raw outputs (rows, outputs)."""
    output = _output(outputs)
    return _run(output.tape, {ANSWER: loss.answer(output)}, {OUTPUTS: outputs.astype(np.float64)})[ANSWER]


def lost(loss: Loss, outputs: Array, targets: Array) -> npt.NDArray[np.float64]:
    """The loss of each row for raw outputs (rows, outputs)."""
    output = _output(outputs)
    dtype = "int64" if targets.dtype.kind in "iu" else "float64"
    target = output.tape.input(TARGET, (n, *targets.shape[1:]), dtype)
    given = {OUTPUTS: outputs.astype(np.float64), TARGET: targets.astype(dtype)}
    return _run(output.tape, {ROW_LOSS: loss.rows(output, target)}, given)[ROW_LOSS]


def _output(outputs: Array) -> Tensor:
    """Outputs like these on a tape of their own."""
    return Tape().input(OUTPUTS, (n, *outputs.shape[1:]), "float64")


def _run(tape: Tape, wanted: dict[str, Tensor], given: dict[str, Array]) -> dict[str, Array]:
    return Reference().compile(Program(tape, wanted)).step({}, given, {})
