"""The packed dense layer: the dense layers of many networks, the members of an ensemble, as one product."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from glassnet.core.extent import written
from glassnet.core.operation import Shaped
from glassnet.core.operations.contraction import contract
from glassnet.core.tensor import Tensor
from glassnet.errors import ShapeError
from glassnet.nn.dense import Dense
from glassnet.nn.initializers import Floats, Initializer
from glassnet.nn.layer import Own, Parameter, Part
from glassnet.settings import check_whole


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
    """y_m = f(x_m W_m + b_m) for each of k = `members` networks: (n, k, inputs) or (n, inputs) -> (n, k, outputs).

    Inputs (n, inputs) are shared by all members. Arguments beside those of `Dense`: `members`. The weights W are
    (k, inputs, outputs) and the bias b is (k, outputs); each member starts as a dense layer of its own does, and learns
    from its own outputs alone. Source: Gorishniy, Kotelnikov and Babenko, "TabM: advancing tabular deep learning with
    parameter-efficient ensembling", 2024, where members share most weights; here they share none.

    Raises SettingError for a setting out of its range, ShapeError for inputs of another shape.
    """

    members: int = field(kw_only=True)

    def __post_init__(self) -> None:
        super().__post_init__()
        check_whole(self, "members", 1)

    def parameters(self, *inputs: Shaped) -> Mapping[str, Part]:
        """`weights` (members, inputs, outputs) and `bias` (members, outputs)."""
        rank = len(inputs[0].shape)
        if rank != 2 and (rank != 3 or inputs[0].shape[1] != self.members):
            raise ShapeError(
                f"PackedDense of {self.members} members takes inputs of shape (n, {self.members}, features), or "
                f"(n, features) for all members alike, not {written(inputs[0].shape)}; change members or reshape"
            )
        return {name: self._packed(part) for name, part in super().parameters(*inputs).items()}

    def _packed(self, part: Part) -> Parameter:
        """A parameter of one member as that of all."""
        assert isinstance(part, Parameter)
        return Parameter((self.members, *part.shape), EachMember(part.initializer), part.decay, batch=1)

    def forward(self, own: Own, *inputs: Tensor) -> Tensor:
        """f(x_m W_m + b_m), computed with the members first, so that threads can share them from layer to layer."""
        x = inputs[0]
        if x.ndim == 2:
            x = x.reshape(x.shape[0], 1, x.shape[1]).broadcast((x.shape[0], self.members, x.shape[1]))
        z = contract(x, own.weights, batch=((1,), (0,)), summed=((2,), (1,)))
        z = z + own.bias.reshape(self.members, 1, self.sums) if self.bias else z
        return self._activated(z).transpose(1, 0, 2)
