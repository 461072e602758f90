"""Whether every layer has a part in what is learnt."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from glassnet.diagnosis.finding import Finding, not_asked
from glassnet.diagnosis.layers import LayerView
from glassnet.diagnosis.subject import Subject

NAME: Final = "layers without effect"


def effect(subject: Subject) -> Finding:
    """The derivatives of the loss with respect to the parameters of each layer: where all are 0, nothing moves them.

    Layers that the optimizer leaves alone are named too; where it leaves all of them alone, nothing is learnt.
    """
    views = [each for each in subject.layers if not np.isnan(each.derivative)]
    if not views:
        return not_asked(NAME, "no layer has weights of its own")
    numbers = {each.name: each.derivative for each in views}
    still, frozen = idle(views), [each.name for each in views if each.frozen]
    if len(frozen) == len(views):
        return Finding(NAME, "wrong", "the optimizer leaves every layer alone: rates has 0 for all of them",
                       "take layers out of rates= of the optimizer", numbers)  # fmt: skip
    if all(each.delta == 0 for each in views if each.last) and len(still) == len(views):
        return not_asked(NAME, "no delta comes back at all: every row has the least loss that it can have")
    if still:
        return Finding(
            NAME, "wrong", f"the loss does not depend on the weights of {' and '.join(still)} in any row",
            "look at what comes after: dead units, weights of 0, or a function that is flat there", numbers,
        )  # fmt: skip
    kept = f"; {' and '.join(frozen)} is left alone by the optimizer, as asked" if frozen else ""
    return Finding(NAME, "fine", f"the loss depends on the weights of every layer{kept}", "", numbers)


def idle(views: Sequence[LayerView]) -> list[str]:
    """The layers whose parameters have no derivative, though they are to learn."""
    return [each.name for each in views if each.derivative == 0 and not each.frozen]
