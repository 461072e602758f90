from __future__ import annotations

import numpy as np
import pytest

from glassnet.errors import SettingError
from glassnet.optimizers import Genetics, genetic


def test_finds_the_slope_of_the_line_in_a_wide_box(line):
    for seed in range(5):
        np.testing.assert_allclose(genetic(line, -1000, 1000, seed=seed).best, [2], rtol=0, atol=0.01)


def test_the_seed_fixes_the_search(line):
    first, again, other = (genetic(line, -1000, 1000, seed=seed) for seed in (7, 7, 8))
    np.testing.assert_array_equal(first.path, again.path)
    assert first.loss == again.loss
    assert first.path[0] != other.path[0]
    assert genetic(line, -1000, 1000, seed=None).path[0] != first.path[0]


def test_evaluations_are_those_of_the_first_generation_and_the_children(line):
    genetics = Genetics(population=10, generations=4)
    assert genetic(line, -1, 1, genetics=genetics).evaluations == 10 + 3 * 9


def test_candidates_stay_in_the_box_and_reach_its_edge():
    seen = []

    def losses(w):
        seen.append(w.copy())
        return w.sum(axis=1)

    result = genetic(losses, [-1, 2], [1, 3], genetics=Genetics(generations=20))
    everyone = np.concatenate(seen)
    assert (everyone >= [-1, 2]).all()
    assert (everyone <= [1, 3]).all()
    assert result.best.tolist() == [-1, 2]


def test_leaves_a_local_minimum_for_the_deepest():
    # Rastrigin's function: a valley at every whole number, the deepest at (0, 0).
    def losses(w):
        return (w**2 - 10 * np.cos(2 * np.pi * w) + 10).sum(axis=1)

    result = genetic(losses, [-5, -5], [4, 4], seed=2, genetics=Genetics(population=200))
    np.testing.assert_allclose(result.best, [0, 0], rtol=0, atol=1e-2)


def test_a_weight_that_may_not_move_does_not():
    assert genetic(lambda w: (w[:, 0] - w[:, 1]) ** 2, [0, 1], [3, 1]).best[1] == 1


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"population": 1}, "Genetics: population=1, expected a whole number of at least 2"),
        ({"generations": 0}, "Genetics: generations=0"),
        ({"tournament": 0}, "Genetics: tournament=0"),
        ({"blend": -0.1}, "Genetics: blend=-0.1"),
        ({"mutation": np.nan}, "Genetics: mutation=nan"),
        ({"shrink": 1.5}, r"Genetics: shrink=1.5, expected a number in \(0, 1\]"),
    ],
)
def test_settings_out_of_range_are_refused(settings, message):
    with pytest.raises(SettingError, match=message):
        Genetics(**settings)


@pytest.mark.parametrize(("low", "high"), [(1, 0), ([0, 0], [1]), ([0, 2], [1, 1])])
def test_bounds_that_make_no_box_are_refused(line, low, high):
    with pytest.raises(SettingError, match="expected as many of both, and low <= high"):
        genetic(line, low, high)


def test_a_seed_out_of_range_is_refused(line):
    with pytest.raises(SettingError, match="seed=-1"):
        genetic(line, 0, 1, seed=-1)
