"""A table turned into arrays."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from glassnet.data.encode import Encoding
from glassnet.data.frames import as_table
from glassnet.data.schema import Schema
from glassnet.errors import SchemaError

COLUMNS = {
    "x": [1.0, 3.0, 5.0, np.nan],
    "c": ["a", "b", "a", "b"],
    "t": ["2021-01-01", "2021-06-01", "2022-03-01", "2021-01-02"],
    "b": ["yes", "no", "yes", "no"],
    "y": [0.5, 1.5, 2.5, 3.5],
}


def fitted(columns=COLUMNS, one_hot=False, dtype="float64", told=None) -> Encoding:
    table = as_table(columns)
    return Encoding.fit(Schema.decide(table, ["y"], told), table, dtype=dtype, one_hot=one_hot)


def test_numbers_stand_together_and_each_category_has_an_input_of_its_own():
    encoding = fitted()
    assert [(spec.name, spec.shape, spec.dtype, spec.levels) for spec in encoding.inputs] == [
        ("numbers", (8,), "float64", None),
        ("c", (), "int64", 3),
    ]
    assert encoding.inputs[0].columns == ("x", "t", "b")
    assert encoding.features == (
        "x", "x missing", "t", "t in the year (sine)", "t in the year (cosine)", "t in the week (sine)",
        "t in the week (cosine)", "b",
    )  # fmt: skip
    inputs = encoding.apply(as_table(COLUMNS)).inputs
    assert inputs["numbers"].shape == (4, 8)
    assert inputs["numbers"].dtype == np.float64
    assert inputs["c"].tolist() == [1, 2, 1, 2]


def test_one_hot_puts_all_in_one_input():
    encoding = fitted(one_hot=True)
    (spec,) = encoding.inputs
    assert (spec.name, spec.shape, spec.columns) == ("inputs", (10,), ("x", "c", "t", "b"))
    assert encoding.features[2:4] == ("c=a", "c=b")
    assert encoding.apply(as_table(COLUMNS)).inputs["inputs"][:, 2:4].tolist() == [[1, 0], [0, 1], [1, 0], [0, 1]]


def test_columns_named_as_other_inputs_get_inputs_of_other_names():
    columns = {
        "numbers": ["a", "b"] * 2,
        "target": ["c", "d"] * 2,
        "numbers levels": ["e", "f"] * 2,
        "y": [1.0, 2, 3, 5],
    }
    names = [spec.name for spec in fitted(columns).inputs]
    assert names == ["numbers levels levels", "target levels", "numbers levels"]
    assert list(fitted(columns).apply(as_table(columns)).inputs) == names


def test_the_same_rows_in_any_type_and_order_give_the_same_bits():
    random = np.random.default_rng(3)
    frame = pd.DataFrame({"a": random.normal(size=300), "k": random.integers(1, 5, 300), "c": list("xyz") * 100})
    frame["y"] = frame.a + frame.k / 10
    table = as_table(frame)
    encoding = Encoding.fit(Schema.decide(table, ["y"], {"k": "category"}), table, one_hot=False)
    straight = encoding.apply(as_table(frame)).inputs
    others = [
        frame[["c", "k", "y", "a"]],
        frame.astype({"k": float}),
        frame.astype({"k": str}),
        {name: frame[name].tolist() for name in ("k", "c", "a")},
        frame.assign(a=[repr(value) for value in frame.a]),
    ]
    for other in others:
        for name, array in encoding.apply(as_table(other)).inputs.items():
            assert np.array_equal(array, straight[name])


def test_missing_columns_are_named_in_one_line_each_with_the_nearest_and_others_ignored():
    encoding = fitted()
    with pytest.raises(
        SchemaError, match=r"^the dictionary lacks 2 columns that the network learnt: 'c' .*'C'.*, 't'; "
    ):
        encoding.apply(as_table({"x": [1.0], "C": ["a"], "b": ["yes"]}))
    with pytest.raises(
        SchemaError, match=r"the pandas series lacks .*; a row of a frame stays one as frame\.iloc\[\[0\]\]"
    ):
        encoding.apply(as_table(pd.DataFrame({"c": ["a"], "t": ["b"]}).iloc[0]))
    columns = {name: values[:1] for name, values in COLUMNS.items()}
    assert encoding.apply(as_table({**columns, "z": [1], "w": [2]})).notes == (
        "2 columns not learnt and ignored: 'z', 'w'",
    )


def test_a_column_that_was_left_out_need_not_come_again():
    encoding = fitted({**COLUMNS, "constant": [3] * 4})
    assert encoding.apply(as_table({**COLUMNS})).notes == ()


def test_arrays_are_matched_by_position_and_a_wrong_width_is_an_error_with_both():
    bare = np.array([[1.0, 5.0, 0.5], [2.0, 7.0, 0.7], [4.0, 6.0, 0.9]])
    table = as_table(bare)
    encoding = Encoding.fit(Schema.decide(table, ["2"]), table, one_hot=False)
    expected = encoding.apply(as_table(bare[:, :2])).inputs["numbers"]
    assert np.array_equal(encoding.apply(table).inputs["numbers"], expected)  # the target with them
    assert np.array_equal(encoding.apply(as_table({"p": [1.0, 2, 4], "q": [5.0, 7, 6]})).inputs["numbers"], expected)
    with pytest.raises(SchemaError, match="the array has 4 columns; the network learnt 2"):
        encoding.apply(as_table(np.zeros((3, 4))))


def test_rows_without_names_are_taken_in_the_order_learnt_and_that_is_said():
    encoding = fitted({"a": [1.0, 2, 4], "b": [5.0, 7, 6], "y": [0.5, 0.7, 0.9]})
    encoded = encoding.apply(as_table([[1.0, 5.0]]))
    assert np.array_equal(
        encoded.inputs["numbers"], encoding.apply(as_table({"b": [5.0], "a": [1.0]})).inputs["numbers"]
    )
    assert encoded.notes == ("columns without names are taken in the order learnt: 'a', 'b'",)


def test_a_table_without_rows_gives_arrays_without_rows():
    inputs = fitted().apply(as_table(pd.DataFrame({name: [] for name in "xctb"}))).inputs
    assert {name: array.shape for name, array in inputs.items()} == {"numbers": (0, 8), "c": (0,)}


@pytest.mark.parametrize("one_hot", [False, True])
def test_encoders_survive_json_exactly(one_hot):
    encoding = fitted(one_hot=one_hot)
    again = Encoding.from_json(json.loads(json.dumps(encoding.to_json())), encoding.schema)
    assert again == encoding
