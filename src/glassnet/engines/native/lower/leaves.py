"""Leaves: what is given, and what depends on nothing but a shape."""

from __future__ import annotations

from typing import Final

import numpy as np

from glassnet.core.extent import Extent, count
from glassnet.core.tape import Call
from glassnet.engines.native.ir import literal
from glassnet.engines.native.lower.lowering import Expression, Lowering, Value, append
from glassnet.engines.native.nests import Buffer, Line, View, Write, rows_first, store

NO_TIME: Final = Expression("constant", "int64", value=literal(0, "int64"))


def leaf(lowering: Lowering, call: Call) -> View:
    """An input, a state or a setting: memory that is given."""
    role, name = call.operation.name, call.attributes["name"]
    buffer = lowering.leaves[role, name] = Buffer(count(call.shape), call.dtype, role, name)  # type: ignore[arg-type]
    return store(buffer, call.shape)


def constant(lowering: Lowering, call: Call) -> Value:
    """A number that is written into the code, or an array that lies beside it."""
    value = call.attributes["value"]
    if value.size == 1:
        return Expression("constant", call.dtype, value=literal(value.reshape(()).item(), call.dtype))
    name = f"constant {call.position}"
    buffer = Buffer(value.size, call.dtype, "constant", name, np.ascontiguousarray(value))
    lowering.leaves["constant", name] = buffer
    return store(buffer, call.shape)


def extent(lowering: Lowering, call: Call) -> Value:
    """A size as a number."""
    size = call.attributes["size"]
    if isinstance(size, Extent):
        return Expression("extent", call.dtype, value=size)
    return Expression("constant", call.dtype, value=literal(size, call.dtype))


def iota(lowering: Lowering, call: Call) -> View:
    """A view of the counter, which takes no memory."""
    axis = call.attributes["axis"]
    strides = tuple(1 if i == axis else 0 for i in range(len(call.shape)))
    return View(Buffer(0, call.dtype, "counter"), call.shape, strides)


def random(lowering: Lowering, call: Call, seed: Value, step: Value, time: Value = NO_TIME) -> View:
    """Random bits: a function of seed, step, time step and the number of the element."""
    body: list[Line] = []
    element = View(Buffer(0, "int64", "counter"), call.shape, rows_first(call.shape))
    flat = tuple(0 for _ in call.shape)
    given = (each if isinstance(each, Expression) else each.at(call.shape, flat) for each in (seed, step, time))
    words = [append(body, each) for each in given]
    places = append(body, element)
    body.append(Line("random", "uint32", (*words, places), value=call.attributes["stream"]))
    result = lowering.fresh(call.shape, call.dtype)
    lowering.loop(call.shape, body, [Write(len(body) - 1, result)], call.origin.place)
    return result
