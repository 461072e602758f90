"""One row asked about: the quick way to the answer that many rows get."""

from __future__ import annotations

import numpy as np

from glassnet.data.contract import Array, ArrayContract
from glassnet.engines.engine import Executable
from glassnet.training.layout import State
from glassnet.training.programs import ANSWER

FLOATS = frozenset(map(np.dtype, ("float32", "float64")))  # dtypes whose numbers float64 holds exactly


class RowAnswers:
    """Answers for single rows of floats, from a step bound to the state once.

    It answers what needs no words; whatever else is asked, or is wrong with a row, is left to the general way.
    """

    def __init__(self, contract: ArrayContract, predictor: Executable, state: State) -> None:
        bound = predictor.bind(state, {})
        self._rows = bound.row.get(contract.name, np.zeros((0,)))  # a network may leave its input unread
        self._answer, self._run = bound.outputs[ANSWER], bound.run
        self._flat = self._rows.reshape(-1)
        self._row = contract.row if len(contract.row) == 1 else None

    def __call__(self, data: Array) -> Array | None:
        """The answer for one row of floats, shape (1, ...), or None where the general way has to see to it."""
        if data.dtype not in FLOATS:
            return None
        if data.shape == self._row:
            self._flat[...] = data
        elif data.shape == self._rows.shape:
            self._rows[...] = data
        else:
            return None
        if self._run() or not np.isfinite(self._answer).all():
            return None
        return self._answer.copy()
