"""How far an answer lies from the truth, as far as the answer and the spread of the members' answers can tell.

s(x) = mean |r| * a(spread) * b(answer), where a and b are curves of straight lines through the middles of bins of equal
weight. A bin's factor is a shrunk mean, (sum w |r| / s + PRIOR) / (sum w + PRIOR), so that a bin of few rows is near 1.
Each curve is there or not, whichever of the four ways is best on rows that were left out: by the score of a Laplace
distribution, log s + |r| / s, which the mean of |r| minimises. So there is none where it does not help.

Source: Papadopoulos, Proedrou, Vovk and Gammerman, "Inductive confidence machines for regression", 2002, where an error
is divided by what it was expected to be.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Final, TypeAlias

import numpy as np

from glassnet.metrics.rows import Floats

PRIOR: Final = 10.0  # rows of factor 1 that each bin is given
ROWS_OF_A_BIN: Final = 40
MOST_BINS: Final = 12
FOLDS: Final = 5
ROUNDS: Final = 2  # of fitting each curve to what the other leaves
Kind: TypeAlias = tuple[str, ...]
KINDS: Final[tuple[Kind, ...]] = ((), ("spread",), ("answer",), ("spread", "answer"))


@dataclass(frozen=True)
class Curve:
    """Straight lines through points (x, log of a factor), level beyond the first and the last; 0 without points."""

    places: tuple[float, ...] = ()
    logarithms: tuple[float, ...] = ()

    @classmethod
    def of(cls, x: Floats, ratios: Floats, weights: Floats) -> Curve:
        """The curve of the shrunk means of `ratios` in bins of `x`, all (rows,); `weights` have mean 1."""
        bins = int(np.clip(len(x) // ROWS_OF_A_BIN, 1, MOST_BINS))
        edges = np.unique(np.quantile(x, np.arange(1, bins) / bins, weights=weights, method="inverted_cdf"))
        inside = np.searchsorted(edges, x)
        totals = np.bincount(inside, weights)
        there = totals > 0
        middles = np.bincount(inside, weights * x)[there] / totals[there]
        means = (np.bincount(inside, weights * ratios) + PRIOR)[there] / (totals + PRIOR)[there]
        return cls(tuple(middles.tolist()), tuple(np.log(means).tolist()))

    def at(self, x: Floats) -> Floats:
        """The logarithm of the factor at each x."""
        return np.interp(x, self.places, self.logarithms) if self.places else np.zeros(len(x))


@dataclass(frozen=True)
class Width:
    """The size of the errors to be expected of one target: `level`, the mean of all, and a curve for each reason."""

    level: float
    of_spread: Curve = Curve()
    of_answer: Curve = Curve()

    @classmethod
    def fit(cls, answers: Floats, spread: Floats, errors: Floats, weights: Floats) -> tuple[Width, Floats]:
        """The width for `errors` (rows,) in size, and for each row s(x) by curves that the row had no part in.

        Errors are 0 or more, and some are above 0; `weights` have mean 1.
        """
        plain = cls(float(np.average(errors, weights=weights)))
        if len(errors) < 2 * ROWS_OF_A_BIN:
            return plain, np.full(len(errors), plain.level)
        crossed = np.empty((len(KINDS), len(errors)))
        folds = np.arange(len(errors)) % FOLDS
        for fold in range(FOLDS):
            own, rest = folds == fold, folds != fold
            for kind, found in zip(KINDS, crossed, strict=True):
                width = plain._with(kind, answers[rest], spread[rest], errors[rest], weights[rest])
                found[own] = width.at(answers[own], spread[own])
        scores = np.log(crossed) + errors / crossed
        chosen = int(np.argmin(np.average(scores, axis=1, weights=weights)))
        return plain._with(KINDS[chosen], answers, spread, errors, weights), crossed[chosen]

    def _with(self, kind: Kind, answers: Floats, spread: Floats, errors: Floats, weights: Floats) -> Width:
        """The width with the curves that `kind` names fitted, each to what the others leave."""
        width = self
        for name in kind * ROUNDS:
            left = errors / width._but(name, Curve()).at(answers, spread)
            width = width._but(name, Curve.of(spread if name == "spread" else answers, left, weights))
        return width

    def _but(self, name: str, curve: Curve) -> Width:
        return replace(self, of_spread=curve) if name == "spread" else replace(self, of_answer=curve)

    def at(self, answers: Floats, spread: Floats) -> Floats:
        """s(x) of answers and spreads (rows,), in the unit of the target."""
        width: Floats = self.level * np.exp(self.of_spread.at(spread) + self.of_answer.at(answers))
        return width

    def to_json(self) -> dict[str, Any]:
        """The width as plain JSON values."""
        return asdict(self)

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Width:
        """The width that `to_json` wrote."""
        curves = (document["of_spread"], document["of_answer"])
        return cls(document["level"], *(Curve(tuple(c["places"]), tuple(c["logarithms"])) for c in curves))
