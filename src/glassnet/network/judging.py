"""Answers with what is known of them: the ends of intervals, or classes chosen for a score."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from glassnet.data.answers import like, like_each
from glassnet.data.contract import Array, both, likeliest
from glassnet.data.several_targets import SeveralTargets
from glassnet.data.table_contract import TableContract
from glassnet.data.targets import TargetEncoding
from glassnet.errors import SettingError
from glassnet.network.blend import apart, spread_of_groups
from glassnet.network.judged import Judged, of
from glassnet.network.learnt import Learnt
from glassnet.network.shown import several_of

ENDS = ("low", "high")
ALL_ENDS = ("", *(f" {end}" for end in ENDS))  # after the name of a column


def judged_answers(
    learnt: Learnt, data: Any, interval: float | None, decide: str | None
) -> tuple[Any, tuple[str, ...]]:
    """The answers for rows of data with their intervals, or chosen for a score, and notes on what was met.

    Raises SettingError for both at once, or where the network does not know.
    """
    check_one(interval, decide)
    inputs, notes = learnt.taken(data)
    several = several_of(learnt.contract)
    if several is not None and not several.numbers_alone:
        columns = columns_of_each(learnt, several, inputs, interval, decide)
        zones = {f"{part.names[0]}{end}": part.zone for part in several.parts for end in ALL_ENDS}
        return like_each(data, {name: np.asarray(values) for name, values in columns.items()}, zones), notes
    if decide is not None:
        return learnt.contract.answers(data, chosen(learnt, learnt.answers(inputs), decide)), notes
    assert interval is not None  # one of the two was asked for
    ends, zone = _as_given(learnt, with_ends(learnt, inputs, interval))
    names = [f"{name}{end}" for name in learnt.contract.names for end in ALL_ENDS]
    return like(data, ends.reshape(len(ends), len(names)), lambda: names, zone), notes


def _as_given(learnt: Learnt, numbers: Array) -> tuple[Array, str]:
    """Numbers on the user's scale in the type of the targets, dates as dates, and the time zone of these."""
    target = learnt.contract.target if isinstance(learnt.contract, TableContract) else None
    return (target.as_given(numbers), target.zone) if isinstance(target, TargetEncoding) else (numbers, "")


def columns_of_each(
    learnt: Learnt,
    several: SeveralTargets,
    inputs: Mapping[str, Array],
    interval: float | None,
    decide: str | None,
    joint: str = " ",
) -> dict[str, Array]:
    """The answers for several targets by name, numbers beside the ends of their intervals, or classes as decided.

    `joint` stands between the name of a target and that of an end.
    """
    answers = learnt.answers(inputs)
    ends = None if interval is None else iter(np.swapaxes(with_ends(learnt, inputs, interval), 0, 1))
    decided = None if decide is None else _decided(learnt.judged, several, answers, decide)
    columns: dict[str, Array] = {}
    for part, own in zip(several.parts, several.split(answers), strict=True):
        name = part.names[0]
        if part.labels:
            columns[name] = part.decode(likeliest(own) if decided is None else decided[name])
        elif ends is None:
            columns[name] = part.decode(own)[:, 0]
        else:
            own_ends = part.as_given(next(ends)).T
            columns.update(zip((name, *(f"{name}{joint}{end}" for end in ENDS)), own_ends, strict=True))
    return columns


def _decided(judged: Judged | None, several: SeveralTargets, answers: Array, score: str) -> dict[str, Array]:
    """For each target that has classes the number of the one that is chosen so that a score is best."""
    known = of(judged, f"decide={score!r}").each
    if not known:
        raise SettingError(f"decide={score!r}: the targets are numbers; classes are decided for")
    each = zip(several.names, several.split(answers), strict=True)
    return {name: known[name].decision(score).choose(both(own)) for name, own in each if name in known}


def check_one(interval: float | None, decide: str | None) -> None:
    """Raise SettingError where both an interval and a decision are asked for."""
    if interval is not None and decide is not None:
        raise SettingError("interval= is for numbers and decide= for classes; give one of them")


def chosen(learnt: Learnt, answers: Array, score: str) -> Array:
    """A 1 for the class of each row that is chosen so that a score is best, and 0 for the others: (rows, classes)."""
    decision = of(learnt.judged, f"decide={score!r}").decision(score)
    probabilities = both(answers)
    return np.eye(probabilities.shape[1])[decision.choose(probabilities)]


def with_ends(learnt: Learnt, inputs: Mapping[str, Array], level: float) -> Array:
    """The answers for encoded rows and the ends of their intervals: (rows, targets, 3)."""
    intervals = of(learnt.judged, f"interval={level!r}").intervals
    answers = learnt.numbers(learnt.answers(inputs))
    return np.stack([answers, *intervals.of(answers, spread_of_groups(learnt, apart(learnt, inputs)), level)], axis=2)
