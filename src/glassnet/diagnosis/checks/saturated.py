"""Whether units sit at the ends of a range, where their slope is next to nothing."""

from __future__ import annotations

from typing import Final

import numpy as np

from glassnet.diagnosis.finding import Finding, not_asked, verdict_of
from glassnet.diagnosis.subject import Subject

NAME: Final = "saturated units"
SOME, MOST = 0.5, 0.9
REMEDY: Final = "scale the inputs to a size of about 1, start from smaller weights, or lower the learning rate"


def saturated(subject: Subject) -> Finding:
    """The share of values within 1 % of an end of their range, by layer; the last layer may be as sure as it likes.

    There the slope of a sigmoid and of tanh is below 4 % of its largest. Source: Glorot and Bengio, "Understanding the
    difficulty of training deep feedforward neural networks", 2010, section 3.
    """
    views = [each for each in subject.layers if not np.isnan(each.saturated) and not each.last]
    if not views:
        return not_asked(NAME, "no hidden layer ends in a function that flattens out on both sides")
    worst = max(views, key=lambda each: each.saturated)
    verdict = verdict_of(worst.saturated, suspect=SOME, wrong=MOST)
    numbers = {each.name: each.saturated for each in views}
    words = f"{worst.saturated:.0%} of the values of {worst.name} are within 1 % of an end of their range"
    if verdict == "fine":
        return Finding(NAME, "fine", f"at most {words}", "", numbers)
    return Finding(NAME, verdict, f"{words}, where the slope is next to nothing", REMEDY, numbers)
