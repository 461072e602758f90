"""How much a column says of the target by itself: the squared correlation of what it gives with an output."""

from __future__ import annotations

import numpy as np

from glassnet.data.encode.category import Category
from glassnet.data.encode.column_encoder import Aims, ColumnEncoder
from glassnet.data.encode.free_text import FreeText
from glassnet.data.encode.scale import Doubles
from glassnet.data.encode.statistics import LevelStatistics
from glassnet.data.table import Column


def relation(encoder: ColumnEncoder, column: Column, source: str, aims: Aims) -> float:
    """The largest squared correlation, from 0 to 1, over the outputs of the target and the training rows.

    Of numbers it is that of the clipped number, its flag and so on, bins apart. Of a category it is that of the means
    of the output at its levels, of free text that of its scores, both out of fold. These go against an output that has
    nothing to do with the levels, since the other folds lack what the own one has: a correlation below 0 counts as 0.
    """
    values, _ = encoder.read(column, source)
    if isinstance(encoder, Category):
        statistics = LevelStatistics.of(values, aims.targets, aims.folds, encoder.levels.count + 1, aims.weights)
        means = statistics.encode(values, aims.folds)[:, :-1]
        return float(max(np.diag(_correlations(means, aims)).max(), 0)) ** 2
    if isinstance(encoder, FreeText):
        return float(max(_correlations(encoder.scores(values, aims.folds), aims).max(), 0)) ** 2
    features = np.empty((len(column), len(encoder.linear)))
    encoder.write(values, features)
    return float((_correlations(features[:, np.array(encoder.linear)], aims) ** 2).max())


def _correlations(features: Doubles, aims: Aims) -> Doubles:
    """Those of each feature with each output, (features, outputs); 0 where one of them does not vary."""
    shares = np.ones(len(features)) if aims.weights is None else aims.weights
    (x, x_size), (y, y_size) = _centred(features, shares), _centred(aims.targets, shares)
    sizes = np.outer(x_size, y_size)
    products = np.einsum("rf,ro,r->fo", x, y, shares)
    correlations: Doubles = np.divide(products, sizes, out=np.zeros_like(sizes), where=sizes > 0)
    return correlations


def _centred(values: Doubles, shares: Doubles) -> tuple[Doubles, Doubles]:
    """Columns (rows, n) less their means, and the root of the sum of their squares."""
    apart = values - np.einsum("r,rn->n", shares, values) / shares.sum()
    return apart, np.sqrt(np.einsum("rn,rn,r->n", apart, apart, shares))
