"""Scores of labels as scores of counts; the correlations of `CORRELATIONS` were taken once from scikit-learn 1.9.1."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.metrics import METRICS, matthews_correlation
from glassnet.metrics.tally import Tally

LABELS = ["cat", "dog", "cat", "bird", "dog", "dog"]
GIVEN = ["cat", "dog", "dog", "bird", "cat", "dog"]
WEIGHTS = [1.0, 0.5, 2.0, 0.25, 3.0, 1.5]
CORRELATIONS = [(None, 0.45454545454545453), (WEIGHTS, -0.15006126199969524)]
OF_LABELS = [name for name, metric in METRICS.items() if metric.of == "labels"]
rows_of = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(1, 3)), min_size=1, max_size=12)


@pytest.mark.parametrize(("weights", "value"), CORRELATIONS)
def test_correlations_known_from_elsewhere(weights: list[float] | None, value: float) -> None:
    assert matthews_correlation(LABELS, GIVEN, weights) == pytest.approx(value, rel=1e-14)


def test_answers_that_are_all_opposite_correlate_by_minus_1_and_those_of_one_class_by_0() -> None:
    assert matthews_correlation([0, 1, 1], [1, 0, 0]) == pytest.approx(-1)
    assert matthews_correlation([0, 1, 1], [1, 1, 1]) == 0
    assert matthews_correlation([1, 1], [1, 1]) == 0


@given(rows=rows_of)
def test_the_correlation_of_two_classes_is_that_of_two_columns_of_numbers(rows: list[tuple[int, int, int]]) -> None:
    known, answers, counts = np.array(rows).T
    known, answers = known > 1, answers > 1
    if len(set(known)) == len(set(answers)) == 2:
        by_numpy = np.corrcoef(np.repeat(known, counts), np.repeat(answers, counts))[0, 1]
        assert matthews_correlation(known, answers, counts) == pytest.approx(by_numpy, abs=1e-12)


def test_every_score_of_labels_is_one_of_counts() -> None:
    assert {name for name, metric in METRICS.items() if metric.of_tally is not None} == set(OF_LABELS)


@pytest.mark.parametrize("name", OF_LABELS)
@given(rows=rows_of)
def test_a_score_of_counts_is_that_of_the_labels_that_were_counted(name: str, rows: list[tuple[int, int, int]]) -> None:
    known, answers, weights = np.array(rows).T
    metric = METRICS[name]
    tally = Tally.of(known, answers, weights.astype(float), 4)
    assert metric.of_tally is not None
    assert metric.of_tally(tally) == pytest.approx(metric.score(known, answers, weights), abs=1e-12)


@pytest.mark.parametrize("name", OF_LABELS)
def test_several_counts_are_scored_at_once(name: str) -> None:
    of_tally = METRICS[name].of_tally
    assert of_tally is not None
    tallies = [Tally.of(np.array([0, 1, 2, 1]), np.array(each), np.ones(4), 3) for each in ([0, 1, 1, 1], [2, 2, 2, 1])]
    together = Tally(*(np.stack([getattr(t, part) for t in tallies]) for part in ("known", "given", "hits")))
    assert of_tally(together).tolist() == [float(of_tally(tally)) for tally in tallies]
