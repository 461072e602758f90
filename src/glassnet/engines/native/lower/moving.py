"""Movements: views of what is there, or of a copy where strides cannot say it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from glassnet.core.tape import Call
from glassnet.engines.native import movement
from glassnet.engines.native.lower.lowering import Lowering, Move, Value, through
from glassnet.engines.native.nests import View


def _rule(move: Callable[[View, dict[str, Any]], View | None]) -> Callable[[Lowering, Call, Value], Value]:
    """A rule for a movement of views."""

    def rule(lowering: Lowering, call: Call, x: Value) -> Value:
        return _moved(lowering, call, x, lambda view: move(view, dict(call.attributes)))

    return rule


def _moved(lowering: Lowering, call: Call, x: Value, move: Move) -> Value:
    found = through(x, move)
    if found is None:
        shape = lowering.tape[call.inputs[0]].shape
        found = move(lowering.copied(x, shape, call.origin.place))
    assert found is not None  # strides can say every movement of a whole array
    return found


reshape = _rule(lambda view, how: movement.reshaped(view, how["shape"]))
transpose = _rule(lambda view, how: movement.transposed(view, how["axes"]))
broadcast = _rule(lambda view, how: movement.broadcasted(view, how["shape"]))
slice_ = _rule(lambda view, how: movement.sliced(view, **how))
flip = _rule(lambda view, how: movement.flipped(view, how["axes"]))


def stop(lowering: Lowering, call: Call, x: Value) -> Value:
    """The value itself: only differentiation sees it."""
    return x
