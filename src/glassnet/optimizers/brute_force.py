"""Brute force: try every candidate of a grid."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from glassnet.errors import SettingError
from glassnet.optimizers.search import Floats, Losses, Search, SearchResult, as_point

SLICE = 65_536  # candidates made at a time, so that memory does not grow with the grid
LARGEST_GRID = 2**53  # far beyond what anyone can wait for, and every place in it is an exact number


def brute_force(losses: Losses, axes: Sequence[npt.ArrayLike]) -> SearchResult:
    """The least loss over a grid, every candidate of which is tried.

    With values a1, ..., ad on the axes the grid has len(a1) x ... x len(ad) candidates: the number grows with the power
    of the number of weights, which is why nobody trains a network so.

    Arguments: `losses` maps candidates (n, d) to their losses (n,), and is called with at most 65,536 candidates at a
    time; `axes` holds, for each of the d weights, the values to try. The last axis varies fastest; of equal losses the
    first candidate wins. The path holds the best candidate so far after each slice that improved it.

    Raises SettingError for axes that are not lists of finite numbers, DivergenceError where no loss is finite.

    >>> brute_force(lambda w: (w[:, 0] - 2) ** 2, [np.arange(-1000, 1001) / 100]).best
    array([2.])
    """
    values = [as_axis(i, axis) for i, axis in enumerate(axes)]
    count = math.prod(len(axis) for axis in values)
    if not values or count > LARGEST_GRID:
        expected = f"expected 1 to {LARGEST_GRID:,} candidates"
        raise SettingError(f"axes: a grid of {count:,} candidates on {len(values)} axes; {expected}")
    search = Search(losses)
    for start in range(0, count, SLICE):
        search.ask(_candidates(values, start, min(start + SLICE, count)))
    return search.result()


def as_axis(place: int, values: npt.ArrayLike) -> Floats:
    """The values to try on an axis as a float64 array; raises SettingError for a bare number."""
    if np.ndim(values) == 0:
        raise SettingError(f"axes[{place}]={values!r}: expected the values to try; for one weight give axes=[values]")
    return as_point(f"axes[{place}]", values)


def _candidates(axes: Sequence[Floats], start: int, stop: int) -> Floats:
    """The candidates from `start` up to `stop` in the order of the grid, (stop - start, d)."""
    places = np.unravel_index(np.arange(start, stop), [len(axis) for axis in axes])
    return np.stack([axis[place] for axis, place in zip(axes, places, strict=True)], axis=1)
