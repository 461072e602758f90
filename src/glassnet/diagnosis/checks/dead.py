"""Whether units after a relu have gone silent."""

from __future__ import annotations

from typing import Final

import numpy as np

from glassnet.diagnosis.finding import Finding, not_asked, verdict_of
from glassnet.diagnosis.layers import LayerView
from glassnet.diagnosis.subject import Subject

NAME: Final = "dead units"
SOME, MOST = 0.5, 0.9  # inputs that are all above 0 silence up to half of the units in sound networks
REMEDY: Final = (
    "let weights and biases start by the layers' own rules, lower the learning rate, centre the inputs, or use "
    "'leaky relu', whose units do not die"
)


def dead(subject: Subject) -> Finding:
    """The share of units that are 0 in all rows looked at, by layer: no delta passes them, so they stay as they are.

    Source: Maas, Hannun and Ng, "Rectifier nonlinearities improve neural network acoustic models", 2013, section 2.
    """
    views = [each for each in subject.layers if not np.isnan(each.dead)]
    if not views:
        return not_asked(NAME, "no layer ends in relu")
    worst = max(views, key=lambda each: each.dead)
    verdict = verdict_of(worst.dead, suspect=SOME, wrong=MOST)
    numbers = {each.name: each.dead for each in views}
    if verdict == "fine":
        return Finding(NAME, "fine", f"at most {worst.dead:.0%} of the units of a layer are 0 in all rows", "", numbers)
    return Finding(NAME, verdict, said(worst), REMEDY, numbers)


def said(view: LayerView) -> str:
    """The dead units of a layer in words."""
    return (
        f"{round(view.dead * view.units):,} of the {view.units:,} units of {view.name} are 0 in all rows: no delta "
        f"passes them"
    )
