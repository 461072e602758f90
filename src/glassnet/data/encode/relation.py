"""How much a column says of the target by itself: its squared correlation with an output, fold by fold.

What is told without a fold knows nothing of the targets in it, so that members who go by it are judged on these fairly.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np

from glassnet.data.encode.category import Category
from glassnet.data.encode.column_encoder import Aims, ColumnEncoder
from glassnet.data.encode.free_text import FreeText
from glassnet.data.encode.scale import Doubles
from glassnet.data.encode.statistics import LevelStatistics, Whole
from glassnet.data.table import Column


class Relations:
    """The squared correlations of columns with the outputs of the target, over the training rows outside each fold."""

    def __init__(self, aims: Aims) -> None:
        self._aims = aims
        self._shares = np.ones(len(aims.targets)) if aims.weights is None else aims.weights

    def of(self, encoder: ColumnEncoder, column: Column, source: str) -> Doubles:
        """The largest, from 0 to 1, over the outputs: (folds,).

        Of numbers it is that of the clipped number, its flag and so on, bins apart. Of a category it is that of the
        means of the output at its levels, of free text that of its scores, both out of fold. These go against an output
        that has nothing to do with the levels, since the other folds lack what the own one has: a correlation below 0
        counts as 0.
        """
        values, _ = encoder.read(column, source)
        if isinstance(encoder, Category):
            return np.array([self._of_levels(values, encoder.levels.count + 1, fold) for fold in self._each])
        if isinstance(encoder, FreeText):
            found = self._correlations(encoder.scores(values, self._aims.folds)).max(axis=(1, 2))
            return np.asarray(np.maximum(found, 0) ** 2)
        features = np.empty((len(column), len(encoder.linear)))
        encoder.write(values, features)
        return np.asarray((self._correlations(features[:, np.array(encoder.linear)]) ** 2).max(axis=(1, 2)))

    def _of_levels(self, levels: Whole, count: int, fold: int) -> float:
        """That of the means at the levels, of which those of rows in the fold are no part."""
        rows = (self._aims.folds != fold) | (len(self._weights) == 1)
        targets, folds, shares = self._aims.targets[rows], self._aims.folds[rows], self._shares[rows]
        statistics = LevelStatistics.of(levels[rows], targets, folds, count, shares)
        means = statistics.encode(levels[rows], folds)[:, :-1]
        return float(max(_side_by_side(means, targets, shares).max(), 0)) ** 2

    @property
    def _each(self) -> range:
        return range(len(self._weights))

    @cached_property
    def _weights(self) -> Doubles:
        """What each row counts in each fold: (folds, rows)."""
        folds = self._aims.folds
        return np.asarray((np.arange(folds.max(initial=0) + 1)[:, None] == folds) * self._shares)

    @cached_property
    def _y(self) -> Doubles:
        """The outputs, centred."""
        return _centred(self._aims.targets, self._shares)

    def _correlations(self, features: Doubles) -> Doubles:
        """Those of each feature with each output outside each fold, (folds, features, outputs); 0 for what is alike."""
        sums = self._sums(features, self._weights)
        if len(self._weights) == 1:  # outside of which there is no row
            return _correlations(*sums)
        return _correlations(*(each.sum(axis=0) - each for each in sums))

    def _sums(self, features: Doubles, weights: Doubles) -> tuple[Doubles, ...]:
        """The sums of 1, x, y, x^2, y^2 and x y by each of the `weights` (n, rows)."""
        x, y = _centred(features, self._shares), self._y
        products = np.stack([weights @ (x * each[:, None]) for each in y.T], axis=2)
        return weights.sum(axis=1), weights @ x, weights @ y, weights @ (x * x), weights @ (y * y), products


def _centred(values: Doubles, shares: Doubles) -> Doubles:
    """Columns (rows, n) less their means."""
    centred: Doubles = values - shares @ values / shares.sum()
    return centred


def _side_by_side(x: Doubles, y: Doubles, shares: Doubles) -> Doubles:
    """The correlation of each column of x (rows, n) with that of y in its place; 0 for what is alike."""
    least = 1e-24 * (shares @ (x * x)) * (shares @ (y * y))  # what rounding leaves of values that are alike
    x, y = _centred(x, shares), _centred(y, shares)
    sizes = (shares @ (x * x)) * (shares @ (y * y))
    products: Doubles = shares @ (x * y)
    return np.divide(products, np.sqrt(sizes), out=np.zeros_like(sizes), where=sizes > least)


def _correlations(
    count: Doubles, x: Doubles, y: Doubles, squares: Doubles, y_squares: Doubles, products: Doubles
) -> Doubles:
    """Correlations by sums of n sets of rows: (n, features, outputs)."""
    count = count[:, None]
    spreads = [np.sqrt(np.maximum(q - s * s / count, 0)) for q, s in ((squares, x), (y_squares, y))]
    sizes = spreads[0][:, :, None] * spreads[1][:, None]
    apart = products - x[:, :, None] * y[:, None] / count[:, :, None]
    least = 1e-12 * np.sqrt(squares[:, :, None] * y_squares[:, None])  # what rounding leaves of values that are alike
    correlations: Doubles = np.divide(apart, sizes, out=np.zeros_like(sizes), where=sizes > least)
    return correlations
