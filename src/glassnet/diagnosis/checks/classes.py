"""Whether every class has rows, and enough of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from glassnet.diagnosis.finding import Finding, not_asked
from glassnet.diagnosis.subject import Subject

NAME: Final = "classes"
RARE: Final = 0.01  # of the rows, below which a class hardly counts in a mean over rows
SHOWN: Final = 5


def classes(subject: Subject) -> Finding:
    """How many rows each class has: one without any cannot be learnt, and one with few is seldom worth an answer.

    Classes whose names differ in capitals or spaces alone are suspect: they may be one, spelt twice.
    """
    targets, _ = subject.single(subject.rows)
    if targets.dtype.kind not in "iu":
        return not_asked(NAME, "the targets are numbers")
    count = max(len(subject.labels or ()), subject.learnt_by.width, 2)
    names = [repr(each) for each in subject.labels or range(count)]
    rows = np.bincount(targets, minlength=count)
    numbers = {name: float(each) for name, each in zip(names, rows, strict=False)}
    missing = [name for name, each in zip(names, rows, strict=False) if each == 0]
    if missing:
        return Finding(
            NAME, "wrong", f"there are no rows of {_listed(missing)}, among {count} classes",
            "give rows of every class, or leave those classes out", numbers,
        )  # fmt: skip
    least, most = int(rows.argmin()), int(rows.argmax())
    words = f"{count} classes, from {rows[least]:,} rows of {names[least]} to {rows[most]:,} of {names[most]}"
    if rows[least] == rows[most]:
        words = f"{count} classes of {rows[least]:,} rows each"
    if alike := _alike(subject.labels or ()):
        return Finding(
            NAME, "suspect", f"{_listed(alike)} differ in capitals or spaces alone, among {count} classes",
            "where they mean the same, write them alike", numbers,
        )  # fmt: skip
    if rows[least] < RARE * len(targets):
        return Finding(
            NAME, "suspect", f"{words}: never to answer {names[least]} costs next to nothing",
            "weigh the classes, class_weight='balanced', and go by a score such as 'balanced_accuracy'", numbers,
        )  # fmt: skip
    return Finding(NAME, "fine", words, "", numbers)


def _alike(labels: Sequence[Any]) -> list[str]:
    """The labels of text that are like another one but for capitals and spaces, as they are written."""
    spelt: dict[str, list[str]] = {}
    for label in labels:
        if isinstance(label, str):
            spelt.setdefault("".join(label.casefold().split()), []).append(repr(label))
    return [each for several in spelt.values() if len(several) > 1 for each in several]


def _listed(names: list[str]) -> str:
    """Names in words, the first few of many."""
    return ", ".join(names[:SHOWN]) + (f" and {len(names) - SHOWN} more" if len(names) > SHOWN else "")
