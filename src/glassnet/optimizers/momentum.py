"""Gradient descent with momentum."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from glassnet.core.tensor import Tensor
from glassnet.optimizers.optimizer import Optimizer, Updated
from glassnet.optimizers.schedules import Schedule
from glassnet.settings import check_flag, check_number


@dataclass(frozen=True, eq=False)
class Momentum(Optimizer):
    """A velocity gathers the deltas, and the weights move along it.

    v = mu v + d
    w = w - rate v                 or, with `nesterov`, w = w - rate (d + mu v)

    The rate stands outside the velocity: when a schedule lowers it, the whole movement slows down at once. (Where it
    stands inside, v = mu v - rate d, the two agree only while the rate stays the same.) Nothing is damped: under a
    constant delta the step grows to 1 / (1 - mu) times that of gradient descent. Nesterov's form is the look-ahead one:
    it takes the step that this velocity will take next. PyTorch has the same two forms; Keras keeps the rate inside,
    optax outside.

    Arguments: `momentum`, mu, at least 0 and below 1; `nesterov`; for the others see `Optimizer`.

    Source: Polyak, "Some methods of speeding up the convergence of iteration methods", 1964; Nesterov's form as in
    Sutskever, Martens, Dahl and Hinton, "On the importance of initialization and momentum in deep learning", 2013, with
    the rate outside.
    """

    learning_rate: float | Schedule = 0.01
    momentum: float = 0.9
    nesterov: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        check_number(self, "momentum", "[0, 1)")
        check_flag(self, "nesterov")

    def slots(self) -> Mapping[str, float]:
        """The velocity v, which starts at 0."""
        return {"velocity": 0.0}

    def update(self, w: Tensor, delta: Tensor, slots: Mapping[str, Tensor], rate: Tensor, t: Tensor) -> Updated:
        """The weights and their velocity after one step."""
        mu, d = self.momentum, delta
        v = mu * slots["velocity"] + d
        move = d + mu * v if self.nesterov else v
        return w + (-rate).cast(w.dtype) * move, {"velocity": v}
