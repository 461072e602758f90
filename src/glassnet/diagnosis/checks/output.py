"""Whether the last layer lets the network give what its loss asks for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from glassnet.diagnosis.chance import FREE
from glassnet.diagnosis.finding import Finding, not_asked
from glassnet.diagnosis.layers import BOUNDS, function_of
from glassnet.diagnosis.subject import Subject

NAME: Final = "output"
RANGES: Final[Mapping[str, tuple[float, float]]] = {
    **BOUNDS, "softmax": (0, 1), "sine": (-1, 1), "relu": (0, np.inf), "softplus": (0, np.inf), "elu": (-1, np.inf),
}  # fmt: skip
ENOUGH: Final = 0.9  # of the way from a constant answer to the best one


def output(subject: Subject) -> Finding:
    """How near the answers can come to the targets, with outputs within the range of the last activation function.

    share = (L(constant) - L(best within the range)) / (L(constant) - L(best))

    Below 0.9 it is wrong: the loss takes raw outputs, and applies its own softmax or sigmoid to them. A last relu is
    suspect in any case: outputs below 0 have no derivative.
    """
    model = subject.programs.model
    layer, loss = model.learnt.output.layer, subject.learnt_by.loss
    function = function_of(layer)
    name = "" if layer is None else model.learnt.names[layer]
    if function is None or function not in RANGES:
        return Finding(NAME, "fine", f"{name}, the last layer, may give any number")
    low, high = RANGES[function]
    targets, weights = subject.single(subject.sample)
    free, bound = (subject.learnt_by.chance(targets, weights, within) for within in (FREE, (low, high)))
    if free is None or bound is None:
        return not_asked(NAME, f"what the best answer is under {loss!r} is not known here")
    share = free.progress(bound.least)
    numbers = {"share of the way": share, "low": low, "high": high}
    between = f"above {low:g}" if np.isinf(high) else f"from {low:g} to {high:g}"
    words = f"{name} ends in {function}, so that its outputs are {between}"
    if share < ENOUGH:
        best = f"the best loss that can be had is {bound.least:.4g}, where {free.least:.4g} is asked for"
        applied = f"; {type(loss).__name__} applies its own {' or '.join(loss.finals)}" if loss.finals else ""
        remedy = "let the last layer be linear, without an activation function"
        remedy += "" if loss.finals else ", or scale the targets into its range"
        return Finding(NAME, "wrong", f"{words}: {best}{applied}", remedy, numbers)
    if function == "relu":
        return Finding(NAME, "suspect", f"{words}, and one that is 0 has no derivative",
                       "let the last layer be linear, or use softplus", numbers)  # fmt: skip
    return Finding(NAME, "fine", f"{words}, and so are the targets", "", numbers)
