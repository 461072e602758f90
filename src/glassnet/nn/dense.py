"""The dense layer: every output a weighted sum of all inputs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from glassnet.core.operation import Shaped
from glassnet.core.tensor import Tensor
from glassnet.nn.activations import ACTIVATIONS, RECTIFIERS, Activation, parts
from glassnet.nn.initializers import GlorotUniform, HeNormal, Initializer, LeCunNormal, Zeros, as_initializer
from glassnet.nn.layer import Layer, Own, Parameter, Part, Shared
from glassnet.settings import check_flag, check_whole, refusal


@dataclass(frozen=True, eq=False)
class Dense(Layer):
    """y = f(x W + b) over the last axis: (n, ..., inputs) -> (n, ..., outputs).

    Arguments: `outputs`; `activation`, f by its name or as a layer, linear where it is None; `bias`, whether there is
    one; `initializer` of the weights W (inputs, outputs) and `bias_initializer` of the bias b (outputs,). Weights start
    by He's rule before rectifiers (relu, elu, gelu, silu and the like), LeCun's before selu and lecun tanh, Glorot's
    otherwise; the bias starts at 0 and is spared by weight decay. Glu, swiglu and maxout choose between two weighted
    sums for each output: W is then (inputs, 2 outputs) and b (2 outputs,).

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

    @property
    def sums(self) -> int:
        """The number of weighted sums: the outputs, or twice as many before an activation that joins two of them."""
        return self.outputs * parts(self.activation)

    def parameters(self, *inputs: Shaped) -> Mapping[str, Part]:
        """`weights` (inputs, outputs) and `bias` (outputs,)."""
        weights = self.initializer or _usual(self.activation)
        assert isinstance(weights, Initializer)
        return {"weights": Parameter((self.width(inputs[0]), self.sums), weights, hidden=True), **self._bias()}

    def forward(self, own: Own, *inputs: Tensor) -> Tensor:
        """f(x W + b)."""
        z = inputs[0] @ self._matrix(own)
        return self._activated(z + own.bias if self.bias else z)

    def _activated(self, z: Tensor) -> Tensor:
        """f(z)."""
        return ACTIVATIONS[self.activation](z) if isinstance(self.activation, str) else z

    def _matrix(self, own: Own) -> Tensor:
        """W."""
        return own.weights

    def _bias(self) -> dict[str, Parameter]:
        """The bias as a layer declares it, if there is one."""
        start = self.bias_initializer or Zeros()
        assert isinstance(start, Initializer)
        return {"bias": Parameter((self.sums,), start, decay=False)} if self.bias else {}


def _usual(activation: str | Activation | None) -> Initializer:
    if activation in RECTIFIERS:
        return HeNormal()
    return LeCunNormal() if activation in ("selu", "lecun tanh") else GlorotUniform()


@dataclass(frozen=True, eq=False)
class TiedDense(Dense):
    """y = f(x W + b), or f(x W^T + b) where `transposed`, with the weights W of another layer, which learns them too.

    Arguments beside those of `Dense`: `to`, the name of the layer whose weights these are, a `Dense` or an `Embedding`
    that feeds this one, such as "encoder" or "dense_1"; `transposed`. The delta of W is the sum of those of both uses;
    the bias is this layer's own. Source: Press and Wolf, "Using the output embedding to improve language models", 2016.

    Raises SettingError for a setting out of its range, an initializer, and a name that no layer before this one has,
    ShapeError where W does not fit.
    """

    to: str = field(kw_only=True)
    transposed: bool = field(default=False, kw_only=True)

    def __post_init__(self) -> None:
        super().__post_init__()
        check_flag(self, "transposed")
        if not isinstance(self.to, str) or not self.to:
            raise refusal(self, "to", "the name of the layer whose weights these are, such as 'dense_1'")
        if self.initializer is not None:
            raise refusal(self, "initializer", f"None: the weights start as those of {self.to!r} do")

    def parameters(self, *inputs: Shaped) -> Mapping[str, Part]:
        """`weights`, which are the other layer's, and `bias` (outputs,)."""
        shape = self.width(inputs[0]), self.sums
        return {"weights": Shared(self.to, "weights", shape[::-1] if self.transposed else shape), **self._bias()}

    def _matrix(self, own: Own) -> Tensor:
        return own.weights.T if self.transposed else own.weights
