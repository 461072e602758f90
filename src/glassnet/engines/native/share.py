"""Calls that nothing depends on dropped, and equal calls shared: what is left of a tape to be lowered."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import numpy as np

from glassnet.core.program import Program
from glassnet.core.tape import Call

OF_THEIR_OWN = ("input", "state", "setting")  # leaves are never merged


def shared(program: Program) -> tuple[list[Call], dict[int, int]]:
    """The live calls of a program, the first of each kind of equal ones, and for every live position its stand-in."""
    first: dict[Hashable, int] = {}
    same: dict[int, int] = {}
    kept: list[Call] = []
    for call in program.live():
        key = _key(call, tuple(same[source] for source in call.inputs))
        same[call.position] = first.setdefault(key, call.position)
        if same[call.position] == call.position:
            kept.append(call)
    return kept, same


def _key(call: Call, inputs: tuple[int, ...]) -> Hashable:
    if call.operation.name in OF_THEIR_OWN:
        return call.position
    return call.operation.name, inputs, tuple((name, _frozen(value)) for name, value in sorted(call.attributes.items()))


def _frozen(value: Any) -> Hashable:
    if isinstance(value, np.ndarray):
        return value.dtype.name, value.shape, value.tobytes()
    return value  # type: ignore[no-any-return]
