"""Normalisation: values brought to mean 0 and variance 1, or to size 1, then scaled and shifted by what is learnt.

Everywhere epsilon stands inside the root, beside what is divided by, as in the papers of batch and layer normalisation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from glassnet.core import functions as f
from glassnet.core.extent import count, written
from glassnet.core.operation import Shaped
from glassnet.core.tensor import Tensor
from glassnet.errors import ShapeError
from glassnet.nn.initializers import Initializer, Ones, Zeros, as_initializer
from glassnet.nn.layer import Layer, Own, Parameter, Statistic
from glassnet.settings import check_number, check_whole


def _gain_and_offset(width: int) -> dict[str, Parameter | Statistic]:
    return {"gain": Parameter((width,), Ones(), decay=False), "offset": Parameter((width,), Zeros(), decay=False)}


@dataclass(frozen=True, eq=False)
class LayerNorm(Layer):
    """(x - mean) / sqrt(variance + epsilon) * gain + offset, over the last axis of each row.

    The variance divides by the number of values, as in PyTorch and Keras. Source: Ba, Kiros and Hinton, 2016.
    """

    epsilon: float = 1e-5

    def __post_init__(self) -> None:
        check_number(self, "epsilon", "(0, 1)")

    def parameters(self, *inputs: Shaped) -> Mapping[str, Parameter | Statistic]:
        """`gain` and `offset` (features,)."""
        return _gain_and_offset(self.width(inputs[0]))

    def forward(self, own: Own, *inputs: Tensor) -> Tensor:
        """The normalised rows."""
        centred = inputs[0] - inputs[0].mean(-1, keep=True)
        variance = (centred * centred).mean(-1, keep=True)
        return centred / (variance + self.epsilon).sqrt() * own.gain + own.offset


@dataclass(frozen=True, eq=False)
class RMSNorm(Layer):
    """x / sqrt(mean of x^2 + epsilon) * gain, over the last axis of each row: no mean is taken off, none is added.

    Source: Zhang and Sennrich, "Root mean square layer normalization", 2019. PyTorch's epsilon is by default that of
    the dtype, 1.2e-7 in float32. Raises SettingError for an epsilon of 0 or below.
    """

    epsilon: float = 1e-5

    def __post_init__(self) -> None:
        check_number(self, "epsilon", "(0, 1)")

    def parameters(self, *inputs: Shaped) -> Mapping[str, Parameter]:
        """`gain` (features,)."""
        return {"gain": Parameter((self.width(inputs[0]),), Ones(), decay=False)}

    def forward(self, own: Own, *inputs: Tensor) -> Tensor:
        """The normalised rows."""
        x = inputs[0]
        return x / ((x * x).mean(-1, keep=True) + self.epsilon).sqrt() * own.gain


@dataclass(frozen=True, eq=False)
class GroupNorm(Layer):
    """(x - mean) / sqrt(variance + epsilon) * gain + offset, over each of `groups` blocks of neighbouring features.

    Rows of shape (n, ..., features) are normalised each by itself: mean and variance of a block are taken over its
    features and over all axes before them, of a sequence over the steps that are there, and the variance divides by
    the number of values. Gain and offset are those of a feature. One group is layer normalisation over the whole row;
    as many groups as features is instance normalisation. Source: Wu and He, "Group normalization", 2018. Raises
    SettingError for a setting out of its range, ShapeError where the features cannot be divided so.
    """

    groups: int
    epsilon: float = 1e-5

    def __post_init__(self) -> None:
        check_whole(self, "groups", 1)
        check_number(self, "epsilon", "(0, 1)")

    def parameters(self, *inputs: Shaped) -> Mapping[str, Parameter | Statistic]:
        """`gain` and `offset` (features,)."""
        width = self.width(inputs[0])
        if width % self.groups:
            raise ShapeError(
                f"{width} features cannot be divided into {self.groups} groups; choose a divisor of {width}"
            )
        return _gain_and_offset(width)

    def forward(self, own: Own, *inputs: Tensor) -> Tensor:
        """The normalised rows."""
        x = inputs[0]
        blocks = x.reshape(x.shape[0], count(x.shape[1:-1]), self.groups, self.width(x) // self.groups)
        mask = own.mask(x)
        if mask is not None:
            mask = mask.reshape(*mask.shape, *[1] * (x.ndim - 2)).broadcast(x.shape).reshape(*blocks.shape)
        centred = blocks - _mean_of_blocks(blocks, mask)
        variance = _mean_of_blocks(centred * centred, mask)
        return (centred / (variance + self.epsilon).sqrt()).reshape(*x.shape) * own.gain + own.offset


def _mean_of_blocks(values: Tensor, mask: Tensor | None) -> Tensor:
    """The mean over axes 1 and 3, which stay, of the values where the mask is true; of all where it is None."""
    if mask is None:
        return values.mean((1, 3), keep=True)
    return f.where(mask, values, 0).sum((1, 3), keep=True) / mask.cast(values.dtype).sum((1, 3), keep=True)


@dataclass(frozen=True, eq=False)
class BatchNorm(Layer):
    """(x - mean) / sqrt(variance + epsilon) * gain + offset, over the rows of a batch (n, features).

    Training normalises with the batch's own mean and its variance over n; the running mean and the running variance
    over n - 1 move towards the batch's by the share `momentum`. Predicting uses the running ones only. A batch of one
    row is normalised with the running ones and leaves them as they are. PyTorch keeps n - 1 and this `momentum` too;
    Keras keeps n, and its momentum is the share of the old one. Source: Ioffe and Szegedy, 2015. Raises ShapeError for
    inputs of more axes, such as sequences.
    """

    momentum: float = 0.1
    epsilon: float = 1e-5

    def __post_init__(self) -> None:
        check_number(self, "momentum", "(0, 1]")
        check_number(self, "epsilon", "(0, 1)")

    def parameters(self, *inputs: Shaped) -> Mapping[str, Parameter | Statistic]:
        """`gain` and `offset`, and the statistics `mean` and `variance`, all (features,)."""
        width, shape = self.width(inputs[0]), inputs[0].shape
        if len(shape) > 2:
            raise ShapeError(
                f"BatchNorm takes rows of shape (n, features), not {written(shape)}; between layers over time use "
                f"LayerNorm, which looks at each step by itself"
            )
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


@dataclass(frozen=True, eq=False)
class Scale(Layer):
    """x * gain, with a learnt gain for each feature of the last axis.

    The gains start at 1 unless `initializer` says otherwise; weight decay spares them. Started near 0 at the end of a
    residual block it is LayerScale. Source: Touvron, Cord, Sablayrolles, Synnaeve and Jégou, "Going deeper with image
    transformers", 2021.
    """

    initializer: Initializer | str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "initializer", as_initializer(self.initializer or Ones()))

    def parameters(self, *inputs: Shaped) -> Mapping[str, Parameter]:
        """`gain` (features,)."""
        assert isinstance(self.initializer, Initializer)
        return {"gain": Parameter((self.width(inputs[0]),), self.initializer, decay=False)}

    def forward(self, own: Own, *inputs: Tensor) -> Tensor:
        """The scaled input."""
        return inputs[0] * own.gain
