"""The dense layer: every output a weighted sum of all inputs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from glassnet.core.operation import Shaped
from glassnet.core.tensor import Tensor
from glassnet.nn.activations import FUNCTIONS, RECTIFIERS, Activation
from glassnet.nn.initializers import GlorotUniform, HeNormal, Initializer, LeCunNormal, Zeros, as_initializer
from glassnet.nn.layer import Layer, Own, Parameter
from glassnet.settings import check_flag, check_whole


@dataclass(frozen=True, eq=False)
class Dense(Layer):
    """y = f(x W + b) over the last axis: (n, ..., inputs) -> (n, ..., outputs).

    Arguments: `outputs`; `activation`, f by its name or as a layer, linear where it is None; `bias`, whether there is
    one; `initializer` of the weights W (inputs, outputs) and `bias_initializer` of the bias b (outputs,). Weights start
    by He's rule before rectifiers (relu, elu, gelu, silu and the like), LeCun's before lecun tanh, Glorot's otherwise;
    the bias starts at 0 and is spared by weight decay.

    Raises SettingError for a setting out of its range.
    """

    outputs: int
    activation: str | Activation | None = None
    bias: bool = True
    initializer: Initializer | str | None = None
    bias_initializer: Initializer | str | None = None

    def __post_init__(self) -> None:
        check_whole(self, "outputs", 1)
        check_flag(self, "bias")
        if self.activation is not None:
            given = self.activation
            function = given.function if isinstance(given, Activation) else Activation(given).function
            object.__setattr__(self, "activation", function)
        for name in ("initializer", "bias_initializer"):
            given = getattr(self, name)
            object.__setattr__(self, name, None if given is None else as_initializer(given))

    def parameters(self, *inputs: Shaped) -> Mapping[str, Parameter]:
        """`weights` (inputs, outputs) and `bias` (outputs,)."""
        weights = self.initializer or _usual(self.activation)
        assert isinstance(weights, Initializer)
        declared = {"weights": Parameter((self.width(inputs[0]), self.outputs), weights)}
        if self.bias:
            start = self.bias_initializer or Zeros()
            assert isinstance(start, Initializer)
            declared["bias"] = Parameter((self.outputs,), start, decay=False)
        return declared

    def forward(self, own: Own, *inputs: Tensor) -> Tensor:
        """f(x W + b)."""
        z = inputs[0] @ own.weights
        z = z + own.bias if self.bias else z
        return FUNCTIONS[self.activation](z) if isinstance(self.activation, str) else z


def _usual(activation: str | Activation | None) -> Initializer:
    if activation in RECTIFIERS:
        return HeNormal()
    return LeCunNormal() if activation == "lecun tanh" else GlorotUniform()
