"""The packed dense layer: the dense layers of many networks, the members of an ensemble, as one product."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from glassnet.core.extent import written
from glassnet.core.operation import Shaped
from glassnet.core.operations.contraction import contract
from glassnet.core.tensor import Tensor
from glassnet.errors import ShapeError
from glassnet.nn.dense import Dense
from glassnet.nn.dropout import thinned
from glassnet.nn.initializers import Floats, Initializer
from glassnet.nn.layer import Own, Parameter, Part, Statistic
from glassnet.nn.mixture import Mixture
from glassnet.settings import check_numbers, check_whole, refusal


@dataclass(frozen=True, eq=False)
class EachMember(Initializer):
    """The values of another initializer, drawn for each member by itself: the first axis is that of the members."""

    one: Initializer

    def values(self, shape: tuple[int, ...], seed: int, name: str) -> Floats:
        """A float64 array of `shape`; the fans are those of one member."""
        return np.stack([self.one.values(shape[1:], seed, f"{name}/{member}") for member in range(shape[0])])

    def replaced(self, other: Initializer) -> Initializer:
        """The other rule, for each member by itself too."""
        return replace(self, one=other)


@dataclass(frozen=True, eq=False)
class PackedDense(Dense):
    """y_m = f(x_m W_m + b_m) for each of k = `members` networks: (n, inputs) or (n, j, inputs) -> (n, k, outputs).

    Inputs (n, inputs) are shared by all members. Of inputs (n, j, inputs), where j divides k, member m takes those at
    m modulo j: with j = k each has its own, with one j for each fold the members of a fold share them. The weights W
    are (k, inputs, outputs) and the bias b is (k, outputs); each member starts as a dense layer of its own does, and
    learns from its own outputs alone.

    Arguments beside those of `Dense`: `members`; `input_dropout`, rates in [0, 1), one number or one for each member.
    While learning, an input is left out of a member for all rows of a step with this probability, and divided by
    1 - rate otherwise, as if its weights were: so inputs that members share stay shared. `Dropout` draws for each row.
    `gated` gives each member a gate for each input, which its weights are multiplied by: 1, until it is set to 0, has
    the member see the input. Gates are a statistic: no optimizer learns them.

    Source: Gorishniy, Kotelnikov and Babenko, "TabM: advancing tabular deep learning with parameter-efficient
    ensembling", 2024, where members share most weights; here they share none.

    Raises SettingError for a setting out of its range, ShapeError for inputs of another shape.
    """

    members: int = field(kw_only=True)
    input_dropout: float | Sequence[float] = field(default=0.0, kw_only=True)
    gated: bool = field(default=False, kw_only=True)

    def __post_init__(self) -> None:
        super().__post_init__()
        check_whole(self, "members", 1)
        check_numbers(self, "input_dropout", "[0, 1)")
        if isinstance(self.input_dropout, tuple) and len(self.input_dropout) != self.members:
            raise refusal(self, "input_dropout", f"one rate, or one for each of the {self.members} members")

    def parameters(self, *inputs: Shaped) -> Mapping[str, Part]:
        """`weights` (members, inputs, outputs), `bias` (members, outputs), the statistic `gates` (members, inputs)."""
        shape = inputs[0].shape
        own = shape[1] if len(shape) == 3 else 1
        if len(shape) not in (2, 3) or not isinstance(own, int) or own < 1 or self.members % own:
            raise ShapeError(
                f"PackedDense of {self.members} members takes inputs of shape (n, {self.members}, features), or "
                f"(n, features) for all members alike, or (n, j, features) where j divides {self.members}, not "
                f"{written(shape)}; change members or reshape"
            )
        parts: dict[str, Part] = {name: self._packed(part) for name, part in super().parameters(*inputs).items()}
        if self.gated:
            parts["gates"] = Statistic((self.members, self.width(inputs[0])), 1.0)
        return parts

    def _packed(self, part: Part) -> Parameter:
        """A parameter of one member as that of all."""
        assert isinstance(part, Parameter)
        return replace(part, shape=(self.members, *part.shape), initializer=EachMember(part.initializer), batch=1)

    def forward(self, own: Own, *inputs: Tensor) -> Tensor:
        """f(x_m W_m + b_m), computed with the members first, so that threads can share them from layer to layer."""
        z = self._product(inputs[0], self._matrix(own))
        z = z + own.bias.reshape(self.members, 1, self.sums) if self.bias else z
        return self._activated(z).transpose(1, 0, 2)

    def _matrix(self, own: Own) -> Tensor:
        """W without the rows of inputs whose gate is 0, while learning without those that are left out too."""
        weights: Tensor = own.weights
        members, inputs, _ = weights.shape
        if self.gated:
            weights = weights * own.gates.reshape(members, inputs, 1)
        rates = by_member(self.input_dropout, 3)
        if not rates.any() or not own.training:
            return weights
        return thinned(weights, own.uniform((members, inputs)).reshape(members, inputs, 1) < rates, rates)

    def _product(self, x: Tensor, W: Tensor) -> Tensor:
        """x_m W_m, (members, n, sums); inputs that several members take are repeated as a view, never copied."""
        if isinstance(x, Mixture):
            return x.times(W)
        n, width = x.shape[0], x.shape[-1]
        j = x.shape[1] if x.ndim == 3 else 1
        if j in (1, self.members):
            x = x.reshape(n, j, width).broadcast((n, self.members, width))
            return contract(x, W, batch=((1,), (0,)), summed=((2,), (1,)))
        assert isinstance(j, int)  # `parameters` has looked
        groups = self.members // j
        x = x.reshape(n, 1, j, width).broadcast((n, groups, j, width))
        W = W.reshape(groups, j, *W.shape[1:])
        return contract(x, W, batch=((1, 2), (0, 1)), summed=((3,), (2,))).reshape(self.members, n, self.sums)


def by_member(values: float | Sequence[float], rank: int) -> Floats:
    """One number for all members or one for each, as an array of `rank` axes of which the first is that of members."""
    return np.asarray(values, np.float64).reshape(-1, *[1] * (rank - 1))
