"""Initializers that draw from one distribution, whatever the shape."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from glassnet import random
from glassnet.errors import SettingError
from glassnet.nn.initializers.initializer import Floats, Initializer
from glassnet.settings import check_number

CUT = 2.0  # standard deviations at which the truncated normal distribution ends
LEFT = math.sqrt(1 - CUT * math.sqrt(2 / math.pi) * math.exp(-CUT * CUT / 2) / math.erf(CUT / math.sqrt(2)))


def spread_normally(deviation: float, shape: tuple[int, ...], seed: int, name: str) -> Floats:
    """Normal numbers of mean 0 and the given standard deviation."""
    numbers = random.normal(seed, name, shape)
    numbers *= deviation
    return numbers


def spread_evenly(deviation: float, shape: tuple[int, ...], seed: int, name: str) -> Floats:
    """Uniform numbers of mean 0 and the given standard deviation: between plus and minus sqrt(3) of it."""
    return math.sqrt(3) * deviation * (2 * random.uniform(seed, name, shape) - 1)


def spread_within(deviation: float, shape: tuple[int, ...], seed: int, name: str) -> Floats:
    """Truncated normal numbers of mean 0 and the given standard deviation, which is the one after the cut."""
    return deviation / LEFT * _cut(shape, seed, name)


def _cut(shape: tuple[int, ...], seed: int, name: str) -> Floats:
    """Standard normal numbers, each drawn again, under a name of its own, until it lies within the cut."""
    values = random.normal(seed, name, shape)
    outside, again = np.abs(values) > CUT, 0
    while outside.any():
        again += 1
        values[outside] = random.normal(seed, f"{name}/{again}", (int(outside.sum()),))
        outside = np.abs(values) > CUT
    return values


@dataclass(frozen=True, eq=False)
class Normal(Initializer):
    """Normal (Gaussian) with mean 0 and the given standard deviation, whatever the shape."""

    standard_deviation: float = 1.0

    def __post_init__(self) -> None:
        check_number(self, "standard_deviation", "[0, inf)")

    def values(self, shape: tuple[int, ...], seed: int, name: str) -> Floats:
        """A float64 array of `shape`."""
        return spread_normally(self.standard_deviation, shape, seed, name)


@dataclass(frozen=True, eq=False)
class TruncatedNormal(Initializer):
    """Normal with mean 0 and the given standard deviation, drawn again beyond two of them to either side.

    The standard deviation is that before the cut, as in TensorFlow and Keras; 0.8796 of it is left. PyTorch cuts at -2
    and 2 whatever the standard deviation, unless told otherwise.
    """

    standard_deviation: float = 1.0

    def __post_init__(self) -> None:
        check_number(self, "standard_deviation", "[0, inf)")

    def values(self, shape: tuple[int, ...], seed: int, name: str) -> Floats:
        """A float64 array of `shape`."""
        return self.standard_deviation * _cut(shape, seed, name)


@dataclass(frozen=True, eq=False)
class Uniform(Initializer):
    """Uniform between `low` and `high`, whatever the shape.

    Raises SettingError unless `low` is below `high`.
    """

    low: float = -0.05
    high: float = 0.05

    def __post_init__(self) -> None:
        check_number(self, "low", "(-inf, inf)")
        check_number(self, "high", "(-inf, inf)")
        if self.low >= self.high:
            raise SettingError(f"Uniform: low={self.low!r}, high={self.high!r}, expected low below high")

    def values(self, shape: tuple[int, ...], seed: int, name: str) -> Floats:
        """A float64 array of `shape`."""
        return self.low + (self.high - self.low) * random.uniform(seed, name, shape)
