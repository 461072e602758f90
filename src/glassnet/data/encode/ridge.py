"""The target as a ridge foretells it from all categories and numbers together, out of fold for the rows learnt from.

The statistics of a level know nothing of the other columns; the weights of a ridge share out among all levels of a row
what its target was. Source: Hoerl and Kennard, "Ridge regression: biased estimation for nonorthogonal problems", 1970;
answers out of fold as a feature: Wolpert, "Stacked generalization", 1992.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from glassnet.data.encode.centred import SEEN
from glassnet.data.encode.cut import Cut, mix, mixed_corners
from glassnet.data.encode.design import Design
from glassnet.data.encode.encoders import Array
from glassnet.data.encode.line import Line
from glassnet.data.encode.mixed import Mixing
from glassnet.data.encode.scale import Doubles
from glassnet.data.encode.statistics import NEW, Whole
from glassnet.data.encode.telling import telling

Mask: TypeAlias = npt.NDArray[np.bool_]

STRENGTHS: Final = ((3.0, 1.0), (10.0, 3.0), (30.0, 10.0), (100.0, 100.0), (300.0, 1000.0))  # of levels, of numbers
MANY: Final = 50_000  # rows above which two folds tell which of them is best


@dataclass(frozen=True, eq=False)
class RidgeScore:
    """The answers of a ridge, one for each output, above the mean of the target.

    `places` has for each category the place of each level's weight, 0 for a level of weight below 2 in the training
    rows, which has none. `weights` are (folds + 1, outputs, weights): those of a fold were fitted on the other folds,
    the last on all rows. `strength` are the penalties of the weights of levels and of numbers, those of five pairs with
    the least squared error out of fold; they, and the scales and edges of `cuts` and `lines`, are all that a training
    row's own target has a part in.
    """

    places: tuple[Whole, ...]
    weights: Doubles
    strength: tuple[float, float]
    cuts: tuple[Cut, ...]
    lines: tuple[Line, ...]

    @classmethod
    def fit(
        cls,
        levels: Sequence[Whole],
        numbers: Doubles,
        targets: Doubles,
        folds: Whole,
        weights: Doubles | None = None,
    ) -> RidgeScore | None:
        """The ridge of the training rows: `levels` (rows,) of each category, `numbers` (n, rows) of about unit size.

        An output whose answers do not rise with it out of fold has none; where no output has any, there is no ridge.
        `targets` (rows, outputs) are numbers, or a column of 0 and 1 for each class. `folds` (rows,) count from 0.
        `weights` (rows,) are above 0, and 1 where they are not given.
        """
        shares = np.ones(len(folds)) if weights is None else weights
        places = _places(levels, shares)
        design = _design(places, levels, numbers)
        strength = _best(design, targets, shares, folds)
        folds_and_all = [*range(int(folds.max(initial=0)) + 1), NEW]
        found = np.stack([_solved(design, targets, shares, folds != fold, strength) for fold in folds_and_all])
        answers = telling(_answers(design, found, folds), targets, weights)
        told = answers.any(axis=0)
        if not told.any():
            return None
        found[:, ~told] = 0
        cuts, lines = (tuple(Cut.of(a, weights) for a in answers.T), tuple(Line.of(a, weights) for a in answers.T))
        return cls(places, found, strength, cuts, lines)

    @property
    def features(self) -> tuple[str, ...]:
        """The answer for each output, then its bins."""
        count = len(self.cuts)
        names = ["target by a ridge"] if count == 1 else [f"target {i + 1} by a ridge" for i in range(count)]
        return tuple(own for name, cut in zip(names, self.cuts, strict=True) for own in cut.features(name))

    @property
    def linear(self) -> tuple[bool, ...]:
        """For each feature whether it is no bin."""
        return tuple(own for cut in self.cuts for own in cut.linear)

    def encode(self, levels: Sequence[Whole], numbers: Doubles, folds: Whole | None = None) -> Doubles:
        """The answers (rows, outputs): of the weights of a row's fold, or of all rows for fold -1 and without folds."""
        return _answers(_design(self.places, levels, numbers), self.weights, folds)

    def parts(self, levels: Sequence[Whole], numbers: Doubles) -> Doubles:
        """What each category, then each number, adds to the answers for new rows: (rows, categories + n, outputs)."""
        design, weights = _design(self.places, levels, numbers), self.weights[NEW]
        of_numbers = weights[:, design.size :, None] * design.numbers
        return np.concatenate([weights[:, design.places], of_numbers], axis=1).transpose(2, 1, 0)

    @property
    def feeds(self) -> Whole:
        """For each feature the output whose answer it shows."""
        return np.repeat(np.arange(len(self.cuts)), [len(cut.linear) for cut in self.cuts])

    def write(self, answers: Doubles, into: Array) -> None:
        """Put the answers (rows, outputs), standardised and cut, and their bins into an array (rows, features)."""
        place = 0
        for cut, each in zip(self.cuts, answers.T, strict=True):
            width = len(cut.linear)
            cut.write(each, into[:, place : place + width])
            place += width

    @property
    def corners(self) -> Doubles:
        """Those of each answer and of its bins."""
        return mixed_corners(self.cuts)

    @property
    def terms(self) -> int:
        """Of how many corners a row is a sum."""
        return sum(cut.terms for cut in self.cuts)

    def mix(self, answers: Doubles, into: Mixing) -> None:
        """Put the answers (rows, outputs), standardised and cut, and their bins as shares of the corners."""
        mix(self.cuts, answers, into)

    def write_lines(self, answers: Doubles, into: Array) -> None:
        """Put the answers, within the range of those for the training rows, into an array (rows, outputs)."""
        for place, (line, each) in enumerate(zip(self.lines, answers.T, strict=True)):
            into[:, place] = line.within(each)

    def to_json(self) -> dict[str, Any]:
        """The ridge as plain JSON values."""
        return {
            "places": [own.tolist() for own in self.places], "weights": self.weights.tolist(),
            "strength": list(self.strength), "cuts": [cut.to_json() for cut in self.cuts],
            "lines": [line.to_json() for line in self.lines],
        }  # fmt: skip

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> RidgeScore:
        """The ridge that `to_json` wrote; numbers come back exactly."""
        places = tuple(np.array(own, np.int64) for own in document["places"])
        cuts = tuple(Cut.from_json(each) for each in document["cuts"])
        lines = tuple(Line.from_json(each) for each in document["lines"])
        return cls(places, np.array(document["weights"], np.float64), tuple(document["strength"]), cuts, lines)


