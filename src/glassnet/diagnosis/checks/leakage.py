"""Whether an input tells the target under another name."""

from __future__ import annotations

from typing import Final

import numpy as np

from glassnet.core.operation import Array
from glassnet.data.coded import Coded
from glassnet.data.leaks import copies
from glassnet.diagnosis.finding import Finding, not_asked
from glassnet.diagnosis.subject import Subject

NAME: Final = "leakage"
MOST_FEATURES: Final = 2_000
REMEDY: Final = "leave the column out unless it will be known where an answer is asked for"


def leakage(subject: Subject) -> Finding:
    """The columns that are the target in other words, by rank correlation or by the parting of rows.

    They do not keep a network from learning: they make it learn what will not be there. See `data/leaks.py`; arrays are
    looked at in the same way, a feature at a time.
    """
    told = subject.copies if subject.copies is not None else _of_arrays(subject)
    if told is None:
        return not_asked(NAME, "the inputs are no rows of numbers, too many to look at each, or the targets themselves")
    if told:
        return Finding(NAME, "wrong", told[0].rpartition(": leave it out")[0] or told[0], REMEDY,
                       {"columns": float(len(told))})  # fmt: skip
    if subject.oddities:
        return Finding(NAME, "suspect", subject.oddities[0], "look at that before a score is believed")
    return Finding(NAME, "fine", "no single column tells the target")


def _of_arrays(subject: Subject) -> list[str] | None:
    """Notes on the features of arrays of rows, None where there is no such array."""
    if subject.apart:
        each = [_of_arrays(one) for one in subject.apart]
        return None if None in each else [note for notes in each for note in notes or ()]
    arrays = list(subject.sample.inputs.values())
    if len(arrays) != 1 or arrays[0].ndim != 2 or arrays[0].shape[1] > MOST_FEATURES:
        return None
    targets = subject.targets(subject.sample)
    if np.array_equal(arrays[0], targets):
        return None
    known = np.ones(len(arrays[0]), np.bool_)
    features = {f"number {i}": Coded.of(each, known, ordered=True) for i, each in enumerate(arrays[0].T)}
    return copies(features, _targets(targets, known, "target" if subject.goal is None else subject.goal.name))


def _targets(targets: Array, known: Array, name: str) -> dict[str, Coded]:
    """The targets as columns."""
    if targets.dtype.kind in "iu":
        return {name: Coded.of(targets, known, ordered=False)}
    flat = targets.reshape(len(targets), -1)
    return {
        f"{name} {i}" if flat.shape[1] > 1 else name: Coded.of(each, known, ordered=True)
        for i, each in enumerate(flat.T)
    }
