"""Initializers: the values that weights start from.

With fan_in inputs to each unit and fan_out units fed by each input, a weight array of shape (inputs, outputs) has
fan_in = inputs and fan_out = outputs. Leading axes of larger arrays are positions of a window, (..., inputs, outputs):
they multiply both. For a 1-D array both are its length.

Normal ones are drawn from the whole normal distribution, not a truncated one. Numbers depend on the seed and the
parameter's name alone, are drawn in float64, and are cast last.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from glassnet import random
from glassnet.errors import SettingError, ShapeError
from glassnet.settings import Configured, check_number, construct, find

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Initializer(Configured, ABC):
    """A rule for the first values of a parameter; an own one is a subclass with `values`."""

    @abstractmethod
    def values(self, shape: tuple[int, ...], seed: int, name: str) -> Floats:
        """A float64 array of `shape` that depends on `seed` and the parameter's `name` only."""


def fans(shape: tuple[int, ...]) -> tuple[int, int]:
    """fan_in and fan_out of a weight array, at least 1 each.

    >>> fans((784, 128)), fans((3, 3, 16, 32)), fans((5,))
    ((784, 128), (144, 288), (5, 5))
    """
    inputs, outputs = shape[-2:] if len(shape) > 1 else (math.prod(shape),) * 2
    positions = math.prod(shape[:-2])
    return max(1, positions * inputs), max(1, positions * outputs)


def spread_normally(deviation: float, shape: tuple[int, ...], seed: int, name: str) -> Floats:
    """Normal numbers of mean 0 and the given standard deviation."""
    return deviation * random.normal(seed, name, shape)


def spread_evenly(deviation: float, shape: tuple[int, ...], seed: int, name: str) -> Floats:
    """Uniform numbers of mean 0 and the given standard deviation: between plus and minus sqrt(3) of it."""
    return math.sqrt(3) * deviation * (2 * random.uniform(seed, name, shape) - 1)


@dataclass(frozen=True, eq=False)
class HeNormal(Initializer):
    """Normal with variance 2 / fan_in, which keeps the spread through ReLU layers.

    Source: He, Zhang, Ren and Sun, "Delving deep into rectifiers", 2015.
    """

    def values(self, shape: tuple[int, ...], seed: int, name: str) -> Floats:
        """A float64 array of `shape`."""
        return spread_normally(math.sqrt(2 / fans(shape)[0]), shape, seed, name)


@dataclass(frozen=True, eq=False)
class HeUniform(Initializer):
    """Uniform between plus and minus sqrt(6 / fan_in): variance 2 / fan_in.

    Source: He, Zhang, Ren and Sun, "Delving deep into rectifiers", 2015.
    """

    def values(self, shape: tuple[int, ...], seed: int, name: str) -> Floats:
        """A float64 array of `shape`."""
        return spread_evenly(math.sqrt(2 / fans(shape)[0]), shape, seed, name)


@dataclass(frozen=True, eq=False)
class GlorotNormal(Initializer):
    """Normal with variance 2 / (fan_in + fan_out), between what forward and backward ask for.

    Source: Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural networks", 2010.
    """

    def values(self, shape: tuple[int, ...], seed: int, name: str) -> Floats:
        """A float64 array of `shape`."""
        return spread_normally(math.sqrt(2 / sum(fans(shape))), shape, seed, name)


@dataclass(frozen=True, eq=False)
class GlorotUniform(Initializer):
    """Uniform between plus and minus sqrt(6 / (fan_in + fan_out)): variance 2 / (fan_in + fan_out).

    Source: Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural networks", 2010.
    """

    def values(self, shape: tuple[int, ...], seed: int, name: str) -> Floats:
        """A float64 array of `shape`."""
        return spread_evenly(math.sqrt(2 / sum(fans(shape))), shape, seed, name)


@dataclass(frozen=True, eq=False)
class LeCunNormal(Initializer):
    """Normal with variance 1 / fan_in, for units whose slope at 0 is about 1.

    Source: LeCun, Bottou, Orr and Müller, "Efficient BackProp", 1998.
    """

    def values(self, shape: tuple[int, ...], seed: int, name: str) -> Floats:
        """A float64 array of `shape`."""
        return spread_normally(math.sqrt(1 / fans(shape)[0]), shape, seed, name)


@dataclass(frozen=True, eq=False)
class LeCunUniform(Initializer):
    """Uniform between plus and minus sqrt(3 / fan_in): variance 1 / fan_in.

    Source: LeCun, Bottou, Orr and Müller, "Efficient BackProp", 1998.
    """

    def values(self, shape: tuple[int, ...], seed: int, name: str) -> Floats:
        """A float64 array of `shape`."""
        return spread_evenly(math.sqrt(1 / fans(shape)[0]), shape, seed, name)


@dataclass(frozen=True, eq=False)
class Normal(Initializer):
    """Normal with mean 0 and the given standard deviation, whatever the shape."""

    standard_deviation: float = 1.0

    def __post_init__(self) -> None:
        check_number(self, "standard_deviation", "[0, inf)")

    def values(self, shape: tuple[int, ...], seed: int, name: str) -> Floats:
        """A float64 array of `shape`."""
        return spread_normally(self.standard_deviation, shape, seed, name)


@dataclass(frozen=True, eq=False)
class Zeros(Initializer):
    """All 0: for biases and offsets. Weights that start alike would stay alike."""

    def values(self, shape: tuple[int, ...], seed: int, name: str) -> Floats:
        """A float64 array of `shape`."""
        return np.zeros(shape)


@dataclass(frozen=True, eq=False)
class Ones(Initializer):
    """All 1: for gains."""

    def values(self, shape: tuple[int, ...], seed: int, name: str) -> Floats:
        """A float64 array of `shape`."""
        return np.ones(shape)


@dataclass(frozen=True, eq=False)
class Constant(Initializer):
    """The values given: one number for all, or an array of exactly the parameter's shape.

    >>> Constant([[3.0]]).values((1, 1), seed=0, name="dense_1.weights")
    array([[3.]])
    """

    value: npt.ArrayLike

    def __post_init__(self) -> None:
        try:
            values = np.array(self.value, np.float64)
        except (TypeError, ValueError):
            raise SettingError(f"Constant: value={self.value!r}, expected a number or an array of numbers") from None
        if not np.isfinite(values).all():
            raise SettingError(f"Constant: value={self.value!r}, expected finite numbers")
        values.flags.writeable = False
        object.__setattr__(self, "value", values if values.ndim else values.item())

    def values(self, shape: tuple[int, ...], seed: int, name: str) -> Floats:
        """A float64 array of `shape`; raises ShapeError where the values have another."""
        values = np.asarray(self.value, np.float64)
        if values.ndim and values.shape != shape:
            raise ShapeError(
                f"{name}: the values given to start from have shape {values.shape}, the parameter has {shape}"
            )
        return np.array(np.broadcast_to(values, shape))


INITIALIZERS: Mapping[str, type[Initializer]] = {
    "he-normal": HeNormal,
    "he-uniform": HeUniform,
    "glorot-normal": GlorotNormal,
    "glorot-uniform": GlorotUniform,
    "lecun-normal": LeCunNormal,
    "lecun-uniform": LeCunUniform,
    "normal": Normal,
    "zeros": Zeros,
    "ones": Ones,
    "constant": Constant,
}
FAMILIAR = {
    "kaiming-normal": "he-normal",
    "kaiming-uniform": "he-uniform",
    "xavier-normal": "glorot-normal",
    "xavier-uniform": "glorot-uniform",
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
