"""Answers with what is known of them: the ends of intervals, or classes chosen for a score."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from glassnet.data.answers import like
from glassnet.data.contract import Array, both
from glassnet.errors import SettingError
from glassnet.network.blend import apart, spread_of_groups
from glassnet.network.judged import of
from glassnet.network.learnt import Learnt

ENDS = ("low", "high")


def judged_answers(
    learnt: Learnt, data: Any, interval: float | None, decide: str | None
) -> tuple[Any, tuple[str, ...]]:
    """The answers for rows of data with their intervals, or chosen for a score, and notes on what was met.

    Raises SettingError for both at once, or where the network does not know.
    """
    check_one(interval, decide)
    check_known(learnt, interval, decide)
    inputs, notes = learnt.contract.inputs(data)
    if decide is not None:
        return learnt.contract.answers(data, chosen(learnt, learnt.answers(inputs), decide)), notes
    assert interval is not None  # one of the two was asked for
    numbers = with_ends(learnt, inputs, interval)
    names = [f"{name}{end}" for name in learnt.contract.names for end in ("", *(f" {end}" for end in ENDS))]
    return like(data, numbers.reshape(len(numbers), -1), lambda: names), notes


def check_one(interval: float | None, decide: str | None) -> None:
    """Raise SettingError where both an interval and a decision are asked for."""
    if interval is not None and decide is not None:
        raise SettingError("interval= is for numbers and decide= for classes; give one of them")


def check_known(learnt: Learnt, interval: float | None, decide: str | None) -> None:
    """Raise SettingError where either is asked of several targets that are each of their own kind."""
    if learnt.kind == "several" and (interval is not None or decide is not None):
        asked = f"interval={interval!r}" if decide is None else f"decide={decide!r}"
        raise SettingError(
            f"{asked}: not known where several targets are learnt together; learn "
            f"{' and '.join(map(repr, learnt.contract.names))} each by itself for it"
        )


def chosen(learnt: Learnt, answers: Array, score: str) -> Array:
    """A 1 for the class of each row that is chosen so that a score is best, and 0 for the others: (rows, classes)."""
    decision = of(learnt.judged, f"decide={score!r}").decision(score)
    probabilities = both(answers)
    return np.eye(probabilities.shape[1])[decision.choose(probabilities)]


def with_ends(learnt: Learnt, inputs: Mapping[str, Array], level: float) -> Array:
    """The answers for encoded rows and the ends of their intervals: (rows, targets, 3)."""
    intervals = of(learnt.judged, f"interval={level!r}").intervals
    answers = learnt.contract.numbers(learnt.answers(inputs))
    return np.stack([answers, *intervals.of(answers, spread_of_groups(learnt, apart(learnt, inputs)), level)], axis=2)
