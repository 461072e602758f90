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
from glassnet.nn.layer import Layer, Own, Parameter, Statistic
from glassnet.nn.recurrent.kept import going_on, put
from glassnet.nn.recurrent.start import EachGate
from glassnet.settings import check_flag, check_whole, refusal

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

    With `stateful` the carries of `streams` sequences are kept, those of the network's statistics: row k of a later
    call goes on where row k of the one before ended, and no derivative reaches back over that. Source of learning so,
    in pieces: Williams and Peng, "An efficient gradient-based algorithm for on-line training of recurrent network
    trajectories", 1990.

    With `keep` = k only the carries of every k-th step are kept for the derivatives, and k steps at a time are run
    again on the way back, from their inputs on. For T steps of a row, with c carries and a values of a step, that is
    memory for c units T / k + a units k numbers in place of a units T, beside inputs and answers of all steps; a is
    about 3 in an RNN and 9 to 12 in an LSTM or a GRU. It is least near k = sqrt(c T / a). Each step is computed twice,
    and the derivatives of weights are summed a step at a time: an order of its own, which may change their last digits.
    Source: Chen, Xu, Zhang and Guestrin, "Training deep nets with sublinear memory cost", 2016.
    """

    gates: ClassVar[int] = 1
    carries: ClassVar[int] = 1

    units: int
    sequences: bool = field(default=False, kw_only=True)
    initializer: Initializer | str = field(default_factory=GlorotUniform, kw_only=True)
    recurrent_initializer: Initializer | str = field(default_factory=Orthogonal, kw_only=True)
    stateful: bool = field(default=False, kw_only=True)
    streams: int = field(default=1, kw_only=True)
    keep: int | None = field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        check_whole(self, "units", 1)
        check_whole(self, "streams", 1)
        if self.keep is not None:
            check_whole(self, "keep", 1)
        check_flag(self, "sequences")
        check_flag(self, "stateful")
        if self.streams > 1 and not self.stateful:
            raise refusal(self, "streams", "1, or stateful=True beside it: only then states are kept")
        for name in ("initializer", "recurrent_initializer"):
            object.__setattr__(self, name, as_initializer(getattr(self, name)))

    @abstractmethod
    def step(self, weights: Weights, z: Tensor, carries: Sequence[Tensor]) -> list[Tensor]:
        """The carries after a step, the state first; z (n, gates units) is the inputs' share, x W + b."""

    @property
    def carried(self) -> tuple[str, ...]:
        """The carries that are kept: `carry_1`, `carry_2`, ..., the state first."""
        return tuple(f"carry_{k}" for k in range(1, self.carries + 1)) if self.stateful else ()

    def parameters(self, *inputs: Shaped) -> Mapping[str, Parameter | Statistic]:
        """`weights` (channels, gates units), `recurrent` (units, gates units) and `bias` (gates units,).

        With `stateful` also the statistics `carry_1` ..., (streams, units), that start at 0.

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
            **dict.fromkeys(self.carried, Statistic((self.streams, self.units), 0.0)),
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
        x = inputs[0]
        weights = {name: getattr(own, name) for name in self.parameters(x)}
        if not self.stateful:
            return self.over(x, weights, own.mask(x))
        kept = [getattr(own, name) for name in self.carried]
        start = [going_on(each, own.fresh, x.shape[0]) for each in kept]
        states, last = self.run(x, weights, own.mask(x), start)
        own.keep(**{name: put(each, new) for name, each, new in zip(self.carried, kept, last, strict=True)})
        return states

    def over(self, x: Tensor, weights: Weights, mask: Tensor | None, *, reverse: bool = False) -> Tensor:
        """The layer with these weights run over x from a start of 0, from the last step to the first with `reverse`.

        `mask` (n, time) is true at the steps that are there, None where all are.
        """
        zero = x.tape.constant(np.zeros((), x.dtype)).broadcast((x.shape[0], self.units))
        return self.run(x, weights, mask, [zero] * self.carries, reverse=reverse)[0]

    def run(
        self, x: Tensor, weights: Weights, mask: Tensor | None, start: Sequence[Tensor], *, reverse: bool = False
    ) -> tuple[Tensor, list[Tensor]]:
        """The output of the layer, its carries beginning as `start`, and its last carries."""
        x, keep = x.transpose(1, 0, 2), None if self.keep is None else int(self.keep)

        def share(x: Tensor) -> Tensor:
            return x @ weights["weights"] + weights["bias"]

        def step(carries: list[Tensor], elements: list[Tensor]) -> tuple[list[Tensor], list[Tensor]]:
            after = self.step(weights, elements[0] if keep is None else share(elements[0]), carries)
            shown = after[0]
            if mask is not None:
                there = elements[1].reshape(x.shape[1], 1).broadcast(shown.shape)
                after = [f.where(there, new, old) for new, old in zip(after, carries, strict=True)]
                shown = f.where(there, shown, 0)
            return after, [shown] if self.sequences else []

        given = share(x) if keep is None else x  # of all steps at once, which is one product, or step by step
        over = [given] if mask is None else [given, mask.transpose(1, 0)]
        last, states = scan(step, start, over, reverse=reverse, keep=keep)
        return (states[0].transpose(1, 0, 2) if self.sequences else last[0]), last

    def parts(self, z: Tensor) -> list[Tensor]:
        """An array (n, k units) as k arrays (n, units), one a gate."""
        width = z.shape[1]
        assert isinstance(width, int)
        return [z[:, start : start + self.units] for start in range(0, width, self.units)]
