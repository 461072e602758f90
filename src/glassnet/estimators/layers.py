"""The hidden layers of an estimator, as scikit-learn's users name them: by the number of their units."""

from __future__ import annotations

import operator
from collections.abc import Iterable
from typing import Any, Final

from glassnet.errors import SettingError, short
from glassnet.nn import Dense
from glassnet.nn.layer import Layer

STREAMED: Final = (64, 64)  # units of the hidden layers for rows that come in parts, none of which shows the whole


def hidden(sizes: Any, activation: str) -> list[Layer | str]:
    """The layers for a number of units, or for a list of such numbers and of layers.

    Raises SettingError for what is neither.
    """
    return [
        each if isinstance(each, Layer | str) else Dense(_units(each, sizes), activation) for each in as_listed(sizes)
    ]


def as_listed(sizes: Any) -> list[Any]:
    """The items of a list, or one alone."""
    return list(sizes) if isinstance(sizes, Iterable) and not isinstance(sizes, str) else [sizes]


def _units(each: Any, sizes: Any) -> int:
    try:
        units = operator.index(each)
    except TypeError:
        units = 0
    if units < 1 or isinstance(each, bool):
        raise SettingError(
            f"hidden_layer_sizes={short(sizes)}: expected the units of each hidden layer, such as (64, 64), layers "
            f"such as gn.Dropout(0.1) among them, or None, and the network designs itself"
        )
    return units
