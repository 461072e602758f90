"""What a layer is: the parameters that it declares and the operations that it records."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, TypeAlias

import numpy as np

from glassnet.core import functions
from glassnet.core.extent import Shape, Size, t, written
from glassnet.core.operation import DTYPES, Shaped
from glassnet.core.tensor import Tensor
from glassnet.errors import SettingError, ShapeError, short
from glassnet.nn.initializers import Initializer
from glassnet.random import stream
from glassnet.settings import Configured, check_name, refusal


@dataclass(frozen=True)
class Parameter:
    """Weights that an optimizer learns: their shape, how they start, and whether weight decay applies to them.

    `hidden` says of a matrix (inputs, outputs) that it maps features to features, as those of dense layers do: rules
    for hidden matrices, such as `Muon`, then take it, unless it is the last one before the output.

    Along the first `batch` axes each element is a parameter of its own, as those of the members of a packed layer are.
    """

    shape: tuple[int, ...]
    initializer: Initializer
    decay: bool = True
    hidden: bool = False
    batch: int = 0


@dataclass(frozen=True)
class Statistic:
    """Numbers that a layer keeps up to date itself, such as a running mean: their shape and what they start from."""

    shape: tuple[int, ...]
    initial: float


@dataclass(frozen=True)
class Shared:
    """A parameter of another layer, by that layer's name and its own: the two layers learn it together.

    The other layer feeds this one, directly or through others. `shape` is the one that the parameter must have.
    """

    layer: str
    part: str
    shape: tuple[int, ...]


Part: TypeAlias = Parameter | Statistic | Shared


class Own:
    """What a layer has of its own while it is recorded: its parameters and statistics as tensors, and chance.

    Each is an attribute under the name declared. `training` says whether a training step is recorded. `lengths` (n,)
    are the true lengths of the sequences whose axis of time is the symbol t, None where no input has that axis. `fresh`
    (n,) is above 0 for a sequence that begins, and 0 for one that goes on, None in a network that keeps no state.
    """

    training: bool
    lengths: Tensor | None
    fresh: Tensor | None

    def __init__(
        self,
        name: str,
        tensors: Mapping[str, Tensor],
        *,
        training: bool,
        seed: Tensor,
        step: Tensor,
        lengths: Tensor | None = None,
        fresh: Tensor | None = None,
    ) -> None:
        self.name = name
        self.training = training
        self.lengths = lengths
        self.fresh = fresh
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

    def mask(self, x: Tensor) -> Tensor | None:
        """Which steps of sequences (n, time, ...) are there, (n, time); None where all of them are."""
        if self.lengths is None or x.ndim < 2 or x.shape[1] != t:
            return None
        rows, steps = x.shape[:2]
        return x.tape.iota((rows, steps), 1) < self.lengths.reshape(rows, 1).broadcast((rows, steps))

    def uniform(self, shape: Shape) -> Tensor:
        """Numbers drawn evenly from [0, 1), float32, anew in each step."""
        self._draws += 1
        return functions.uniform(self._seed, self._step, shape, stream(f"{self.name}/{self._draws}"))

    def normal(self, like: Tensor) -> Tensor:
        """Numbers from the standard normal distribution in the shape and dtype of `like`, anew in each step.

        sqrt(-2 log(1 - u)) cos(2 pi v) of evenly drawn u and v (Box and Muller, 1958); none is beyond 5.8, since u has
        24 random bits.
        """
        u, v = (self.uniform(like.shape).cast(like.dtype) for _ in range(2))
        return (-2 * functions.log(1 - u)).sqrt() * functions.cos(2 * math.pi * v)


@dataclass(frozen=True, eq=False)
class Layer(Configured, ABC):
    """A building block of networks, described by its fields and compared by identity.

    A subclass declares its parameters and writes `forward` in tensor operations. The same object used twice shares its
    weights.
    """

    takes: ClassVar[tuple[int, int | None]] = (1, 1)  # the least and the most inputs, None for any number

    name: str | None = field(default=None, kw_only=True)

    def parameters(self, *inputs: Shaped) -> Mapping[str, Part]:
        """The parameters by name, for inputs of these shapes and dtypes (the rows of a batch are the symbol n)."""
        return {}

    @property
    def carried(self) -> tuple[str, ...]:
        """The statistics that are the state of sequences, by which a later call goes on where an earlier one ended.

        Their first axis is of how many sequences the state is kept.
        """
        return ()

    @abstractmethod
    def forward(self, own: Own, *inputs: Tensor) -> Tensor:
        """Record the output for the inputs; `own` holds the parameters."""

    def __call__(self, *inputs: Node) -> Node:
        """The node of a graph that applies this layer to the outputs of other nodes."""
        self.check_inputs(*inputs)
        return Node(self, inputs)

    def check_inputs(self, *inputs: Node) -> None:
        """Raise SettingError for a number of inputs that this layer does not take, TypeError for what is no node."""
        least, most = self.takes
        if not least <= len(inputs) <= (most or len(inputs)):
            expected = "one input" if most == 1 else f"at least {least}"
            raise SettingError(f"{type(self).__name__} was called on {len(inputs)} inputs; expected {expected}")
        if self.name is not None and not isinstance(self.name, str):
            raise refusal(self, "name", "text, or None")
        for node in inputs:
            if not isinstance(node, Node):
                raise TypeError(
                    f"{type(self).__name__} was called on {short(node)}; expected nodes, such as gn.Input(3)"
                )

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

    `Input(3)` is rows of three numbers, `Input(())` one number a row, `Input(("t", 3))` sequences of any number of
    steps with three numbers each. Raises SettingError for a shape or a name that is none, and for a dtype that is not
    known.
    """

    layer: None = field(default=None, init=False)
    inputs: tuple[Node, ...] = field(default=(), init=False)
    shape: int | tuple[int | str, ...] = ()
    name: str = "inputs"
    dtype: str | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.name, str):
            raise refusal(self, "name", "text")
        if self.dtype is not None:
            check_name("Input: dtype", self.dtype, DTYPES)
        sizes = self.shape if isinstance(self.shape, list | tuple) else (self.shape,)
        if not all(size == "t" or (isinstance(size, int | np.integer) and size >= 0) for size in sizes):
            raise SettingError(
                f"Input: shape={self.shape!r}, expected whole numbers, and 't' for the steps of a sequence"
            )

    @property
    def row(self) -> Shape:
        """The shape of one row; "t" is the symbol of the steps of a sequence."""
        given = (self.shape,) if isinstance(self.shape, int | np.integer) else self.shape
        return tuple(t if isinstance(size, str) else size for size in given)
