"""A ridge on all categories and numbers, out of fold for the rows learnt from."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glassnet.data.encode.design import Design
from glassnet.data.encode.ridge import RidgeScore


def drawn(seed=0, rows=200, outputs=1):
    random = np.random.default_rng(seed)
    levels = [random.integers(1, 26, rows), random.integers(1, 4, rows)]
    numbers = random.normal(size=(2, rows))
    effects = random.normal(size=26)
    signal = effects[levels[0]] + numbers[0] + 0.5 * (levels[1] == 2)
    targets = np.stack([signal + random.normal(size=rows) for _ in range(outputs)], axis=1)
    return levels, numbers, targets, random.permutation(rows) % 4


def dense(levels, numbers, counts):
    """The rows as a matrix: a column for each level that came at least twice, then the numbers."""
    columns = [level == one for level, count in zip(levels, counts, strict=True) for one in np.flatnonzero(count >= 2)]
    return np.column_stack([*columns, *numbers]).astype(float)


def by_conjugate_gradients(matrix, targets, strength, numbers):
    """The weights as a textbook has it, with matrices: at most 25 steps, to a thousandth, by the diagonal."""
    penalties = np.full(matrix.shape[1], strength[0])
    penalties[len(penalties) - numbers :] = strength[1]
    normal = matrix.T @ matrix + np.diag(penalties)
    right = matrix.T @ targets
    weights, residual = np.zeros(len(right)), right.copy()
    z = residual / np.diag(normal)
    p = z.copy()
    for _ in range(25):
        if np.linalg.norm(residual) <= 1e-3 * np.linalg.norm(right):
            return weights
        alpha = (residual @ z) / (p @ normal @ p)
        weights = weights + alpha * p
        later = residual - alpha * normal @ p
        later_z = later / np.diag(normal)
        p = later_z + (later @ later_z) / (residual @ z) * p
        residual, z = later, later_z
    return weights


@pytest.mark.parametrize("weighted", [False, True])
def test_the_weights_solve_the_normal_equations_to_a_thousandth(weighted):
    levels, numbers, targets, _ = drawn()
    shares = np.random.default_rng(1).choice([1.0, 2.0], 200) if weighted else np.ones(200)
    matrix = dense(levels, numbers, [np.full(26, 2), np.full(4, 2)])
    design = Design(np.stack([levels[0] + 1, levels[1] + 27]), numbers, 31)  # 26 and 4 places after the place 0
    penalties = np.repeat([3.0, 1.0], [31, 2])
    found = design.solve(targets[:, 0], shares, penalties)
    assert found[0] == 0
    right = matrix.T @ (shares * targets[:, 0])
    left = right - matrix.T @ (shares * (matrix @ found[1:])) - penalties[1:] * found[1:]
    assert np.linalg.norm(left) <= 1.001e-3 * np.linalg.norm(right)


@pytest.mark.parametrize("outputs", [1, 3])
def test_a_row_is_answered_by_the_other_folds_and_a_new_one_by_all(outputs):
    levels, numbers, targets, folds = drawn(outputs=outputs)
    ridge = RidgeScore.fit(levels, numbers, targets, folds)
    matrix = dense(levels, numbers, [np.bincount(level) for level in levels])
    expected, new = np.empty_like(targets), np.empty_like(targets)
    for output, own in enumerate(targets.T):
        for fold in range(4):
            others = folds != fold
            centred = own[others] - own[others].mean()
            weights = by_conjugate_gradients(matrix[others], centred, ridge.strength, 2)
            expected[~others, output] = matrix[~others] @ weights
        new[:, output] = matrix @ by_conjugate_gradients(matrix, own - own.mean(), ridge.strength, 2)
    np.testing.assert_allclose(ridge.encode(levels, numbers, folds), expected, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(ridge.encode(levels, numbers), new, rtol=1e-9, atol=1e-12)
    np.testing.assert_array_equal(ridge.encode(levels, numbers, np.full(200, -1)), ridge.encode(levels, numbers))


@pytest.mark.parametrize(("noise", "strength"), [(0.1, (3.0, 1.0)), (12.0, (300.0, 1000.0))])
def test_the_strength_is_the_best_out_of_fold(noise, strength):
    random = np.random.default_rng(4)
    levels = [random.integers(1, 40, 800)]
    targets = (random.normal(size=40)[levels[0]] + noise * random.normal(size=800))[:, None]
    assert RidgeScore.fit(levels, np.empty((0, 800)), targets, np.arange(800) % 5).strength == strength


def test_numbers_alone_have_a_ridge_too():
    random = np.random.default_rng(0)
    numbers = random.normal(size=(3, 400))
    targets = (numbers[0] - 2 * numbers[1])[:, None]
    ridge = RidgeScore.fit([], numbers, targets, np.arange(400) % 4)
    np.testing.assert_allclose(ridge.encode([], numbers), targets - targets.mean(), atol=0.05)


@settings(max_examples=20)
@given(st.integers(0, 99), st.integers(0, 199))
def test_no_row_is_answered_by_weights_that_saw_its_target(seed, row):
    levels, numbers, targets, folds = drawn(seed)
    before = RidgeScore.fit(levels, numbers, targets, folds)
    other = targets.copy()
    other[row] += 0.01  # so little that the strength stays the same
    after = RidgeScore.fit(levels, numbers, other, folds)
    assert before.strength == after.strength
    one, two = (each.encode(levels, numbers, folds) for each in (before, after))
    same = folds == folds[row]
    np.testing.assert_array_equal(one[same], two[same])
    assert (one[~same] != two[~same]).any()


def test_a_row_of_weight_2_is_the_row_twice():
    levels, numbers, targets, folds = drawn()
    weights = np.where(np.arange(200) % 3 == 0, 2.0, 1.0)
    twice = np.repeat(np.arange(200), weights.astype(int))
    one = RidgeScore.fit(levels, numbers, targets, folds, weights)
    more = RidgeScore.fit([level[twice] for level in levels], numbers[:, twice], targets[twice], folds[twice])
    assert one.strength == more.strength
    np.testing.assert_allclose(one.weights, more.weights, rtol=1e-6, atol=1e-9)


def test_levels_that_came_once_or_never_have_no_weight():
    levels = [np.array([1, 1, 2, 2, 3])]
    ridge = RidgeScore.fit(levels, np.empty((0, 5)), np.arange(5.0)[:, None], np.array([0, 1, 0, 1, 0]))
    answers = ridge.encode([np.array([1, 2, 3, 0, 4, 77])], np.empty((0, 6)))[:, 0]
    # Of the level 1 the targets are 0 and 1, of 2 they are 2 and 3, with the mean 2 of all: (-2 - 1) / (2 + strength).
    scale = 2 + ridge.strength[0]
    np.testing.assert_allclose(answers, [-3 / scale, 1 / scale, 0, 0, 0, 0], rtol=1e-12)


def test_answers_are_standardised_beside_their_bins():
    levels, numbers, targets, folds = drawn()
    ridge = RidgeScore.fit(levels, numbers, targets, folds)
    into = np.empty((200, len(ridge.features)))
    ridge.write(ridge.encode(levels, numbers, folds), into)
    assert ridge.features[0] == "target by a ridge"
    assert ridge.linear == (True, *[False] * 8)
    np.testing.assert_allclose(into.mean(axis=0), 0, atol=1e-9)
    assert into[:, 0].std() == pytest.approx(1)
    assert np.corrcoef(into[:, 0], targets[:, 0])[0, 1] > 0.6
    assert RidgeScore.fit(levels, numbers, np.repeat(targets, 2, axis=1), folds).features[0] == "target 1 by a ridge"


def test_what_is_written_is_read_back_bit_for_bit():
    levels, numbers, targets, folds = drawn()
    ridge = RidgeScore.fit(levels, numbers, targets, folds)
    again = RidgeScore.from_json(json.loads(json.dumps(ridge.to_json())))
    found, expected = (np.empty((200, len(ridge.features))) for _ in range(2))
    for own in (folds, None):
        again.write(again.encode(levels, numbers, own), found)
        ridge.write(ridge.encode(levels, numbers, own), expected)
        np.testing.assert_array_equal(found, expected)


def test_a_linear_path_takes_the_answers_within_the_range_of_the_training_rows():
    levels, numbers, targets, folds = drawn()
    ridge = RidgeScore.fit(levels, numbers, targets, folds)
    seen, far, into = ridge.encode(levels, numbers, folds), np.array([[-1e9], [0.0], [1e9]]), np.empty((3, 1))
    ridge.write_lines(far, into)
    np.testing.assert_allclose(into[:, 0], [seen.min(), 0, seen.max()], rtol=1e-12, atol=1e-12)
