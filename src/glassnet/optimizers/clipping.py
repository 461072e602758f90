"""Clipping: bounds on the deltas of a step, so that one wild batch does not throw the weights far away.

A norm is worked out in float64, so that the square of a large delta does not overflow. A delta that is not finite stays
so, or makes the others NaN: it is seen, and no step is taken as if nothing had happened.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add

from glassnet.core.functions import maximum, minimum
from glassnet.core.tensor import Tensor
from glassnet.optimizers.norms import squares
from glassnet.settings import Configured, check_number


@dataclass(frozen=True, eq=False)
class Clip(Configured, ABC):
    """A bound on the deltas of the mean loss, before penalties are added; an own one is a subclass with `clipped`."""

    @abstractmethod
    def clipped(self, deltas: Sequence[Tensor]) -> list[Tensor]:
        """The deltas of one step within the bound; each is the delta of one parameter, an array of any shape."""


@dataclass(frozen=True, eq=False)
class ClipByValue(Clip):
    """Each number of a delta is brought into [-limit, limit]; the direction of the step changes.

    d = max(-limit, min(d, limit))

    Arguments: `limit`, above 0.

    Source: Mikolov, "Statistical language models based on neural networks", 2012.
    """

    limit: float

    def __post_init__(self) -> None:
        check_number(self, "limit", "(0, inf)")

    def clipped(self, deltas: Sequence[Tensor]) -> list[Tensor]:
        """The deltas, number by number."""
        return [maximum(minimum(d, self.limit), -self.limit) for d in deltas]


@dataclass(frozen=True, eq=False)
class ClipByNorm(Clip):
    """The delta of each parameter is shortened to a Euclidean norm of at most `limit`.

    d = d min(1, limit / |d|)                  with |d|^2 = the sum of d^2 over the parameter

    A parameter is one array of a layer, its weights or its biases. Keras calls this `clipnorm`.

    Arguments: `limit`, above 0.

    Source: Pascanu, Mikolov and Bengio, "On the difficulty of training recurrent neural networks", 2013, Algorithm 1,
    taken a parameter at a time.
    """

    limit: float

    def __post_init__(self) -> None:
        check_number(self, "limit", "(0, inf)")

    def clipped(self, deltas: Sequence[Tensor]) -> list[Tensor]:
        """The deltas, parameter by parameter."""
        return [_shortened(d, self.limit, squares(d)) for d in deltas]


@dataclass(frozen=True, eq=False)
class ClipByGlobalNorm(Clip):
    """All deltas together are shortened to a Euclidean norm of at most `limit`; the direction of the step stays.

    d = d min(1, limit / |D|)                  with |D|^2 = the sum of d^2 over all parameters

    A norm of exactly `limit` changes nothing. (PyTorch's `clip_grad_norm_` divides by |D| + 1e-6 and so shortens a
    little more; Keras and optax add nothing.)

    Arguments: `limit`, above 0.

    Source: Pascanu, Mikolov and Bengio, "On the difficulty of training recurrent neural networks", 2013, Algorithm 1.
    """

    limit: float

    def __post_init__(self) -> None:
        check_number(self, "limit", "(0, inf)")

    def clipped(self, deltas: Sequence[Tensor]) -> list[Tensor]:
        """The deltas, all by one factor."""
        square = reduce(add, [squares(d) for d in deltas])
        return [_shortened(d, self.limit, square) for d in deltas]


def _shortened(d: Tensor, limit: float, square: Tensor) -> Tensor:
    """d min(1, limit / sqrt(square)), written so that nothing is divided by 0."""
    return d * (limit / maximum(square.sqrt(), limit)).cast(d.dtype)
