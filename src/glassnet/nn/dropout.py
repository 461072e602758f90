"""Chance while training: some inputs left out, or noise added to all."""

from __future__ import annotations

import math
from dataclasses import dataclass

from glassnet.core import functions as f
from glassnet.core.operation import Array
from glassnet.core.tensor import Tensor
from glassnet.nn.layer import Layer, Own
from glassnet.nn.rectifiers import SELU_ALPHA, SELU_SCALE
from glassnet.settings import check_number


@dataclass(frozen=True, eq=False)
class Dropout(Layer):
    """Each input becomes 0 with probability `rate`, and x / (1 - rate) otherwise; when predicting it passes unchanged.

    The choice is drawn anew in each step, from the seed. PyTorch and Keras scale when learning too; the paper scales
    the weights when predicting instead. Source: Srivastava, Hinton, Krizhevsky, Sutskever and
    Salakhutdinov, 2014. Raises SettingError unless the rate is in [0, 1).
    """

    rate: float

    def __post_init__(self) -> None:
        check_number(self, "rate", "[0, 1)")

    def forward(self, own: Own, *inputs: Tensor) -> Tensor:
        """The input, some of it left out while training."""
        x = inputs[0]
        if not own.training or self.rate == 0:
            return x
        return self.without(x, own.uniform(x.shape) < self.rate)

    def without(self, x: Tensor, left_out: Tensor) -> Tensor:
        """The input to scale, without what is left out."""
        return thinned(x, left_out, self.rate)


def thinned(x: Tensor, left_out: Tensor, rate: float | Array) -> Tensor:
    """0 where it is left out, which has the probability `rate`, and x / (1 - rate) elsewhere: the mean stays."""
    return f.where(left_out, 0, x * (1 / (1 - rate)))


@dataclass(frozen=True, eq=False)
class AlphaDropout(Dropout):
    """Each input becomes s = -1.7581, selu far to the left, with probability `rate`; then a x + b brings all to scale.

    a = 1 / sqrt((1 - rate) (1 + rate s^2)) and b = -a rate s keep mean 0 and variance 1, as selu does; when predicting
    it passes unchanged. Source: Klambauer, Unterthiner, Mayr and Hochreiter, "Self-normalizing neural networks", 2017.
    Raises SettingError unless the rate is in [0, 1).
    """

    def without(self, x: Tensor, left_out: Tensor) -> Tensor:
        """The input to scale, saturated where it is left out."""
        saturated = -SELU_SCALE * SELU_ALPHA
        a = 1 / math.sqrt((1 - self.rate) * (1 + self.rate * saturated**2))
        return a * f.where(left_out, saturated, x) - a * self.rate * saturated


@dataclass(frozen=True, eq=False)
class GaussianNoise(Layer):
    """x + noise, normal with mean 0 and the given standard deviation; when predicting x passes unchanged.

    The noise is drawn anew for each element in each step, from the seed. Source: Bishop, "Training with noise is
    equivalent to Tikhonov regularization", 1995. Raises SettingError for a standard deviation below 0.
    """

    standard_deviation: float

    def __post_init__(self) -> None:
        check_number(self, "standard_deviation", "[0, inf)")

    def forward(self, own: Own, *inputs: Tensor) -> Tensor:
        """The input, with noise while training."""
        x = inputs[0]
        if not own.training or self.standard_deviation == 0:
            return x
        return x + self.standard_deviation * own.normal(x)
