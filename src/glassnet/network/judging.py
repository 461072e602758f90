"""Answers with what is known of them: the ends of intervals, or classes chosen for a score."""

from __future__ import annotations

from typing import Any

import numpy as np

from glassnet.data.answers import like
from glassnet.data.contract import Array, both
from glassnet.errors import SettingError
from glassnet.network.blend import apart, spread_of_groups
from glassnet.network.judged import of
from glassnet.network.learnt import Learnt


def judged_answers(
    learnt: Learnt, data: Any, interval: float | None, decide: str | None
) -> tuple[Any, tuple[str, ...]]:
    """The answers for rows of data with their intervals, or chosen for a score, and notes on what was met.

    Raises SettingError for both at once, or where the network does not know.
    """
    if interval is not None and decide is not None:
        raise SettingError("interval= is for numbers and decide= for classes; give one of them")
    inputs, notes = learnt.contract.inputs(data)
    if decide is not None:
        decision = of(learnt.judged, f"decide={decide!r}").decision(decide)
        probabilities = both(learnt.answers(inputs))
        chosen = np.eye(probabilities.shape[1])[decision.choose(probabilities)]
        return learnt.contract.answers(data, chosen), notes
    intervals = of(learnt.judged, f"interval={interval!r}").intervals
    answers = learnt.contract.numbers(learnt.answers(inputs))
    assert interval is not None  # one of the two was asked for
    low, high = intervals.of(answers, spread_of_groups(learnt, apart(learnt, inputs)), interval)
    return like(data, _side_by_side(answers, low, high), lambda: _names(learnt)), notes


def _side_by_side(answers: Array, low: Array, high: Array) -> Array:
    """For each target its answer and the ends of its interval: (rows, 3 targets)."""
    return np.stack([answers, low, high], axis=2).reshape(len(answers), -1)


def _names(learnt: Learnt) -> list[str]:
    """The names of these columns."""
    return [name + end for name in learnt.contract.names for end in ("", " low", " high")]
