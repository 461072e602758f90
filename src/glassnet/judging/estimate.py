"""How sure a score is, as long as the rows are a sample: its standard error and an interval, by drawing rows again."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from glassnet.metrics.rows import Array, Floats, counted
from glassnet.metrics.table import Metric, find
from glassnet.random import as_seed, bits, permutation

DRAWS: Final = 200
MOST_ROWS: Final = 10_000  # drawn from: beyond, the spread of the draws is scaled by the square root of the rows
SHARES: Final = ("accuracy", "f1_micro")  # of rows that are right, whose interval is known in closed form
LEVEL: Final = (0.025, 0.975)
NORMAL: Final = 1.959963984540054  # the 0.975 quantile of the standard normal distribution


@dataclass(frozen=True)
class Estimate:
    """A score, its standard error, and the interval that holds the score on endless rows with probability 0.95.

    It tells of the rows alone: another network, learnt from other rows, varies too. NaN where the rows tell nothing.

    >>> print(Estimate(0.97812, 0.001, 0.97612, 0.98007))
    0.978 (0.976 to 0.980)
    """

    score: float
    error: float
    low: float
    high: float

    def __str__(self) -> str:
        width = self.high - self.low
        digits = max(0, -math.floor(math.log10(width / 2 or 1))) if math.isfinite(width) else 3
        score, low, high = (f"{each:,.{digits}f}" for each in (self.score, self.low, self.high))
        return f"{score} ({low} to {high})" if math.isfinite(width) else score

    def to_json(self) -> dict[str, Any]:
        """The estimate as plain JSON values."""
        return asdict(self)

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Estimate:
        """The estimate that `to_json` wrote."""
        return cls(**document)


def estimated(
    metric: str, known: npt.ArrayLike, answers: npt.ArrayLike, weights: npt.ArrayLike | None = None, seed: int = 0
) -> Estimate:
    """The score of `answers` to `known` targets by the metric of that name, with its standard error and interval.

    Arguments as the metric takes them: (rows, ...) of both, and `weights` (rows,). The rows that have weight are drawn
    200 times, as many as there are and with replacement, each with the weight that it has; the error is the deviation
    of the scores, times sqrt(n / (n - 1)), and the interval their quantiles 0.025 and 0.975. Above 10,000 rows as many
    are drawn, and the deviations from the score scaled by sqrt(10,000 / n). A share of right rows has the interval of
    Wilson for n = (sum w)^2 / sum w^2 rows: no row of 50 wrong does not mean that none ever is. Draws without a score,
    such as those of one class for the AUC, do not count.

    Raises SettingError for a metric or a seed that there is not, and what the metric raises.

    Sources: Efron, "Bootstrap methods: another look at the jackknife", 1979; Bickel, Goetze and van Zwet, "Resampling
    fewer than n observations", 1997; Wilson, "Probable inference, the law of succession, and statistical inference",
    1927; Kish, "Survey sampling", 1965, for n.

    >>> print(estimated("accuracy", [1] * 50, [1] * 50))
    1.00 (0.93 to 1.00)
    """
    found, seed = find(metric), as_seed(seed)
    score = found.score(known, answers, weights)
    y, a, w = counted(np.asarray(known), np.asarray(answers), weights)
    if len(y) < 2 or not math.isfinite(score):
        return Estimate(score, math.nan, math.nan, math.nan)
    if found.name in SHARES:
        return _share(score, float(w.sum() ** 2 / (w**2).sum()))
    return _drawn(found, score, y, a, w, seed)


def _share(score: float, rows: float) -> Estimate:
    """The estimate of a share of so many rows."""
    middle = (score + NORMAL**2 / (2 * rows)) / (1 + NORMAL**2 / rows)
    half = NORMAL * math.sqrt(score * (1 - score) / rows + (NORMAL / (2 * rows)) ** 2) / (1 + NORMAL**2 / rows)
    low, high = max(0.0, min(score, middle - half)), min(1.0, max(score, middle + half))  # whatever is rounded
    return Estimate(score, math.sqrt(score * (1 - score) / rows), low, high)


def _drawn(metric: Metric, score: float, known: Array, answers: Array, weights: Floats, seed: int) -> Estimate:
    """The estimate by drawing rows again."""
    rows = len(known)
    kept = min(rows, MOST_ROWS)
    if kept < rows:
        some = permutation(seed, "rows to draw from", rows)[:kept]
        known, answers, weights = known[some], answers[some], weights[some]
    middle = metric.score(known, answers, weights)
    scores = np.array([_again(metric, known, answers, weights, seed, draw) for draw in range(DRAWS)])
    scores = scores[np.isfinite(scores)]
    if len(scores) < 2:
        return Estimate(score, math.nan, math.nan, math.nan)
    scale = math.sqrt(kept / rows)
    low, high = (score + (float(each) - middle) * scale for each in np.quantile(scores, LEVEL))
    return Estimate(score, float(scores.std(ddof=1)) * scale * math.sqrt(kept / (kept - 1)), low, high)


def _again(metric: Metric, known: Array, answers: Array, weights: Floats, seed: int, draw: int) -> float:
    """The score of as many rows as there are, drawn with replacement: each counts as often as it was drawn."""
    rows = len(known)
    drawn = (bits(seed, "rows drawn again", rows, counter=(draw, 0)).astype(np.uint64) * np.uint64(rows)) >> np.uint64(
        32
    )
    return metric.score(known, answers, weights * np.bincount(drawn.astype(np.intp), minlength=rows))
