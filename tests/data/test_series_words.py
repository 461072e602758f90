"""Columns of a pandas frame as its own arrays, and categories through their levels."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from glassnet.data.columns import from_values
from glassnet.data.frames import as_table


@pytest.mark.parametrize("dtype", [object, "string"])
def test_a_category_of_words_is_the_column_of_its_words(dtype):
    words = ["b", None, "a", "", "b", " a", "NA"]
    levels = pd.Series(words, dtype=dtype).astype("category").cat.add_categories(["never met"])
    found, expected = as_table(pd.DataFrame({"c": levels})).columns["c"], from_values(words, "c")
    assert found.categorical
    assert found.values.tolist() == expected.values.tolist() == ["b", "", "a", "", "b", " a", "NA"]
    assert found.missing.tolist() == expected.missing.tolist() == [False, True, False, True, False, False, False]


def test_a_category_of_numbers_stays_one_of_numbers():
    found = as_table(pd.DataFrame({"c": pd.Categorical([3, 1, 3])})).columns["c"]
    assert (found.categorical, found.kind, found.values.tolist()) == (True, "int", [3, 1, 3])


@pytest.mark.parametrize("dtype", ["float64", "float32", "int64", "int32", "uint8", "bool"])
def test_numbers_of_a_frame_are_read_as_an_array_of_them(dtype):
    values = np.array([0, 1, 1, 0]).astype(dtype)
    found, expected = as_table(pd.DataFrame({"x": values})).columns["x"], as_table({"x": values}).columns["x"]
    assert found.values.dtype == expected.values.dtype
    assert found.values.tolist() == expected.values.tolist()
    assert not found.missing.any()
