"""A part of the layers run on rows: what a layer gives, and what follows from that."""

from __future__ import annotations

from typing import Any

import numpy as np

from glassnet.core.extent import written
from glassnet.data.arrays import as_inputs
from glassnet.data.contract import Array
from glassnet.errors import DataError, SettingError, nearest, sentence
from glassnet.network.learnt import Learnt
from glassnet.nn.graph import FRESH, LENGTHS
from glassnet.nn.layer import Node
from glassnet.training.inside import GIVEN, part
from glassnet.training.programs import OUTPUT
from glassnet.training.rows import MAP_ROWS
from glassnet.training.turnstile import Turnstile


def ran(
    learnt: Learnt, data: Any, start: str | int | None, stop: str | int | None, turns: Turnstile
) -> tuple[Array, tuple[str, ...]]:
    """The values after the layer `stop` for rows, or for values before the layer `start`, and notes on the rows.

    Raises SettingError for layers that there are not or that do not lead from one to the other, SchemaError or
    DataError for what does not fit.
    """
    places = learnt.programs.model.graph.places()
    last = list(places.values())[-1][-1] if stop is None else places[_name("stop", stop, places)][-1]
    if start is None:
        program = part(learnt.programs, None, last)
        inputs, notes = learnt.contract.inputs(data)
        if learnt.streams is not None:
            inputs = {**inputs, FRESH: np.ones(len(inputs[LENGTHS]), np.int64)}
    else:
        program = part(learnt.programs, _first(learnt, _name("start", start, places), places), last)
        call = program.inputs[GIVEN]
        inputs, notes = {GIVEN: _fitting(data, call.shape, call.dtype)}, ()
    with turns.gate, turns.room, turns.held:
        return learnt.engine.compile(program).map(learnt.state, inputs, MAP_ROWS)[OUTPUT], notes


def _name(setting: str, given: str | int, places: dict[str, tuple[Node, ...]]) -> str:
    """The name of a layer that was given by its name, or by its number from 0, or from the end as -1.

    Raises SettingError where there is none.
    """
    names = list(places)
    if isinstance(given, str) and given in places:
        return given
    whole = isinstance(given, int | np.integer) and not isinstance(given, bool)
    if whole and -len(names) <= int(given) < len(names):
        return names[int(given)]
    hint = nearest(given, names) if isinstance(given, str) else ""
    said = sentence(f"{setting}={given!r}: the network has no such layer{hint}")
    raise SettingError(f"{said} It has {', '.join(names)}, numbered from 0 to {len(names) - 1}")


def _first(learnt: Learnt, name: str, places: dict[str, tuple[Node, ...]]) -> Node:
    """The node to start at; raises SettingError where that is not one place, or the rows are sequences."""
    if len(places[name]) > 1:
        raise SettingError(f"start={name!r}: this layer is used {len(places[name])} times; start at a layer used once")
    if learnt.contract.over_time:
        raise SettingError(
            f"start={name!r}: this network takes sequences, whose lengths values before a layer do not tell; leave "
            f"start= out, and give the sequences"
        )
    return places[name][0]


def _fitting(data: Any, shape: tuple[Any, ...], dtype: str) -> Array:
    """Values before a layer as an array of its input; raises DataError for those of another shape."""
    array = as_inputs(data, dtype, "the values")
    if array.shape[1:] != tuple(shape[1:]):
        raise DataError(f"values of shape {array.shape}; expected {written(shape)}, n being the rows")
    return array
