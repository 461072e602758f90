"""The tape of a predict program recorded once more in float64, its inputs on a path."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from glassnet.core import functions as f
from glassnet.core.extent import n
from glassnet.core.operation import FLOATS
from glassnet.core.operations import leaves
from glassnet.core.tape import Call, Tape
from glassnet.core.tensor import Tensor
from glassnet.errors import SettingError

PRECISE: Final = "float64"


@dataclass(frozen=True)
class Way:
    """An input on the path: where it is, its whole step from average to row, and the state that holds the average."""

    name: str
    at: Tensor
    step: Tensor
    average: str


@dataclass(eq=False)
class Recorder:
    """The tape of a path as it is recorded, call by call from another."""

    position_name: str
    chosen_name: str
    tape: Tape = field(default_factory=Tape)
    tensors: dict[int, Tensor] = field(default_factory=dict)
    ways: list[Way] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.position = self.tape.input(self.position_name, (n,), PRECISE)

    def take(self, call: Call) -> None:
        """Record a call in float64; inputs are set on the path."""
        with self.tape.within(place=call.origin.place):
            self.tensors[call.position] = self._taken(call)

    def _taken(self, call: Call) -> Tensor:
        if call.operation is leaves.input_:
            return self._input(call)
        operands = [self.tensors[source] for source in call.inputs]
        return self.tape.record(call.operation, operands, _precise(call.attributes))

    def _input(self, call: Call) -> Tensor:
        name = str(call.attributes["name"])
        if call.dtype not in FLOATS:
            raise SettingError(
                f"attributions: the network takes whole numbers as {name!r}, which have no way from an average; "
                f"expected numbers: importance() needs no such path"
            )
        row = self.tape.input(name, call.shape, PRECISE)
        average = f"average of {name}"
        start = self.tape.state(average, call.shape[1:], PRECISE).reshape(1, *call.shape[1:]).broadcast(row.shape)
        step = row - start
        at = start + self.position.reshape(n, *[1] * (row.ndim - 1)).broadcast(row.shape) * step
        self.ways.append(Way(name, at, step, average))
        return at

    def value(self, answer: Tensor, *, odds: bool) -> Tensor:
        """What is explained, (n,): the chosen outputs as they are, or the log-odds of the chosen class."""
        columns = answer.reshape(n, 1) if answer.ndim == 1 else answer
        if odds and columns.shape[1] == 1:
            columns = f.concatenate([1 - columns, columns], axis=1)
        chosen = self.tape.input(self.chosen_name, columns.shape, PRECISE)
        total = (columns * chosen).sum(1)
        return f.log(total) - f.log((columns * (1 - chosen)).sum(1)) if odds else total


def _precise(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """The attributes of a call with float64 where they say float32."""
    precise = dict(attributes)
    if precise.get("dtype") in FLOATS:
        precise["dtype"] = PRECISE
    value = precise.get("value")
    if isinstance(value, np.ndarray) and value.dtype.name in FLOATS:
        precise["value"] = value.astype(np.float64)
        precise["value"].flags.writeable = False
    return precise
