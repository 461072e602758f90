"""A learning rate that is lowered where the loss no longer improves, in place of one that only counts steps."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from glassnet.core.tensor import Tensor
from glassnet.optimizers.schedules.schedule import Schedule
from glassnet.settings import check_number, check_whole

PlateauState: TypeAlias = dict[str, Any]


@dataclass(frozen=True, eq=False)
class ReduceOnPlateau(Schedule):
    """A rate that is multiplied by a factor where the loss has not improved for so many epochs.

    rate(t) = max(rate factor^k, lowest)          after k reductions

    It is judged where an epoch ends, by the loss that stopping rules go by: of the validation rows where there are any,
    else of the training rows; the loss before the first step is the first best one. An improvement is a loss below the
    best one by more than `least` times its size, as for `Plateau`; NaN is never one. The k-th reduction comes with the
    `patience`-th epoch in a row that brought none; the `cooldown` epochs after it are not counted among them, and no
    more come at `lowest`.

    PyTorch's `ReduceLROnPlateau` has the same threshold, but reduces one epoch later: it bears `patience` epochs.
    Keras's counts as here, but its threshold is an absolute one, and its `cooldown` ends an epoch sooner. Both call
    `lowest` `min_lr`, and PyTorch leaves out a reduction by less than 1e-8.

    What a callback or a divergence does to the rate multiplies it beside this. A run that is resumed goes on with what
    was known; each other call of `learn` begins anew with the whole rate, as it does after a divergence, since other
    rows or other weights make another curve. A step of `online` has the whole rate. A rule that ends the run needs
    more patience than this, as in `until=Plateau(30)`: without `until` or `epochs`, ten epochs without improvement end
    it.

    Arguments: `rate`, the first learning rate, above 0; `patience`, at least 1, and `cooldown`, in epochs (not steps);
    `factor`, between 0 and 1; `least`, a share in [0, 1); `lowest`, the least rate, at most `rate`.

    Source: the rule is usual practice, as in He, Zhang, Ren and Sun, "Deep residual learning for image recognition",
    2016, section 3.4, where the rate is divided by 10 when the error plateaus.
    """

    rate: float
    patience: int = 10
    factor: float = 0.1
    least: float = 1e-4
    lowest: float = 0.0
    cooldown: int = 0

    def __post_init__(self) -> None:
        check_number(self, "rate", "(0, inf)")
        check_whole(self, "patience", 1)
        check_number(self, "factor", "(0, 1)")
        check_number(self, "least", "[0, 1)")
        check_number(self, "lowest", f"[0, {float(self.rate)!r}]")
        check_whole(self, "cooldown", 0)

    @property
    def plateau(self) -> ReduceOnPlateau:
        """The rule itself."""
        return self

    def at(self, t: Tensor) -> Tensor:
        """The whole rate, whatever the step: reductions are a setting of the program, not a part of it."""
        return t.filled(self.rate)

    def judge(self, state: Mapping[str, Any], loss: float) -> PlateauState:
        """What is known after an epoch that ended with this loss, as JSON can hold it; at first it is empty."""
        best, waited, cooling = state.get("best", math.inf), state.get("waited", 0), state.get("cooling", 0)
        scale, bound = state.get("scale", 1.0), self.lowest / self.rate
        if improved(loss, best, self.least):
            best, waited = loss, 0
        elif not cooling:
            waited += 1
        cooling = max(cooling - 1, 0)
        if waited >= self.patience and scale > bound:
            scale, waited, cooling = max(scale * self.factor, bound), 0, self.cooldown
        return {"best": best, "waited": waited, "cooling": cooling, "scale": scale}


def improved(loss: float, best: float, least: float) -> bool:
    """Whether a loss lies below the best one so far by more than `least` times its size; NaN never does."""
    return loss < (best - least * abs(best) if math.isfinite(best) else best)
