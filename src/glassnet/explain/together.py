"""Columns that go together, so that shuffling one of them says little."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from glassnet.data.limits import values_of
from glassnet.data.schema import Kind
from glassnet.explain.subject import Floats, Subject

TOGETHER: Final = 0.9  # of the rank correlation, on either side of 0


class Pair(NamedTuple):
    """Two columns and their rank correlation."""

    first: str
    second: str
    correlation: float


def pairs(subject: Subject) -> tuple[Pair, ...]:
    """The pairs of columns whose rank correlation lies beyond 0.9 or -0.9, the strongest first.

    It is the correlation of the ranks, ties having their mean rank and gaps the mean of all (Spearman, "The proof and
    measurement of association between two things", 1904). Categories and texts have no ranks and are left out.
    """
    columns = [column for column in subject.columns if column.kind not in (Kind.CATEGORY, Kind.TEXT)]
    if len(columns) < 2:
        return ()
    table = subject.table
    ranks = [centred_ranks(values_of(each, table.columns[each.name], table.source)) for each in columns]
    correlations = np.array(ranks) @ np.array(ranks).T
    found = [
        Pair(columns[i].name, columns[j].name, float(correlations[i, j]))
        for i, j in np.argwhere(np.triu(np.abs(correlations) > TOGETHER, k=1)).tolist()
    ]
    return tuple(sorted(found, key=lambda pair: -abs(pair.correlation)))


def centred_ranks(values: Floats) -> Floats:
    """The ranks of the values less their mean, scaled to a length of 1; 0 where a value is missing.

    >>> (centred_ranks(np.array([5.0, 2.0, 5.0, 9.0, np.nan])) * 4.5**0.5).tolist()
    [0.0, -1.5, 0.0, 1.5, 0.0]
    """
    there = ~np.isnan(values)
    centred = np.zeros(len(values))
    if there.any():
        _, places, counts = np.unique(values[there], return_inverse=True, return_counts=True)
        ranks = (np.cumsum(counts) - (counts - 1) / 2)[places]
        centred[there] = ranks - ranks.mean()
    length = float(np.sqrt((centred**2).sum()))
    return centred / length if length > 0 else centred
