"""Normalisation: values brought to mean 0 and variance 1, then scaled and shifted by what is learnt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from glassnet.core import functions as f
from glassnet.core.operation import Shaped
from glassnet.core.tensor import Tensor
from glassnet.nn.initializers import Ones, Zeros
from glassnet.nn.layer import Layer, Own, Parameter, Statistic
from glassnet.settings import check_number


def _gain_and_offset(width: int) -> dict[str, Parameter | Statistic]:
    return {"gain": Parameter((width,), Ones(), decay=False), "offset": Parameter((width,), Zeros(), decay=False)}


@dataclass(frozen=True, eq=False)
class LayerNorm(Layer):
    """(x - mean) / sqrt(variance + epsilon) * gain + offset, over the last axis of each row.

    The variance divides by the number of values. Source: Ba, Kiros and Hinton, 2016.
    """

    epsilon: float = 1e-5

    def __post_init__(self) -> None:
        check_number(self, "epsilon", "(0, inf)")

    def parameters(self, *inputs: Shaped) -> Mapping[str, Parameter | Statistic]:
        """`gain` and `offset` (features,)."""
        return _gain_and_offset(self.width(inputs[0]))

    def forward(self, own: Own, *inputs: Tensor) -> Tensor:
        """The normalised rows."""
        centred = inputs[0] - inputs[0].mean(-1, keep=True)
        variance = (centred * centred).mean(-1, keep=True)
        return centred / (variance + self.epsilon).sqrt() * own.gain + own.offset


@dataclass(frozen=True, eq=False)
class BatchNorm(Layer):
    """(x - mean) / sqrt(variance + epsilon) * gain + offset, over the rows of a batch (n, features).

    Training normalises with the batch's own mean and its variance over n; the running mean and the running variance
    over n - 1 move towards the batch's by the share `momentum`. Predicting uses the running ones only. A batch of one
    row is normalised with the running ones and leaves them as they are. Source: Ioffe and Szegedy, 2015.
    """

    momentum: float = 0.1
    epsilon: float = 1e-5

    def __post_init__(self) -> None:
        check_number(self, "momentum", "(0, 1]")
        check_number(self, "epsilon", "(0, inf)")

    def parameters(self, *inputs: Shaped) -> Mapping[str, Parameter | Statistic]:
        """`gain` and `offset`, and the statistics `mean` and `variance`, all (features,)."""
        width = self.width(inputs[0])
        return {**_gain_and_offset(width), "mean": Statistic((width,), 0.0), "variance": Statistic((width,), 1.0)}

    def forward(self, own: Own, *inputs: Tensor) -> Tensor:
        """The normalised rows."""
        x = inputs[0]
        mean, variance = own.mean, own.variance
        if own.training:
            rows = f.extent(x, 0, x.dtype)
            batch_mean = x.mean(0)
            centred = x - batch_mean
            squares = (centred * centred).sum(0)
            alone = (rows <= 1).broadcast(own.mean.shape)
            unbiased = squares / f.maximum(rows - 1, 1.0)
            own.keep(
                mean=f.where(alone, mean, mean + self.momentum * (batch_mean.stop() - mean)),
                variance=f.where(alone, variance, variance + self.momentum * (unbiased.stop() - variance)),
            )
            mean, variance = f.where(alone, mean, batch_mean), f.where(alone, variance, squares / rows)
        return (x - mean) / (variance + self.epsilon).sqrt() * own.gain + own.offset
