"""Encoded rows as sums of a few corners: the same numbers as the features themselves."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.data.encode.bins import Bins
from glassnet.data.encode.member_encoding import MemberEncoding
from glassnet.data.encode.mixed import Mixed, Mixing
from glassnet.data.folds import folds_of
from glassnet.data.frames import as_table
from glassnet.data.schema import Schema

ROWS = 600
TOLD = {"few": "category", "many": "category", "said": "text"}
WORDS = ["apples", "bought", "cats", "dogs", "eat", "fish"]


def frame(rows: int = ROWS, seed: int = 5) -> pd.DataFrame:
    """Columns of every kind, with gaps, infinite numbers and levels by the dozen and by the hundred."""
    random = np.random.default_rng(seed)
    few, many = random.integers(0, 30, rows), random.integers(0, 200, rows)
    return pd.DataFrame(
        {
            "x": np.where(random.random(rows) < 0.1, np.nan, random.normal(size=rows)),
            "wild": np.where(random.random(rows) < 0.05, np.inf, random.standard_cauchy(rows)),
            "zero": random.integers(0, 2, rows),
            "t": pd.Timestamp("2021-01-01") + pd.to_timedelta(random.integers(0, 400, rows), "D"),
            "b": np.where(random.random(rows) < 0.1, "", random.choice(["yes", "no"], rows)),
            "few": [f"f{i}" for i in few],
            "many": [f"m{i}" for i in many],
            "said": [" ".join(each) if each[0] > "b" else "" for each in random.choice(WORDS, (rows, 3))],
            "y": random.normal(size=rows) + few / 10 + many / 50,  # both of which tell it
        }
    )


@pytest.fixture(scope="module")
def encoding() -> MemberEncoding:
    rows = frame()
    table = as_table(rows)
    schema = Schema.decide(table, ["y"], TOLD)
    return MemberEncoding.fit(schema, table, rows.y.to_numpy()[:, None], folds_of(None, ROWS, 4, 0), dtype="float64")


def whole(mixed: Mixed):
    """The features that a sum of corners stands for."""
    return np.einsum("rj,rjf->rf", mixed.shares, mixed.corners[mixed.places])


def test_rows_of_every_kind_of_column_are_sums_of_corners(encoding):
    asked = frame(400, seed=6)
    asked.loc[:20, ["few", "many"]] = "never seen"
    asked.loc[10:30, ["t", "many"]] = None
    applied, (mixed, encoded) = encoding.apply(as_table(asked)), encoding.mix(as_table(asked))
    assert encoding.ridge is not None
    np.testing.assert_allclose(whole(mixed), applied.inputs["numbers"], rtol=1e-12, atol=1e-14)
    np.testing.assert_array_equal(encoded.inputs["ridge"], applied.inputs["ridge"])
    assert list(encoded.inputs) == ["ridge"]
    assert encoded.notes == applied.notes
    assert mixed.places.shape == mixed.shares.shape == (400, encoding.terms)


def test_a_level_is_one_corner_and_a_number_lies_between_two():
    rows = pd.DataFrame({"x": np.arange(ROWS) / ROWS, "few": np.resize(["a", "b", "c"], ROWS), "y": 0.0})
    table = as_table(rows)
    schema = Schema.decide(table, ["y"], {})
    encoding = MemberEncoding.fit(schema, table, np.zeros((ROWS, 2)), folds_of(None, ROWS, 4, 0))
    assert encoding.features[:2] == ("x", "x from 0 to 0.04")
    assert encoding.terms == 1 + 2 + 1
    mixed, _ = encoding.mix(as_table(rows.iloc[[13, 14]]))  # 13 / 600 lies 13 / 24 of the way from 0 to 24 / 600
    assert mixed.shares[0].tolist() == pytest.approx([mixed.shares[0, 0], 11 / 24, 13 / 24, 1], rel=1e-6)
    assert mixed.places[:, 1:3].tolist() == [[1, 2], [1, 2]]
    assert mixed.places[0, 3] + 1 == mixed.places[1, 3]  # b, then c


def test_rows_are_none_where_features_are_few():
    rows = pd.DataFrame({"a": [0, 1] * 300, "b": [0, 0, 1] * 200, "y": np.arange(ROWS) / ROWS})
    table = as_table(rows)
    encoding = MemberEncoding.fit(
        Schema.decide(table, ["y"], {}), table, rows.y.to_numpy()[:, None], folds_of(None, ROWS, 4, 0)
    )
    assert encoding.mix(table) is None


@given(st.lists(st.floats(allow_nan=True, allow_infinity=True), min_size=1, max_size=40), st.integers(1, 8))
def test_bins_are_linear_between_their_edges(values, most):
    known = np.array(values)
    bins = Bins.of(known, most)
    shape = len(known), bins.terms
    into = Mixing(np.zeros(shape, np.int64), np.zeros(shape))
    bins.mix(known, into)
    found = whole(Mixed(bins.corners, *into)) if bins.terms else np.zeros((len(known), 0))
    np.testing.assert_allclose(found, bins.encode(known), atol=1e-14)
