"""The plain recurrent layer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from glassnet.core.tensor import Tensor
from glassnet.nn.activations import FUNCTIONS, Activation
from glassnet.nn.recurrent.recurrent import Recurrent, Weights


@dataclass(frozen=True, eq=False)
class RNN(Recurrent):
    """h' = f(x W + b + h U), the plain recurrent layer; f is tanh unless `activation` names another function.

    W is `weights` (inputs, units), U `recurrent` (units, units), b `bias` (units,). PyTorch and cuDNN have two biases,
    of which the sum is b; Keras has one. Everything else is as for every recurrent layer (`Recurrent`).

    Source: Elman, "Finding structure in time", 1990; with relu: Le, Jaitly and Hinton, 2015.
    """

    activation: str | Activation = "tanh"

    def __post_init__(self) -> None:
        super().__post_init__()
        given = self.activation
        function = given.function if isinstance(given, Activation) else Activation(given).function
        object.__setattr__(self, "activation", function)

    def step(self, weights: Weights, z: Tensor, carries: Sequence[Tensor]) -> list[Tensor]:
        """[h']."""
        assert isinstance(self.activation, str)
        return [FUNCTIONS[self.activation](z + carries[0] @ weights["recurrent"])]
