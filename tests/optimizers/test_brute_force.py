from __future__ import annotations

import itertools

import numpy as np
import pytest

from glassnet.errors import SettingError
from glassnet.optimizers import brute_force


def test_two_million_candidates_in_slices_find_exactly_two(line):
    sizes = []

    def losses(candidates):
        sizes.append(len(candidates))
        return line(candidates)

    result = brute_force(losses, [np.arange(-1_000_000, 1_000_001) / 1000])
    assert result.best.tolist() == [2.0]
    assert result.loss == 0.0
    assert result.evaluations == 2_000_001
    assert max(sizes) <= 65_536


def test_every_candidate_of_a_grid_is_tried_once_the_last_axis_fastest():
    axes, seen = [[1, 2, 3], [10, 20], [0.5, 0.25, 0.125]], []

    def losses(candidates):
        seen.extend(map(tuple, candidates.tolist()))
        return candidates.sum(axis=1)

    result = brute_force(losses, axes)
    assert seen == list(itertools.product(*axes))
    assert result.best.tolist() == [1, 10, 0.125]
    assert result.evaluations == 18


def test_slices_cross_the_rows_of_a_large_grid():
    side = np.arange(300.0)  # 90,000 candidates: two slices
    result = brute_force(lambda w: ((w - [257, 123]) ** 2).sum(axis=1), [side, side])
    assert result.best.tolist() == [257, 123]


@pytest.mark.parametrize(
    ("axes", "message"),
    [
        ([], "axes: a grid of 1 candidates on 0 axes; expected"),
        ([[]], r"axes\[0\] of shape \(0,\)"),
        ([1.0, 2.0], r"axes\[0\]=1.0: expected the values to try; for one weight give axes=\[values\]"),
        ([[1.0], [1.0, np.inf]], r"axes\[1\]\[1\]=inf: expected finite numbers"),
        ([["a"]], r"axes\[0\]=\['a'\]: expected numbers"),
        ([range(10)] * 16, "a grid of 10,000,000,000,000,000 candidates on 16 axes"),
    ],
)
def test_axes_that_make_no_grid_are_refused(axes, message):
    with pytest.raises(SettingError, match=message):
        brute_force(lambda w: w[:, 0], axes)
