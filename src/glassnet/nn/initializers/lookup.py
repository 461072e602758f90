"""Initializers by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from glassnet.errors import SettingError
from glassnet.nn.initializers.drawn import Normal, TruncatedNormal, Uniform
from glassnet.nn.initializers.given import Constant, Ones, Zeros
from glassnet.nn.initializers.initializer import Initializer
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
)
from glassnet.settings import construct, find

INITIALIZERS: Mapping[str, type[Initializer]] = {
    "he-normal": HeNormal,
    "he-uniform": HeUniform,
    "glorot-normal": GlorotNormal,
    "glorot-uniform": GlorotUniform,
    "lecun-normal": LeCunNormal,
    "lecun-uniform": LeCunUniform,
    "sigmoid-uniform": SigmoidUniform,
    "variance-scaling": VarianceScaling,
    "normal": Normal,
    "truncated-normal": TruncatedNormal,
    "uniform": Uniform,
    "orthogonal": Orthogonal,
    "identity": Identity,
    "zeros": Zeros,
    "ones": Ones,
    "constant": Constant,
}
FAMILIAR = {
    "kaiming-normal": "he-normal",
    "kaiming-uniform": "he-uniform",
    "xavier-normal": "glorot-normal",
    "xavier-uniform": "glorot-uniform",
    "gaussian": "normal",
    "random-normal": "normal",
    "random-uniform": "uniform",
    "eye": "identity",
}


def as_initializer(given: str | Initializer, **settings: Any) -> Initializer:
    """The initializer given, or the one of that name with these settings.

    Raises SettingError for a name that is not known (with the nearest one) and for settings that it does not have.

    >>> as_initializer("normal", standard_deviation=0.1)
    Normal(standard_deviation=0.1)
    """
    if isinstance(given, Initializer) and not settings:
        return given
    if isinstance(given, str):
        return construct(find("initializer", given, INITIALIZERS, FAMILIAR), settings)
    raise SettingError(
        f"initializer {given!r}: expected a name such as 'he-normal' or an Initializer; Constant(...) gives values"
    )
