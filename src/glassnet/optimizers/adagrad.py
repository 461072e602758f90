"""Adagrad."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from glassnet.core.tensor import Tensor
from glassnet.optimizers.optimizer import EPSILONS, Optimizer, Updated
from glassnet.optimizers.schedules import Schedule
from glassnet.settings import check_number


@dataclass(frozen=True, eq=False)
class Adagrad(Optimizer):
    """Each delta is divided by the root of the sum of all its squares so far.

    v = v + d^2
    w = w - rate d / (sqrt(v) + epsilon)

    The sum only grows, so that the steps of a weight shrink the more it has been moved; rare inputs keep large steps.
    Epsilon is added outside the root and v starts at `initial`, as in PyTorch with 1e-10 and 0. Keras and optax add
    epsilon, 1e-7, inside the root, and start at 0.1.

    Arguments: `initial`, what v starts from, at least 0; `epsilon`, at least 1e-30; for the others see `Optimizer`.

    Source: Duchi, Hazan and Singer, "Adaptive subgradient methods for online learning and stochastic optimization",
    2011, the diagonal form of section 1.1.
    """

    learning_rate: float | Schedule = 0.01
    initial: float = 0.0
    epsilon: float = 1e-10

    def __post_init__(self) -> None:
        super().__post_init__()
        check_number(self, "initial", "[0, inf)")
        check_number(self, "epsilon", EPSILONS)

    def slots(self) -> Mapping[str, float]:
        """The sum v of the squared deltas, which starts at `initial`."""
        return {"square": self.initial}

    def update(self, w: Tensor, delta: Tensor, slots: Mapping[str, Tensor], rate: Tensor, t: Tensor) -> Updated:
        """The weights and their sums of squares after one step."""
        d = delta
        v = slots["square"] + d * d
        return w + (-rate).cast(w.dtype) * (d / (v.sqrt() + self.epsilon)), {"square": v}
