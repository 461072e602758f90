"""Adadelta."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from glassnet.core.tensor import Tensor
from glassnet.optimizers.optimizer import EPSILONS, Optimizer, Updated
from glassnet.optimizers.schedules import Schedule
from glassnet.settings import check_number


@dataclass(frozen=True, eq=False)
class Adadelta(Optimizer):
    """Steps in the units of the weights: the root of a mean of squared steps over that of squared deltas.

    v = rho v + (1 - rho) d^2
    s = d sqrt(u + epsilon) / sqrt(v + epsilon)
    u = rho u + (1 - rho) s^2
    w = w - rate s

    Both means start at 0 and are not corrected; epsilon stands inside both roots and decides the size of the first
    steps. The mean u is that of the steps before the rate is applied, so that the rate, 1 in the paper, only scales
    what is done; PyTorch, Keras and optax do the same, with rho 0.9, 0.95 and 0.9. Keras has epsilon 1e-7.

    Arguments: `decay`, rho, at least 0 and below 1; `epsilon`, at least 1e-30; for the others see `Optimizer`.

    Source: Zeiler, "ADADELTA: an adaptive learning rate method", 2012, Algorithm 1.
    """

    learning_rate: float | Schedule = 1.0
    decay: float = 0.95
    epsilon: float = 1e-6

    def __post_init__(self) -> None:
        super().__post_init__()
        check_number(self, "decay", "[0, 1)")
        check_number(self, "epsilon", EPSILONS)

    def slots(self) -> Mapping[str, float]:
        """The running means v of the squared deltas and u of the squared steps, which start at 0."""
        return {"square": 0.0, "square step": 0.0}

    def update(self, w: Tensor, delta: Tensor, slots: Mapping[str, Tensor], rate: Tensor, t: Tensor) -> Updated:
        """The weights and both means after one step."""
        rho, d, u = self.decay, delta, slots["square step"]
        v = rho * slots["square"] + (1 - rho) * d * d
        s = d * ((u + self.epsilon) / (v + self.epsilon)).sqrt()
        u = rho * u + (1 - rho) * s * s
        return w + (-rate).cast(w.dtype) * s, {"square": v, "square step": u}
