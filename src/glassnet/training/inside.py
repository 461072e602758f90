"""Programs that look inside a network: what its layers give, and the deltas that come back to them."""

from __future__ import annotations

from typing import Final

from glassnet.core.derivative import backpropagate
from glassnet.core.operation import FLOATS
from glassnet.core.program import Program
from glassnet.engines.engine import LOSS, WEIGHT
from glassnet.errors import SettingError
from glassnet.nn.layer import Node
from glassnet.training.programs import OUTPUT, Programs, Recorder

VALUE, DELTA, DERIVATIVE = "value", "delta", "derivative"
GIVEN: Final = "values"  # the input of a part of a network that does not begin at its start


def part(programs: Programs, first: Node | None, last: Node) -> Program:
    """The program that gives the values after the node `last`, from the inputs or from what goes into `first`.

    The values that go into `first` are its input `GIVEN`. Raises SettingError where `first` takes several inputs, does
    not lead to `last`, or is not all that does.
    """
    graph, names = programs.model.graph, programs.model.graph.names
    recorder = Recorder(programs.model, programs.layout)
    recorder.answering()
    values = recorder.values(graph, training=False)
    if first is not None:
        assert first.layer is not None  # it is the node of a layer
        if len(first.inputs) != 1:
            raise SettingError(
                f"start={names[first.layer]!r}: this layer takes {len(first.inputs)} inputs; start at a layer of one"
            )
        before = values[first.inputs[0]]
        recorder = Recorder(programs.model, programs.layout)
        recorder.answering()
        given = recorder.tape.input(GIVEN, before.shape, before.dtype)
        values = recorder.values(graph, training=False, known={first.inputs[0]: given})
        if last is first.inputs[0] or last not in values:
            assert last.layer is not None  # an input is no place to stop at
            raise SettingError(
                f"start={names[first.layer]!r}, stop={names[last.layer]!r}: what comes out there does not follow from "
                f"what goes in at {names[first.layer]!r} alone; start at an earlier layer, or at the inputs"
            )
    return Program(recorder.tape, {OUTPUT: values[last]})


def inside(programs: Programs) -> Program:
    """The program that gives, for a batch as a step of learning takes it, what each layer gives and what comes back.

    Its outputs are the loss of the batch, summed, and its weight; for each layer NAME "value NAME", what it gives, and
    "delta NAME", the derivative of the loss with respect to that; for each parameter "derivative NAME". Of a layer that
    is used several times its last use is meant. Layers act as they do while learning, dropout among them.
    """
    graph = programs.model.learnt
    recorder = Recorder(programs.model, programs.layout)
    values = recorder.values(graph, training=True)
    losses, weights = recorder.weighted(values[graph.output])
    with recorder.tape.within(place="loss", phase="loss"):
        total, weight = (losses * weights).sum(), weights.sum()
    given = {name: values[nodes[-1]] for name, nodes in graph.places().items()}
    given = {name: tensor for name, tensor in given.items() if tensor.dtype in FLOATS}
    deltas = iter(backpropagate(total, [*given.values(), *recorder.parameters.values()]))
    outputs = {LOSS: total, WEIGHT: weight, OUTPUT: values[graph.output]}
    outputs |= {f"{VALUE} {name}": tensor for name, tensor in given.items()}
    outputs |= {f"{DELTA} {name}": next(deltas) for name in given}
    outputs |= {f"{DERIVATIVE} {name}": next(deltas) for name in recorder.parameters}
    return Program(recorder.tape, outputs)
