"""Searches without derivatives: what they are given, what they answer, and the rule for losses that are no numbers.

A search knows the loss only as a black box: it hands in candidates and gets their losses back. How many losses it
needs, beside the few derivatives that gradient descent needs, is the reason for derivatives.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from glassnet.errors import DivergenceError, SettingError, ShapeError

Floats: TypeAlias = npt.NDArray[np.float64]
Losses: TypeAlias = Callable[[Floats], npt.NDArray[np.floating]]  # candidates (n, d) -> the loss of each, (n,)


@dataclass(frozen=True, eq=False)
class SearchResult:
    """What a search found.

    `best` (d,) is the candidate of the least loss and `loss` its loss; `evaluations` counts the candidates whose loss
    was asked for; `path` (k, d) holds each candidate that was the best so far when losses came back, first to last.
    """

    best: Floats
    loss: float
    evaluations: int
    path: Floats


class Search:
    """The account of a running search: asks for losses, counts them, and keeps the best candidate.

    Only a finite loss counts: NaN and infinities are taken as +infinity, which is never an improvement. Of equal losses
    the first one seen stays the best.
    """

    def __init__(self, losses: Losses) -> None:
        self._losses = losses
        self._path: list[Floats] = []
        self.loss = np.inf
        self.evaluations = 0

    def ask(self, candidates: Floats) -> Floats:
        """The loss of each candidate, +infinity where it is not finite.

        Raises ShapeError where the losses are not one for each candidate.
        """
        found = np.asarray(self._losses(candidates), np.float64)
        if found.shape != (len(candidates),):
            raise ShapeError(
                f"search: the losses of candidates of shape {candidates.shape} came back in shape {found.shape}; "
                f"expected one loss for each candidate, shape ({len(candidates)},)"
            )
        self.evaluations += len(candidates)
        found = np.where(np.isfinite(found), found, np.inf)
        least = int(found.argmin())
        if found[least] < self.loss:
            self.loss = float(found[least])
            self._path.append(candidates[least].copy())
        return found

    @property
    def best(self) -> Floats:
        """The candidate of the least loss so far."""
        return self._path[-1]

    def result(self) -> SearchResult:
        """What was found; raises DivergenceError where no candidate had a finite loss."""
        if not self._path:
            raise DivergenceError(
                f"search: none of {self.evaluations:,} candidates has a finite loss; search where the loss is finite"
            )
        return SearchResult(self.best, self.loss, self.evaluations, np.array(self._path))


def as_point(what: str, values: npt.ArrayLike) -> Floats:
    """Numbers as a float64 array (d,), a single one as (1,).

    Raises SettingError unless they lie on one axis, are finite, and there is at least one.
    """
    try:
        point = np.atleast_1d(np.asarray(values, np.float64))
    except (TypeError, ValueError):
        raise SettingError(f"{what}={values!r}: expected numbers") from None
    if point.ndim != 1 or not point.size:
        raise SettingError(f"{what} of shape {point.shape}: expected one axis of at least one number")
    if not np.isfinite(point).all():
        place = int(np.isfinite(point).argmin())
        raise SettingError(f"{what}[{place}]={point[place]}: expected finite numbers")
    return point
