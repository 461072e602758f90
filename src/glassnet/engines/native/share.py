"""Equal calls shared: what is left of a tape to be lowered."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Any

import numpy as np

from glassnet.core.body import Body
from glassnet.core.tape import Call

OF_THEIR_OWN = ("input", "state", "setting")  # leaves are never merged


def shared(calls: Iterable[Call], known: Iterable[int] = ()) -> dict[int, int]:
    """For every position the first call that is equal to its own; the positions `known` stand for themselves."""
    first: dict[Hashable, int] = {}
    same: dict[int, int] = {position: position for position in known}
    for call in calls:
        key = _key(call, tuple(same[source] for source in call.inputs))
        same[call.position] = first.setdefault(key, call.position)
    return same


def _key(call: Call, inputs: tuple[int, ...]) -> Hashable:
    if call.operation.name in OF_THEIR_OWN:
        return call.position
    return call.operation.name, inputs, tuple((name, _frozen(value)) for name, value in sorted(call.attributes.items()))


def _frozen(value: Any) -> Hashable:
    if isinstance(value, Body):
        return id(value)
    if isinstance(value, np.ndarray):
        return value.dtype.name, value.shape, value.tobytes()
    return value  # type: ignore[no-any-return]
