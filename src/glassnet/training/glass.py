"""One step of learning laid open: every number of the very program that learning runs, as plain data.

The program is interpreted on a copy of the state, so looking changes nothing; no value is computed a second way.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from glassnet.core.body import TRACE
from glassnet.core.interpret import Interpreter, symbol_sizes
from glassnet.core.operation import Array
from glassnet.core.program import Program
from glassnet.core.tape import Call
from glassnet.core.tensor import Tensor
from glassnet.engines.engine import LOSS
from glassnet.training.layout import State
from glassnet.training.programs import OUTPUT, TARGET, Programs
from glassnet.training.update import MEAN_WEIGHT, RATE_SCALE, REMAINDER

ESTIMATED: Final = 400  # weights whose derivative is estimated by differences too: each takes two losses
MOVES: Final = {"float64": 1e-5, "float32": 1e-2}  # how far a weight is moved, times its size or 1

Rows = list[list[Any]]


@dataclass(frozen=True)
class Stage:
    """One call: its position on the tape, its operation, where it comes from, and its value."""

    position: int
    operation: str
    inputs: tuple[int, ...]
    place: str
    value: Array


@dataclass(frozen=True)
class WeightView:
    """One parameter in one step: before, the derivative of the total, its estimate by differences, and after.

    `estimate` is NaN for weights beyond the first few hundred of a network; in float32 it holds about three digits.
    """

    name: str
    before: Array
    derivative: Array
    estimate: Array
    after: Array


@dataclass(frozen=True)
class Table:
    """A table for people: a title, the names of its columns, and its rows."""

    title: str
    headers: tuple[str, ...]
    rows: Rows


@dataclass(frozen=True)
class Glass:
    """One step of learning: what went in, what came out, the way forward and back, and the weights."""

    inputs: Mapping[str, Array]
    output: Array
    target: Array
    total: float
    weights: tuple[WeightView, ...]
    forward: tuple[Stage, ...]
    backward: tuple[Stage, ...]
    update: tuple[Stage, ...]

    @property
    def tables(self) -> tuple[Table, ...]:
        """The step as people draw it."""
        return (
            *self._errors(),
            _stages("The way forward: the stack of calls", self.forward),
            _stages("The way back: the deltas", self.backward),
            self._weights(),
        )

    def _errors(self) -> list[Table]:
        """Input, output, desired output, error, absolute and square error of each row, with totals."""
        rows: Rows = []
        named = ", ".join(self.inputs)
        desired = self.target.reshape(len(self.target), -1)
        of_classes = self.target.dtype.kind in "iu"
        if of_classes or desired.shape != self.output.shape:  # or several targets, and what each counts
            for i, (actual, wanted) in enumerate(zip(self.output, desired, strict=True)):
                rows.append([_brief(_row(self.inputs, i)), _brief(actual), _brief(wanted)])
            return [
                Table(
                    "Actual and desired output",
                    (named, "raw output", f"desired {'class' if of_classes else 'targets'}"),
                    rows,
                )
            ]
        error = self.output - desired
        for i, (actual, wanted, difference) in enumerate(zip(self.output, desired, error, strict=True)):
            shown = [actual, wanted, difference, np.abs(difference), difference**2]
            rows.append([_brief(_row(self.inputs, i)), *[_brief(each) for each in shown]])
        totals = [error.sum(), np.abs(error).sum(), (error**2).sum()]
        rows.append(["total", "", "", *[_brief(each) for each in totals]])
        headers = (named, "actual output", "desired output", "error", "absolute error", "square error")
        return [Table("Actual and desired output", headers, rows)]

    def _weights(self) -> Table:
        """Each weight before, its derivative, the estimate, and after."""
        rows: Rows = []
        for view in self.weights:
            for index in np.ndindex(view.before.shape):
                values = (view.before, view.derivative, view.estimate, view.after)
                rows.append([f"{view.name}{list(index)}", *[_brief(each[index]) for each in values]])
        headers = ("weight", "before", "derivative of the total", "by differences", "after")
        return Table("The weights", headers, rows)


def open_step(programs: Programs, state: State, batch: Mapping[str, Array], settings: Mapping[str, float]) -> Glass:
    """Lay open the step that training would take on this batch; the state stays as it is."""
    program, state = programs.train, {name: array.copy() for name, array in state.items()}
    values = _values(program, state, batch, settings, programs.deltas.values())
    live = [call for call in program.live() if call.operation.kind != "leaf" and call.dtype != TRACE]
    after = state | {name: values[tensor.position] for name, tensor in program.next_state.items()}
    derivatives = {name: values[tensor.position] for name, tensor in programs.deltas.items()}
    return Glass(
        inputs={name: np.asarray(batch[name]) for name in program.inputs if name in _networks_own(programs)},
        output=values[program.outputs[OUTPUT].position],
        target=np.asarray(batch[TARGET]),
        total=float(values[program.outputs[LOSS].position]),
        weights=_views(programs, state, after, derivatives, batch, settings),
        forward=_of_phase(live, values, "forward", "loss"),
        backward=_of_phase(live, values, "backward"),
        update=_of_phase(live, values, "update"),
    )


def step_settings(mean_weight: float = 1.0, *, ends: bool = False) -> dict[str, float]:
    """The settings of a step whose rate is the schedule's, for training rows of this mean weight.

    `ends` says whether the step ends an epoch, so that deltas do not wait for more examples.
    """
    return {RATE_SCALE: 1.0, MEAN_WEIGHT: mean_weight, REMAINDER: float(ends)}


def _networks_own(programs: Programs) -> set[str]:
    return {node.name for node in programs.model.graph.inputs}


def _given(
    program: Program, state: State, batch: Mapping[str, Array], settings: Mapping[str, float]
) -> dict[int, Array]:
    """The values of all leaves, by position."""
    given: dict[int, Array] = {}
    for calls, source in ((program.inputs, batch), (program.state, state), (program.settings, settings)):
        for name, call in calls.items():
            given[call.position] = np.asarray(source[name], call.dtype)
    return given


def _values(
    program: Program,
    state: State,
    batch: Mapping[str, Array],
    settings: Mapping[str, float],
    others: Iterable[Tensor],
) -> dict[int, Array]:
    """The value of every call that matters, by position; of a scan, what the tape reads of its trace.

    `others` are tensors that are looked at beside: the step does without the derivatives of frozen weights.
    """
    positions = [call.position for call in program.live() if call.dtype != TRACE]
    positions = list(dict.fromkeys([*positions, *(tensor.position for tensor in others)]))
    sizes = symbol_sizes({name: call.shape for name, call in program.inputs.items()}, batch)
    found = Interpreter(program.tape, positions).run(_given(program, state, batch, settings), sizes)
    return dict(zip(positions, found, strict=True))


def _of_phase(live: Sequence[Call], values: Mapping[int, Array], *phases: str) -> tuple[Stage, ...]:
    return tuple(
        Stage(call.position, call.operation.name, call.inputs, call.origin.place, values[call.position])
        for call in live
        if call.origin.phase in phases
    )


def _views(
    programs: Programs,
    state: State,
    after: State,
    derivatives: Mapping[str, Array],
    batch: Mapping[str, Array],
    settings: Mapping[str, float],
) -> tuple[WeightView, ...]:
    views, left = [], ESTIMATED
    total = _Total(programs.train, batch, settings)
    for group in programs.layout.groups:
        for place in group.places:
            estimate = np.full(place.size, np.nan)
            for i in range(min(place.size, left)):
                estimate[i] = total.slope(state, group.name, place.start + i)
            left -= min(place.size, left)
            before = place.of(state[group.name])
            views.append(
                WeightView(
                    place.name,
                    before,
                    derivatives[place.name],
                    estimate.reshape(place.shape),
                    place.of(after[group.name]),
                )
            )
    return tuple(views)


class _Total:
    """The total loss of the same program for any state."""

    def __init__(self, program: Program, batch: Mapping[str, Array], settings: Mapping[str, float]) -> None:
        self._program, self._batch, self._settings = program, batch, settings
        self._interpreter = Interpreter(program.tape, [program.outputs[LOSS].position])
        self._sizes = symbol_sizes({name: call.shape for name, call in program.inputs.items()}, batch)

    def slope(self, state: State, name: str, element: int) -> float:
        """The central difference of the total where one element of a state is moved up and down."""
        flat = state[name]
        kept = flat[element]
        step = MOVES[flat.dtype.name] * max(1.0, abs(float(kept)))
        losses = []
        for moved in (kept + step, kept - step):
            flat[element] = moved
            given = _given(self._program, state, self._batch, self._settings)
            losses.append(float(self._interpreter.run(given, self._sizes)[0]))
        flat[element] = kept
        return (losses[0] - losses[1]) / (2 * step)


def _stages(title: str, stages: Sequence[Stage]) -> Table:
    headers = ("call", "operation", "of", "layer", "shape", "value")
    rows = [
        [s.position, s.operation, " ".join(map(str, s.inputs)), s.place, str(s.value.shape), _brief(s.value)]
        for s in stages
    ]
    return Table(title, headers, rows)


def _row(inputs: Mapping[str, Array], row: int) -> Array:
    return np.concatenate([np.ravel(array[row]) for array in inputs.values()])


def _brief(value: Any) -> str:
    """A value in few characters: its first numbers."""
    flat = np.ravel(value)
    shown = " ".join(f"{number:.6g}" for number in flat[:4].tolist())
    return shown + (" ..." if flat.size > 4 else "")
