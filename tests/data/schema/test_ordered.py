"""Categories that have an order: as the caller says, or as a frame does."""

from __future__ import annotations

import pandas as pd
import polars as pl
import pytest

from glassnet.data.frames import as_table
from glassnet.data.schema import Kind, Schema
from glassnet.data.targets import TargetEncoding
from glassnet.errors import DataError, SettingError

WORDS = ["low", "high", "middle", "low", "NA"]
ORDER = ["low", "middle", "high"]


def encoding(values, saying=None):
    """The encoding of a target of these values."""
    frame = {"x": [1.5, 2.5, 3.5, 0.5, 4.5], "y": values}
    table = as_table(pd.DataFrame(frame) if isinstance(values, pd.Categorical) else frame)
    if isinstance(values, pl.Series):
        table = as_table(pl.DataFrame(frame))
    schema = Schema.decide(table, ["y"], saying and {"y": saying})
    found = TargetEncoding.fit({"y": table.columns["y"]}, schema.targets)
    return found, found.read({"y": table.columns["y"]})


@pytest.mark.parametrize(
    ("values", "saying", "labels"),
    [
        (WORDS, "ordered: low < middle < high", ("low", "middle", "high")),
        (WORDS, "ordered: high < middle < low", ("high", "middle", "low")),
        (pd.Categorical([*WORDS[:4], None], ORDER, ordered=True), None, ("low", "middle", "high")),
        (pl.Series([*WORDS[:4], None], dtype=pl.Enum(ORDER)), None, ("low", "middle", "high")),
        ([9, 11, 10, 9, None], "ordered", (9, 10, 11)),
        (["9", "11", "10", "9", None], "ordered", ("9", "10", "11")),
    ],
)
def test_labels_are_in_the_order_given_in_their_own_types(values, saying, labels):
    found, (places, present) = encoding(values, saying)
    assert (found.task, found.labels) == ("ordinal", labels)
    assert present.tolist() == [True] * 4 + [False]
    lowest = labels[0] in ("low", 9, "9")
    assert places[:4].tolist() == ([0, 2, 1, 0] if lowest else [2, 0, 1, 2])


def test_a_frames_categories_without_an_order_are_classes():
    found, _ = encoding(pd.Categorical([*WORDS[:4], None], ORDER))
    assert (found.task, found.labels) == ("classes", ("high", "low", "middle"))


def test_two_levels_in_order_are_two_classes_of_which_the_second_is_the_higher():
    found, (places, _) = encoding(["small", "large", "large", "small", "large"], "ordered: small < large")
    assert (found.task, found.labels) == ("binary", ("small", "large"))
    assert places.tolist() == [0, 1, 1, 0, 1]


def test_an_input_in_order_is_a_category():
    table = as_table({"x": WORDS, "y": [1.5, 2.5, 3.5, 0.5, 4.5]})
    schema = Schema.decide(table, ["y"], {"x": "ordered: low < middle < high"})
    assert (schema.columns[0].kind, schema.columns[0].ranks) == (Kind.CATEGORY, ("low", "middle", "high"))


@pytest.mark.parametrize(
    ("saying", "error", "said"),
    [
        (
            "ordered: low < middle",
            DataError,
            r"column 'y', row 2: 'high' is not in the order .*, low < middle; give it",
        ),
        ("ordered", DataError, r"column 'y', row 1: 'low' is no number, so that its order has to be said"),
        ("ordered: low", SettingError, "expected at least two levels from the lowest on"),
        ("ordered: low < low", SettingError, "each once"),
        (
            "orderd: low < high",
            SettingError,
            r"expected one of 'number', .*'ordered: low < middle < high'",
        ),
    ],
)
def test_an_order_that_does_not_hold_is_named(saying, error, said):
    with pytest.raises(error, match=said):
        encoding(WORDS, saying)
