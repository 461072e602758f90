"""When to stop: rules that combine with `|` (whichever comes first) and `&` (all of them).

A rule is a pure function over a state that JSON can hold, judged where an epoch ends; `Seconds` and `Steps` are also
asked between slices of steps, so that they end a run in the middle of a long epoch.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

from glassnet.data.table import counted
from glassnet.errors import SettingError
from glassnet.optimizers.schedules.plateau import improved
from glassnet.settings import Configured, check_number, check_whole
from glassnet.training.controls import Controls

RuleState: TypeAlias = dict[str, Any]


class Moment(NamedTuple):
    """How far a run has come: whole epochs and steps, the seconds since `learn` was called, and losses.

    These are of the last time that they were measured. `epoch_ended` is False between the slices of an epoch. `run`
    is what a callback may change.
    """

    epochs: int
    steps: int
    seconds: float
    training_loss: float
    validation_loss: float | None
    epoch_ended: bool
    run: Controls

    @property
    def loss(self) -> float:
        """The loss that rules look at: of the validation rows where there are any, else of the training rows."""
        return self.training_loss if self.validation_loss is None else self.validation_loss


class Stop(NamedTuple):
    """Why a run ends: words, and whether that means that it converged."""

    reason: str
    converged: bool


Verdict: TypeAlias = tuple[RuleState, Stop | None]


@dataclass(frozen=True)
class Rule(Configured, ABC):
    """A rule for when to stop."""

    @abstractmethod
    def judge(self, state: Mapping[str, Any], moment: Moment) -> Verdict:
        """The rule's next state, and the reason to stop or None; the state before the first moment is empty."""

    def share(self, moment: Moment) -> float | None:
        """How much of the run is done, from 0 to 1, or None where the rule cannot know."""
        return None

    def steps_left(self, moment: Moment) -> int | None:
        """How many steps may still be run, or None where the rule does not count them."""
        return None

    def __or__(self, other: Rule) -> Rule:
        return First((self, self._beside(other, "|")))

    def __and__(self, other: Rule) -> Rule:
        return All((self, self._beside(other, "&")))

    def _beside(self, other: object, sign: str) -> Rule:
        """What stands beside this rule, where it is a rule; else raises SettingError."""
        if isinstance(other, Rule):
            return other
        raise SettingError(
            f"{self!r} {sign} {other!r}: rules combine with rules; expected one such as gn.Epochs(20) or gn.Seconds(60)"
        )


@dataclass(frozen=True)
class Epochs(Rule):
    """Stop after `count` epochs of this run."""

    count: int

    def __post_init__(self) -> None:
        check_whole(self, "count", 0)

    def judge(self, state: Mapping[str, Any], moment: Moment) -> Verdict:
        """Stop where the last of the epochs ends; where it diverged and was undone, where the next one ends."""
        done = moment.epoch_ended and moment.epochs >= self.count
        return {}, Stop(_done(self.count, "epoch"), False) if done else None

    def share(self, moment: Moment) -> float | None:
        """The share of the epochs that are done."""
        return moment.epochs / self.count if self.count else 1.0


@dataclass(frozen=True)
class Steps(Rule):
    """Stop after `count` steps of this run, in the middle of an epoch where it falls there."""

    count: int

    def __post_init__(self) -> None:
        check_whole(self, "count", 0)

    def judge(self, state: Mapping[str, Any], moment: Moment) -> Verdict:
        """Stop where enough steps are done."""
        return {}, Stop(_done(self.count, "step"), False) if moment.steps >= self.count else None

    def share(self, moment: Moment) -> float | None:
        """The share of the steps that are done."""
        return moment.steps / self.count if self.count else 1.0

    def steps_left(self, moment: Moment) -> int | None:
        """The steps that remain."""
        return self.count - moment.steps


@dataclass(frozen=True)
class RateEnd(Steps):
    """Stop, converged, after `count` steps, by which the learning rate has come to its last value."""

    def judge(self, state: Mapping[str, Any], moment: Moment) -> Verdict:
        """Stop where enough steps are done."""
        reason = f"the learning rate has come to its end in {counted(self.count, 'step')}"
        return {}, Stop(reason, True) if moment.steps >= self.count else None


