"""Adam, and Adam with decoupled weight decay."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from glassnet.core.tensor import Tensor
from glassnet.optimizers.optimizer import EPSILONS, Optimizer, Shrunk, Updated, decayed
from glassnet.optimizers.schedules import Schedule
from glassnet.settings import check_number


@dataclass(frozen=True, eq=False)
class Adam(Optimizer):
    """A running mean of the deltas, divided by the root of a running mean of their squares.

    m = beta1 m + (1 - beta1) d                         m^ = m / (1 - beta1^t)
    v = beta2 v + (1 - beta2) d^2                       v^ = v / (1 - beta2^t)
    w = w - rate m^ / (sqrt(v^) + epsilon)

    Both means start at 0, and m^ and v^ correct that. Epsilon is added outside the root of the corrected v^. The
    corrections are numbers of float64, gathered so that they meet the arrays twice:
    rate m^ / (sqrt(v^) + epsilon) = a m / (sqrt(v) + e) with c = sqrt(1 - beta2^t), a = rate c / (1 - beta1^t) and
    e = epsilon c.

    PyTorch, Keras and optax agree, but that Keras adds epsilon to the root of the uncorrected v ("epsilon hat" in the
    paper), which matters in the first steps where deltas are near epsilon.

    Arguments: `beta1` and `beta2`, at least 0 and below 1; `epsilon`, at least 1e-30; for the others see `Optimizer`.

    Source: Kingma and Ba, "Adam: a method for stochastic optimization", 2015, Algorithm 1.
    """

    learning_rate: float | Schedule = 0.001
    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8

    def __post_init__(self) -> None:
        super().__post_init__()
        check_number(self, "beta1", "[0, 1)")
        check_number(self, "beta2", "[0, 1)")
        check_number(self, "epsilon", EPSILONS)

    def slots(self) -> Mapping[str, float]:
        """The running means m of the deltas and v of their squares, which start at 0."""
        return {"mean": 0.0, "square": 0.0}

    def update(self, w: Tensor, delta: Tensor, slots: Mapping[str, Tensor], rate: Tensor, t: Tensor) -> Updated:
        """The weights and both means after one step."""
        m, v = self.means(delta, slots)
        return self.moved(w, m, v, rate, t), {"mean": m, "square": v}

    def means(self, d: Tensor, slots: Mapping[str, Tensor]) -> tuple[Tensor, Tensor]:
        """The running means m of the deltas and v of their squares after a step with delta d."""
        beta1, beta2 = self.beta1, self.beta2
        m = beta1 * slots["mean"] + (1 - beta1) * d
        v = beta2 * slots["square"] + (1 - beta2) * d * d
        return m, v

    def moved(self, w: Tensor, m: Tensor, v: Tensor, rate: Tensor, t: Tensor) -> Tensor:
        """The weights after the step that means m and v give, both still to be corrected."""
        return w + self.corrected(m, v, -rate, t)

    def corrected(self, m: Tensor, v: Tensor, rate: Tensor | float, t: Tensor) -> Tensor:
        """rate m^ / (sqrt(v^) + epsilon)."""
        c = (1 - self.beta2**t).sqrt()
        a = rate * c / (1 - self.beta1**t)
        e = self.epsilon * c
        return a.cast(m.dtype) * (m / (v.sqrt() + e.cast(m.dtype)))


@dataclass(frozen=True, eq=False)
class AdamW(Adam):
    """Adam with weight decay that is no part of the loss.

    w = w - rate weight_decay w - rate m^ / (sqrt(v^) + epsilon)

    with the old w on the right, and m^ and v^ as in `Adam`. The decay follows the learning rate and its schedule; it is
    not divided by the root of v^, as the penalty `l2` would be. It spares parameters without decay (biases, gains).
    PyTorch, Keras and optax multiply the decay by the rate too; none of them spares a
    parameter unless told.

    Arguments: `weight_decay`, at least 0; for the others see `Adam`.

    Source: Loshchilov and Hutter, "Decoupled weight decay regularization", 2019, Algorithm 2, with the rate as the
    factor of both parts.
    """

    weight_decay: float = 0.01

    def __post_init__(self) -> None:
        super().__post_init__()
        check_number(self, "weight_decay", "[0, inf)")

    def shrink(self, w: Tensor, slots: Mapping[str, Tensor], rate: Tensor) -> Shrunk:
        """The weights less rate x weight_decay of them."""
        return decayed(w, rate * self.weight_decay), slots
