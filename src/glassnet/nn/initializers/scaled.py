"""Initializers whose spread follows from the fans of a weight array.

With fan_in inputs to each unit and fan_out units fed by each input, a weight array of shape (inputs, outputs) has
fan_in = inputs and fan_out = outputs. Leading axes of larger arrays are positions of a window, (..., inputs, outputs):
they multiply both. For a 1-D array both are its length.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar

from glassnet.nn.initializers.drawn import spread_evenly, spread_normally, spread_within
from glassnet.nn.initializers.initializer import Floats, Initializer
from glassnet.settings import check_number, refusal

SPREADS: Mapping[str, Callable[[float, tuple[int, ...], int, str], Floats]] = {
    "normal": spread_normally,
    "uniform": spread_evenly,
    "truncated normal": spread_within,
}
FANS: Mapping[str, Callable[[int, int], float]] = {
    "in": lambda fan_in, fan_out: fan_in,
    "out": lambda fan_in, fan_out: fan_out,
    "average": lambda fan_in, fan_out: (fan_in + fan_out) / 2,
}


def fans(shape: tuple[int, ...]) -> tuple[int, int]:
    """fan_in and fan_out of a weight array, at least 1 each.

    >>> fans((784, 128)), fans((3, 3, 16, 32)), fans((5,))
    ((784, 128), (144, 288), (5, 5))
    """
    inputs, outputs = shape[-2:] if len(shape) > 1 else (math.prod(shape),) * 2
    positions = math.prod(shape[:-2])
    return max(1, positions * inputs), max(1, positions * outputs)


def scaled(scale: float, fan: str, distribution: str, shape: tuple[int, ...], seed: int, name: str) -> Floats:
    """Numbers of mean 0 and variance `scale` / fan."""
    return SPREADS[distribution](math.sqrt(scale / FANS[fan](*fans(shape))), shape, seed, name)


@dataclass(frozen=True, eq=False)
class VarianceScaling(Initializer):
    """Variance `scale` / fan, with fan_in, fan_out or their average as `fan`: "in", "out" or "average".

    `distribution` is "normal", "uniform" (between plus and minus sqrt(3 `scale` / fan)) or "truncated normal" (cut at
    two standard deviations and widened, so that the variance after the cut is the one stated, as in Keras). He's rule
    is scale 2 with fan "in", LeCun's 1 with "in", Glorot's 1 with "average".

    Raises SettingError for a scale below 0 and for a fan or a distribution that is not known.

    Source: the form is that of Keras (`VarianceScaling`).
    """

    scale: float = 1.0
    fan: str = "in"
    distribution: str = "normal"

    def __post_init__(self) -> None:
        check_number(self, "scale", "[0, inf)")
        for setting, known in (("fan", FANS), ("distribution", SPREADS)):
            if getattr(self, setting) not in known:
                raise refusal(self, setting, f"one of {', '.join(map(repr, known))}")

    def values(self, shape: tuple[int, ...], seed: int, name: str) -> Floats:
        """A float64 array of `shape`."""
        return scaled(self.scale, self.fan, self.distribution, shape, seed, name)


@dataclass(frozen=True, eq=False)
class _Rule(Initializer):
    """Variance scaling with all three settings fixed."""

    fixed: ClassVar[tuple[float, str, str]]

    def values(self, shape: tuple[int, ...], seed: int, name: str) -> Floats:
        """A float64 array of `shape`."""
        return scaled(*self.fixed, shape, seed, name)


@dataclass(frozen=True, eq=False)
class HeNormal(_Rule):
    """Normal with variance 2 / fan_in, which keeps the spread through ReLU layers.

    Source: He, Zhang, Ren and Sun, "Delving deep into rectifiers", 2015.
    """

    fixed = 2, "in", "normal"


@dataclass(frozen=True, eq=False)
class HeUniform(_Rule):
    """Uniform between plus and minus sqrt(6 / fan_in): variance 2 / fan_in.

    Source: He, Zhang, Ren and Sun, "Delving deep into rectifiers", 2015.
    """

    fixed = 2, "in", "uniform"


@dataclass(frozen=True, eq=False)
class GlorotNormal(_Rule):
    """Normal with variance 2 / (fan_in + fan_out), between what forward and backward ask for.

    Source: Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural networks", 2010.
    """

    fixed = 1, "average", "normal"


@dataclass(frozen=True, eq=False)
class GlorotUniform(_Rule):
    """Uniform between plus and minus sqrt(6 / (fan_in + fan_out)): variance 2 / (fan_in + fan_out).

    Source: Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural networks", 2010.
    """

    fixed = 1, "average", "uniform"


@dataclass(frozen=True, eq=False)
class SigmoidUniform(_Rule):
    """Uniform between plus and minus 4 sqrt(6 / (fan_in + fan_out)), for sigmoid units, whose slope at 0 is 1 / 4.

    Source: Bengio, "Practical recommendations for gradient-based training of deep architectures", 2012.
    """

    fixed = 16, "average", "uniform"


@dataclass(frozen=True, eq=False)
class LeCunNormal(_Rule):
    """Normal with variance 1 / fan_in, for units whose slope at 0 is about 1.

    Source: LeCun, Bottou, Orr and Müller, "Efficient BackProp", 1998.
    """

    fixed = 1, "in", "normal"


@dataclass(frozen=True, eq=False)
class LeCunUniform(_Rule):
    """Uniform between plus and minus sqrt(3 / fan_in): variance 1 / fan_in.

    Source: LeCun, Bottou, Orr and Müller, "Efficient BackProp", 1998.
    """

    fixed = 1, "in", "uniform"
