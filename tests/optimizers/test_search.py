from __future__ import annotations

import numpy as np
import pytest

from glassnet.errors import DivergenceError, SettingError, ShapeError
from glassnet.optimizers import brute_force, genetic, hill_climbing
from glassnet.optimizers.search import Search

SEARCHES = [
    lambda losses: brute_force(losses, [np.arange(-50, 51) / 10]),
    lambda losses: hill_climbing(losses, [0.5]),
    lambda losses: genetic(losses, [-5], [5], seed=3),
]


@pytest.mark.parametrize("search", SEARCHES)
def test_each_search_finds_the_slope_of_the_line(search, line):
    result = search(line)
    np.testing.assert_allclose(result.best, [2], rtol=0, atol=1e-3)
    assert result.loss == line(result.best[np.newaxis])[0]
    assert result.best.dtype == np.float64


@pytest.mark.parametrize("search", SEARCHES)
def test_evaluations_count_the_candidates_that_were_asked_for(search, line):
    asked = []

    def counting(candidates):
        asked.append(len(candidates))
        return line(candidates)

    assert search(counting).evaluations == sum(asked)


@pytest.mark.parametrize("search", SEARCHES)
def test_the_path_improves_and_ends_at_the_best(search, line):
    result = search(line)
    losses = line(result.path)
    assert result.path.shape[1:] == (1,)
    assert (np.diff(losses) < 0).all()
    np.testing.assert_array_equal(result.path[-1], result.best)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("search", SEARCHES)
def test_a_loss_that_is_no_number_never_wins(search, line, bad):
    def holed(candidates):
        return np.where(candidates[:, 0] > 2.05, bad, line(candidates))

    result = search(holed)
    np.testing.assert_allclose(result.best, [2], rtol=0, atol=1e-3)
    assert np.isfinite(result.loss)


@pytest.mark.parametrize("search", SEARCHES)
def test_no_finite_loss_is_said(search):
    with pytest.raises(DivergenceError, match=r"none of [0-9,]+ candidates has a finite loss"):
        search(lambda candidates: np.full(len(candidates), np.nan))


@pytest.mark.parametrize("search", SEARCHES)
def test_losses_of_another_shape_are_refused(search):
    with pytest.raises(ShapeError, match=r"came back in shape \(\d+, 1\); expected one loss for each candidate"):
        search(lambda candidates: candidates**2)


def test_the_first_of_equal_losses_stays_the_best():
    search = Search(lambda candidates: np.zeros(len(candidates)))
    search.ask(np.array([[1.0], [2.0]]))
    search.ask(np.array([[3.0]]))
    assert search.result().path.tolist() == [[1.0]]


@pytest.mark.parametrize("start", [[[1.0]], [], [np.nan], "three"])
def test_a_start_that_is_no_point_is_refused(line, start):
    with pytest.raises(SettingError, match="start"):
        hill_climbing(line, start)
