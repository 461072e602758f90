"""What the recurrent layers have in common: a step of their own, run by a scan over the steps of a sequence."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, TypeAlias

import numpy as np

from glassnet.core import functions as f
from glassnet.core.extent import written
from glassnet.core.operation import Shaped
from glassnet.core.scan import scan
from glassnet.core.tensor import Tensor
from glassnet.errors import ShapeError
from glassnet.nn.initializers import GlorotUniform, Initializer, Orthogonal, Zeros, as_initializer
from glassnet.nn.layer import Layer, Own, Parameter
from glassnet.nn.recurrent.start import EachGate
from glassnet.settings import check_flag, check_whole

Weights: TypeAlias = Mapping[str, Tensor]


@dataclass(frozen=True, eq=False)
class Recurrent(Layer):
    """A layer over sequences (n, time, channels): the state after the true last step, (n, units), from a start of 0.

    With `sequences` the state after every step instead, (n, time, units), 0 beyond the true end of a row; so layers
    stack. The weights of the inputs, one block of `units` columns a gate, start by `initializer`, Glorot's uniform rule
    over all gates together unless given. Those of the state start by `recurrent_initializer`, each gate by itself:
    orthogonal unless given, so that what is carried neither grows nor fades at first (Saxe, McClelland and Ganguli,
    2013; Keras has one orthogonal matrix for all gates together, PyTorch numbers within 1 / sqrt(units) for all
    weights). Weight decay spares the bias.

    A step beyond a row's true end changes neither its state nor any derivative. A subclass says how many `gates` and
    `carries` it has, and what a `step` does.
    """

    gates: ClassVar[int] = 1
    carries: ClassVar[int] = 1

    units: int
    sequences: bool = field(default=False, kw_only=True)
    initializer: Initializer | str = field(default_factory=GlorotUniform, kw_only=True)
    recurrent_initializer: Initializer | str = field(default_factory=Orthogonal, kw_only=True)

    def __post_init__(self) -> None:
        check_whole(self, "units", 1)
        check_flag(self, "sequences")
        for name in ("initializer", "recurrent_initializer"):
            object.__setattr__(self, name, as_initializer(getattr(self, name)))

    @abstractmethod
    def step(self, weights: Weights, z: Tensor, carries: Sequence[Tensor]) -> list[Tensor]:
        """The carries after a step, the state first; z (n, gates units) is the inputs' share, x W + b."""

    def parameters(self, *inputs: Shaped) -> Mapping[str, Parameter]:
        """`weights` (channels, gates units), `recurrent` (units, gates units) and `bias` (gates units,).

        Raises ShapeError where the input is no sequence of at least one step.
        """
        x, width = inputs[0], self.gates * self.units
        if len(x.shape) != 3 or x.shape[1] == 0:
            raise ShapeError(
                f"{type(self).__name__} takes sequences of shape (n, time, channels), at least one step long, not "
                f"{written(x.shape)}; give each step an axis of channels, and let a recurrent layer before it give "
                f"whole sequences (sequences=True)"
            )
        assert isinstance(self.initializer, Initializer)
        return {
            "weights": Parameter((self.width(x), width), self.initializer),
            "recurrent": self.of_state(self.gates),
            "bias": Parameter((width,), self.first_bias(), decay=False),
        }

    def of_state(self, gates: int) -> Parameter:
        """Weights of the state for so many gates, (units, gates units)."""
        assert isinstance(self.recurrent_initializer, Initializer)
        return Parameter((self.units, gates * self.units), EachGate(self.recurrent_initializer, gates))

    def first_bias(self) -> Initializer:
        """What the bias starts from."""
        return Zeros()

    def forward(self, own: Own, *inputs: Tensor) -> Tensor:
        """The last state, or all of them."""
        weights = {name: getattr(own, name) for name in self.parameters(*inputs)}
        return self.over(inputs[0], weights, own.mask(inputs[0]))

    def over(self, x: Tensor, weights: Weights, mask: Tensor | None, *, reverse: bool = False) -> Tensor:
        """The layer with these weights run over x, from the last step to the first with `reverse`.

        `mask` (n, time) is true at the steps that are there, None where all are.
        """
        z = x.transpose(1, 0, 2) @ weights["weights"] + weights["bias"]
        start = x.tape.constant(np.zeros((), x.dtype)).broadcast((x.shape[0], self.units))

        def step(carries: list[Tensor], elements: list[Tensor]) -> tuple[list[Tensor], list[Tensor]]:
            after = self.step(weights, elements[0], carries)
            shown = after[0]
            if mask is not None:
                there = elements[1].reshape(x.shape[0], 1).broadcast(shown.shape)
                after = [f.where(there, new, old) for new, old in zip(after, carries, strict=True)]
                shown = f.where(there, shown, 0)
            return after, [shown] if self.sequences else []

        over = [z] if mask is None else [z, mask.transpose(1, 0)]
        last, states = scan(step, [start] * self.carries, over, reverse=reverse)
        return states[0].transpose(1, 0, 2) if self.sequences else last[0]

    def parts(self, z: Tensor) -> list[Tensor]:
        """An array (n, k units) as k arrays (n, units), one a gate."""
        width = z.shape[1]
        assert isinstance(width, int)
        return [z[:, start : start + self.units] for start in range(0, width, self.units)]
