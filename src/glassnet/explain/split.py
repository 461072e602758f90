"""What features that several columns feed through a sum add to an answer, split row by row among these columns."""

from __future__ import annotations

from typing import Final

import numpy as np

from glassnet.core.operation import Array
from glassnet.data.encode.summed import Summed
from glassnet.explain.subject import Floats

CANCELLED: Final = 1e-5  # of the sizes of the parts: a sum below it is rounding more than a way


def split(part: Floats, values: Array, summed: Summed, name: str, average: Floats) -> Floats:
    """What each of the columns of `summed` adds by the features that show sums: (rows, columns).

    `part` (rows, features) is what each feature of the input `name` adds on its way from its `average` (features,) to
    its `values` (rows, features). Where a sum has gone s = p_1 + ... + p_C from its mean, p_c being the parts of the
    columns, and a feature x, which is h at the mean, has the average a and adds part, column c has of it

        part / (x - a) ((x - h) p_c / s + (h - a) |p_c| / (|p_1| + ... + |p_C|)).

    The first term is the secant of the feature times the column's own way, which is finite where the parts cancel; the
    second is small: what a bent feature differs at the mean from its own. Over columns they sum to the part.
    """
    total = np.zeros(summed.parts.shape[:2])
    for place in range(summed.parts.shape[2]):
        own = summed.feeds[name] == place
        one = np.asarray(values[:, own], np.float64)
        step = one - average[own]
        slopes = np.divide(part[:, own], step, out=np.zeros_like(step), where=step != 0)
        along = (slopes * (one - summed.means[name][own])).sum(axis=1)
        total += _shared(part[:, own].sum(axis=1), along, summed.parts[:, :, place])
    return total


def _shared(whole: Floats, along: Floats, parts: Floats) -> Floats:
    """The `whole` (rows,) split by parts (rows, columns): `along` as they are, the rest by their sizes."""
    sums, sizes = parts.sum(axis=1), np.abs(parts)
    all_sizes = sizes.sum(axis=1)
    clear = np.abs(sums) > CANCELLED * all_sizes
    secant = np.divide(along, sums, out=np.zeros_like(sums), where=clear)
    shares = np.full(parts.shape, 1 / parts.shape[1])
    np.divide(sizes, all_sizes[:, None], out=shares, where=all_sizes[:, None] > 0)
    split: Floats = secant[:, None] * parts + (whole - secant * sums)[:, None] * shares
    return split
