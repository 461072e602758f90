"""What each layer of a network gives for some rows, and what comes back to it, in a few numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from glassnet.core.operation import Array
from glassnet.engines.reference import Reference
from glassnet.nn.activations import Activation
from glassnet.nn.dense import Dense
from glassnet.nn.graph import LENGTHS
from glassnet.nn.layer import Layer
from glassnet.nn.recurrent import RNN
from glassnet.training.inside import DELTA, DERIVATIVE, VALUE, inside
from glassnet.training.layout import State
from glassnet.training.programs import Programs
from glassnet.training.rows import Rows

Floats = npt.NDArray[np.float64]

BOUNDS: Final[Mapping[str, tuple[float, float]]] = {  # of the activation functions that flatten out on both sides
    "sigmoid": (0, 1), "hard sigmoid": (0, 1), "tanh": (-1, 1), "hard tanh": (-1, 1), "softsign": (-1, 1),
    "lecun tanh": (-1.7159, 1.7159),
}  # fmt: skip
NEAR: Final = 0.01  # of the range: there the slope of a sigmoid and of tanh is below 4 % of its largest
ALIKE: Final = 1e-6  # times their size: how far apart values that are the same may be rounded
MOST_ROWS, FEWEST_ROWS, MOST_STEPS = 200, 10, 20_000  # that are laid open: every value of every step is held at once
TWINS: Final = 2  # outputs from which on a layer has some that may be alike


@dataclass(frozen=True)
class LayerView:
    """One layer, seen on some rows.

    `units` are its outputs for a row, `size` their root mean square, `spread` that of what differs from row to row.
    `dead` is the share of units after a relu that are 0 in all rows, `saturated` that of values within 1 % of an end of
    the range of their activation function; NaN where its function has no such. `delta` is the length of the derivative
    of a row's loss with respect to the layer's outputs, the root mean square over rows. `derivative` is the root mean
    square of those of its parameters, NaN where it has none; `frozen` says that the optimizer leaves all of these
    alone, `twins` that all its units started alike and are moved alike. `last` is the layer that gives the output.
    `each` has the size and the spread of each output by itself, over all members of an ensemble.
    """

    name: str
    units: int
    size: float
    spread: float
    dead: float
    saturated: float
    delta: float
    derivative: float
    frozen: bool
    twins: bool
    last: bool
    each: tuple[tuple[float, float], ...]

    def only(self, outputs: slice) -> LayerView:
        """The size and the spread of some of the outputs; all else is that of the whole layer."""
        size, spread = (rms(np.array(some)) for some in zip(*self.each[outputs], strict=True))
        return replace(self, size=size, spread=spread, each=self.each[outputs])


def seen(programs: Programs, state: State, rows: Rows) -> tuple[LayerView, ...]:
    """Each layer as a step of learning on these rows would see it; the state stays as it is."""
    program = inside(programs)
    batch = {name: np.asarray(rows.data[name], call.dtype) for name, call in program.inputs.items()}
    found = Reference().compile(program).alone(state, batch, {})
    names = [key.removeprefix(f"{VALUE} ") for key in found if key.startswith(f"{VALUE} ")]
    layers = {name: layer for layer, name in programs.model.learnt.names.items()}
    last = programs.model.learnt.output.layer
    frozen = {place.name for group in programs.layout.groups if group.rule is None for place in group.places}
    weights = programs.layout.weights(dict(state))
    lengths = rows.inputs.get(LENGTHS)
    with np.errstate(over="ignore", invalid="ignore"):  # weights that have run away are to be told of
        return tuple(
            _view(name, layers[name], found, weights, frozen, lengths, last=layers[name] is last) for name in names
        )


def laid_open(rows: Rows) -> int:
    """On how many rows layers are looked at: 200, fewer where they are long sequences."""
    if LENGTHS not in rows.inputs:
        return MOST_ROWS
    return min(MOST_ROWS, max(FEWEST_ROWS, MOST_STEPS // max(int(rows.inputs[LENGTHS].max(initial=1)), 1)))


def function_of(layer: Layer | None) -> str | None:
    """The name of the activation function by which a layer ends, None where it has none."""
    if isinstance(layer, Activation):
        return layer.function
    given = layer.activation if isinstance(layer, Dense | RNN) else None
    return given if isinstance(given, str) else None


def _view(
    name: str,
    layer: Layer,
    found: Mapping[str, Array],
    weights: Mapping[str, Array],
    frozen: set[str],
    lengths: Array | None,
    *,
    last: bool,
) -> LayerView:
    values = np.asarray(found[f"{VALUE} {name}"], np.float64)
    delta = np.asarray(found[f"{DELTA} {name}"], np.float64)
    own = {key: np.asarray(found[f"{DERIVATIVE} {key}"]) for key in weights if key.rpartition(".")[0] == name}
    flat, function = _flat(values, lengths), function_of(layer)
    varying = flat - flat.mean(axis=0)
    return LayerView(
        name,
        units=int(np.prod(values.shape[1:])) if lengths is None else values.shape[-1],
        size=rms(flat),
        spread=rms(varying),
        dead=float((flat == 0).all(axis=0).mean()) if function == "relu" else np.nan,
        saturated=_saturated(flat, function),
        delta=float(np.sqrt((delta.reshape(len(delta), -1) ** 2).sum(axis=1).mean())),
        derivative=rms(np.concatenate([each.ravel() for each in own.values()])) if own else np.nan,
        frozen=bool(own) and set(own) <= frozen,
        twins=any(_twins(weights[key], own[key]) for key in own),
        last=last,
        each=tuple(zip(*(_of_each(some, values.shape[-1]) for some in (flat, varying)), strict=True)),
    )


def rms(values: Array) -> float:
    """The root mean square."""
    return float(np.sqrt(np.mean(np.square(values, dtype=np.float64)))) if values.size else 0.0


def _of_each(flat: Floats, outputs: int) -> list[float]:
    """The root mean square of each output in values (rows, members x outputs)."""
    means: Floats = np.square(flat).mean(axis=0).reshape(-1, outputs).mean(axis=0)
    return [float(root) for root in np.sqrt(means)]


def _flat(values: Array, lengths: Array | None) -> Floats:
    """Values (rows, units); of sequences a row for each step that is there."""
    if lengths is not None and values.ndim > 2:
        values = values[np.arange(values.shape[1]) < lengths[:, None]]
    flat: Floats = values.reshape(len(values), -1)
    return flat


def _saturated(flat: Floats, function: str | None) -> float:
    """The share of values near an end of the range of a function that has two."""
    if function is None or function not in BOUNDS:
        return np.nan
    low, high = BOUNDS[function]
    margin = NEAR * (high - low)
    return float(((flat <= low + margin) | (flat >= high - margin)).mean())


def _twins(weights: Array, derivative: Array) -> bool:
    """Whether the columns of a matrix are all alike, and so are their derivatives: no step will part them."""
    if weights.ndim < 2 or weights.shape[-1] < TWINS:
        return False
    return all(
        bool((np.abs(each - each[..., :1]) <= ALIKE * np.abs(each).max(initial=0)).all())
        for each in (weights, derivative)
    )
