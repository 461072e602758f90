"""Which columns of a wide table each member of an ensemble sees: chosen without the targets of its own fold.

Where there are few rows for a column, many columns are related to the target by chance. Members who saw columns that
were chosen by the targets of all rows would be judged too well on the rows that they did not learn from.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from glassnet.data.encode.scale import Doubles

Mask: TypeAlias = npt.NDArray[np.bool_]

FALSE: Final = 0.05  # of the columns that are chosen, the share that chance alone would choose
FEWEST: Final = 3  # columns that are chosen, whatever chance says
LARGEST: Final = 1 / 3  # of all columns that are chosen: members who see more are as others are


@dataclass(frozen=True, eq=False)
class Gates:
    """For each fold, of the features of an encoding: those that all members see, and those that are `chosen`.

    Both are (folds, features), True where they are seen; `chosen` is None where more than a third of the columns are.
    Of so many `columns` the part `share` is, on average over the folds.
    """

    seen: Mask
    chosen: Mask | None
    share: float
    columns: int


def significant(relations: Doubles, rows: float, tries: npt.NDArray[np.int64]) -> Mask:
    """The columns that are related to the target beyond chance, for each fold: (columns, folds) -> (folds, columns).

    `relations` are squared correlations over so many `rows`, each the largest of so many `tries` (columns,). Of all
    columns that are chosen one in twenty, on average, is related by chance. Source: Benjamini and Hochberg,
    "Controlling the false discovery rate", 1995; a correlation is taken as normal, with a deviation of 1 / sqrt(rows).
    """
    chances = np.minimum(1, tries[:, None] * _by_chance(np.sqrt(relations * rows))).T
    order = np.argsort(chances, axis=1, kind="stable")
    columns = chances.shape[1]
    bounds = FALSE * np.arange(1, columns + 1) / columns
    held = np.take_along_axis(chances, order, axis=1) <= bounds
    counts = np.where(held.any(axis=1), columns - held[:, ::-1].argmax(axis=1), 0)
    return _first(order, np.maximum(counts, min(FEWEST, columns)))


def best(relations: Doubles, widths: npt.NDArray[np.int64], most: int) -> Mask:
    """For each fold the columns that are related most, as many in each as give `most` features together.

    `relations` are (columns, folds), `widths` (columns,) the features of each; the result is (folds, columns). A column
    that has more features by itself comes after all others.
    """
    order = np.argsort(-np.where(widths[:, None] > most, -1.0, relations).T, axis=1, kind="stable")
    ranks = np.empty_like(order)
    np.put_along_axis(ranks, order, np.arange(order.shape[1])[None], axis=1)
    best_rank = ranks.min(axis=0)
    by_rank = np.argsort(best_rank, kind="stable")
    beyond = best_rank[by_rank][np.cumsum(widths[by_rank]) > most]  # those that have no room, and all that follow
    mask: Mask = ranks < max(1, beyond.min(initial=ranks.shape[1]))
    return mask


def _first(order: npt.NDArray[np.int64], counts: npt.NDArray[np.int64]) -> Mask:
    """True for the first of each order, as many as counted."""
    mask = np.zeros(order.shape, np.bool_)
    np.put_along_axis(mask, order, np.arange(order.shape[1]) < counts[:, None], axis=1)
    return mask


def _by_chance(deviations: Doubles) -> Doubles:
    """How likely something normal lies so many deviations away, or more."""
    return np.array([math.erfc(z / math.sqrt(2)) for z in deviations.ravel().tolist()]).reshape(deviations.shape)
