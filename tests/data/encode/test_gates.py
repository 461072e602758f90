"""Which columns of a wide table members see."""

from __future__ import annotations

import math

import numpy as np
import pytest

from glassnet.data.encode.gates import best, significant


def test_columns_are_chosen_as_benjamini_and_hochberg_say():
    deviations = np.array([4.0, 3.5, 2.5, 2.4, 1.0, 0.5, 0.2, 0.1, 0.0, 0.0])
    chances = [math.erfc(z / math.sqrt(2)) for z in deviations]
    # The largest k of which the k-th chance is at most 0.05 k / 10: .0164 <= .02 is the fourth, .317 > .025.
    assert chances[3] <= 0.02
    assert chances[4] > 0.025
    relations = np.stack([deviations**2 / 100, deviations[::-1] ** 2 / 100], axis=1)
    found = significant(relations, 100, np.ones(10, np.int64))
    assert found.tolist() == [[True] * 4 + [False] * 6, [False] * 6 + [True] * 4]
    # Of a column that is the best of ten tries, ten times the chance: only 4.0 and 3.5 stay, and the third, as a least.
    assert significant(relations, 100, np.full(10, 10)).sum(axis=1).tolist() == [3, 3]


def test_three_columns_are_seen_at_least_and_chance_chooses_hardly_more():
    assert significant(np.zeros((5, 2)), 100, np.ones(5, np.int64)).sum(axis=1).tolist() == [3, 3]
    assert significant(np.zeros((2, 2)), 100, np.ones(2, np.int64)).all()
    noise = np.random.default_rng(0).normal(size=(2000, 50)) ** 2 / 400
    assert significant(noise, 400, np.ones(2000, np.int64)).sum(axis=1).max() <= 4


@pytest.mark.parametrize(
    ("most", "seen"),
    [
        (9, [[0, 1, 2, 3], [0, 1, 2, 3]]),
        (8, [[0, 1], [0, 2]]),  # the second best of each; a third would bring the last column in, which is too wide
        (5, [[0, 1], [0, 2]]),
        (4, [[0], [0]]),
        (1, [[1], [1]]),  # there is room for this one alone
    ],
)
def test_each_fold_sees_as_many_of_its_best_as_there_is_room_for(most, seen):
    relations = np.array([[0.9, 0.9], [0.8, 0.1], [0.2, 0.5], [0.3, 0.3]])
    mask = best(relations, np.array([2, 1, 2, 4]), most)
    assert [np.flatnonzero(each).tolist() for each in mask] == seen


def test_a_column_wider_than_all_room_does_not_keep_others_out():
    relations = np.array([[0.9, 0.9], [0.8, 0.1], [0.2, 0.5]])
    assert best(relations, np.array([9, 1, 2]), 4).tolist() == [[False, True, True]] * 2
