"""RAdam."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from glassnet.core.functions import maximum, where
from glassnet.core.tensor import Tensor
from glassnet.optimizers.adam import Adam
from glassnet.optimizers.optimizer import Updated
from glassnet.settings import check_number

TRACTABLE = 5.0  # the length of the mean of squares from which its variance is trusted


@dataclass(frozen=True, eq=False)
class RAdam(Adam):
    """Adam that waits until its mean of squares is worth something, and then steps the more boldly the more it is.

    P = 2 / (1 - beta2) - 1                                 p = P - 2 t beta2^t / (1 - beta2^t)
    r = sqrt((p - 4) (p - 2) P / ((P - 4) (P - 2) p))
    w = w - rate r m^ / (sqrt(v^) + epsilon)                where p > 5
    w = w - rate m^                                         before

    with m^ and v^ as in `Adam`. With beta2 = 0.999 the first 5 steps are those of momentum, whose size is that of the
    deltas. The bound is 5, as in the code of the authors, PyTorch and optax; the paper has 4. Epsilon is added to the
    root of the corrected v^, as in optax; PyTorch adds it to that of v.

    Arguments: `beta2`, above 2/3 (below it the mean is never trusted) and below 1; for the others see `Adam`.

    Source: Liu, Jiang, He, Chen, Liu, Gao and Han, "On the variance of the adaptive learning rate and beyond", 2020,
    Algorithm 2.
    """

    def __post_init__(self) -> None:
        super().__post_init__()
        check_number(self, "beta2", f"({2 / 3}, 1)")

    def update(self, w: Tensor, delta: Tensor, slots: Mapping[str, Tensor], rate: Tensor, t: Tensor) -> Updated:
        """The weights and both means after one step."""
        m, v = self.means(delta, slots)
        P, share = 2 / (1 - self.beta2) - 1, self.beta2**t
        p = P - 2 * t * share / (1 - share)
        trusted, q = p > TRACTABLE, maximum(p, TRACTABLE)
        r = ((q - 4) * (q - 2) * P / ((P - 4) * (P - 2) * q)).sqrt()
        c = (1 - share).sqrt()
        a = -rate / (1 - self.beta1**t) * where(trusted, r * c, 1.0)
        root = where(trusted, v.sqrt() + (self.epsilon * c).cast(w.dtype), 1.0)
        return w + a.cast(w.dtype) * (m / root), {"mean": m, "square": v}
