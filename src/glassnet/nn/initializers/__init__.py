"""Initializers: the values that weights start from.

Normal ones are drawn from the whole normal distribution, unless they say truncated. Numbers depend on the seed and the
parameter's name alone, are drawn in float64, and are cast last.
"""

from glassnet.nn.initializers.drawn import Normal, TruncatedNormal, Uniform
from glassnet.nn.initializers.given import Constant, Ones, Zeros
from glassnet.nn.initializers.initializer import Floats, Initializer
from glassnet.nn.initializers.lookup import INITIALIZERS, as_initializer
from glassnet.nn.initializers.matrices import Identity, Orthogonal
from glassnet.nn.initializers.scaled import (
    GlorotNormal,
    GlorotUniform,
    HeNormal,
    HeUniform,
    LeCunNormal,
    LeCunUniform,
    SigmoidUniform,
    VarianceScaling,
    fans,
)

__all__ = [
    "INITIALIZERS",
    "Constant",
    "Floats",
    "GlorotNormal",
    "GlorotUniform",
    "HeNormal",
    "HeUniform",
    "Identity",
    "Initializer",
    "LeCunNormal",
    "LeCunUniform",
    "Normal",
    "Ones",
    "Orthogonal",
    "SigmoidUniform",
    "TruncatedNormal",
    "Uniform",
    "VarianceScaling",
    "Zeros",
    "as_initializer",
    "fans",
]
