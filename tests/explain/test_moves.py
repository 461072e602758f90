"""Which column has which feature, found by turning columns."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import glassnet as gn
from glassnet.data.limits import values_of
from glassnet.data.table import Table
from glassnet.explain.moves import shares
from glassnet.explain.subject import Subject


@pytest.fixture(scope="module")
def subject() -> Subject:
    """Six columns of numbers x0 to x5, x3 the same in all rows."""
    rows = {f"x{i}": np.sin(np.arange(30.0) * (i + 1)) for i in range(6)}
    network = gn.Network([gn.Dense(1)], loss="squared", seed=0)
    network.learn({**rows, "y": np.arange(30.0)}, target="y", epochs=0, verbose=0)
    return network.explain({**rows, "x3": np.full(30, 0.25)}).subject


def numbers(subject: Subject, table: Table) -> np.ndarray:
    return np.stack([values_of(each, table.columns[each.name], table.source) for each in subject.columns], axis=1)


def test_each_feature_has_its_column_and_one_that_stands_still_has_none(subject):
    """Features of each column: itself for two members, its square, and whether one is above 0."""

    def encode(table: Table) -> dict[str, np.ndarray]:
        x = numbers(subject, table)
        both = np.concatenate([x, x**2], axis=1)
        return {"members": np.stack([both, 2 * both], axis=1), "above": (x[:, 4:5] > 0) * 1.0}

    mine = replace(subject, encode=encode)
    found = shares(mine, encode(mine.table), {})
    moving = np.diag([1.0, 1, 1, 0, 1, 1])
    np.testing.assert_array_equal(found["members"], np.concatenate([moving, moving], axis=1))
    np.testing.assert_array_equal(found["above"], np.eye(6)[:, 4:5])


def test_a_feature_of_several_columns_is_shared_as_they_move_it(subject):
    def encode(table: Table) -> dict[str, np.ndarray]:
        x = numbers(subject, table)
        return {"inputs": np.stack([x[:, 5], x[:, 0] + 3 * x[:, 1]], axis=1)}

    mine = replace(subject, encode=encode)
    found = shares(mine, encode(mine.table), {})["inputs"]
    x = numbers(subject, mine.table)
    change = np.abs(x - np.roll(x, 1, axis=0)).sum(axis=0)
    one, other = change[0], 3 * change[1]
    np.testing.assert_array_equal(found[:, 0], np.eye(6)[5])
    np.testing.assert_allclose(found[:, 1], [one / (one + other), other / (one + other), 0, 0, 0, 0], rtol=1e-12)


def test_a_single_column_has_all(subject):
    mine = replace(subject, columns=subject.columns[:1])

    def encode(table: Table) -> dict[str, np.ndarray]:
        return {"inputs": numbers(mine, table)}

    mine = replace(mine, encode=encode)
    assert shares(mine, encode(mine.table), {})["inputs"].tolist() == [[1.0]]


def test_a_feature_that_is_known_to_be_a_sum_has_no_shares(subject):
    """The others are found as they are without it: columns need not be turned one by one."""
    asked = []

    def encode(table: Table) -> dict[str, np.ndarray]:
        asked.append(table)
        x = numbers(subject, table)
        return {"inputs": np.concatenate([x.sum(axis=1, keepdims=True), x], axis=1)}

    mine = replace(subject, encode=encode)
    found = shares(mine, encode(mine.table), {"inputs": np.array([0, -1, -1, -1, -1, -1, -1])})["inputs"]
    np.testing.assert_array_equal(found[:, 0], 0)
    np.testing.assert_array_equal(found[:, 1:], np.diag([1.0, 1, 1, 0, 1, 1]))
    assert len(asked) == 1 + 2 * 3  # the rows themselves, and both halves for each of the three digits of 0 to 5
