"""Elements picked by an index, and added back to where they came from."""

from __future__ import annotations

from glassnet.core.extent import Size
from glassnet.core.tape import Call
from glassnet.engines.native.lower.lowering import Lowering, Value, append
from glassnet.engines.native.nests import Line, View, Write


def _inside(lowering: Lowering, call: Call, index: View, size: Size) -> None:
    """A loop that notes an index that lies outside a table; a scan notes it at whichever step."""
    fault = lowering.fresh((), "int64")
    before = lowering.outermost
    before.loop((), [Line("constant", "int64", value="0")], [Write(0, fault)], call.origin.place)
    body: list[Line] = []
    line = append(body, index)
    body.append(Line("outside", "int64", (line,), value=size))
    noted = fault.at(index.shape, tuple(0 for _ in index.shape))
    lowering.loop(index.shape, body, [Write(len(body) - 1, noted, "max", onto=True)], call.origin.place)
    before.faults.append((fault.buffer, f"{call.origin.place}: {call.operation.name}", size))


def gather(lowering: Lowering, call: Call, table: Value, index: Value) -> View:
    """A loop that loads from where an index says."""
    shapes, axis = [lowering.tape[source].shape for source in call.inputs], call.attributes["axis"]
    place = call.origin.place
    source, picked = lowering.stored(table, shapes[0], place), lowering.stored(index, shapes[1], place)
    size, stride = shapes[0][axis], source.strides[axis]
    _inside(lowering, call, picked, size)
    before, after = len(shapes[0][:axis]), len(shapes[0]) - axis - 1
    body = [Line("load", picked.dtype, view=picked.at(call.shape, (0,) * before + picked.strides + (0,) * after))]
    body.append(Line("within", "int64", (0,), value=size))
    strides = source.strides[:axis] + (0,) * len(shapes[1]) + source.strides[axis + 1 :]
    body.append(Line("load", call.dtype, (1,), source.at(call.shape, strides), stride))
    result = lowering.fresh(call.shape, call.dtype)
    lowering.loop(call.shape, body, [Write(2, result)], place)
    return result


def scatter_add(lowering: Lowering, call: Call, index: Value, values: Value) -> View:
    """A loop that adds to where an index says, in the order of the index."""
    shapes, axis = [lowering.tape[source].shape for source in call.inputs], call.attributes["axis"]
    place, size = call.origin.place, call.attributes["size"]
    picked = lowering.stored(index, shapes[0], place)
    _inside(lowering, call, picked, size)
    result = lowering.filled(call.shape, call.dtype, place)
    before, after = axis, len(shapes[1]) - axis - len(shapes[0])
    domain = shapes[1]
    body: list[Line] = [
        Line("load", picked.dtype, view=picked.at(domain, (0,) * before + picked.strides + (0,) * after))
    ]
    body.append(Line("within", "int64", (0,), value=size))
    line = append(body, values)
    strides = result.strides[:axis] + (0,) * len(shapes[0]) + result.strides[axis + 1 :]
    write = Write(line, result.at(domain, strides), "sum", 1, result.strides[axis], onto=True)
    lowering.loop(domain, body, [write], place)
    return result
