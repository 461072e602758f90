"""Activation functions that are bounded on both sides."""

from __future__ import annotations

from glassnet.core import functions as f
from glassnet.core.tensor import Tensor


def sigmoid(z: Tensor) -> Tensor:
    """1 / (1 + e^-z), the logistic function, computed from e^-|z|. Source: Rumelhart, Hinton and Williams, 1986."""
    return f.logistic(z)


def tanh(z: Tensor) -> Tensor:
    """The hyperbolic tangent (e^z - e^-z) / (e^z + e^-z)."""
    return f.tanh(z)


def lecun_tanh(z: Tensor) -> Tensor:
    """1.7159 tanh(2 z / 3), about 1 at 1 and -1 at -1. Source: LeCun, Bottou, Orr and Müller, 1998."""
    return 1.7159 * f.tanh(z * (2 / 3))


def softsign(z: Tensor) -> Tensor:
    """z / (1 + |z|). Source: Turian, Bergstra and Bengio, 2009."""
    return z / (1 + abs(z))


def hard_sigmoid(z: Tensor) -> Tensor:
    """z / 6 + 1 / 2, cut at 0 and 1; the slope is 1 / 6 inside, and 0 at the cuts -3 and 3.

    It is that of PyTorch, and of Keras from release 3; Keras before it, Theano and ONNX's default have slope 0.2, cut
    at -2.5 and 2.5. Source: Howard and others, "Searching for MobileNetV3", 2019.
    """
    return f.where(z <= -3, 0, f.where(z >= 3, 1, z * (1 / 6) + 0.5))


def hard_tanh(z: Tensor) -> Tensor:
    """z, cut at -1 and 1; the slope is 1 inside, and 0 at the cuts. Source: Collobert, 2004."""
    return f.where(z <= -1, -1, f.where(z >= 1, 1, z))


def sine(z: Tensor) -> Tensor:
    """sin z, z in radians. Source: Sitzmann, Martel, Bergman, Lindell and Wetzstein, 2020."""
    return f.sin(z)
