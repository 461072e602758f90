"""L-BFGS."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import Final

import numpy as np

from glassnet.core.functions import minimum, where
from glassnet.core.operation import Array
from glassnet.core.tensor import Tensor
from glassnet.optimizers.line import Line
from glassnet.optimizers.norms import dot, norm
from glassnet.optimizers.optimizer import LOSS, Optimizer, Updated
from glassnet.optimizers.quasi_newton import Pair, estimated
from glassnet.optimizers.schedules import Schedule
from glassnet.settings import check_number, check_whole, refusal

BASE, DELTA, DIRECTION = "base", "base delta", "direction"  # the slots of the line that is searched
BEGUN, PAIRS = "begun", "pairs"  # numbers: whether there is a base point, and how many pairs are remembered
LINE: Final = {field: f"line {field}" for field in Line._fields}  # the numbers of the search


@dataclass(frozen=True, eq=False)
class LBFGS(Optimizer):
    """Limited-memory BFGS: steps along a model of the curvature, each as long as a search along its line finds good.

    p = -H g                                   from a base point x with the delta g
    w = x + t p                                the next x where L(w) <= L(x) + decrease t g.p and d.p >= curvature g.p

    H is made of the last `memory` pairs w - x and d - g by the two-loop recursion, over all parameters together; a pair
    whose parts do not point the same way beyond rounding is left out. A step is one evaluation of loss and delta: after
    a trial whose loss did not fall enough, or is not finite, the next one lies halfway back to the longest whose loss
    did; after one that is still too steep it is twice as long, or halfway to the shortest whose loss did not fall.
    After 20 trials of a line that longest one is the next x, or, where no loss fell, the pairs are forgotten. The first
    trial of a line has the length `learning_rate`, 1 for Newton's step, and min(1, 1 / |g|) times that while there are
    no pairs, with the sum of the absolute values. Evaluation and prediction use the longest trial whose loss fell, so
    that one that failed does no harm; a new run goes on from there with the pairs that there are.

    It takes all rows in each step, so that an epoch is one evaluation; a rule such as `Plateau` should wait for more
    than one line. `l2` is part of the loss of the search. `Dropout` and noise make the loss another at every trial,
    which the search has to bear: it goes best without them. Statistics that layers keep are those of all trials, but
    for what is not finite. It has no `l1`, which is not smooth, no `clip`, `accumulate` or `decays`, and no `rates` but
    0.

    PyTorch takes many steps in one call of its optimizer, each of the fixed length of its rate, or by a search for the
    strong Wolfe conditions, and remembers 100 pairs; SciPy has L-BFGS-B, which also takes bounds, with such a search
    too.

    Arguments: `memory`, the pairs that are remembered, at least 1; `decrease` and `curvature`, above 0 and below 1, the
    first the smaller; for the others see `Optimizer`.

    Source: Nocedal, "Updating quasi-Newton matrices with limited storage", 1980; Liu and Nocedal, "On the limited
    memory BFGS method for large scale optimization", 1989; the search: Lewis and Overton, "Nonsmooth optimization via
    quasi-Newton methods", 2013.
    """

    learning_rate: float | Schedule = 1.0
    memory: int = 10
    decrease: float = 1e-4
    curvature: float = 0.9

    def __post_init__(self) -> None:
        super().__post_init__()
        check_whole(self, "memory", 1)
        check_number(self, "decrease", "(0, 1)")
        check_number(self, "curvature", f"({self.decrease}, 1)")
        if self.l1:
            raise refusal(self, "l1", "0: the search needs a loss that is smooth; l2 is")
        if self.clip is not None:
            raise refusal(self, "clip", "None: the search bounds the step, by the deltas as they are")
        if self.accumulate is not None:
            raise refusal(self, "accumulate", "None: each step takes all rows")
        if self.decays is not None:
            raise refusal(self, "decays", "None: the penalty is a part of the one loss of all parameters")
        if any((self.rates or {}).values()):
            raise refusal(self, "rates", "factors of 0, for what is frozen: a line has one length for all parameters")

    @property
    def joint(self) -> bool:
        """True: there is one line for all parameters."""
        return True

    def slots(self) -> Mapping[str, float]:
        """The base point, its delta, the direction, and the pairs from the newest on, which start at 0."""
        return dict.fromkeys([BASE, DELTA, DIRECTION, *self._slots_of_pairs], 0.0)

    def numbers(self) -> Mapping[str, float]:
        """Whether there is a base point, how many pairs are remembered, their products, and where the search stands."""
        return dict.fromkeys([BEGUN, PAIRS, *self._products, *LINE.values()], 0.0)

    def update(self, w: Tensor, delta: Tensor, slots: Mapping[str, Tensor], rate: Tensor, t: Tensor) -> Updated:
        """The next trial, and the slots and numbers of its line, from the loss and the delta at the trial `w`."""
        begun, loss, direction = slots[BEGUN] > 0, slots[LOSS], slots[DIRECTION]
        line = Line(**{field: slots[name] for field, name in LINE.items()})
        verdict = line.judged(loss, dot(delta, direction), self.decrease, self.curvature)
        accepted, given_up = verdict.accepted | ~begun, verdict.given_up & begun
        pairs, count = self._remembered(slots, w - slots[BASE], delta - slots[DELTA], verdict.accepted & begun)
        base, g = where(accepted, w, slots[BASE]), where(accepted, delta, slots[DELTA])
        direction = where(accepted, -estimated(g, pairs, count), direction)
        longest = minimum(1.0, 1 / abs(g).cast("float64").sum())
        fresh = Line(
            loss, dot(g, direction), rate * where(count > 0, 1.0, longest), *[loss.filled(0.0) for _ in range(3)]
        )
        line = Line(*(where(accepted, new, old) for new, old in zip(fresh, verdict.line, strict=True)))
        length = where(given_up, line.low, line.length)
        kept = {
            BASE: base, DELTA: g, DIRECTION: direction,
            **dict(zip(self._slots_of_pairs, chain.from_iterable((s, y) for s, y, _ in pairs), strict=True)),
            **dict(zip(self._products, (product for _, _, product in pairs), strict=True)),
            BEGUN: where(given_up, loss.filled(0.0), 1.0),
            PAIRS: where(given_up & line.low.equal(0.0), 0.0, count),
            **{LINE[field]: tensor for field, tensor in line._asdict().items()},
        }  # fmt: skip
        return base + length.cast(w.dtype) * direction, kept

    def answer(self, w: Tensor, slots: Mapping[str, Tensor]) -> Tensor:
        """The farthest point of the line where the loss fell, or the weights where no line is searched."""
        farthest = slots[BASE] + slots[LINE["low"]].cast(w.dtype) * slots[DIRECTION]
        return where(slots[BEGUN] > 0, farthest, w)

    def standing(self, slots: Mapping[str, Tensor]) -> Tensor:
        """The loss of the base point, NaN where there is none."""
        return where(slots[BEGUN] > 0, slots[LINE["loss"]], np.nan)

    def settle(self, w: Array, slots: Mapping[str, Array]) -> None:
        """Stand at the farthest point of the line where the loss fell; the next run begins a line of its own there."""
        if slots[BEGUN]:
            w[...] = slots[BASE] + slots[LINE["low"]].astype(w.dtype) * slots[DIRECTION]
            slots[BEGUN][...] = 0

    @property
    def _slots_of_pairs(self) -> list[str]:
        """The slots of the step and of the change of each pair, the newest first."""
        return [f"{part} {k}" for k in range(1, self.memory + 1) for part in ("step", "change")]

    @property
    def _products(self) -> list[str]:
        """The numbers that hold the inner product of each pair."""
        return [f"product {k}" for k in range(1, self.memory + 1)]

    def _remembered(
        self, slots: Mapping[str, Tensor], step: Tensor, change: Tensor, accepted: Tensor
    ) -> tuple[list[Pair], Tensor]:
        """The pairs with a new one before them where it was accepted and counts, and how many they are."""
        product = dot(step, change)
        cosine = product / (norm(step) * norm(change))
        new = accepted & (cosine > float(np.finfo(step.dtype).eps))  # NaN, of a step of 0, is not
        kept = [slots[name] for name in self._slots_of_pairs]
        old = list(map(Pair, kept[::2], kept[1::2], [slots[name] for name in self._products]))
        moved = [Pair(step, change, product), *old[:-1]]
        pairs = [Pair(*map(partial(where, new), a, b)) for a, b in zip(moved, old, strict=True)]
        count = slots[PAIRS]
        return pairs, where(new, minimum(count + 1, float(self.memory)), count)
