"""Elementwise operations and reductions: loops."""

from __future__ import annotations

from glassnet.core.extent import Shape
from glassnet.core.tape import Call
from glassnet.engines.native.lower.lowering import Expression, Lowering, Value, append
from glassnet.engines.native.lower.placing import tiled
from glassnet.engines.native.nests import Line, View, Write


def elementwise(lowering: Lowering, call: Call, *operands: Value) -> Value:
    """A loop; or nothing for truth values and what is the same at every index: those are made where they are used."""
    made = Expression(call.operation.name, call.dtype, operands)
    if made.uniform or call.dtype == "bool":
        return made
    body: list[Line] = []
    line = append(body, made)
    result = lowering.fresh(call.shape, call.dtype)
    lowering.loop(call.shape, body, [Write(line, result)], call.origin.place)
    return result


def added(lowering: Lowering, call: Call, a: Value, b: Value) -> Value:
    """A sum; of padded parts that tile an axis, it is the parts side by side."""
    return tiled(lowering, call) or elementwise(lowering, call, a, b)


def reduced(lowering: Lowering, call: Call, x: Value) -> View:
    """A loop whose write does not move along the axes that are reduced."""
    axes, shape = call.attributes["axes"], lowering.tape[call.inputs[0]].shape
    result = lowering.fresh(call.shape, call.dtype)
    moving = iter(result.strides)
    strides = tuple(0 if axis in axes else next(moving) for axis in range(len(shape)))
    body: list[Line] = []
    line = append(body, x)
    if not axes:
        lowering.loop(shape, body, [Write(line, result)], call.origin.place)
        return result
    # An axis of extent 1 that stays has to keep its stride from being taken for a reduction.
    write = Write(line, result.at(shape, _told_apart(strides, axes)), call.operation.name)  # type: ignore[arg-type]
    lowering.loop(shape, body, [write], call.origin.place)
    return result


def _told_apart(strides: Shape, axes: tuple[int, ...]) -> Shape:
    """Strides in which only the axes of a reduction are 0: one of extent 1 that stays is no reduction."""
    return tuple(stride if axis in axes or stride != 0 else 1 for axis, stride in enumerate(strides))
