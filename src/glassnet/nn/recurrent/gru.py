"""The gated recurrent unit, with its reset gate in either place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from glassnet.core import functions as f
from glassnet.core.operation import Shaped
from glassnet.core.tensor import Tensor
from glassnet.nn.initializers import Zeros
from glassnet.nn.layer import Parameter, Statistic
from glassnet.nn.recurrent.recurrent import Recurrent, Weights
from glassnet.settings import refusal

PLACES = ("after", "before")


@dataclass(frozen=True, eq=False)
class GRU(Recurrent):
    """Gated recurrent unit: h' = (1 - z) g + z h, where the update gate z keeps and g is the candidate.

    [a_r a_z a_g] = x W + b
    r = s(a_r + h U_r)                      z = s(a_z + h U_z)
    g = tanh(a_g + r (h U_g + d))           where `reset` is "after", and tanh(a_g + (r h) U_g) where it is "before"

    with blocks of `units` columns in this order, U_r, U_z, U_g those of the state, and s the sigmoid. `reset` says
    where the reset gate r stands beside the state's product. "After" it, with d `recurrent_bias` (units,), is the form
    of PyTorch and cuDNN, with this order of gates, and of Keras by default, in the order z, r, g. "Before" it is the
    form first published, and that of Keras with reset_after=False; `recurrent` then holds U_r and U_z,
    (units, 2 units), and `candidate` U_g.

    PyTorch, cuDNN and Keras have biases of the state's share of r and z too, which add to b. Some papers (Chung and
    others, 2014) call 1 - z what is z here. Everything else is as for every recurrent layer (`Recurrent`).

    Source: Cho and others, "Learning phrase representations using RNN encoder-decoder", 2014.
    """

    gates: ClassVar[int] = 3

    reset: str = field(default="after", kw_only=True)

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.reset not in PLACES:
            raise refusal(self, "reset", "'after' or 'before', where the reset gate stands beside the state's product")

    def parameters(self, *inputs: Shaped) -> Mapping[str, Parameter | Statistic]:
        """Those of every recurrent layer; `recurrent_bias` or `candidate` by the place of the reset gate."""
        declared = super().parameters(*inputs)
        if self.reset == "after":
            return {**declared, "recurrent_bias": Parameter((self.units,), Zeros(), decay=False)}
        return {**declared, "recurrent": self.of_state(2), "candidate": self.of_state(1)}

    def step(self, weights: Weights, z: Tensor, carries: Sequence[Tensor]) -> list[Tensor]:
        """[h']."""
        h = carries[0]
        from_inputs, from_state = self.parts(z), self.parts(h @ weights["recurrent"])
        reset, keep = (f.logistic(from_inputs[k] + from_state[k]) for k in range(2))
        if self.reset == "after":
            candidate = f.tanh(from_inputs[2] + reset * (from_state[2] + weights["recurrent_bias"]))
        else:
            candidate = f.tanh(from_inputs[2] + (reset * h) @ weights["candidate"])
        return [(1 - keep) * candidate + keep * h]
