"""Averages of weights, around any rule: learning goes on at the weights of the rule, answers come from their mean."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from glassnet.core.functions import floor, maximum, where
from glassnet.core.tensor import Tensor
from glassnet.optimizers.adam import Adam
from glassnet.optimizers.clipping import Clip
from glassnet.optimizers.optimizer import Optimizer, Updated
from glassnet.optimizers.schedules import Schedule
from glassnet.settings import check_number, check_whole, refusal

OFFSET = "offset"  # the slot: the mean less the weights
INNER = (
    "learning_rate",
    "l2",
    "l1",
    "clip",
    "rates",
    "decays",
    "accumulate",
)  # the settings that are those of the rule inside


@dataclass(frozen=True, eq=False)
class Averaged(Optimizer, ABC):
    """A rule that answers with a mean of its weights; an own one is a subclass with `share`.

    a = a + s (w - a)

    after each step, with the weights w that the rule inside has reached and s the share of this step. Evaluation,
    prediction, and the losses after each epoch use a. The mean starts at the initial weights. Kept is the slot a - w,
    which starts at 0, so that small steps are not lost beside large weights in float32. Learning rate, penalties,
    clipping and the like are those of the rule inside. Statistics that layers keep, as `BatchNorm` does, are those of
    w, not of a.

    Raises SettingError where the rule inside answers with a mean already.
    """

    learning_rate: float | Schedule = field(init=False, repr=False)
    l2: float = field(init=False, repr=False, kw_only=True)
    l1: float = field(init=False, repr=False, kw_only=True)
    clip: Clip | None = field(init=False, repr=False, kw_only=True)
    rates: Mapping[str, float | Sequence[float]] | None = field(init=False, repr=False, kw_only=True)
    decays: Mapping[str, float | Sequence[float]] | None = field(init=False, repr=False, kw_only=True)
    accumulate: int | None = field(init=False, repr=False, kw_only=True)
    rule: Optimizer = field(default_factory=Adam)

    def __post_init__(self) -> None:
        if not isinstance(self.rule, Optimizer):
            raise refusal(self, "rule", "an optimizer such as Adam(0.001)")
        if OFFSET in self.rule.slots():
            raise refusal(self, "rule", "a rule that does not answer with a mean already")
        if self.rule.joint:
            raise refusal(self, "rule", "a rule that steps at every batch; one that tries weights has no mean of them")
        for name in INNER:  # so that whoever asks an optimizer for them gets an answer
            object.__setattr__(self, name, getattr(self.rule, name))
        super().__post_init__()

    @abstractmethod
    def share(self, t: Tensor) -> Tensor:
        """The share of step `t` in the mean, from 0 to 1; both are float64 of shape (), the first step has t = 1."""

    @property
    def schedule(self) -> Schedule:
        """The learning rate of the rule inside."""
        return self.rule.schedule

    @property
    def whole(self) -> bool:
        """Whether the rule inside needs each parameter in its own shape."""
        return self.rule.whole

    def among(self, *, hidden: bool) -> Optimizer:
        """The same mean around the rule that the rule inside has for these parameters."""
        rule = self.rule.among(hidden=hidden)
        return self if rule is self.rule else replace(self, rule=rule)

    def slots(self) -> Mapping[str, float]:
        """The slots of the rule inside, and the mean less the weights."""
        return {**self.rule.slots(), OFFSET: 0.0}

    def update(self, w: Tensor, delta: Tensor, slots: Mapping[str, Tensor], rate: Tensor, t: Tensor) -> Updated:
        """The weights and slots of the rule inside after one step; the mean is taken in `advance`."""
        return self.rule.update(w, delta, slots, rate, t)

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
        """One whole step of the rule inside, and the mean after it; arguments as for any optimizer."""
        kept = {name: slot for name, slot in slots.items() if name != OFFSET}
        new, kept = self.rule.advance(w, delta, kept, t, scale=scale, decayed=decayed, decay=decay, batch=batch)
        other = 1 - self.share(t.cast("float64"))
        return new, {**kept, OFFSET: other.cast(w.dtype) * (slots[OFFSET] + (w - new))}

    def answer(self, w: Tensor, slots: Mapping[str, Tensor]) -> Tensor:
        """The mean."""
        return w + slots[OFFSET]


@dataclass(frozen=True, eq=False)
class MovingAverage(Averaged):
    """The exponential moving average of the weights, EMA: what a step reached counts by its age.

    a = a + s (w - a)                          s = (1 - decay) / (1 - decay^t)

    so that the weights of step i count decay^(t - i), and the initial ones nothing: the mean is corrected as those of
    `Adam` are, and useful from the first step on. Over many steps, s = 1 - decay and a mean over the last
    1 / (1 - decay) steps or so. optax's `ema` corrects too; PyTorch's and Keras's start at the weights of the first
    step, which then count for about 1 / (1 - decay) steps; TensorFlow raises the decay slowly instead.

    Arguments: `rule`, any optimizer; `decay`, at least 0 and below 1.

    Source: Polyak and Juditsky, "Acceleration of stochastic approximation by averaging", 1992, with exponential
    weights; the correction: Kingma and Ba, "Adam: a method for stochastic optimization", 2015, section 7.2.
    """

    decay: float = 0.999

    def __post_init__(self) -> None:
        super().__post_init__()
        check_number(self, "decay", "[0, 1)")

    def share(self, t: Tensor) -> Tensor:
        """(1 - decay) / (1 - decay^t)."""
        return (1 - self.decay) / (1 - self.decay**t)


@dataclass(frozen=True, eq=False)
class SWA(Averaged):
    """Stochastic weight averaging: the plain mean of the weights every so many steps, from some step on.

    a = a + s (w - a)                          s = 1 / k at the k-th step that counts, else 0

    Steps `start`, `start` + `every`, `start` + 2 `every`, ... count; before them a = w. From `start` on the rate of the
    rule should stay high, or rise and fall between the steps that count. With `start` 1 and `every` 1 this is the mean
    of Polyak and Ruppert.

    Arguments: `rule`, any optimizer; `start` and `every`, in steps (not epochs), at least 1.

    Source: Izmailov, Podoprikhin, Garipov, Vetrov and Wilson, "Averaging weights leads to wider optima and better
    generalization", 2018, Algorithm 1.
    """

    start: int = 1
    every: int = 1

    def __post_init__(self) -> None:
        super().__post_init__()
        check_whole(self, "start", 1)
        check_whole(self, "every", 1)

    def share(self, t: Tensor) -> Tensor:
        """1 before the start; then 1 / k where t is the k-th step that counts, and 0 between."""
        intervals = (t - self.start) / self.every
        whole = floor(intervals)
        counts = intervals.equal(whole)
        return where(counts | (t < self.start), 1 / (1 + maximum(whole, 0.0)), 0.0)
