"""Optimizer: a rule that turns weights and their deltas into new weights.

A rule is written for one array. Which arrays there are, and that several parameters lie in one of them, is the affair
of training; what all rules have in common, the learning rate and the penalty on large weights, is done here, once.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np

from glassnet.core.functions import where
from glassnet.core.operation import Array
from glassnet.core.tensor import Tensor
from glassnet.errors import SettingError
from glassnet.optimizers.clipping import Clip
from glassnet.optimizers.schedules import Constant, Schedule
from glassnet.settings import Configured, check_number, check_whole, lies_in, refusal

EPSILONS = "[1e-30, inf)"  # smaller ones could become 0 in float32, and a weight without delta would get 0 / 0
LOSS = "loss"  # among the slots of a joint rule, the loss at the weights

Updated: TypeAlias = tuple[Tensor, dict[str, Tensor]]  # the new weights, new slots by name
Shrunk: TypeAlias = tuple[Tensor, Mapping[str, Tensor]]
Factor: TypeAlias = float | tuple[float, ...]  # one number, or one for each member of a packed layer


@dataclass(frozen=True, eq=False)
class Optimizer(Configured, ABC):
    """A rule for the update of weights; an own one is a subclass with `update`, and `slots` if it remembers anything.

    Arguments of every rule: `learning_rate`, a number of at least 0 or a `Schedule`; `l2` and `l1`, the strengths of
    penalties that add l2 / 2 times the sum of the squares of the weights, and l1 times the sum of their absolute
    values, to the mean loss, and so l2 w + l1 sign(w) to the delta, with sign(0) = 0. Under `l1` a weight comes to move
    around 0 by the size of a step; it is not held there. Both spare parameters without decay (biases, gains). As the
    delta is that of the mean loss, the strengths do not depend on the size of the batch. `clip` bounds the deltas of
    the loss before the penalties are added: see `Clip`.

    `rates` multiplies the learning rate of layers or parameters by name, as in {"dense_1": 0.1, "dense_2.bias": 2.0};
    what has 0 is frozen: it stays as it is to the last bit, and has no part in the norms of `clip`. A packed layer
    takes a sequence too, a factor for each member, as in {"packed_dense_1": (1.0, 0.5)}; a 0 in it is a rate of 0.
    `decays` multiplies in the same way `l2`, `l1` and the decay beside the loss, `weight_decay`, where weights decay.

    `accumulate` is a number of examples: the deltas of batches are summed, and one update is taken with their mean
    where at least so many have come together; the last batch of an epoch brings the update too, however few they are.
    The number t of the step, which schedules go by, then counts updates. What a run that ends within an epoch has
    summed stays, is saved, and counts in the next run. (PyTorch leaves it to the caller's loop, Keras and optax count
    batches; none of them takes what is left at the end.)

    Raises SettingError for a setting out of its range, or one that the rule does not have.
    """

    learning_rate: float | Schedule
    l2: float = field(default=0.0, kw_only=True)
    l1: float = field(default=0.0, kw_only=True)
    clip: Clip | None = field(default=None, kw_only=True)
    rates: Mapping[str, float | Sequence[float]] | None = field(default=None, kw_only=True)
    decays: Mapping[str, float | Sequence[float]] | None = field(default=None, kw_only=True)
    accumulate: int | None = field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        if not isinstance(self.learning_rate, Schedule):
            _check_rate(self)
        check_number(self, "l2", "[0, inf)")
        check_number(self, "l1", "[0, inf)")
        if not isinstance(self.clip, Clip | None):
            raise refusal(self, "clip", "None or a Clip such as ClipByGlobalNorm(1.0)")
        for name in ("rates", "decays"):
            _check_factors(self, name)
        if self.accumulate is not None:
            check_whole(self, "accumulate", 1)

    @property
    def schedule(self) -> Schedule:
        """The learning rate as a schedule."""
        return self.learning_rate if isinstance(self.learning_rate, Schedule) else Constant(self.learning_rate)

    @property
    def whole(self) -> bool:
        """Whether the rule needs each parameter in its own shape; else several of them lie in one flat array."""
        return False

    @property
    def joint(self) -> bool:
        """Whether the rule takes all parameters as one array, of all rows, and looks at the loss too."""
        return False

    def among(self, *, hidden: bool) -> Optimizer:
        """The rule for hidden matrices, or that for all other parameters: this one, unless the two differ."""
        return self

    def slots(self) -> Mapping[str, float]:
        """What the rule remembers of each weight from step to step: the name of each slot and its first value."""
        return {}

    def numbers(self) -> Mapping[str, float]:
        """What a joint rule remembers beside its slots: single numbers in float64 by name, and their first values."""
        return {}

    @abstractmethod
    def update(self, w: Tensor, delta: Tensor, slots: Mapping[str, Tensor], rate: Tensor, t: Tensor) -> Updated:
        """The weights and slots after one step.

        Arguments: weights `w`, their `delta` and each of the `slots` are arrays of one shape and dtype; the learning
        rate `rate` and the number of the step `t`, from 1, are float64 of shape (), but that the rate of a packed layer
        with factors of its members has an axis for each of `w`: work with them in float64 and cast
        the result to `w.dtype` where it meets an array. A joint rule finds its numbers among the slots, and gives them
        back there; it also finds, as "loss", the mean loss at `w` with the penalty in float64.
        """

    def shrink(self, w: Tensor, slots: Mapping[str, Tensor], rate: Tensor) -> Shrunk:
        """The weights and slots that the update starts from where weights decay beside the loss; as given elsewhere."""
        return w, slots

    def answer(self, w: Tensor, slots: Mapping[str, Tensor]) -> Tensor:
        """The weights that evaluation and prediction use: `w`, unless a rule answers with an average, say."""
        return w

    def standing(self, slots: Mapping[str, Tensor]) -> Tensor | None:
        """The loss to go on with where that of a step is not finite, NaN where there is none.

        It is None, and such a step changes nothing and ends in a lower rate, unless a joint rule copes with it.
        """
        return None

    def settle(self, w: Array, slots: Mapping[str, Array]) -> None:
        """Where a run has ended: let a joint rule that tries weights write those it answers with into `w`, in place."""

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
        """One whole step of training for one array: its learning rate, its penalty, its update.

        Arguments: `w`, `delta` and `slots` as for `update`, `delta` being that of the mean loss; `t`, the number of
        this step from 1, of shape (); `scale`, which multiplies the learning rate; `decayed`, whether these weights
        are among those that decay, and `decay`, which multiplies penalties and decay where it is given. Both factors
        are float64 of shape (), or of the axes of `w`, those after the members of extent 1. Along the first `batch`
        axes of `w` each element is a parameter of its own.
        """
        t = t.cast("float64")
        rate = self.rate(t, scale)
        if decayed:
            delta = self.penalised(delta, w, decay)
            w, slots = self.shrink(w, slots, rate if decay is None else rate * decay)
        return self.update(w, delta, slots, rate, t)

    def rate(self, t: Tensor, scale: Tensor) -> Tensor:
        """The learning rate of step `t`, times `scale`, in float64."""
        return self.schedule.at(t.cast("float64")) * scale.cast("float64")

    def penalised(self, delta: Tensor, w: Tensor, decay: Tensor | None = None) -> Tensor:
        """The delta of the mean loss with the penalties, times `decay` where it is given."""
        delta = delta + strength(self.l2, decay, w) * w if self.l2 else delta
        return delta + strength(self.l1, decay, w) * sign(w) if self.l1 else delta

    def penalty(self, w: Tensor) -> Tensor:
        """What the penalties add to the mean loss, in float64 of shape ()."""
        w = w.cast("float64")
        return self.l2 / 2 * (w * w).sum() + self.l1 * abs(w).sum()


def strength(of: float, decay: Tensor | None, w: Tensor) -> float | Tensor:
    """The strength `of` a penalty on some weights, times the factor `decay` where it is given."""
    return of if decay is None else (of * decay).cast(w.dtype)


def decayed(w: Tensor, share: Tensor) -> Tensor:
    """The weights less a `share` of them, in float64."""
    # A sum, not a product: 1 - share is 1 in float32 where the share is small.
    return w + (-share).cast(w.dtype) * w


def sign(x: Tensor) -> Tensor:
    """1 above 0 and -1 below it; 0 and NaN stay what they are."""
    return where(x > 0, 1, where(x < 0, -1, x))


def finite(x: Tensor) -> Tensor:
    """Whether each number is neither infinite nor NaN."""
    return abs(x) < math.inf


def _check_rate(optimizer: Optimizer) -> None:
    """Raise SettingError unless a learning rate that is no schedule is a finite number of at least 0."""
    try:
        check_number(optimizer, "learning_rate", "[0, inf)")
    except SettingError:
        expected = "a number in [0, inf) or a Schedule such as Cosine(0.001, steps=10_000)"
        raise refusal(optimizer, "learning_rate", expected) from None


def _check_factors(optimizer: Optimizer, setting: str) -> None:
    """Raise SettingError unless a setting is factors by name, finite numbers of at least 0 or sequences of them."""
    given = getattr(optimizer, setting)
    if given is None:
        return
    named = isinstance(given, Mapping) and all(isinstance(name, str) for name in given)
    if not named or not all(_is_factor(factor) for factor in given.values()):
        expected = "factors of at least 0 by layer or parameter, such as {'dense_1': 0.1}"
        raise refusal(optimizer, setting, expected)
    object.__setattr__(optimizer, setting, {name: _as_factor(factor) for name, factor in given.items()})


def _is_factor(value: object) -> bool:
    """Whether a value is a number of at least 0, or some of them one after another."""
    several = isinstance(value, list | tuple | np.ndarray) and np.shape(value) != ()
    numbers: Sequence[object] = tuple(value) if several else (value,)  # type: ignore[arg-type]  # it is a sequence
    return len(numbers) > 0 and all(lies_in(number, "[0, inf)") for number in numbers)


def _as_factor(value: float | Sequence[float]) -> Factor:
    return tuple(float(each) for each in value) if isinstance(value, Sequence | np.ndarray) else float(value)
