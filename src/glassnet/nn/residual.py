"""Residual blocks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from glassnet.nn.activations import as_layer
from glassnet.nn.graph import chain
from glassnet.nn.layer import Layer, Node
from glassnet.nn.merge import Add
from glassnet.settings import refusal


@dataclass(frozen=True, eq=False)
class Residual(Add):
    """y = x + f(x), where f is the `layers` one after the other; they give what they take in its shape.

    It stands for a piece of a graph: a network that holds it has each of the layers by its own name and the sum as an
    `Add`, which bears the name of the block. Source: He, Zhang, Ren and Sun, "Deep residual learning for image
    recognition", 2015. Raises SettingError unless there are layers, ShapeError where the two do not add up.

    >>> from glassnet.nn import Dense, Input
    >>> Residual([Dense(3, "relu"), Dense(3)])(Input(3)).layer
    Add()
    """

    takes: ClassVar[tuple[int, int | None]] = (1, 1)

    layers: Sequence[Layer | str]
    _sum: Add = field(init=False, repr=False)  # one for all uses of the block, as its layers are

    def __post_init__(self) -> None:
        if not isinstance(self.layers, list | tuple) or not self.layers:
            raise refusal(self, "layers", "a list of layers, such as [gn.Dense(8, 'relu'), gn.Dense(8)]")
        object.__setattr__(self, "layers", tuple(as_layer(each) for each in self.layers))
        object.__setattr__(self, "_sum", Add(name=self.name))

    def __call__(self, *inputs: Node) -> Node:
        """The node of the sum of `inputs`, which is one, and of what the layers make of it."""
        self.check_inputs(*inputs)
        return self._sum(inputs[0], chain(list(map(as_layer, self.layers)), inputs[0]))
