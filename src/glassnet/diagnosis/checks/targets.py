"""Whether numbers to learn are of a size that a network can learn."""

from __future__ import annotations

from typing import Final

import numpy as np

from glassnet.diagnosis.finding import Finding, not_asked, verdict_of
from glassnet.diagnosis.subject import Subject

NAME: Final = "targets"
LARGE, TOO_LARGE = 10.0, 1_000.0  # the largest root mean square of a target
TOO_SMALL: Final = 1e-3  # of the spread
FAR: Final = 10.0  # times the spread: outputs that start near 0 then lose 100 times what a constant answer does
REMEDY: Final = (
    "standardise the targets, (y - mean) / standard deviation, and undo that on the answers; a table is scaled without "
    "being asked"
)


def targets(subject: Subject) -> Finding:
    """The size and the spread of the targets, where they are numbers that may be scaled.

    The first outputs are of a size of about 1. A rule such as Adam moves a weight by about its rate in a step, so that
    outputs reach a target of 1,000 after 1,000 / rate steps at best; with gradient descent the derivative of a squared
    loss is as large as the target, and the steps with it. Targets that lie ten times as far from 0 as from each other
    are wrong too: all of the loss is that they are far. Bounds: a hundred and ten times below that, this project's
    own.
    """
    if subject.labels is not None or not subject.learnt_by.loss.scalable:
        return not_asked(NAME, "the targets are classes, or the loss is one of a fixed scale")
    values, _ = subject.single(subject.sample)
    values = values.reshape(len(values), -1).astype(np.float64)
    sizes, spreads = np.sqrt((values**2).mean(axis=0)), values.std(axis=0)
    size, spread = float(sizes.max()), float(spreads.max())
    numbers = {"root mean square": size, "standard deviation": spread}
    words = f"the targets have a root mean square of {size:.3g} and a standard deviation of {spread:.3g}"
    if spread == 0:
        return Finding(
            NAME,
            "wrong",
            "every target is the same: there is nothing to learn",
            "look at how the targets are made",
            numbers,
        )
    if spread < TOO_SMALL:
        return Finding(NAME, "wrong", f"{words}: the loss is small whatever the network answers", REMEDY, numbers)
    far = bool(((sizes >= LARGE) & (spreads > 0) & (sizes >= FAR * spreads)).any())
    verdict = "wrong" if far else verdict_of(size, suspect=LARGE, wrong=TOO_LARGE)
    if verdict == "fine":
        return Finding(NAME, "fine", words, "", numbers)
    steps = size / subject.rate if subject.rate > 0 else np.inf
    why = f"at a rate of {subject.rate:.3g} outputs that start near 0 need about {steps:,.0f} steps to get there"
    return Finding(NAME, verdict, f"{words}: {why}", REMEDY, numbers)
