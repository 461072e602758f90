"""Activation functions that are near z far to the right and bounded, or of small slope, far to the left."""

from __future__ import annotations

import math

from glassnet.core import functions as f
from glassnet.core.tensor import Tensor

LEAKY_SLOPE = 0.01
SELU_SCALE, SELU_ALPHA = 1.0507009873554805, 1.6732632423543772  # lambda and alpha of equation 14 of the paper


def relu(z: Tensor) -> Tensor:
    """max(z, 0), with slope 0 at 0. Source: Nair and Hinton, 2010."""
    return f.relu(z)


def leaky_relu(z: Tensor) -> Tensor:
    """z above 0, 0.01 z at and below 0. Source: Maas, Hannun and Ng, 2013."""
    return f.where(z <= 0, LEAKY_SLOPE * z, z)


def elu(z: Tensor) -> Tensor:
    """z above 0, e^z - 1 at and below 0. Source: Clevert, Unterthiner and Hochreiter, 2015."""
    return f.where(z <= 0, f.expm1(z), z)


def selu(z: Tensor) -> Tensor:
    """1.0507 z above 0, 1.0507 * 1.6733 (e^z - 1) at and below 0: mean 0 and variance 1 are kept from layer to layer.

    The slope at 0 is the one from the left, 1.7581. Source: Klambauer, Unterthiner, Mayr and Hochreiter, 2017.
    """
    return f.where(z <= 0, SELU_SCALE * SELU_ALPHA * f.expm1(z), SELU_SCALE * z)


def gelu(z: Tensor) -> Tensor:
    """z Phi(z) = z erfc(-z / sqrt 2) / 2, exact, with its relative accuracy kept far out to the left.

    PyTorch and Keras are exact by default; JAX takes the approximation by tanh, which is `gelu tanh` here.
    Source: Hendrycks and Gimpel, 2016.
    """
    return 0.5 * z * f.erfc(-z * math.sqrt(0.5))


def gelu_tanh(z: Tensor) -> Tensor:
    """The approximation of GELU by tanh: z / 2 (1 + tanh(sqrt(2 / pi) (z + 0.044715 z^3))).

    Source: Hendrycks and Gimpel, 2016.
    """
    return 0.5 * z * (1 + f.tanh(math.sqrt(2 / math.pi) * (z + 0.044715 * z * z * z)))


def silu(z: Tensor) -> Tensor:
    """z sigmoid(z), also called swish. Source: Elfwing, Uchibe and Doya, 2017."""
    return z * f.logistic(z)


def mish(z: Tensor) -> Tensor:
    """z tanh(softplus(z)). Source: Misra, 2019."""
    return z * f.tanh(f.softplus(z))


def softplus(z: Tensor) -> Tensor:
    """log(1 + e^z), computed as max(z, 0) + log1p(e^-|z|).

    It is exact for any finite z; PyTorch takes z itself above 20. Source: Dugas, Bengio, Bélisle, Nadeau and Garcia,
    2000.
    """
    return f.softplus(z)
