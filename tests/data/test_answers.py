"""Answers in the type of what was asked."""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from pandas.testing import assert_frame_equal, assert_series_equal
from polars.testing import assert_frame_equal as assert_polars_frame_equal
from polars.testing import assert_series_equal as assert_polars_series_equal

from glassnet.data.answers import like

FRAME = pd.DataFrame({"x": [1, 2], "s": ["a", "b"]}, index=pd.Index(["p", "p"], name="key"))
NUMBERS = np.array([0.5, 1.5])
LABELS = np.array(["no", "yes"], object)
PAIRS = np.array([[0.25, 0.75], [1.0, 0.0]])


def test_pandas_gets_a_series_or_a_frame_with_its_index():
    for asked in (FRAME, FRAME["x"]):
        assert_series_equal(like(asked, NUMBERS, lambda: ["y"]), pd.Series(NUMBERS, FRAME.index, name="y"))
        assert_series_equal(like(asked, LABELS, lambda: ["y"]), pd.Series(["no", "yes"], FRAME.index, name="y"))
        assert_frame_equal(like(asked, PAIRS, lambda: ["no", "yes"]), pd.DataFrame(PAIRS, FRAME.index, ["no", "yes"]))


def test_an_index_of_several_levels_is_kept():
    index = pd.MultiIndex.from_tuples([("a", 1), ("b", 2)])
    assert like(FRAME.set_axis(index), NUMBERS, lambda: ["y"]).index.equals(index)


def test_polars_gets_a_series_or_a_frame():
    frame = pl.DataFrame({"x": [1, 2]})
    for asked in (frame, frame["x"], frame.lazy()):
        assert_polars_series_equal(like(asked, NUMBERS, lambda: ["y"]), pl.Series("y", NUMBERS))
        assert_polars_series_equal(like(asked, LABELS, lambda: ["y"]), pl.Series("y", ["no", "yes"]))
        expected = pl.DataFrame({"no": PAIRS[:, 0], "yes": PAIRS[:, 1]})
        assert_polars_frame_equal(like(asked, PAIRS, lambda: ["no", "yes"]), expected)


def test_pyarrow_gets_a_chunked_array_or_a_table():
    for asked in (pa.table({"x": [1, 2]}), pa.record_batch({"x": [1, 2]}), pa.chunked_array([[1, 2]])):
        assert like(asked, NUMBERS, lambda: ["y"]).equals(pa.chunked_array([NUMBERS]))
        assert like(asked, LABELS, lambda: ["y"]).to_pylist() == ["no", "yes"]
        assert like(asked, PAIRS, lambda: ["no", "yes"]).to_pydict() == {"no": [0.25, 1.0], "yes": [0.75, 0.0]}


@pytest.mark.parametrize("dtype", ["bool", "int64", "float32", "U3", "datetime64[us]"])
def test_answers_of_any_dtype_come_back_in_every_library(dtype):
    values = np.array(["2024-01-01", "2024-01-02"] if dtype == "datetime64[us]" else [0, 1]).astype(dtype)
    for asked in (FRAME, pl.DataFrame({"x": [1, 2]})):
        assert like(asked, values, lambda: ["y"]).to_list() == values.tolist()
    assert like(pa.table({"x": [1, 2]}), values, lambda: ["y"]).to_pylist() == values.tolist()


@pytest.mark.parametrize(
    "asked", [np.zeros(2), [1, 2], [[1], [2]], (1, 2), {"x": [1, 2]}, "rows.csv", pa.array([1, 2]), None]
)
def test_everything_else_gets_the_array_itself(asked):
    for values in (NUMBERS, LABELS, PAIRS, NUMBERS[:, None]):
        assert like(asked, values, lambda: ["y"]) is values


def test_no_rows_get_no_answers():
    none = NUMBERS[:0]
    assert like(np.zeros((0, 3)), none, lambda: ["y"]).shape == (0,)
    assert_series_equal(like(FRAME[:0], none, lambda: ["y"]), pd.Series(none, FRAME.index[:0], name="y"))
    assert like(FRAME[:0], PAIRS[:0], lambda: ["no", "yes"]).shape == (0, 2)
    assert len(like(pl.DataFrame({"x": []}), none, lambda: ["y"])) == 0
