from __future__ import annotations

import numpy as np
import pytest

from glassnet.errors import SettingError
from glassnet.optimizers import hill_climbing


@pytest.mark.parametrize(("start", "moves"), [(3, [[3], [2]]), (5, [[5], [4], [3], [2]]), (0.5, [[0.5], [1.5], [2.0]])])
def test_walks_down_the_line_by_steps_that_halve(line, start, moves):
    # From 0.5 a step of 1 leads to 1.5; 2.5 is no better; half a step leads to 2.
    result = hill_climbing(line, start)
    assert result.path.tolist() == moves
    assert result.loss == 0


def test_evaluations_by_hand(line):
    # The start; one round to 2; rounds that fail at steps 1, 1/2 and 1/4; the next step, 1/8, is below the smallest.
    assert hill_climbing(line, 3, smallest_step=0.2).evaluations == 1 + 2 * 4


@pytest.mark.parametrize("start", [-1000.0, -3.7, 0.123, 999.999])
def test_any_start_comes_within_the_smallest_step(line, start):
    assert abs(hill_climbing(line, start, smallest_step=1e-4).best[0] - 2) <= 1e-4


def test_several_weights():
    result = hill_climbing(lambda w: ((w - [2, -3, 0.25]) ** 2).sum(axis=1), [0, 0, 0])
    assert result.best.tolist() == [2, -3, 0.25]


def test_ends_before_it_needs_more_evaluations_than_allowed():
    result = hill_climbing(lambda w: -w[:, 0], 0, evaluations=100)  # no end to the way down
    assert result.evaluations == 99
    assert result.best.tolist() == [49]


@pytest.mark.parametrize(
    ("step", "smallest"), [(0, 0), (1, 0), (1, 2), (-1, -2), (np.inf, 1), (np.nan, 1), (1, np.nan)]
)
def test_steps_out_of_range_are_refused(line, step, smallest):
    with pytest.raises(SettingError, match=r"step=.*, smallest_step=.*: expected 0 < smallest_step <= step"):
        hill_climbing(line, 0, step=step, smallest_step=smallest)
