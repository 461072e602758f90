"""What the target was where texts held a word, a pair of words or a piece: scores of a text, out of fold.

For a part g of texts let n be the weight of the rows that hold it, and d the sum of what their targets lie above the
mean of all rows. A text of k parts scores sum d / (n + 3) / sqrt(k), the sum of the smoothed deviations, and
sum d / sqrt(n + 3) / sqrt(k), in which parts count more of which more is known: the first is what Micci-Barreca (2001)
makes of a category's levels, the second the sum of standard scores. Parts share 16,384 buckets by their hash, fewer
where there are many outputs (Weinberger, Dasgupta, Langford, Smola and Attenberg, "Feature hashing for large scale
multitask learning", 2009). A row that is learnt from does not see its own fold.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from glassnet.data.encode.cut import Cut
from glassnet.data.encode.encoders import Array
from glassnet.data.encode.scale import Doubles
from glassnet.data.encode.statistics import LevelStatistics, Whole, without_own
from glassnet.data.encode.telling import telling
from glassnet.data.text.grams import Parts

BUCKETS: Final = 16_384
FEWEST: Final = 1_024  # buckets, where outputs are many
MOST_OUTPUTS: Final = 4  # for which there are all buckets
SMOOTHING: Final = 3.0
ROWS_AT_ONCE: Final = 8_192
FEWEST_AT_ONCE: Final = 256  # where outputs are many


@dataclass(frozen=True, eq=False)
class GramTargets:
    """One kind of parts by what the target was where they stood: two scores for each output, in that order.

    Each is standardised by the training rows and cut at 4 deviations; one that does not rise with its output there is
    left out. `mean` (folds + 1, outputs) is that of the target in the other folds than each, and in all.
    """

    statistics: LevelStatistics
    mean: Doubles
    cuts: tuple[Cut, ...]

    @classmethod
    def fit(
        cls, parts: Parts, codes: Whole, targets: Doubles, folds: Whole, weights: Doubles | None = None
    ) -> GramTargets:
        """The statistics of the training rows, whose texts are those at `codes` (rows,), -1 for none.

        `parts` are numbers below `buckets_for` the outputs. `targets` (rows, outputs), `folds` and `weights` (rows,)
        are as those of `LevelTargets.fit`.
        """
        every = LevelStatistics.of(np.zeros(len(folds), np.int64), targets, folds, 1, weights)
        shape = len(every.counts), buckets_for(targets.shape[1]), targets.shape[1]
        statistics = LevelStatistics(np.zeros(shape), np.zeros(shape[:2]))
        for some in _pieces(len(codes), targets.shape[1]):
            rows, places = parts.of_rows(codes[some])
            own = None if weights is None else weights[some][rows]
            found = LevelStatistics.of(places, targets[some][rows], folds[some][rows], shape[1], own)
            statistics.sums[: len(found.sums)] += found.sums
            statistics.counts[: len(found.counts)] += found.counts
        apart = cls(statistics, _means(every), ())
        seen = telling(apart.scores(parts, codes, folds), np.repeat(targets, 2, axis=1), weights)
        cuts = tuple(Cut.of(each, weights, binned=False) for each in seen.T)
        return cls(apart.statistics, apart.mean, cuts)

    @property
    def buckets(self) -> int:
        """How many numbers of parts there are."""
        return int(self.statistics.counts.shape[1])

    def features(self, name: str) -> tuple[str, ...]:
        """The name of each score; one that does not vary is left out."""
        outputs = len(self.cuts) // 2
        means = [f"target by {name}"] if outputs == 1 else [f"target {i + 1} by {name}" for i in range(outputs)]
        names = [own for each in means for own in (each, f"{each}, standard scores")]
        return tuple(own for each, cut in zip(names, self.cuts, strict=True) for own in cut.features(each))

    @property
    def linear(self) -> tuple[bool, ...]:
        """For each feature whether it is no bin."""
        return tuple(own for cut in self.cuts for own in cut.linear)

    def scores(self, parts: Parts, codes: Whole, folds: Whole | None = None) -> Doubles:
        """The scores (rows, 2 outputs), 0 for a row without a text; `folds` as those of `LevelStatistics.encode`."""
        scores = np.empty((len(codes), self._table.shape[2]))
        for some in _pieces(len(codes), self._table.shape[2] // 2):
            rows, places = parts.of_rows(codes[some])
            own = self._table[-1 if folds is None else folds[some][rows], places]
            held = np.bincount(rows, minlength=len(scores[some]))
            sums = [np.bincount(rows, each, minlength=len(held)) for each in own.T]
            scores[some] = np.stack(sums, axis=1) / np.sqrt(np.maximum(held, 1))[:, None]
        return scores

    def known(self, parts: Parts) -> npt.NDArray[np.int32]:
        """The texts, by number, that hold a part which the training rows held."""
        return parts.texts[self._held[parts.places]]

    @cached_property
    def _held(self) -> npt.NDArray[np.bool_]:
        """For each bucket whether a training row held a part in it."""
        return np.asarray(self.statistics.counts.sum(axis=0) > 0)

    @cached_property
    def _table(self) -> Doubles:
        """What each fold, and at the end a new row, adds for a part: (folds + 1, buckets, 2 outputs)."""
        sums = np.concatenate([without_own(self.statistics.sums), self.statistics.sums.sum(axis=0)[None]])
        counts = np.concatenate([without_own(self.statistics.counts), self.statistics.counts.sum(axis=0)[None]])
        above = sums - counts[..., None] * self.mean[:, None]
        smooth = (counts + SMOOTHING)[..., None]
        return np.stack([above / smooth, above / np.sqrt(smooth)], axis=3).reshape(*counts.shape, -1)

    def write(self, scores: Doubles, into: Array) -> None:
        """Put scores, standardised and cut, into an array (rows, features)."""
        place = 0
        for cut, each in zip(self.cuts, scores.T, strict=True):
            width = len(cut.linear)
            cut.write(each, into[:, place : place + width])
            place += width

    def to_json(self) -> dict[str, Any]:
        """The statistics as plain JSON values."""
        cuts = [cut.to_json() for cut in self.cuts]
        return {"statistics": self.statistics.to_json(), "mean": self.mean.tolist(), "cuts": cuts}

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> GramTargets:
        """The statistics that `to_json` wrote."""
        statistics = LevelStatistics.from_json(document["statistics"])
        cuts = tuple(Cut.from_json(each) for each in document["cuts"])
        return cls(statistics, np.array(document["mean"], np.float64), cuts)


def buckets_for(outputs: int) -> int:
    """How many numbers parts have for so many outputs: a power of two, so that tables stay of one size.

    >>> buckets_for(1), buckets_for(4), buckets_for(10), buckets_for(100)
    (16384, 16384, 4096, 1024)
    """
    halved = max(0, int(np.ceil(np.log2(outputs / MOST_OUTPUTS))))
    return max(FEWEST, BUCKETS >> halved)


def _pieces(rows: int, outputs: int) -> Iterator[slice]:
    """Rows in turn, fewer at once where outputs are many, to bound the memory."""
    count = max(FEWEST_AT_ONCE, ROWS_AT_ONCE * MOST_OUTPUTS // max(outputs, MOST_OUTPUTS))
    return (slice(first, min(first + count, rows)) for first in range(0, rows, count))


def _means(every: LevelStatistics) -> Doubles:
    """The mean of the target in the other folds than each, and in all: (folds + 1, outputs)."""
    sums = np.concatenate([without_own(every.sums), every.sums.sum(axis=0)[None]])[:, 0]
    counts = np.concatenate([without_own(every.counts), every.counts.sum(axis=0)[None]])
    return sums / np.where(counts > 0, counts, 1)
