"""A network as a graph of layers: its nodes in order, its names, and its way forward on a tape."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from glassnet.core.extent import Shape, n, t, written
from glassnet.core.tape import Tape
from glassnet.core.tensor import Tensor
from glassnet.errors import SettingError, ShapeError, nearest, sentence
from glassnet.nn.layer import Input, Layer, Node, Own, Parameter, Part, Shared, Statistic

Declared: TypeAlias = dict[str, Parameter | Statistic]
Provide: TypeAlias = Callable[[str, Parameter | Statistic], Tensor]

WORDS = re.compile("(?<=[a-z]{2})(?=[A-Z])|(?<=[A-Za-z])(?=[A-Z][a-z]{2})")  # as in Batch Norm, RMS Norm and PReLU
STEP, SEED = "step", "seed"  # the states that every program has: steps done, and the seed of all chance
LENGTHS = "sequence lengths"  # the input of a program whose rows are sequences: how many steps of each are there
FRESH = "sequence begins"  # and of one that keeps states: 1 where a sequence begins, 0 where it goes on


def chain(layers: Sequence[Layer], start: Node) -> Node:
    """The layers one after the other, from one node."""
    node = start
    for layer in layers:
        node = layer(node)
    return node


@dataclass(frozen=True, eq=False)
class Graph:
    """The nodes that an output depends on, each after those that feed it, and a name for every layer."""

    output: Node
    nodes: tuple[Node, ...]
    names: Mapping[Layer, str]

    @classmethod
    def of(cls, output: Node) -> Graph:
        """The graph that ends at `output`; raises SettingError where two layers or inputs bear one name."""
        nodes = _in_order(output)
        names = _named([node.layer for node in nodes if node.layer is not None])
        inputs = Counter(node.name for node in nodes if isinstance(node, Input))
        for name, times in inputs.items():
            if times > 1:
                raise SettingError(f"{times} inputs of the network are called {name!r}; give each a name of its own")
        return cls(output, nodes, names)

    @property
    def inputs(self) -> tuple[Input, ...]:
        """The inputs, in order."""
        return tuple(node for node in self.nodes if isinstance(node, Input))

    @property
    def carried(self) -> tuple[str, ...]:
        """The statistics that are the state of sequences, by their full names."""
        return tuple(f"{name}.{part}" for layer, name in self.names.items() for part in layer.carried)

    def places(self) -> dict[str, tuple[Node, ...]]:
        """The nodes of each layer, by its name: several where it is used more than once."""
        return {name: tuple(node for node in self.nodes if node.layer is layer) for layer, name in self.names.items()}

    def leaves(self, tape: Tape, dtype: str, each: Shape = ()) -> dict[str, Tensor]:
        """The inputs on a tape, by name; where one is of sequences of any length, their true lengths (n,) beside it.

        `each` are further axes after that of the rows, where a row is given for each of several networks.
        """
        leaves = {i.name: tape.input(i.name, (n, *each, *i.row), i.dtype or dtype) for i in self.inputs}
        if any(t in i.row for i in self.inputs):
            leaves[LENGTHS] = tape.input(LENGTHS, (n,), "int64")
        if self.carried:
            leaves[FRESH] = tape.input(FRESH, (n,), "int64")
        return leaves

    def forward(
        self, inputs: Mapping[str, Tensor], provide: Provide, *, training: bool, seed: Tensor, step: Tensor
    ) -> tuple[Tensor, dict[str, Tensor]]:
        """Record the way forward: the output, and the next values of statistics by their full names.

        `provide` gives the tensor of each parameter and statistic from its full name, such as "dense_1.weights".
        """
        values, kept = self.values(inputs, provide, training=training, seed=seed, step=step)
        return values[self.output], kept

    def values(
        self,
        inputs: Mapping[str, Tensor],
        provide: Provide,
        *,
        training: bool,
        seed: Tensor,
        step: Tensor,
        known: Mapping[Node, Tensor] | None = None,
    ) -> tuple[dict[Node, Tensor], dict[str, Tensor]]:
        """The same with the value of every node that can be told from the inputs, and from nodes that are `known`."""
        values: dict[Node, Tensor] = dict(known or {})
        owners: dict[Layer, Own] = {}
        kept: dict[str, Tensor] = {}
        for node in self.nodes:
            if node in values or not all(source in values for source in node.inputs):
                continue
            if isinstance(node, Input):
                values.update({node: inputs[node.name]} if node.name in inputs else {})
            elif node.layer is not None:
                operands = [values[source] for source in node.inputs]
                name = self.names[node.layer]
                with operands[0].tape.within(place=name):
                    if node.layer not in owners:
                        declared = _parameters(name, node.layer, operands)
                        tensors = _tensors(name, declared, provide, owners.values())
                        owners[node.layer] = Own(
                            name, tensors, training=training, seed=seed, step=step, lengths=inputs.get(LENGTHS),
                            fresh=inputs.get(FRESH),
                        )  # fmt: skip
                    own = owners[node.layer]
                    values[node] = node.layer.forward(own, *operands)
                kept.update({f"{name}.{part}": tensor for part, tensor in own.kept.items()})
        return values, kept

    def declare(self, dtype: str) -> tuple[Declared, Tensor]:
        """What the layers declare, by full name, and the output as a tensor that shows its shape.

        Raises ShapeError, naming the layer, where shapes do not fit.
        """
        tape, declared = Tape(), Declared()

        def provide(name: str, what: Parameter | Statistic) -> Tensor:
            declared[name] = what
            return tape.state(name, what.shape, dtype)

        inputs = self.leaves(tape, dtype)
        seed, step = tape.state(SEED, (), "int64"), tape.state(STEP, (), "int64")
        output, _ = self.forward(inputs, provide, training=False, seed=seed, step=step)
        return declared, output


def _parameters(name: str, layer: Layer, inputs: Sequence[Tensor]) -> Mapping[str, Part]:
    """What a layer declares; its errors name it."""
    try:
        return layer.parameters(*inputs)
    except ShapeError as error:
        raise ShapeError(f"{name}: {error}") from None


def _tensors(name: str, declared: Mapping[str, Part], provide: Provide, before: Iterable[Own]) -> dict[str, Tensor]:
    """The tensors of what the layer `name` declares; what it shares is that of a layer `before` it."""
    others = {own.name: own for own in before}
    return {
        part: _shared(name, what, others) if isinstance(what, Shared) else provide(f"{name}.{part}", what)
        for part, what in declared.items()
    }


def _shared(name: str, what: Shared, before: Mapping[str, Own]) -> Tensor:
    """The tensor of another layer's parameter.

    Raises SettingError where no such layer comes before, or it has no such parameter, ShapeError where its shape is
    another.
    """
    if what.layer not in before:
        said = f"{name}: it shares the {what.part} of {what.layer!r}, but no layer of that name comes before it"
        said = sentence(said + nearest(what.layer, before))
        raise SettingError(f"{said} Before it: {', '.join(before) or 'none'}")
    try:
        tensor: Tensor = getattr(before[what.layer], what.part)
    except AttributeError as error:
        raise SettingError(f"{name}: it shares the {what.part} of {what.layer!r}; {error}") from None
    if tensor.shape != what.shape:
        raise ShapeError(
            f"{name}: the {what.part} of {what.layer!r} have shape {written(tensor.shape)}; expected "
            f"{written(what.shape)} here; change the outputs of a layer, or whether they are transposed"
        )
    return tensor


def _in_order(output: Node) -> tuple[Node, ...]:
    """The nodes that an output depends on, each once and after those that feed it, without recursion."""
    ordered: dict[Node, None] = {}
    waiting = [output]
    while waiting:
        node = waiting[-1]
        missing = [source for source in node.inputs if source not in ordered]
        if missing:
            waiting.extend(reversed(missing))
        else:
            ordered.setdefault(waiting.pop())
    return tuple(ordered)


def _named(layers: Sequence[Layer]) -> dict[Layer, str]:
    """A name for each layer: its own, or its kind and a number, such as dense_1."""
    names: dict[Layer, str] = {}
    numbers: Counter[str] = Counter()
    for layer in layers:
        if layer in names:
            continue
        kind = WORDS.sub("_", type(layer).__name__).lower()
        numbers[kind] += layer.name is None
        names[layer] = layer.name or f"{kind}_{numbers[kind]}"
    for name, times in Counter(names.values()).items():
        if times > 1:
            raise SettingError(f"{times} layers are called {name!r}; give each a name of its own")
    return names
