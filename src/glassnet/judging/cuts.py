"""The best place to cut: rows whose share lies above it are answered with one class, all others with their own rival.

The rows are sorted once by their share, and the counts of every cut are sums over the rows before it and after it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np

from glassnet.metrics.classes import Codes
from glassnet.metrics.rows import Floats
from glassnet.metrics.tally import Tally

OfTally: TypeAlias = Callable[[Tally], Floats]
TIE: Final = 1e-12


@dataclass(frozen=True, eq=False)
class Judged:
    """Rows whose class is known: the class numbers (rows,), the weights (rows,), and how many classes there are."""

    known: Codes
    weights: Floats
    classes: int

    def score(self, given: Codes, of_tally: OfTally) -> float:
        """The score of the class given to each row."""
        return float(of_tally(Tally.of(self.known, given, self.weights, self.classes)))


def best_cut(
    rows: Judged,
    share: Floats,
    rival: Codes,
    chosen: int,
    of_tally: OfTally,
    *,
    most: int | None = None,
    gap: float = 0.0,
) -> tuple[float, float]:
    """The best cut in [0, 1] and its score: rows of a larger `share` (rows,) get the class `chosen`, others `rival`.

    A cut lies halfway between two shares more than `gap` apart, or halfway to 0 or 1; at most `most` of them, evenly
    spread over the rows, are tried. Of those that tie the middle one is taken.
    """
    order = np.argsort(-share, kind="stable")
    falling = share[order]
    above = np.flatnonzero(-np.diff(falling, prepend=2.0, append=-1.0) > gap)  # how many rows can lie above a cut
    if falling[-1] == 0:
        above = above[:-1]  # no cut lies below 0
    if most is not None and len(above) > most:
        above = above[np.unique(np.linspace(0, len(above) - 1, most).round().astype(np.intp))]
    scores = of_tally(_tallies(rows, order, above, rival, chosen))
    tied = np.flatnonzero(scores >= scores.max() - TIE)
    middle = int(tied[(len(tied) - 1) // 2])
    upper, lower = (float(np.append(np.append(1.0, falling), 0.0)[above[middle] + side]) for side in (0, 1))
    halfway = lower + (upper - lower) / 2
    return halfway if halfway < upper else lower, float(scores[middle])


def _tallies(rows: Judged, order: Codes, above: Codes, rival: Codes, chosen: int) -> Tally:
    """The tallies (cuts, classes) where the first `above` rows in `order` get the class `chosen` and others theirs."""
    w, known, other = rows.weights[order], rows.known[order], rival[order]
    cuts, classes = len(above), rows.classes
    passed = np.searchsorted(above, np.arange(len(order)), side="right")  # cuts that a row lies below

    def of_rivals(weights: Floats) -> Floats:
        each = np.bincount(passed * classes + other, weights, minlength=(cuts + 1) * classes)
        return each.reshape(cuts + 1, classes)[::-1].cumsum(axis=0)[::-1][1:].astype(np.float64)

    def of_chosen(weights: Floats) -> Floats:
        return np.bincount(passed, weights, minlength=cuts + 1)[:cuts].cumsum().astype(np.float64)

    given, hits = of_rivals(w), of_rivals(w * (known == other))
    given[:, chosen], hits[:, chosen] = of_chosen(w), of_chosen(w * (known == chosen))
    totals = np.bincount(known, w, minlength=classes).astype(np.float64)
    return Tally(np.broadcast_to(totals, given.shape), given, hits)