def _places(levels: Sequence[Whole], shares: Doubles) -> tuple[Whole, ...]:
    """For each category the place of each level's weight, counted from 1 through all categories; 0 for a rare level."""
    found, first = [], 1
    for own in levels:
        often = np.bincount(own, shares) >= SEEN
        often[0] = False  # the number of what was never seen
        found.append(np.where(often, first - 1 + np.cumsum(often), 0).astype(np.int64))
        first += int(often.sum())
    return tuple(found)


def _design(places: Sequence[Whole], levels: Sequence[Whole], numbers: Doubles) -> Design:
    size = 1 + max((int(own.max()) for own in places), default=0)
    of_rows = np.zeros((len(places), numbers.shape[1]), np.int64)
    for into, own, level in zip(of_rows, places, levels, strict=True):
        into[...] = np.append(own, 0)[np.minimum(level, len(own))]
    return Design(of_rows, numbers, size)


def _best(design: Design, targets: Doubles, shares: Doubles, folds: Whole) -> tuple[float, float]:
    """The penalties with the least squared error on rows that they were not fitted on; of many rows, on two folds."""
    count = int(folds.max(initial=0)) + 1
    tried = range(min(2, count) if len(folds) > MANY else count)
    errors = [sum(_error(design, targets, shares, folds == fold, strength) for fold in tried) for strength in STRENGTHS]
    return STRENGTHS[int(np.argmin(errors))]


def _error(design: Design, targets: Doubles, shares: Doubles, held: Mask, strength: tuple[float, float]) -> float:
    """The sum of the squared errors on rows held out, of weights fitted on the others."""
    rows = np.flatnonzero(held)
    weights = _solved(design, targets, shares, ~held, strength)
    own = design.take(rows)
    answers = np.stack([own.times(each) for each in weights], axis=1) + _means(targets[~held], shares[~held])
    return float((shares[rows, None] * (answers - targets[rows]) ** 2).sum())


def _solved(design: Design, targets: Doubles, shares: Doubles, learnt: Mask, strength: tuple[float, float]) -> Doubles:
    """The weights fitted on some rows, for each output: (outputs, weights)."""
    penalties = np.repeat(strength, [design.size, len(design.numbers)])
    rows = np.flatnonzero(learnt)
    if len(rows) == 0:
        return np.zeros((targets.shape[1], len(penalties)))
    own, counts, wanted = design.take(rows), shares[rows], targets[rows]
    centred = wanted - _means(wanted, counts)
    return np.stack([own.solve(each, counts, penalties) for each in centred.T])


def _means(targets: Doubles, shares: Doubles) -> Doubles:
    """The mean of each output."""
    total = shares.sum()
    means: Doubles = (shares[:, None] * targets).sum(axis=0) / (total if total > 0 else 1.0)
    return means


def _answers(design: Design, weights: Doubles, folds: Whole | None) -> Doubles:
    """The answers (rows, outputs) of the weights of each row's fold."""
    if folds is None:
        return np.stack([design.times(own) for own in weights[NEW]], axis=1)
    answers = np.empty((len(folds), weights.shape[1]))
    for fold in np.unique(folds).tolist():
        rows = np.flatnonzero(folds == fold)
        own = design.take(rows)
        answers[rows] = np.stack([own.times(each) for each in weights[fold]], axis=1)
    return answers
