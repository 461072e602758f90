"""LAMB."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from glassnet.core.functions import where
from glassnet.core.tensor import Tensor
from glassnet.optimizers.adam import Adam
from glassnet.optimizers.norms import norm
from glassnet.optimizers.optimizer import Updated, strength
from glassnet.settings import check_number


@dataclass(frozen=True, eq=False)
class LAMB(Adam):
    """Adam whose step for each parameter is as long as the parameter is large, times the rate; for large batches.

    s = m^ / (sqrt(v^) + epsilon) + weight_decay w      m^ and v^ as in `Adam`
    w = w - rate |w| / |s| s

    with the Euclidean norms over one parameter, one array of a layer or of a member of it; where a norm is 0 their
    ratio is 1, and nothing else bounds it: phi in the paper is the identity. The decay lies within the ratio.
    Parameters without decay (biases, gains) take the step of `Adam`, as in the authors' code, which leaves out both
    decay and ratio for them. optax and Keras have the ratio for every parameter, and Keras takes the decay outside it;
    PyTorch has no LAMB.

    Arguments: `weight_decay`, at least 0; for the others see `Adam`.

    Source: You, Li, Reddi, Hseu, Kumar, Bhojanapalli, Song, Demmel, Keutzer and Hsieh, "Large batch optimization for
    deep learning: training BERT in 76 minutes", 2020, Algorithm 2.
    """

    epsilon: float = 1e-6
    weight_decay: float = 0.01

    def __post_init__(self) -> None:
        super().__post_init__()
        check_number(self, "weight_decay", "[0, inf)")

    @property
    def whole(self) -> bool:
        """True: a norm is that of one parameter."""
        return True

    def advance(
        self,
        w: Tensor,
        delta: Tensor,
        slots: Mapping[str, Tensor],
        t: Tensor,
        *,
        scale: Tensor,
        decayed: bool,
        decay: Tensor | None = None,
        batch: int = 0,
    ) -> Updated:
        """One whole step for one parameter, with decay and ratio where it decays; arguments as for any optimizer."""
        if not decayed:
            return super().advance(w, delta, slots, t, scale=scale, decayed=False)
        t = t.cast("float64")
        m, v = self.means(self.penalised(delta, w, decay), slots)
        s = self.corrected(m, v, 1.0, t) + strength(self.weight_decay, decay, w) * w
        of_w, of_s = (norm(each, batch) for each in (w, s))
        ratio = where(of_w.equal(0.0) | of_s.equal(0.0), 1.0, of_w / of_s)
        ratio = ratio.reshape(*ratio.shape, *[1] * (w.ndim - batch)) if batch else ratio
        return w + (-self.rate(t, scale) * ratio).cast(w.dtype) * s, {"mean": m, "square": v}
