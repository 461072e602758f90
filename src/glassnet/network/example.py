"""One example in whatever form it is given, and the network that is made from a first one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from numpy import ndarray

from glassnet.data.arrays import as_array
from glassnet.data.contract import Array
from glassnet.data.sequences import Sequences, as_sequences
from glassnet.errors import DataError, SettingError
from glassnet.network.asking import FLOATS
from glassnet.network.given import Given
from glassnet.network.learnt import Learnt
from glassnet.network.making import first
from glassnet.network.preparation import is_numeric
from glassnet.network.terms import Asked
from glassnet.network.wishes import Wishes

NUMBERS: Final = frozenset({float, int, np.float64, np.float32, np.int64})


def made(wishes: Wishes, x: Any, y: Any) -> Learnt:
    """The network for a first example; raises SettingError where more has to be known."""
    if (wishes.layers is None and wishes.classes is None) or not is_numeric(x):
        raise SettingError(
            "one example without names is too little to design a network from: give {column: value}, learn from a "
            "table first, or lay out the layers, as in Network([gn.Dense(32, 'tanh'), gn.Dense(1)], loss='squared'), "
            "or give the classes, classes=[...]"
        )
    if wishes.classes is None and wishes.of_classes and np.size(y) == 1:
        raise SettingError(
            "the loss is one of classes, and one example does not tell them: give all of them, Network(classes=[...])"
        )
    learnt, _ = first(wishes, Given(*_first_example(wishes, x, y)), Asked())
    return learnt


def _first_example(wishes: Wishes, x: Any, y: Any) -> tuple[Any, Any]:
    """Data and targets of one example; it is a step of a sequence where layers keep their state."""
    row, target = one_row(x), as_array(y)[None]
    if not wishes.keeps_state:
        return row, target
    sequence = as_sequences(row)
    return sequence, [target] if wishes.answers_steps(wishes.begin(sequence.values.shape[2])) else target


def one_row(x: Any) -> Array:
    """One row, or a number, as an array of one row; one that is such an array already as it is."""
    array = as_array(x)
    return array if array.ndim > 1 and len(array) == 1 else array.reshape(1, *(array.shape or (1,)))


def row_of_table(x: Any) -> Any:
    """One row as a table: {column: value} as columns, a list or an array of values as rows; a frame as it is."""
    if isinstance(x, Mapping):
        return {name: [value] for name, value in x.items()}
    return x if hasattr(x, "columns") or hasattr(x, "column_names") else one_row(x)


def fits(name: str, array: Array, room: Array) -> None:
    """Raise DataError where an array is not of the shape of its room."""
    if array.shape != room.shape:
        raise DataError(f"{name}: one of shape {array.shape[1:]} was given; expected one of shape {room.shape[1:]}")


def is_example(data: Any, targets: Any) -> bool:
    """Whether data and targets are one row of numbers and its only target."""
    if type(data) is ndarray and type(targets) in NUMBERS:
        return data.dtype in FLOATS or data.dtype.kind in "biu"
    if targets is None or isinstance(targets, list | tuple | Sequences):  # lists may be ragged
        return False
    return np.ndim(targets) == 0 and is_numeric(data)
