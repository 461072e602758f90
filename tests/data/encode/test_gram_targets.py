"""What the target was where texts held a word, out of fold."""

from __future__ import annotations

import json

import numpy as np

from glassnet.data.encode.gram_targets import BUCKETS, GramTargets
from glassnet.data.text.grams import parts_of

TEXTS = ["red wine", "white wine", "red car", "old car", ""]
CODES = np.array([0, 1, 2, 3, 0, -1, 4, 3])
TARGETS = np.array([[1.0], [2.0], [4.0], [-1.0], [0.5], [3.0], [2.5], [-2.0]])
FOLDS = np.array([0, 1, 0, 1, 1, 0, 1, 0])


def by_hand(row: int, others: np.ndarray, weights: np.ndarray) -> list[float]:
    """The two scores of a row's words from the rows in `others`, in plain loops."""
    mean = (weights * TARGETS[:, 0])[others].sum() / weights[others].sum()
    words = TEXTS[CODES[row]].split() if CODES[row] >= 0 else []
    scores = [0.0, 0.0]
    for word in words:
        holding = [r for r in np.flatnonzero(others) if CODES[r] >= 0 and word in TEXTS[CODES[r]].split()]
        n = weights[holding].sum()
        d = (weights[holding] * (TARGETS[holding, 0] - mean)).sum()
        scores[0] += d / (n + 3) / len(words) ** 0.5
        scores[1] += d / (n + 3) ** 0.5 / len(words) ** 0.5
    return scores


def test_scores_are_those_of_the_other_folds():
    weights = np.array([1.0, 2.0, 0.5, 1.0, 1.0, 3.0, 1.0, 1.0])
    words, *_ = parts_of(TEXTS, BUCKETS)
    found = GramTargets.fit(words, CODES, TARGETS, FOLDS, weights)
    expected = [by_hand(row, fold != FOLDS, weights) for row, fold in enumerate(FOLDS)]
    np.testing.assert_allclose(found.scores(words, CODES, FOLDS), expected, atol=1e-12)
    new = [by_hand(row, np.ones(8, bool), weights) for row in range(8)]
    np.testing.assert_allclose(found.scores(words, CODES), new, atol=1e-12)


def test_the_own_target_has_no_part_in_any_bit():
    words, *_ = parts_of(TEXTS, BUCKETS)
    before = GramTargets.fit(words, CODES, TARGETS, FOLDS).scores(words, CODES, FOLDS)
    changed = TARGETS.copy()
    changed[FOLDS == 0] += 100
    after = GramTargets.fit(words, CODES, changed, FOLDS).scores(words, CODES, FOLDS)
    np.testing.assert_array_equal(after[FOLDS == 0], before[FOLDS == 0])


def test_a_weight_of_two_is_the_row_twice():
    words, *_ = parts_of(TEXTS, BUCKETS)
    weights = np.array([2.0, 1, 1, 1, 1, 1, 1, 1])
    weighted = GramTargets.fit(words, CODES, TARGETS, FOLDS, weights)
    twice = [np.concatenate([each[:1], each]) for each in (CODES, TARGETS, FOLDS)]
    repeated = GramTargets.fit(words, *twice)
    np.testing.assert_allclose(weighted.scores(words, CODES), repeated.scores(words, CODES), rtol=1e-12)


def test_it_comes_back_from_json_exactly():
    words, *_ = parts_of(TEXTS, BUCKETS)
    found = GramTargets.fit(words, CODES, np.hstack([TARGETS, TARGETS**2]), FOLDS)
    again = GramTargets.from_json(json.loads(json.dumps(found.to_json())))
    np.testing.assert_array_equal(again.scores(words, CODES, FOLDS), found.scores(words, CODES, FOLDS))
    assert (again.cuts, again.features("words")) == (found.cuts, found.features("words"))