@dataclass(frozen=True)
class Seconds(Rule):
    """Stop `limit` seconds after `learn` was called: reading and compiling count too."""

    limit: float

    def __post_init__(self) -> None:
        check_number(self, "limit", "[0, inf)")

    def judge(self, state: Mapping[str, Any], moment: Moment) -> Verdict:
        """Stop where the time is up."""
        return {}, Stop(
            f"the time limit of {self.limit:g} s is reached", False
        ) if moment.seconds >= self.limit else None

    def share(self, moment: Moment) -> float | None:
        """The share of the time that has passed."""
        return moment.seconds / self.limit if self.limit else 1.0


@dataclass(frozen=True)
class TargetLoss(Rule):
    """Stop, converged, where the loss is at most `loss`: the validation loss where there is one."""

    loss: float

    def __post_init__(self) -> None:
        check_number(self, "loss", "(-inf, inf)")

    def judge(self, state: Mapping[str, Any], moment: Moment) -> Verdict:
        """Stop where an epoch ends with a loss small enough."""
        reached = moment.epoch_ended and moment.loss <= self.loss
        return {}, Stop(f"the loss {moment.loss:.6g} is at most {self.loss:g}", True) if reached else None


@dataclass(frozen=True)
class Plateau(Rule):
    """Stop, converged, where the loss has not improved for `patience` epochs.

    An improvement is a loss below the best one by more than `least` times its size; NaN is never one. The loss is that
    of the validation rows where there are any.
    """

    patience: int = 10
    least: float = 1e-4

    def __post_init__(self) -> None:
        check_whole(self, "patience", 1)
        check_number(self, "least", "[0, 1)")

    def judge(self, state: Mapping[str, Any], moment: Moment) -> Verdict:
        """Count the epochs since the last improvement."""
        if not moment.epoch_ended:
            return dict(state), None
        best, waited = state.get("best", math.inf), state.get("waited", 0)
        if improved(moment.loss, best, self.least):
            return {"best": moment.loss, "waited": 0}, None
        waited += 1
        reason = f"the loss has not improved for {counted(self.patience, 'epoch')}"
        return {"best": best, "waited": waited}, Stop(reason, True) if waited >= self.patience else None


@dataclass(frozen=True)
class First(Rule):
    """Stop where the first of several rules says so."""

    rules: tuple[Rule, ...]

    def judge(self, state: Mapping[str, Any], moment: Moment) -> Verdict:
        """Ask every rule; the first reason counts."""
        states, stops = _ask(self.rules, state, moment)
        return states, next((stop for stop in stops if stop is not None), None)

    def share(self, moment: Moment) -> float | None:
        """The largest share that a rule knows."""
        return max((share for rule in self.rules if (share := rule.share(moment)) is not None), default=None)

    def steps_left(self, moment: Moment) -> int | None:
        """The fewest steps that a rule leaves."""
        return min((left for rule in self.rules if (left := rule.steps_left(moment)) is not None), default=None)


@dataclass(frozen=True)
class All(Rule):
    """Stop where all of several rules have said so, each at its own moment."""

    rules: tuple[Rule, ...]

    def judge(self, state: Mapping[str, Any], moment: Moment) -> Verdict:
        """Ask every rule that has not spoken yet."""
        states, stops = _ask(self.rules, state, moment)
        said: list[Any] = list(state.get("said", [None] * len(self.rules)))
        said = [old or (list(stop) if stop else None) for old, stop in zip(said, stops, strict=True)]
        states["said"] = said
        if not all(said):
            return states, None
        return states, Stop(" and ".join(one[0] for one in said), all(one[1] for one in said))

    def steps_left(self, moment: Moment) -> int | None:
        """The fewest steps after which a rule that has not spoken would: there it is asked, not where a slice ends."""
        counted = (rule.steps_left(moment) for rule in self.rules)
        return min((left for left in counted if left is not None and left > 0), default=None)


RULES: Mapping[str, type[Rule]] = {
    each.__name__: each for each in (Epochs, Steps, RateEnd, Seconds, TargetLoss, Plateau, First, All)
}


def _done(count: int, thing: str) -> str:
    """That so many of a thing are done."""
    return f"{counted(count, thing)} {'is' if count == 1 else 'are'} done"


def _ask(rules: tuple[Rule, ...], state: Mapping[str, Any], moment: Moment) -> tuple[RuleState, list[Stop | None]]:
    """The next states of rules, each under its number, and what they say."""
    verdicts = [rule.judge(state.get(str(i), {}), moment) for i, rule in enumerate(rules)]
    return {str(i): verdict[0] for i, verdict in enumerate(verdicts)}, [verdict[1] for verdict in verdicts]
