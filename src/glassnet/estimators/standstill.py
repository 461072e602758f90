"""When scikit-learn's users take a network to have converged."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from glassnet.settings import check_number, check_whole
from glassnet.training.stopping import Moment, Rule, Stop, Verdict


@dataclass(frozen=True)
class Standstill(Rule):
    """Stop, converged, where no loss of `n_iter_no_change` epochs was below the best before them by more than `tol`.

    `tol` is in the units of the loss, as in scikit-learn, where `Plateau` counts shares of it: the log loss of classes
    that can be told apart falls by about the same share for ever.
    """

    n_iter_no_change: int
    tol: float

    def __post_init__(self) -> None:
        check_whole(self, "n_iter_no_change", 1)
        check_number(self, "tol", "[0, inf)")

    def judge(self, state: Mapping[str, Any], moment: Moment) -> Verdict:
        """Count the epochs since the last improvement."""
        if not moment.epoch_ended:
            return dict(state), None
        best, waited = state.get("best", math.inf), state.get("waited", 0)
        waited = 0 if moment.loss < best - self.tol else waited + 1
        words = f"the loss has not improved by more than tol={self.tol:g} for {self.n_iter_no_change} epochs"
        ended = Stop(words, True) if waited >= self.n_iter_no_change else None
        return {"best": min(best, moment.loss), "waited": waited}, ended
