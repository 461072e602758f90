"""The two tails of errors that were divided by their expected size: how far out a new one lies, and how often.

A tail keeps the quantiles of POINTS shares t beyond them, from 1 / (n + 1), which n rows can just tell, or from LEAST
up to a half. As in conformal prediction the new row counts as one of n + 1, and lies beyond all others for all that is
known: the quantile is the least error e with sum w [error <= e] / (sum w + w') >= 1 - t, where w' is the weight of the
new row, sum w^2 / sum w. A share too small for so few rows is answered as errors of a Laplace distribution would go on,
by log(t_0 / t) beyond the last one, which is a guess and no longer a guarantee.

Source: Vovk, Gammerman and Shafer, "Algorithmic learning in a random world", 2005.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np

from glassnet.metrics.rows import Floats

POINTS: Final = 100
LEAST: Final = 1e-4
ROUNDING: Final = 1e-12


@dataclass(frozen=True)
class Tails:
    """The shares beyond each quantile, rising, and the quantiles of the lower and of the upper tail."""

    shares: tuple[float, ...]
    lower: tuple[float, ...]
    upper: tuple[float, ...]

    @classmethod
    def of(cls, errors: Floats, weights: Floats) -> Tails:
        """The tails of signed errors (rows,), whose size is 1 in the mean; `weights` (rows,) are above 0.

        >>> tails = Tails.of(np.array([-2.0, -1.0, 0.0, 1.0]), np.ones(4))
        >>> tails.at(0.2)  # of five rows, the new one among them, one each lies as far out
        (-2.0, 1.0)
        """
        order = np.argsort(errors, kind="stable")
        ordered, w = errors[order], weights[order]
        total = w.sum() + (w**2).sum() / w.sum()
        least = max(LEAST, 1 - w.sum() / total)  # below it lies the new row alone
        shares = np.geomspace(least, 0.5, POINTS) if least < 0.5 else np.array([0.5])
        upper = _quantiles(ordered, w, total, shares)
        lower = -_quantiles(-ordered[::-1], w[::-1], total, shares)
        return cls(tuple(shares.tolist()), tuple(lower.tolist()), tuple(upper.tolist()))

    def at(self, share: float) -> tuple[float, float]:
        """The errors that a share of the rows each, below a half, lies below and above."""
        logarithms = np.log(self.shares)
        place = float(np.log(share))
        beyond = max(0.0, float(logarithms[0]) - place)
        low, high = (float(np.interp(place, logarithms, tail)) for tail in (self.lower, self.upper))
        return low - beyond, high + beyond

    def to_json(self) -> dict[str, Any]:
        """The tails as plain JSON values."""
        return asdict(self)

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Tails:
        """The tails that `to_json` wrote."""
        return cls(*(tuple(document[name]) for name in ("shares", "lower", "upper")))


def _quantiles(ordered: Floats, weights: Floats, total: float, shares: Floats) -> Floats:
    """The least of the rising errors up to which lies all but a share of the total weight."""
    reached = np.cumsum(weights) / total
    places = np.searchsorted(reached, (1 - shares) * (1 - ROUNDING))
    found: Floats = ordered[np.minimum(places, len(ordered) - 1)]
    return found
