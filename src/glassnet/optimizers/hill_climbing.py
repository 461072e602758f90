"""Greedy hill climbing: go where it is better, look more closely where it is not."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from glassnet.errors import SettingError
from glassnet.optimizers.search import Losses, Search, SearchResult, as_point


def hill_climbing(
    losses: Losses,
    start: npt.ArrayLike,
    *,
    step: float = 1.0,
    smallest_step: float = 1e-6,
    evaluations: int = 1_000_000,
) -> SearchResult:
    """A local least loss, found by steps along the axes from `start`.

    In each round the 2 d candidates w + step e_i and w - step e_i are tried. If the best of them is better than w, w
    moves there; if not, the step is halved. The search ends when the step is below `smallest_step`, or before the round
    that would take it beyond `evaluations`.

    Arguments: `losses` maps candidates (n, d) to their losses (n,); `start` (d,) is where to begin, a number for one
    weight; `step` and `smallest_step` are in the units of the weights. The path holds the places w, from `start` on.

    Raises SettingError for steps that are not above 0, DivergenceError where no loss was finite.
    Source: Hooke and Jeeves, "'Direct search' solution of numerical and statistical problems", 1961 (its exploratory
    moves, taking the best of them).

    >>> hill_climbing(lambda w: ((w - [2, -3]) ** 2).sum(axis=1), [0, 0]).best
    array([ 2., -3.])
    """
    w = as_point("start", start)
    if not 0 < smallest_step <= step < math.inf:
        raise SettingError(f"step={step!r}, smallest_step={smallest_step!r}: expected 0 < smallest_step <= step")
    directions = np.concatenate([np.eye(len(w)), -np.eye(len(w))])
    search = Search(losses)
    search.ask(w[np.newaxis])
    while step >= smallest_step and search.evaluations + len(directions) <= evaluations:
        before = search.loss
        search.ask(w + step * directions)
        if search.loss < before:
            w = search.best
        else:
            step /= 2
    return search.result()
