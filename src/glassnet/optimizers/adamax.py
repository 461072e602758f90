"""AdaMax."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from glassnet.core.functions import maximum
from glassnet.core.tensor import Tensor
from glassnet.optimizers.adam import Adam
from glassnet.optimizers.optimizer import Updated
from glassnet.optimizers.schedules import Schedule


@dataclass(frozen=True, eq=False)
class AdaMax(Adam):
    """Adam with the largest delta, fading with time, in place of the root of the mean square.

    m = beta1 m + (1 - beta1) d
    u = max(beta2 u, |d| + epsilon)
    w = w - rate / (1 - beta1^t) m / u

    Both start at 0; u needs no correction. The paper has no epsilon and divides by 0 until a weight has had a delta;
    here it is added to |d|, as in PyTorch and optax. Keras adds it to u.

    Arguments: `beta1` and `beta2`, at least 0 and below 1; `epsilon`, at least 1e-30; for the others see `Optimizer`.

    Source: Kingma and Ba, "Adam: a method for stochastic optimization", 2015, Algorithm 2.
    """

    learning_rate: float | Schedule = 0.002

    def slots(self) -> Mapping[str, float]:
        """The running mean m of the deltas and their fading maximum u, which start at 0."""
        return {"mean": 0.0, "maximum": 0.0}

    def update(self, w: Tensor, delta: Tensor, slots: Mapping[str, Tensor], rate: Tensor, t: Tensor) -> Updated:
        """The weights, the mean and the maximum after one step."""
        d, beta1, beta2 = delta, self.beta1, self.beta2
        m = beta1 * slots["mean"] + (1 - beta1) * d
        u = maximum(beta2 * slots["maximum"], abs(d) + self.epsilon)
        a = -rate / (1 - beta1**t)
        return w + a.cast(w.dtype) * (m / u), {"mean": m, "maximum": u}
