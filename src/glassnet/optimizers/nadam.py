"""Nadam."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from glassnet.core.tensor import Tensor
from glassnet.optimizers.adam import Adam
from glassnet.optimizers.optimizer import Updated


@dataclass(frozen=True, eq=False)
class Nadam(Adam):
    """Adam with Nesterov's momentum: the mean that the next step would use, as far as it is known.

    m^ = beta1 m / (1 - beta1^(t+1)) + (1 - beta1) d / (1 - beta1^t)
    w = w - rate m^ / (sqrt(v^) + epsilon)

    with m, v and v^ as in `Adam`. The momentum beta1 is the same at every step, as in optax. PyTorch lets it rise
    slowly from half of that, beta1 (1 - 0.96^(t/250) / 2), as in experiments of the author; Keras quickly, with 0.96^t.

    Arguments: see `Adam`.

    Source: Dozat, "Incorporating Nesterov momentum into Adam", 2016, Algorithm 2 with a constant momentum.
    """

    def update(self, w: Tensor, delta: Tensor, slots: Mapping[str, Tensor], rate: Tensor, t: Tensor) -> Updated:
        """The weights and both means after one step."""
        beta1 = self.beta1
        m, v = self.means(delta, slots)
        c = (1 - self.beta2**t).sqrt()
        old, new = -rate * c * beta1 / (1 - beta1 ** (t + 1)), -rate * c * (1 - beta1) / (1 - beta1**t)
        move = old.cast(w.dtype) * m + new.cast(w.dtype) * delta
        return w + move / (v.sqrt() + (self.epsilon * c).cast(w.dtype)), {"mean": m, "square": v}
