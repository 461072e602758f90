"""Lion."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from glassnet.core.tensor import Tensor
from glassnet.optimizers.optimizer import Optimizer, Shrunk, Updated, decayed, sign
from glassnet.optimizers.schedules import Schedule
from glassnet.settings import check_number


@dataclass(frozen=True, eq=False)
class Lion(Optimizer):
    """Every weight moves by the whole rate, in the direction of a mean of the deltas.

    c = beta1 m + (1 - beta1) d
    w = w - rate (sign(c) + weight_decay w)
    m = beta2 m + (1 - beta2) d

    with the old w on the right and sign(0) = 0; m starts at 0. The decay is decoupled and follows the rate, and spares
    parameters without decay (biases, gains). The rate wants to be 3 to 10 times smaller than Adam's, and the decay as
    many times larger. Keras and optax agree, the latter with a decay of 0.001 where none is given.

    Arguments: `beta1` and `beta2`, at least 0 and below 1; `weight_decay`, at least 0; for the others see `Optimizer`.

    Source: Chen, Liang, Huang, Real, Wang, Pham, Dong, Luong, Hsieh, Lu and Le, "Symbolic discovery of optimization
    algorithms", 2023, Program 1.
    """

    learning_rate: float | Schedule = 0.0001
    beta1: float = 0.9
    beta2: float = 0.99
    weight_decay: float = 0.0

    def __post_init__(self) -> None:
        super().__post_init__()
        check_number(self, "beta1", "[0, 1)")
        check_number(self, "beta2", "[0, 1)")
        check_number(self, "weight_decay", "[0, inf)")

    def slots(self) -> Mapping[str, float]:
        """The running mean m of the deltas, which starts at 0."""
        return {"mean": 0.0}

    def shrink(self, w: Tensor, slots: Mapping[str, Tensor], rate: Tensor) -> Shrunk:
        """The weights less rate x weight_decay of them."""
        return decayed(w, rate * self.weight_decay), slots

    def update(self, w: Tensor, delta: Tensor, slots: Mapping[str, Tensor], rate: Tensor, t: Tensor) -> Updated:
        """The weights and their mean delta after one step."""
        d, m = delta, slots["mean"]
        c = self.beta1 * m + (1 - self.beta1) * d
        return w + (-rate).cast(w.dtype) * sign(c), {"mean": self.beta2 * m + (1 - self.beta2) * d}
