from __future__ import annotations

import json
from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.errors import DataError, SettingError, ShapeError
from glassnet.judging import Decision
from glassnet.judging.decision import MOST_CLASSES, Rivals
from glassnet.metrics import METRICS, accuracy, balanced_accuracy, f1, matthews_correlation

OF_LABELS = [name for name, metric in METRICS.items() if metric.of == "labels"]
of_two = st.lists(st.tuples(st.integers(0, 20), st.integers(0, 1), st.integers(1, 3)), min_size=1, max_size=25)
of_three = st.lists(st.tuples(*[st.integers(0, 9)] * 3, st.integers(0, 2)), min_size=1, max_size=30)


def rare(rows: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """True probabilities of a class that few rows have, and the classes drawn by them."""
    rng = np.random.default_rng(seed)
    p = 1 / (1 + np.exp(3 - 1.5 * rng.normal(size=rows)))
    return p, (rng.uniform(size=rows) < p).astype(int)


@pytest.mark.parametrize("metric", OF_LABELS)
@given(rows=of_two)
def test_no_cut_off_scores_better_than_the_one_chosen(metric: str, rows: list[tuple[int, int, int]]) -> None:
    chances, known, weights = np.array(rows).T
    p = chances / 20
    decision = Decision.fit(p, known, weights, metric)
    score = partial(METRICS[metric].score, known, weights=weights)
    best = max(score((p > cut).astype(int)) for cut in np.arange(0, 1.01, 0.025))
    assert score(decision.choose(p)) == pytest.approx(best, abs=1e-9)
    assert decision.score == pytest.approx(best, abs=1e-9)
    assert decision.plain == pytest.approx(score((p > 0.5).astype(int)), abs=1e-12)


def test_the_cut_off_is_in_the_middle_of_those_that_tie_and_the_likeliest_class_stays_where_it_is_best() -> None:
    middle = Decision.fit([0.1, 0.2, 0.3, 0.3, 0.9], [0, 0, 1, 1, 1], None, "accuracy")
    assert middle.cutoff == 0.25
    assert Decision.fit([0.1, 0.2, 0.8, 0.9], [0, 0, 1, 1], None, "f1_macro").cutoff == 0.5
    tied = Decision.fit([0.1, 0.2, 0.3, 0.4, 0.45], [0, 1, 0, 1, 0], None, "balanced_accuracy")
    assert tied.cutoff == pytest.approx(0.15)  # as good above 0.35, but the first of two is in the middle


def test_the_cut_off_of_true_probabilities_is_what_theory_says() -> None:
    """Half of the best F1 (Lipton, Elkan and Narayanaswamy, 2014); the share of the class for balanced accuracy."""
    p, known = rare(200_000, seed=0)
    by_f1 = Decision.fit(p, known, None, "f1_binary")
    assert by_f1.cutoff == pytest.approx(by_f1.score / 2, abs=0.02)
    assert Decision.fit(p, known, None, "balanced_accuracy").cutoff == pytest.approx(known.mean(), abs=0.02)
    assert Decision.fit(p, known, None, "accuracy").cutoff == pytest.approx(0.5, abs=0.03)


@pytest.mark.parametrize(
    ("metric", "score"),
    [
        ("f1_binary", partial(f1, average="binary")),
        ("f1_macro", f1),
        ("balanced_accuracy", balanced_accuracy),
        ("matthews_correlation", matthews_correlation),
    ],
)
def test_what_is_chosen_on_some_rows_is_better_on_others(metric: str, score: object) -> None:
    decision = Decision.fit(*rare(2_000, seed=1), None, metric)
    p, known = rare(50_000, seed=2)
    assert callable(score)
    assert score(known, decision.choose(p)) > score(known, p > 0.5) + 0.02


@pytest.mark.parametrize("metric", OF_LABELS)
@given(rows=of_three)
def test_of_several_classes_the_choice_scores_what_is_said_and_never_less_than_the_likeliest(
    metric: str, rows: list[tuple[int, int, int, int]]
) -> None:
    table = np.array(rows)
    p = (table[:, :3] + 0.1) / (table[:, :3] + 0.1).sum(axis=1, keepdims=True)
    decision = Decision.fit(p, table[:, 3], None, metric)
    score = METRICS[metric].score
    assert decision.plain == pytest.approx(score(table[:, 3], p.argmax(axis=1), None), abs=1e-12)
    assert decision.score == pytest.approx(score(table[:, 3], decision.choose(p), None), abs=1e-9)
    assert decision.score >= decision.plain
    assert decision.cutoff is None


def test_factors_of_true_probabilities_make_up_for_rare_classes() -> None:
    """For balanced accuracy the best factor of a class is 1 over its share: then each class counts alike."""
    rng = np.random.default_rng(3)
    share = np.array([0.8, 0.15, 0.05])
    known = rng.choice(3, size=60_000, p=share)
    x = rng.normal(size=60_000) + known
    likely = share * np.exp(-((x[:, None] - np.arange(3)) ** 2) / 2)
    p = likely / likely.sum(axis=1, keepdims=True)
    decision = Decision.fit(p, known, None, "balanced_accuracy")
    best = balanced_accuracy(known, (p / share).argmax(axis=1))
    assert decision.plain < best - 0.1
    assert decision.score == pytest.approx(best, abs=0.005)
    assert np.array(decision.factors) / decision.factors[0] == pytest.approx(share[0] / share, rel=0.15)


def test_a_row_of_weight_0_has_no_part_and_one_of_2_counts_twice() -> None:
    p, known = rare(300, seed=4)
    counts = np.arange(300) % 3
    weighed = Decision.fit(p, known, counts, "f1_binary")
    assert weighed.cutoff == Decision.fit(np.repeat(p, counts), np.repeat(known, counts), None, "f1_binary").cutoff


def test_probabilities_of_one_class_and_of_both_are_chosen_from_alike() -> None:
    p, known = rare(500, seed=5)
    both = np.column_stack([1 - p, p])
    decision = Decision.fit(p, known, None, "f1_binary")
    assert Decision.fit(both, known, None, "f1_binary") == decision
    assert decision.choose(both).tolist() == decision.choose(p).tolist() == (p > decision.cutoff).astype(int).tolist()


def test_a_decision_comes_back_from_json() -> None:
    decision = Decision.fit(*rare(100, seed=6), None, "matthews_correlation")
    assert Decision.from_json(json.loads(json.dumps(decision.to_json()))) == decision


def test_scores_of_probabilities_and_of_numbers_cannot_be_decided_for() -> None:
    with pytest.raises(SettingError, match=r"decide='log_loss': log_loss scores probabilities, .* are accuracy, bal"):
        Decision.fit([0.1, 0.9], [0, 1], None, "log_loss")
    with pytest.raises(SettingError, match="decide='r2': r2 scores numbers"):
        Decision.fit([0.1, 0.9], [0, 1], None, "r2")
    with pytest.raises(SettingError, match="is called 'f1_macro' here"):
        Decision.fit([0.1, 0.9], [0, 1], None, "f1")


def test_what_does_not_fit_is_refused() -> None:
    decision = Decision.fit([0.1, 0.9], [0, 1], None, "accuracy")
    with pytest.raises(ShapeError, match=r"probabilities of shape \(1, 3\); expected \(rows, 2\)"):
        decision.choose([[0.2, 0.3, 0.5]])
    with pytest.raises(DataError, match=r"a probability is 2\.0"):
        decision.choose([2.0])
    with pytest.raises(DataError, match="a target is 2; with 2 classes"):
        Decision.fit([0.1, 0.9], [0, 2], None, "accuracy")
    assert accuracy([0, 1], decision.choose([0.1, 0.9])) == 1


@given(seed=st.integers(0, 999), classes=st.integers(2, 6))
def test_rivals_are_those_of_all_classes_looked_at_anew(seed: int, classes: int) -> None:
    random = np.random.default_rng(seed)
    chances = random.integers(0, 4, (12, classes)) / 4  # with ties
    rivals = Rivals(chances)
    for k in random.integers(0, classes, 20):
        without = chances.copy()
        without[:, k] = -1
        rival, chance = rivals.of(k)
        np.testing.assert_array_equal(rival, without.argmax(axis=1))
        np.testing.assert_array_equal(chance, without.max(axis=1))
        chances[:, k] = random.integers(0, 4, 12) / 4
        rivals.set(k, chances[:, k])


def test_of_very_many_classes_the_likeliest_is_chosen() -> None:
    random = np.random.default_rng(0)
    chances = random.dirichlet(np.ones(MOST_CLASSES + 1), 2_000)
    decision = Decision.fit(chances, random.integers(0, MOST_CLASSES + 1, 2_000), None, "f1_macro")
    assert set(decision.factors) == {1.0}
    assert decision.score == decision.plain
    np.testing.assert_array_equal(decision.choose(chances), chances.argmax(axis=1))
