"""Whether the loss at the start is about what a constant answer has."""

from __future__ import annotations

from typing import Final

import numpy as np

from glassnet.diagnosis.finding import Finding, not_asked, verdict_of
from glassnet.diagnosis.subject import Subject

NAME: Final = "loss at the start"
HIGH, TOO_HIGH = 4.0, 100.0  # times that of a constant answer
REMEDY: Final = "look at the scale of inputs and targets, and at what the weights start from"


def start(subject: Subject) -> Finding:
    """The loss before the first step beside that of the best constant answer, such as log k for k even classes.

    Small weights give outputs near 0, which is about as good as a constant answer: a loss far above it says that the
    outputs are too large from the start. Source: Karpathy, "A recipe for training neural networks", 2019.
    """
    chance = subject.standing
    if chance is None:
        return not_asked(NAME, f"what a constant answer comes to under {subject.measured_by.loss!r} is not known")
    loss = subject.loss(subject.start, subject.sample)
    if not np.isfinite(loss):
        return Finding(NAME, "wrong", "the loss is not finite before the first step", REMEDY)
    floor = min(0.0, chance.least)  # losses may lie below 0
    room = chance.constant - floor
    times = (loss - floor) / room if room > 0 else 1.0
    numbers = {"start": loss, "constant answer": chance.constant, "times": times}
    words = f"the network starts at a loss of {loss:.4g}; the best constant answer has {chance.constant:.4g}"
    verdict = verdict_of(times, suspect=HIGH, wrong=TOO_HIGH)
    return Finding(NAME, verdict, words, "" if verdict == "fine" else REMEDY, numbers)
