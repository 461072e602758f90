"""Answers out of fold that rise with their targets, and those that do not."""

from __future__ import annotations

import numpy as np

from glassnet.data.encode.telling import telling


def test_answers_that_fall_as_the_target_rises_are_0():
    targets = np.array([[1.0, 1.0], [2.0, 2.0], [4.0, 4.0]])
    answers = np.array([[0.1, 5.0], [0.3, 4.0], [0.2, 4.0]])
    np.testing.assert_array_equal(telling(answers, targets), answers * [1, 0])


def test_weights_count():
    targets, answers = np.array([[0.0], [1.0], [2.0]]), np.array([[0.0], [1.0], [-1.0]])
    assert not telling(answers, targets).any()
    np.testing.assert_array_equal(telling(answers, targets, np.array([2.0, 2.0, 0.25])), answers)


def test_means_of_the_other_rows_never_tell_a_target():
    """Each is (sum - own) / (n - 1), which falls as the own rises."""
    targets = np.random.default_rng(0).normal(size=(50, 1))
    others = (targets.sum() - targets) / 49
    assert not telling(others, targets).any()
