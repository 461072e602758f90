"""Dropout: some inputs left out at random while training."""

from __future__ import annotations

from dataclasses import dataclass

from glassnet.core import functions as f
from glassnet.core.tensor import Tensor
from glassnet.nn.layer import Layer, Own
from glassnet.settings import check_number


@dataclass(frozen=True, eq=False)
class Dropout(Layer):
    """Each input becomes 0 with probability `rate`, and x / (1 - rate) otherwise; when predicting it passes unchanged.

    The choice is drawn anew in each step, from the seed. Source: Srivastava, Hinton, Krizhevsky, Sutskever and
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
        return f.where(own.uniform(x.shape) < self.rate, 0, x * (1 / (1 - self.rate)))
