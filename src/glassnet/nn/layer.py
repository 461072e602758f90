"""What a layer is: the parameters that it declares and the operations that it records."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from glassnet.core import functions
from glassnet.core.extent import Shape, Size, written
from glassnet.core.operation import DTYPES, Shaped
from glassnet.core.tensor import Tensor
from glassnet.errors import SettingError, ShapeError
from glassnet.nn.initializers import Initializer
from glassnet.random import stream
from glassnet.settings import Configured, check_name, refusal


@dataclass(frozen=True)
class Parameter:
    """Weights that an optimizer learns: their shape, how they start, and whether weight decay applies to them."""

    shape: tuple[int, ...]
    initializer: Initializer
    decay: bool = True


@dataclass(frozen=True)
class Statistic:
    """Numbers that a layer keeps up to date itself, such as a running mean: their shape and what they start from."""

    shape: tuple[int, ...]
    initial: float


class Own:
    """What a layer has of its own while it is recorded: its parameters and statistics as tensors, and chance.

    Each is an attribute under the name declared. `training` says whether a training step is recorded.
    """

    training: bool

    def __init__(self, name: str, tensors: Mapping[str, Tensor], *, training: bool, seed: Tensor, step: Tensor) -> None:
        self.name = name
        self.training = training
        self.kept: dict[str, Tensor] = {}
        self._tensors = dict(tensors)
        self._seed, self._step = seed, step
        self._draws = 0

    def __getattr__(self, name: str) -> Tensor:
        tensors: dict[str, Tensor] = self.__dict__["_tensors"]
        if name not in tensors:
            declared = ", ".join(tensors) or "none"
            raise AttributeError(f"layer {self.__dict__['name']!r} declares no parameter {name!r}; it has {declared}")
        return tensors[name]

    def keep(self, **statistics: Tensor) -> None:
        """Set the next values of statistics; they take effect when the step is applied."""
        self.kept.update(statistics)

    def uniform(self, shape: Shape) -> Tensor:
        """Numbers drawn evenly from [0, 1), float32, anew in each step."""
        self._draws += 1
        return functions.uniform(self._seed, self._step, shape, stream(f"{self.name}/{self._draws}"))


@dataclass(frozen=True, eq=False)
class Layer(Configured, ABC):
    """A building block of networks, described by its fields and compared by identity.

    A subclass declares its parameters and writes `forward` in tensor operations. The same object used twice shares its
    weights.
    """

    takes: ClassVar[tuple[int, int | None]] = (1, 1)  # the least and the most inputs, None for any number

    name: str | None = field(default=None, kw_only=True)

    def parameters(self, *inputs: Shaped) -> Mapping[str, Parameter | Statistic]:
        """The parameters by name, for inputs of these shapes and dtypes (the rows of a batch are the symbol n)."""
        return {}

    @abstractmethod
    def forward(self, own: Own, *inputs: Tensor) -> Tensor:
        """Record the output for the inputs; `own` holds the parameters."""

    def __call__(self, *inputs: Node) -> Node:
        """The node of a graph that applies this layer to the outputs of other nodes."""
        least, most = self.takes
        if not least <= len(inputs) <= (most or len(inputs)):
            expected = "one input" if most == 1 else f"at least {least}"
            raise SettingError(f"{type(self).__name__} was called on {len(inputs)} inputs; expected {expected}")
        if self.name is not None and not isinstance(self.name, str):
            raise refusal(self, "name", "text, or None")
        for node in inputs:
            if not isinstance(node, Node):
                raise TypeError(f"{type(self).__name__} was called on {node!r}; expected nodes, such as gn.Input(3)")
        return Node(self, inputs)

    def width(self, x: Shaped) -> int:
        """The extent of the last axis of an input of rows.

        Raises ShapeError where there is no such axis or its extent is not known.
        """
        last: Size = x.shape[-1] if len(x.shape) > 1 else 0
        if not isinstance(last, int) or len(x.shape) < 2:
            raise ShapeError(
                f"{type(self).__name__} takes inputs of shape (n, ..., features), not {written(x.shape)}; give each "
                f"row an axis of features"
            )
        return last


@dataclass(frozen=True, eq=False)
class Node:
    """A place in a graph of layers: a layer and the nodes that feed it."""

    layer: Layer | None
    inputs: tuple[Node, ...] = ()


@dataclass(frozen=True, eq=False)
class Input(Node):
    """An input of a graph of layers: the shape of one row, its dtype and its name.

    `Input(3)` is rows of three numbers, `Input(())` one number a row. Raises SettingError for a name that is no text
    and for a dtype that is not known.
    """

    layer: None = field(default=None, init=False)
    inputs: tuple[Node, ...] = field(default=(), init=False)
    shape: int | tuple[int, ...] = ()
    name: str = "inputs"
    dtype: str | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.name, str):
            raise refusal(self, "name", "text")
        if self.dtype is not None:
            check_name("Input: dtype", self.dtype, DTYPES)

    @property
    def row(self) -> tuple[int, ...]:
        """The shape of one row as a tuple."""
        return (self.shape,) if isinstance(self.shape, int | np.integer) else tuple(self.shape)
