"""Tables that are hard to learn from: a network that designs itself learns them, or says in words why it cannot."""

from __future__ import annotations

import pytest

import glassnet as gn
from glassnet.errors import DataError, NotLearntError


@pytest.mark.parametrize(
    ("table", "columns"),
    [
        ({"a": [1.0] * 60, "b": ["x"] * 60, "y": [*range(60)]}, {"a": "number", "b": "category"}),
        ({"a": [1.0] * 50 + [2.0] * 10, "b": ["x"] * 50 + ["z"] * 10, "y": [*range(50), *[None] * 10]}, {}),
    ],
    ids=["told", "in the rows with a target"],
)
def test_columns_that_hold_one_value_where_there_is_a_target_are_named(table, columns):
    network = gn.Network(seed=0, columns=columns)
    with pytest.raises(
        DataError, match=r"each column holds one value throughout the \d0 rows to learn from \('a', 'b'"
    ):
        network.learn(table, target="y")
    with pytest.raises(NotLearntError):
        network.predict(table)
