"""AMSGrad."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from glassnet.core.functions import maximum
from glassnet.core.tensor import Tensor
from glassnet.optimizers.adam import Adam
from glassnet.optimizers.optimizer import Updated


@dataclass(frozen=True, eq=False)
class AMSGrad(Adam):
    """Adam that divides by the largest mean of squares so far, so that a rare large delta is not forgotten.

    u = max(u, v)
    w = w - rate m^ / (sqrt(u / (1 - beta2^t)) + epsilon)

    with m^ and v as in `Adam`; u starts at 0. The maximum is that of the uncorrected v, and is corrected afterwards, as
    in PyTorch and Keras. The paper corrects neither mean; optax takes the maximum of the corrected v^.

    Arguments: see `Adam`.

    Source: Reddi, Kale and Kumar, "On the convergence of Adam and beyond", 2018, Algorithm 2.
    """

    def slots(self) -> Mapping[str, float]:
        """The running means m and v of `Adam` and the largest v, which start at 0."""
        return {**super().slots(), "maximum": 0.0}

    def update(self, w: Tensor, delta: Tensor, slots: Mapping[str, Tensor], rate: Tensor, t: Tensor) -> Updated:
        """The weights, both means and the maximum after one step."""
        m, v = self.means(delta, slots)
        u = maximum(slots["maximum"], v)
        return self.moved(w, m, u, rate, t), {"mean": m, "square": v, "maximum": u}
