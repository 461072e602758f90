"""Activation functions, each by its name, as a layer of its own or inside another."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from glassnet.core import functions as f
from glassnet.core.tensor import Tensor
from glassnet.errors import SettingError
from glassnet.nn.gates import PARTS, glu, maxout, swiglu
from glassnet.nn.layer import Layer, Own
from glassnet.nn.rectifiers import elu, gelu, gelu_tanh, leaky_relu, mish, relu, selu, silu, softplus
from glassnet.nn.sigmoids import hard_sigmoid, hard_tanh, lecun_tanh, sigmoid, sine, softsign, tanh
from glassnet.settings import find, fold


def linear(z: Tensor) -> Tensor:
    """z itself."""
    return z


def softmax(z: Tensor) -> Tensor:
    """e^z / sum(e^z) over the last axis, computed from z less its largest. Source: Bridle, 1990."""
    return f.softmax(z)


def log_softmax(z: Tensor) -> Tensor:
    """z - log(sum(e^z)) over the last axis, computed from z less its largest, without the softmax."""
    return f.log_softmax(z)


FUNCTIONS: Mapping[str, Callable[[Tensor], Tensor]] = {  # the shape of the output is that of the input
    "linear": linear,
    "sigmoid": sigmoid,
    "tanh": tanh,
    "relu": relu,
    "leaky relu": leaky_relu,
    "elu": elu,
    "selu": selu,
    "gelu": gelu,
    "gelu tanh": gelu_tanh,
    "silu": silu,
    "mish": mish,
    "softplus": softplus,
    "softsign": softsign,
    "hard sigmoid": hard_sigmoid,
    "hard tanh": hard_tanh,
    "softmax": softmax,
    "log softmax": log_softmax,
    "lecun tanh": lecun_tanh,
    "sine": sine,
}
GATES: Mapping[str, Callable[[Tensor], Tensor]] = {"glu": glu, "swiglu": swiglu, "maxout": maxout}
ACTIVATIONS: Mapping[str, Callable[[Tensor], Tensor]] = {**FUNCTIONS, **GATES}
FAMILIAR = {"logistic": "sigmoid", "identity": "linear", "swish": "silu", "sin": "sine"}
RECTIFIERS = ("relu", "leaky relu", "elu", "gelu", "gelu tanh", "silu", "mish", "softplus")


@dataclass(frozen=True, eq=False)
class Activation(Layer):
    """An activation function by its name, element by element (softmax and log softmax over the last axis).

    Glu, swiglu and maxout make one of the two halves of the last axis. Raises SettingError for a name that is not
    known, with the nearest.
    """

    function: str

    def __post_init__(self) -> None:
        find("activation function", self.function, ACTIVATIONS, FAMILIAR)
        known = next(name for name in ACTIVATIONS if fold(name) == fold(self.function))
        object.__setattr__(self, "function", known)

    def forward(self, own: Own, *inputs: Tensor) -> Tensor:
        """The function of the input."""
        return ACTIVATIONS[self.function](inputs[0])


def parts(activation: str | Activation | None) -> int:
    """How many inputs of its function each output of an activation takes."""
    return PARTS if activation in GATES else 1


def as_layer(given: Layer | str) -> Layer:
    """The layer given, or the activation function of that name."""
    if isinstance(given, Layer):
        return given
    if not isinstance(given, str):
        raise SettingError(f"layer {given!r}: expected a layer, such as gn.Dense(64, 'relu'), or an activation's name")
    return Activation(given)
