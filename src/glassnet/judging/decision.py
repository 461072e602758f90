"""Which class to answer, so that a score of labels is best: factors for the probabilities, chosen out of fold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from glassnet.errors import SettingError, ShapeError
from glassnet.judging.cuts import Judged, OfTally, best_cut
from glassnet.metrics.classes import Codes, checked_probabilities, class_chances, columns_of
from glassnet.metrics.rows import Floats, numbers
from glassnet.metrics.table import METRICS, find

CUTS: Final = 200  # that a factor of one of several classes is chosen from
SWEEPS: Final = 4  # over all classes
GAIN: Final = 1e-9  # less is rounding
GAP: Final = 1e-12  # between shares that a cut can tell apart, whatever is rounded
MOST_CLASSES: Final = 300  # for which factors are looked for: each costs time by how many they are
TINY: Final = float(np.finfo(np.float64).tiny)


@dataclass(frozen=True)
class Decision:
    """How to choose a class by its probability: the largest p_k * factor_k, of classes that tie the first.

    `factors` are (classes,). With two classes the second is chosen where its probability is above `cutoff`.
    `score` is what the choice scores by `metric` on the rows that it was fitted on, and `plain` what the likeliest
    class does; `score` is a little too good, since the factors are those for these rows.
    """

    metric: str
    factors: tuple[float, ...]
    score: float
    plain: float

    @classmethod
    def fit(
        cls,
        probabilities: npt.ArrayLike,
        known: npt.ArrayLike,
        weights: npt.ArrayLike | None,
        metric: str,
    ) -> Decision:
        """The factors by which `metric`, a score of labels, is best for out-of-fold probabilities.

        `probabilities` are (rows,), those of class 1 of two, or (rows, classes); `known` (rows,) class numbers from 0;
        `weights` (rows,), 0 or more, or None. Of two classes every cut-off between two probabilities is tried, and of
        those that tie the middle one is taken. Of more classes the factor of one after the other is chosen of 200, up
        to four times over: a local best, never worse than the likeliest class, which stays where nothing is better,
        and where there are more than 300 classes.

        Raises SettingError for a score that no choice of classes is made for, ShapeError or DataError where the others
        do not fit.

        >>> decision = Decision.fit([0.1, 0.2, 0.3, 0.4], [0, 0, 1, 1], None, "balanced_accuracy")
        >>> decision.cutoff, decision.choose([0.26, 0.24]).tolist()
        (0.25, [1, 0])
        """
        of_tally = _decidable(metric)
        classes, p, w = class_chances(known, probabilities, weights)
        p = columns_of(p)
        rows = Judged(classes, w, p.shape[1])
        even = np.full(rows.classes, 0.5 if rows.classes == 2 else 1.0)
        plain = rows.score(_chosen(p, even), of_tally)
        search = _of_two if rows.classes == 2 else _of_several
        factors, score = search(rows, p, even, plain, of_tally)
        return cls(metric, tuple(factors.tolist()), score, plain)

    @property
    def cutoff(self) -> float | None:
        """The probability above which the second of two classes is chosen; None for more classes."""
        return self.factors[0] if len(self.factors) == 2 else None

    def choose(self, probabilities: npt.ArrayLike) -> Codes:
        """The class number of each row (rows,), for probabilities as `fit` takes them; raises as it does."""
        p = checked_probabilities(numbers(probabilities, "probabilities"))
        p = columns_of(p) if p.ndim in (1, 2) else p
        if p.ndim != 2 or p.shape[1] != len(self.factors):
            raise ShapeError(f"probabilities of shape {p.shape}; expected (rows, {len(self.factors)})")
        return _chosen(p, np.array(self.factors))

    def to_json(self) -> dict[str, Any]:
        """The decision as plain JSON values."""
        return asdict(self)

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Decision:
        """The decision that `to_json` wrote."""
        return cls(**{**document, "factors": tuple(document["factors"])})


def _decidable(name: str) -> OfTally:
    """The score of counts of that name; raises SettingError where it is not one of labels."""
    metric = find(name)
    if metric.of_tally is None:
        names = ", ".join(each.name for each in METRICS.values() if each.of_tally is not None)
        raise SettingError(
            f"decide={name!r}: {name} scores {metric.of}, which no choice of classes makes better; those that one does "
            f"are {names}"
        )
    return metric.of_tally


def _of_two(rows: Judged, p: Floats, even: Floats, plain: float, of_tally: OfTally) -> tuple[Floats, float]:
    """The factors that are the best cut-off of the second class, or the even ones, and the score."""
    cut, score = best_cut(rows, p[:, 1], np.zeros(len(p), np.intp), 1, of_tally)
    return (np.array([cut, 1 - cut]), score) if score > plain + GAIN else (even, plain)


def _of_several(rows: Judged, p: Floats, even: Floats, plain: float, of_tally: OfTally) -> tuple[Floats, float]:
    """The factors found by changing one class's after the other's as long as that is better, and the score."""
    if rows.classes > MOST_CLASSES:
        return even, plain
    factors, score = even.copy(), plain
    rivals = Rivals(p)
    for _ in range(SWEEPS):
        before = score
        for k in range(rows.classes):
            rival, chance = rivals.of(k)
            # Class k is chosen where p f > m, the rival's: where p / (p + m) > 1 / (1 + f), which is the cut.
            share = p[:, k] / np.maximum(p[:, k] + chance, TINY)
            cut, better = best_cut(rows, share, rival, k, of_tally, most=CUTS, gap=GAP)
            if better > score + GAIN and 0 < cut < 1:
                score = better
                factors[k] = (1 - cut) / cut  # the others stay as they are, to the last bit: so do their ties
                rivals.set(k, p[:, k] * factors[k])
        if score <= before + GAIN:
            break
    return factors, score


class Rivals:
    """The class of the largest number in each row of `chances` (rows, classes), and the next one, as columns change."""

    def __init__(self, chances: Floats) -> None:
        self._chances = chances.copy()
        self._first = np.empty((2, len(chances)), np.intp)  # of ties the class of the lower number comes first
        self._find(np.arange(len(chances)))

    def of(self, k: int) -> tuple[Codes, Floats]:
        """For each row the class that is largest beside class k, and its number."""
        first, second = self._first
        rival = np.where(first == k, second, first)
        return rival, self._chances[np.arange(len(rival)), rival]

    def set(self, k: int, chances: Floats) -> None:
        """Put other numbers in the column of class k."""
        lowest = self._chances[np.arange(len(chances)), self._first[1]]
        self._chances[:, k] = chances
        self._find(np.flatnonzero((self._first == k).any(axis=0) | (chances >= lowest)))

    def _find(self, rows: Codes) -> None:
        """Look anew for the largest two in some rows."""
        left = self._chances[rows]
        for place in range(2):
            self._first[place, rows] = left.argmax(axis=1)
            left[np.arange(len(rows)), self._first[place, rows]] = -1


def _chosen(p: Floats, factors: Floats) -> Codes:
    """The class of each row; of two the second where its probability is above the first factor, exactly."""
    two = len(factors) == 2
    return np.asarray(p[:, 1] > factors[0] if two else (p * factors).argmax(axis=1), np.intp)
