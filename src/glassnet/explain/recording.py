"""The tape of a predict program recorded once more in float64, its inputs on a path."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from glassnet.core import functions as f
from glassnet.core.extent import Shape, n
from glassnet.core.operation import FLOATS, Array
from glassnet.core.operations import indexing, leaves
from glassnet.core.operations.contraction import contract
from glassnet.core.tape import Call, Tape
from glassnet.core.tensor import Tensor
from glassnet.errors import SettingError

PRECISE: Final = "float64"


@dataclass(frozen=True)
class Average:
    """What the state `name` of a path has to hold: the mean of an input over rows, or the shares of its `levels`."""

    name: str
    input: str
    levels: int | None

    def of(self, values: Array) -> Array:
        """The average of the values (rows, ...) of the input: (...) or (..., levels)."""
        if self.levels is None:
            return np.asarray(values.mean(axis=0, dtype=np.float64))
        flat = values.reshape(len(values), -1).T
        shares = [np.bincount(each, minlength=self.levels) / len(values) for each in flat]
        return np.reshape(shares, (*values.shape[1:], self.levels))


@dataclass(frozen=True)
class Way:
    """An input on the path: where it is, its whole step from average to row, and the axes that its parts keep."""

    name: str
    at: Tensor
    step: Tensor
    axes: int


@dataclass(eq=False)
class Recorder:
    """The tape of a path as it is recorded, call by call from another."""

    position_name: str
    chosen_name: str
    tape: Tape = field(default_factory=Tape)
    tensors: dict[int, Tensor] = field(default_factory=dict)
    levels: dict[int, str] = field(default_factory=dict)
    ways: list[Way] = field(default_factory=list)
    averages: dict[Average, Tensor] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.position = self.tape.input(self.position_name, (n,), PRECISE)

    def take(self, call: Call) -> None:
        """Record a call in float64; inputs are set on the path."""
        with self.tape.within(place=call.origin.place):
            self.tensors[call.position] = self._taken(call)

    def _taken(self, call: Call) -> Tensor:
        if call.operation is leaves.input_:
            return self._input(call)
        if call.operation is indexing.gather and call.inputs[1] in self.levels:
            return self._looked_up(call, self.levels[call.inputs[1]])
        for source in call.inputs:
            if source in self.levels:
                raise SettingError(
                    f"attributions: {call.origin.place} takes the whole numbers of {self.levels[source]!r} otherwise "
                    f"than an Embedding does; expected them to be looked up: importance() needs no such path"
                )
        operands = [self.tensors[source] for source in call.inputs]
        return self.tape.record(call.operation, operands, _precise(call.attributes))

    def _input(self, call: Call) -> Tensor:
        name = str(call.attributes["name"])
        if call.dtype not in FLOATS:
            self.levels[call.position] = name
            return self.tape.input(name, call.shape, call.dtype)
        row = self.tape.input(name, call.shape, PRECISE)
        average = self._average(Average(f"average of {name}", name, None), call.shape[1:])
        return self._on_path(name, average, row, row.ndim)

    def _looked_up(self, call: Call, name: str) -> Tensor:
        table, index = (self.tensors[source] for source in call.inputs)
        if call.attributes["axis"] != 0:
            raise SettingError(f"attributions: {call.origin.place} looks {name!r} up along another axis than the first")
        count = table.shape[0]
        assert isinstance(count, int)
        one = Average(f"shares of {count} levels of {name}", name, count)
        shares = self._average(one, (*index.shape[1:], count))
        average = contract(shares, table, batch=((), ()), summed=((shares.ndim - 1,), (0,)))
        return self._on_path(name, average, f.gather(table, index, axis=0), index.ndim)

    def _average(self, average: Average, shape: Shape) -> Tensor:
        if average not in self.averages:
            self.averages[average] = self.tape.state(average.name, shape, PRECISE)
        return self.averages[average]

    def _on_path(self, name: str, average: Tensor, row: Tensor, axes: int) -> Tensor:
        start = average.reshape(1, *average.shape).broadcast(row.shape)
        step = row - start
        at = start + self.position.reshape(n, *[1] * (row.ndim - 1)).broadcast(row.shape) * step
        self.ways.append(Way(name, at, step, axes))
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
