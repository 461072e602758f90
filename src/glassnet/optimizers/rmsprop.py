"""RMSprop."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from glassnet.core.tensor import Tensor
from glassnet.optimizers.optimizer import EPSILONS, Optimizer, Updated
from glassnet.optimizers.schedules import Schedule
from glassnet.settings import check_number


@dataclass(frozen=True, eq=False)
class RMSprop(Optimizer):
    """Each delta is divided by the root of a running mean of its square.

    v = rho v + (1 - rho) d^2
    w = w - rate d / (sqrt(v) + epsilon)

    Epsilon is added outside the root; v starts at 0 and that bias is not corrected, so that the first step is
    1 / sqrt(1 - rho) times the rate: about 3.16 for rho = 0.9. The mean of the deltas is not subtracted.
    PyTorch has rho = 0.99 and the same epsilon; Keras, with 1e-7, and optax add epsilon inside the root.

    Arguments: `decay`, rho, at least 0 and below 1; `epsilon`, at least 1e-30; for the others see `Optimizer`.

    Source: Tieleman and Hinton, "Lecture 6.5: rmsprop", Neural networks for machine learning, 2012.
    """

    learning_rate: float | Schedule = 0.001
    decay: float = 0.9
    epsilon: float = 1e-8

    def __post_init__(self) -> None:
        super().__post_init__()
        check_number(self, "decay", "[0, 1)")
        check_number(self, "epsilon", EPSILONS)

    def slots(self) -> Mapping[str, float]:
        """The running mean v of the squared deltas, which starts at 0."""
        return {"square": 0.0}

    def update(self, w: Tensor, delta: Tensor, slots: Mapping[str, Tensor], rate: Tensor, t: Tensor) -> Updated:
        """The weights and their mean squares after one step."""
        rho, d = self.decay, delta
        v = rho * slots["square"] + (1 - rho) * d * d
        return w + (-rate).cast(w.dtype) * (d / (v.sqrt() + self.epsilon)), {"square": v}
