"""Placements: arrays put side by side, or among zeros."""

from __future__ import annotations

from glassnet.core.extent import Size
from glassnet.core.tape import Call
from glassnet.engines.native import movement
from glassnet.engines.native.lower.lowering import Lowering, Value
from glassnet.engines.native.nests import View


def pad(lowering: Lowering, call: Call, x: Value) -> View:
    """Zeros, and the operand among them."""
    axis, low, interior = (call.attributes[name] for name in ("axis", "low", "interior"))
    shape = lowering.tape[call.inputs[0]].shape
    result = lowering.filled(call.shape, call.dtype, call.origin.place)
    if shape[axis] != 0:
        lowering.put(x, movement.sliced(result, axis, low, shape[axis], interior + 1), call.origin.place)
    return result


def concatenate(lowering: Lowering, call: Call, *operands: Value) -> View:
    """The operands side by side in one array."""
    axis, start = call.attributes["axis"], 0
    result = lowering.fresh(call.shape, call.dtype)
    for source, operand in zip(call.inputs, operands, strict=True):
        size = lowering.tape[source].shape[axis]
        if size != 0:
            lowering.put(operand, movement.sliced(result, axis, start, size, 1), call.origin.place)
        start = start + size
    return result


def tiled(lowering: Lowering, call: Call) -> View | None:
    """A sum of padded parts that lie side by side and fill an axis: the parts in their places; None for any other sum.

    That is what comes back from an array that was cut in slices.
    """
    pads = _parts(lowering, call)
    if any(part.operation.name != "pad" or part.attributes["interior"] for part in pads):
        return None
    (axis, *others) = {part.attributes["axis"] for part in pads}
    end: Size = 0
    pads.sort(key=lambda part: part.attributes["low"] if isinstance(part.attributes["low"], int) else -1)
    for part in pads:
        if others or part.attributes["low"] != end:
            return None
        end = end + lowering.tape[part.inputs[0]].shape[axis]
    if end != call.shape[axis]:
        return None
    result = lowering.fresh(call.shape, call.dtype)
    for part in pads:
        size = lowering.tape[part.inputs[0]].shape[axis]
        here = movement.sliced(result, axis, part.attributes["low"], size, 1)
        lowering.put(lowering.values[part.inputs[0]], here, call.origin.place)
    return result


def _parts(lowering: Lowering, call: Call) -> list[Call]:
    """The terms of a sum of sums, without recursion: a sum may be long."""
    found: list[Call] = []
    waiting = [call]
    while waiting:
        each = waiting.pop()
        if each.operation.name == "add":
            waiting += [lowering.tape[source] for source in each.inputs]
        else:
            found.append(each)
    return found
