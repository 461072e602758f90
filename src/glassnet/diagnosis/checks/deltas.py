"""Whether deltas vanish or explode on their way back through the layers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from glassnet.diagnosis.finding import Finding, Verdict, not_asked
from glassnet.diagnosis.layers import LayerView
from glassnet.diagnosis.subject import Subject

NAME: Final = "deltas"
SMALL, VANISHED = 1e-3, 1e-5  # times the delta of the last layer
LARGE, EXPLODED = 1e3, 1e5
REMEDY: Final = (
    "use relu or gelu in place of sigmoid, put gn.LayerNorm() or gn.BatchNorm() between layers or gn.Residual around "
    "them, and let weights start by the layers' own rules; fewer layers may do"
)
BEYOND: Final = "look for extreme values in the weights and the data; reset() lets the weights start anew"


def deltas(subject: Subject) -> Finding:
    """The length of the delta of each layer beside that of the last one.

    A layer whose delta is 100,000 times as small learns 100,000 times as slowly under gradient descent, and what it
    gets has the size of rounding beside what its successors get. Sources: Hochreiter, "Untersuchungen zu dynamischen
    neuronalen Netzen", 1991; Glorot and Bengio, 2010. The bounds are this project's own: sound networks lie between
    0.01 and 100.
    """
    views = subject.layers
    last = next((each for each in views if each.last), None)
    if last is None or len(views) < 2:
        return not_asked(NAME, "there is one layer only")
    lost = [each.name for each in views if not (math.isfinite(each.size) and math.isfinite(each.delta))]
    if lost:
        return Finding(NAME, "wrong", f"what {' and '.join(lost)} gives or gets back is not finite", BEYOND)
    if last.delta == 0:
        return not_asked(NAME, "no delta comes back to the last layer: every row has the least loss that it can have")
    ratios = {each.name: each.delta / last.delta for each in views}
    least, most = min(ratios, key=ratios.__getitem__), max(ratios, key=ratios.__getitem__)
    verdict: Verdict
    if ratios[least] <= SMALL:
        verdict, name = "wrong" if ratios[least] <= VANISHED else "suspect", least
    elif ratios[most] >= LARGE:
        verdict, name = "wrong" if ratios[most] >= EXPLODED else "suspect", most
    else:
        span = f"from {ratios[least]:.2g} to {ratios[most]:.2g} times that of the last layer"
        return Finding(NAME, "fine", f"the deltas of the layers are {span}", "", ratios)
    return Finding(NAME, verdict, said(name, ratios[name], last.name), REMEDY, ratios)


def said(name: str, ratio: float, last: str) -> str:
    """A delta that vanishes or explodes in words."""
    what = "vanish" if ratio < 1 else "explode"
    return f"deltas {what}: that of {name} is {ratio:.2g} times that of {last}"


def vanished(views: Sequence[LayerView]) -> list[str]:
    """The layers whose deltas have vanished."""
    last = next((each for each in views if each.last), None)
    if last is None or last.delta == 0:
        return []
    return [each.name for each in views if each.delta <= VANISHED * last.delta]
