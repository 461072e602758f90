"""Activation functions, each by its name, as a layer of its own or inside another.

Where z is the input: linear z; sigmoid 1 / (1 + e^-z); tanh; relu max(z, 0) with slope 0 at 0; leaky relu z, or 0.01 z
below 0; elu z, or e^z - 1 below 0 (Clevert, Unterthiner and Hochreiter, 2015); gelu z Phi(z), exact (Hendrycks and
Gimpel, 2016), gelu tanh its approximation; silu z sigmoid(z) (Elfwing, Uchibe and Doya, 2017); softmax over the last
axis; lecun tanh 1.7159 tanh(2z / 3) (LeCun, Bottou, Orr and Müller, 1998); sine (Sitzmann and others, 2020).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from glassnet.core import functions as f
from glassnet.core.tensor import Tensor
from glassnet.nn.layer import Layer, Own
from glassnet.settings import find, fold

LEAKY_SLOPE = 0.01


def leaky_relu(z: Tensor) -> Tensor:
    """z above 0, 0.01 z at and below 0."""
    return f.where(z <= 0, LEAKY_SLOPE * z, z)


def elu(z: Tensor) -> Tensor:
    """z above 0, e^z - 1 at and below 0."""
    return f.where(z <= 0, f.expm1(z), z)


def gelu(z: Tensor) -> Tensor:
    """z Phi(z) = z erfc(-z / sqrt 2) / 2, which keeps its relative accuracy far out to the left."""
    return 0.5 * z * f.erfc(-z * math.sqrt(0.5))


def gelu_tanh(z: Tensor) -> Tensor:
    """The approximation of GELU by tanh: z / 2 (1 + tanh(sqrt(2 / pi) (z + 0.044715 z^3)))."""
    return 0.5 * z * (1 + f.tanh(math.sqrt(2 / math.pi) * (z + 0.044715 * z * z * z)))


def silu(z: Tensor) -> Tensor:
    """z times its sigmoid."""
    return z * f.logistic(z)


def lecun_tanh(z: Tensor) -> Tensor:
    """1.7159 tanh(2z / 3), about 1 at 1 and -1 at -1."""
    return 1.7159 * f.tanh(z * (2 / 3))


FUNCTIONS: Mapping[str, Callable[[Tensor], Tensor]] = {
    "linear": lambda z: z,
    "sigmoid": f.logistic,
    "tanh": f.tanh,
    "relu": f.relu,
    "leaky relu": leaky_relu,
    "elu": elu,
    "gelu": gelu,
    "gelu tanh": gelu_tanh,
    "silu": silu,
    "softmax": f.softmax,
    "lecun tanh": lecun_tanh,
    "sine": f.sin,
}
FAMILIAR = {"logistic": "sigmoid", "identity": "linear", "swish": "silu", "sin": "sine"}
RECTIFIERS = ("relu", "leaky relu", "elu", "gelu", "gelu tanh", "silu")


@dataclass(frozen=True, eq=False)
class Activation(Layer):
    """An activation function by its name, element by element (softmax over the last axis).

    Raises SettingError for a name that is not known, with the nearest.
    """

    function: str

    def __post_init__(self) -> None:
        find("activation function", self.function, FUNCTIONS, FAMILIAR)
        known = next(name for name in FUNCTIONS if fold(name) == fold(self.function))
        object.__setattr__(self, "function", known)

    def forward(self, own: Own, *inputs: Tensor) -> Tensor:
        """The function of the input."""
        return FUNCTIONS[self.function](inputs[0])
