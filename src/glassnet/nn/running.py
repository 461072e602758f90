"""Numbers brought to mean 0 and deviation 1 by moments that are learnt with the rows, as streams need it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from glassnet.core import functions as f
from glassnet.core.extent import written
from glassnet.core.operation import Shaped
from glassnet.core.tensor import Tensor
from glassnet.errors import ShapeError
from glassnet.nn.layer import Layer, Own, Statistic
from glassnet.settings import check_number, check_whole

LARGEST: Final = 1e18  # whose square float32 can hold
FEW: Final = 32.0  # numbers of a feature, up to which the moments take each as it is
REACH: Final = 10.0  # deviations from the mean, beyond which a number moves the moments as one there would
FAINT: Final = 1e-10  # of the square of the mean: a variance below is one of rounding


@dataclass(frozen=True, eq=False)
class RunningScale(Layer):
    """z = s / sqrt(1 + (s / limit)^2) with s = (x - mean) / deviation, 0 where x is not known; the rest as it is.

    A row (n, 2 k + m) holds k = `numbers`, then for each of them a 1 where it is known and a 0 where it is not, then
    m features that pass by: (n, k + m). Each step of learning first moves the moments by the numbers of its rows that
    are known,

    mean = mean + share (m - mean)        variance = (1 - share) (variance + share (m - mean)^2) + share v

    with m and v the mean and variance of these numbers, and share = their number / all that were counted. What was
    counted is at most `memory`, so that numbers from long ago are forgotten. From 32 numbers on, one more than 10
    deviations from the mean moves them as one 10 deviations away. Mean, deviation and count are those of one feature.

    Arguments: `numbers`, `limit` above 0, `memory`, at least 1.

    Source: Chan, Golub and LeVeque, "Updating formulae and a pairwise algorithm for computing sample variances", 1979.

    Raises ShapeError for rows of another shape, SettingError for a setting out of its range.
    """

    numbers: int
    limit: float = 8.0
    memory: float = 100_000.0

    def __post_init__(self) -> None:
        check_whole(self, "numbers", 1)
        check_number(self, "limit", "(0, inf)")
        check_number(self, "memory", "[1, inf)")

    def parameters(self, *inputs: Shaped) -> Mapping[str, Statistic]:
        """The statistics `count`, `mean` and `variance`, all (numbers,)."""
        if len(inputs[0].shape) != 2 or self.width(inputs[0]) < 2 * self.numbers:
            raise ShapeError(
                f"RunningScale of {self.numbers} numbers takes rows (n, {2 * self.numbers} or more), the numbers and "
                f"whether each is known, not {written(inputs[0].shape)}"
            )
        return {name: Statistic((self.numbers,), 0.0) for name in ("count", "mean", "variance")}

    def forward(self, own: Own, *inputs: Tensor) -> Tensor:
        """The scaled numbers, and the features that pass by."""
        k = self.numbers
        x, known, rest = inputs[0][:, :k], inputs[0][:, k : 2 * k], inputs[0][:, 2 * k :]
        x = f.minimum(f.maximum(x, -LARGEST), LARGEST)
        mean, variance = self._moments(own, x, known) if own.training else (own.mean, own.variance)
        s = (x - mean) / _deviation(mean, variance)
        s = f.minimum(f.maximum(s, -LARGEST), LARGEST)
        z = known * s / (1 + (s / self.limit) * (s / self.limit)).sqrt()
        return f.concatenate([z, rest]) if rest.shape[1] != 0 else z

    def _moments(self, own: Own, x: Tensor, known: Tensor) -> tuple[Tensor, Tensor]:
        """The mean and the variance after the numbers of these rows, which are kept."""
        far = f.where(own.count >= FEW, REACH * _deviation(own.mean, own.variance), 2 * LARGEST)
        x = f.minimum(f.maximum(x, own.mean - far), own.mean + far)
        here = known.sum(0)
        count = f.minimum(own.count + here, self.memory)
        share = f.minimum(here / f.maximum(count, 1.0), 1.0)
        middle = (known * x).sum(0) / f.maximum(here, 1.0)
        spread = (known * (x - middle) * (x - middle)).sum(0) / f.maximum(here, 1.0)
        moved = middle - own.mean
        mean = own.mean + share * moved
        variance = (1 - share) * (own.variance + share * moved * moved) + share * spread
        own.keep(count=count, mean=mean, variance=variance)
        return mean, variance


def _deviation(mean: Tensor, variance: Tensor) -> Tensor:
    """The deviation, or infinity where the variance is none beside rounding: every number is then as the mean is."""
    faint = variance <= FAINT * mean * mean
    return f.where(faint, float("inf"), f.maximum(variance, 1e-30).sqrt())
