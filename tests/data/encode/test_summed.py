"""What each column adds to the answers of the ridge, which feed features together."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from glassnet.data.encode.member_encoding import MemberEncoding
from glassnet.data.encode.summed import Summed
from glassnet.data.frames import as_table
from glassnet.data.schema import Schema

ROWS = 120


def rows() -> dict[str, Any]:
    """Numbers, one of them with gaps, a category between them, and a column that says nothing."""
    random = np.random.default_rng(3)
    gaps = np.where(np.arange(ROWS) % 9 == 0, np.nan, random.normal(size=ROWS))
    k = random.choice(["mid", *(f"k{i}" for i in range(24))], ROWS)
    return {"gaps": gaps, "k": k, "same": np.ones(ROWS), "b": random.normal(size=ROWS), "y": np.zeros(ROWS)}


def fitted(outputs: int) -> MemberEncoding:
    table = rows()
    noise = np.random.default_rng(4).normal(size=(ROWS, outputs))
    targets = table["b"][:, None] + (table["k"] == "mid")[:, None] * np.arange(1.0, outputs + 1) + noise
    schema = Schema.decide(as_table(table), ["y"])
    return MemberEncoding.fit(schema, as_table(table), targets, np.arange(ROWS) % 4, dtype="float64")


def summed(encoding: MemberEncoding, table: dict[str, Any]) -> Summed:
    found = encoding.summed(as_table(table))
    assert found is not None
    return found


@pytest.mark.parametrize("outputs", [1, 3])
def test_the_parts_of_a_row_are_its_answers_less_their_means(outputs):
    """Within the range of the training rows the input "ridge" holds the answers as they are."""
    encoding, table = fitted(outputs), rows()
    found = summed(encoding, table)
    assert found.columns == ("gaps", "k", "b")
    answers = encoding.apply(as_table(table)).inputs["ridge"]
    inside = ((answers > answers.min(axis=0)) & (answers < answers.max(axis=0))).all(axis=1)
    sums = found.parts.sum(axis=1)
    np.testing.assert_allclose(sums[inside] - sums[inside][0], answers[inside] - answers[inside][0], atol=1e-12)
    np.testing.assert_allclose(found.parts.mean(axis=0), 0, atol=1e-12)


def test_a_column_that_moves_moves_its_own_part_alone():
    encoding, table = fitted(1), rows()
    before = summed(encoding, table).parts
    for place, name in enumerate(("gaps", "k", "b")):
        after = summed(encoding, {**table, name: table[name][::-1]}).parts
        moved = np.abs(after - before).max(axis=(0, 2)) > 1e-12
        assert moved.tolist() == [column == place for column in range(3)]


def test_features_are_known_by_what_feeds_them():
    encoding = fitted(3)
    found = summed(encoding, rows())
    for feature, place in zip(encoding.features, found.feeds["numbers"].tolist(), strict=True):
        assert (f"target {place + 1} by a ridge" in feature) == (place >= 0)
        assert ("by a ridge" in feature) == (place >= 0)
    assert found.feeds["ridge"].tolist() == [0, 1, 2]


def test_the_features_at_the_mean_are_those_of_a_row_whose_parts_are_0():
    """Of two rows alike each part is its own mean."""
    encoding = fitted(1)
    table = {name: values[[5, 5]] for name, values in rows().items()}
    found, numbers = summed(encoding, table), encoding.apply(as_table(table)).inputs["numbers"]
    joint = found.feeds["numbers"] >= 0
    assert (found.parts == 0).all()
    np.testing.assert_allclose(found.means["numbers"][joint], numbers[0, joint], rtol=1e-9)


def test_without_a_ridge_there_is_nothing():
    assert fitted(4).summed(as_table(rows())) is None
