"""AdamW without a schedule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from glassnet.core.functions import minimum
from glassnet.core.tensor import Tensor
from glassnet.optimizers.optimizer import EPSILONS, Optimizer, Shrunk, Updated
from glassnet.optimizers.schedules import Schedule, Warmup
from glassnet.settings import check_number, check_whole


@dataclass(frozen=True, eq=False)
class ScheduleFreeAdamW(Optimizer):
    """AdamW that needs no falling rate: it answers with a mean of where it was, and takes its deltas near that mean.

    y = (1 - beta1) z + beta1 x                             the weights w that the deltas are taken at
    z = z - r (d / (sqrt(v^) + epsilon) + weight_decay y)   with r = rate min(1, t / (warmup + 1)), v^ as in `Adam`
    x = (1 - c) x + c z                                     the weights of evaluation and prediction

    with c = g_t / (g_1 + ... + g_t) and g_t = min(1, t / (warmup + 1))^2, so that without a warm-up x is the plain
    mean of all z. All three start at the initial weights. Kept is the slot o = z - x, which starts at 0: then
    x = y - (1 - beta1) o, and small steps are not lost beside large weights in float32.

    The code of the authors and optax weigh z by the square of the largest rate so far, which is the same for a constant
    rate, also where it is lowered on the way; under a schedule that rises the weights here follow `warmup` alone. The
    correction of v stands under the root, as in optax; the paper puts it into r, and so into c.
    Statistics that layers keep, as `BatchNorm` does, are those of y.

    Arguments: `beta1` and `beta2`, at least 0 and below 1; `epsilon`, at least 1e-30; `weight_decay`, at least 0, which
    spares parameters without decay; `warmup`, the steps before the whole rate, at least 0; for the others see
    `Optimizer`.

    Source: Defazio, Yang, Mehta, Mishchenko, Khaled and Cutkosky, "The road less scheduled", 2024, Algorithm 1.
    """

    learning_rate: float | Schedule = 0.0025
    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8
    weight_decay: float = 0.0
    warmup: int = 0

    def __post_init__(self) -> None:
        super().__post_init__()
        check_number(self, "beta1", "[0, 1)")
        check_number(self, "beta2", "[0, 1)")
        check_number(self, "epsilon", EPSILONS)
        check_number(self, "weight_decay", "[0, inf)")
        check_whole(self, "warmup", 0)

    def slots(self) -> Mapping[str, float]:
        """The running mean v of the squared deltas and o = z - x, which start at 0."""
        return {"square": 0.0, "offset": 0.0}

    @property
    def schedule(self) -> Schedule:
        """The learning rate as a schedule, the warm-up before it."""
        return Warmup(super().schedule, self.warmup)

    def shrink(self, w: Tensor, slots: Mapping[str, Tensor], rate: Tensor) -> Shrunk:
        """The weights y and o after the decay has moved z."""
        s = (-rate * self.weight_decay).cast(w.dtype) * w
        return w + (1 - self.beta1) * s, {**slots, "offset": slots["offset"] + s}

    def update(self, w: Tensor, delta: Tensor, slots: Mapping[str, Tensor], rate: Tensor, t: Tensor) -> Updated:
        """The weights y, the mean square and o after one step."""
        d, o, beta1, beta2 = delta, slots["offset"], self.beta1, self.beta2
        v = beta2 * slots["square"] + (1 - beta2) * d * d
        root = (1 - beta2**t).sqrt()
        s = (-rate * root).cast(w.dtype) * (d / (v.sqrt() + (self.epsilon * root).cast(w.dtype)))  # the step of z
        c = self._share(t)
        y = w + (c * beta1).cast(w.dtype) * o + (1 - beta1 * (1 - c)).cast(w.dtype) * s
        return y, {"square": v, "offset": (1 - c).cast(w.dtype) * (o + s)}

    def answer(self, w: Tensor, slots: Mapping[str, Tensor]) -> Tensor:
        """The mean x."""
        return w - (1 - self.beta1) * slots["offset"]

    def _share(self, t: Tensor) -> Tensor:
        """The weight c of step t in the mean: its square over the sum of all, in units of 1 / (warmup + 1)."""
        T = self.warmup + 1
        s = minimum(t, T)
        return s * s / (s * (s + 1) * (2 * s + 1) / 6 + T * T * (t - s))
