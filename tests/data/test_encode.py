"""Columns turned into arrays."""

from __future__ import annotations

import json

import numpy as np
import pytest

from glassnet.data.encode import BEND, Encoding, Scale
from glassnet.data.frames import as_table
from glassnet.data.schema import Schema
from glassnet.errors import SchemaError

COLUMNS = {"x": [1.0, 3.0, 5.0, np.nan], "c": ["a", "b", "a", "b"], "y": [0.5, 1.5, 2.5, 3.5]}


def fitted(columns=COLUMNS, one_hot=False, dtype="float64") -> Encoding:
    table = as_table(columns)
    return Encoding.fit(Schema.decide(table, ["y"]), table, dtype=dtype, one_hot=one_hot)


def test_numbers_are_standardised_and_gaps_flagged():
    encoding = fitted()
    inputs = encoding.apply(as_table(COLUMNS)).inputs
    z = np.array([-2, 0, 2, 0]) / np.sqrt(8 / 3)  # mean 3, variance (4 + 0 + 4) / 3
    np.testing.assert_allclose(inputs["numbers"][:, 0], z / np.sqrt(1 + (z / BEND) ** 2), rtol=1e-12)
    assert inputs["numbers"][:, 1].tolist() == [0, 0, 0, 1]
    assert encoding.features == ("x", "x missing")


def test_categories_are_numbered_from_one_and_what_is_not_known_is_zero():
    encoding = fitted()
    encoded = encoding.apply(as_table({"x": [1.0] * 4, "c": ["a", "b", "zebra", None]}))
    assert encoded.inputs["c"].tolist() == [1, 2, 0, 0]
    assert encoded.notes == ("c: 1 value never seen when learnt ('zebra')",)


def test_one_hot_puts_all_in_one_input():
    encoding = fitted(one_hot=True)
    (spec,) = encoding.inputs
    assert (spec.name, spec.shape) == ("inputs", (4,))
    assert encoding.features == ("x", "x missing", "c=a", "c=b")
    assert encoding.apply(as_table(COLUMNS)).inputs["inputs"][:, 2:].tolist() == [[1, 0], [0, 1], [1, 0], [0, 1]]


def test_a_column_far_from_zero_keeps_its_meaning_in_float32():
    t = 1.7e9 + np.arange(1000.0)
    table = as_table({"t": t, "y": np.arange(1000.0)})
    encoding = Encoding.fit(Schema.decide(table, ["y"]), table, dtype="float32", one_hot=False)
    assert len(np.unique(encoding.apply(table).inputs["numbers"])) == 1000
    assert Scale.of(t).deviation ** 2 == pytest.approx(83333.25, rel=1e-12)


def test_the_same_level_in_other_types():
    table = as_table({"c": [3, 5, 3, 5], "y": [1.0, 2.0, 3.0, 4.0]})
    encoding = Encoding.fit(Schema.decide(table, ["y"], {"c": "category"}), table, one_hot=False)
    for same in ([3, 5], [3.0, 5.0], ["3", "5.0"]):
        assert encoding.apply(as_table({"c": same})).inputs["c"].tolist() == [1, 2]


def test_numbers_as_text_are_read_by_the_convention_that_was_learnt():
    columns = {"x": ["1,5", "2,5", "4,5"], "y": [1.0, 2.0, 3.0]}
    encoding = fitted(columns)
    as_text = encoding.apply(as_table({"x": ["1,5", "4,5"]})).inputs["numbers"]
    as_numbers = encoding.apply(as_table({"x": [1.5, 4.5]})).inputs["numbers"]
    assert np.array_equal(as_text, as_numbers)


def test_new_gaps_get_the_mean_and_a_note():
    encoding = fitted({"x": [1.0, 3.0], "y": [1.0, 2.0]})
    encoded = encoding.apply(as_table({"x": [np.nan, 2.0]}))
    assert encoded.inputs["numbers"].tolist() == [[0.0], [0.0]]
    assert encoded.notes == ("x: 1 missing value, none when learnt: the mean stands in",)


def test_columns_are_matched_by_name_and_arrays_by_position():
    encoding = fitted()
    with pytest.raises(SchemaError, match=r"lacks 1 column.*'c'"):
        encoding.apply(as_table({"x": [1.0]}))
    assert encoding.apply(as_table({"c": ["a"], "x": [1.0], "z": [1]})).notes == (
        "1 column that the network did not learn ignored",
    )
    bare = as_table(np.arange(12.0).reshape(4, 3))
    encoding = Encoding.fit(Schema.decide(bare, ["2"]), bare, one_hot=False)
    with pytest.raises(SchemaError, match="3 columns; the network learnt 2"):
        encoding.apply(bare)


def test_a_word_where_numbers_were_learnt_names_column_row_and_value():
    with pytest.raises(SchemaError, match=r"column 'x', row 2: 'tall' is no number"):
        fitted().apply(as_table({"x": ["1", "tall"], "c": ["a", "b"]}))


def test_encoders_survive_json_exactly():
    encoding = fitted()
    again = Encoding.from_json(json.loads(json.dumps(encoding.to_json())))
    assert again == encoding
    for name, array in encoding.apply(as_table(COLUMNS)).inputs.items():
        assert np.array_equal(array, again.apply(as_table(COLUMNS)).inputs[name])


def test_an_extreme_value_is_bent_and_neither_overflows_nor_vanishes():
    encoding = fitted({"x": [1.0, 3.0], "y": [1.0, 2.0]})
    assert encoding.apply(as_table({"x": [1e200, -1e200]})).inputs["numbers"].ravel().tolist() == [BEND, -BEND]


@pytest.mark.parametrize("scale", [1e-200, 1e-12, 1e200])
def test_values_of_any_size_have_a_deviation(scale):
    assert Scale.of(np.array([1.0, 3.0]) * scale).deviation == pytest.approx(scale, rel=1e-12)


def test_a_code_is_not_the_number_that_it_looks_like():
    encoding = fitted({"c": ["7", "07", "7", "07"], "y": [0.5, 1.5, 2.5, 3.5]})
    assert encoding.apply(as_table({"c": ["07", "7", "007"]})).inputs["c"].tolist() == [1, 2, 0]


def test_each_column_that_is_missing_has_its_own_suggestion():
    encoding = fitted({"price": [1.0, 3.0], "carat": [2.0, 5.0], "y": [1.0, 2.0]})
    with pytest.raises(SchemaError, match=r"'price' \(did you mean 'prise'\?\), 'carat' \(did you mean 'karat'\?\)"):
        encoding.apply(as_table({"prise": [1.0], "karat": [2.0]}))


def test_dates_where_numbers_were_learnt_are_refused():
    day = np.array(["2024-02-29"], "datetime64[us]")
    with pytest.raises(SchemaError, match=r"column 'x', row 1: '2024-02-29T.*' is no number"):
        fitted({"x": [1.0, 3.0], "y": [1.0, 2.0]}).apply(as_table({"x": day}))
    with pytest.raises(SchemaError, match=r"'3\.5' is no date"):
        fitted({"x": day.repeat(2) + np.arange(2), "y": [1.0, 2.0]}).apply(as_table({"x": [3.5]}))


def test_levels_that_differ_by_blanks_are_one():
    encoding = fitted({"c": ["a", "a ", "b", "a"], "y": [0.5, 1.5, 2.5, 3.5]})
    assert [spec.levels for spec in encoding.inputs] == [3]
    assert encoding.apply(as_table({"c": [" a", "b"]})).inputs["c"].tolist() == [1, 2]


def test_a_code_with_zeros_learnt_as_text_is_the_same_level_given_as_a_number():
    encoding = fitted({"zip": ["01001", "00501", "90210", "90210"], "y": [0.5, 1.5, 2.5, 3.5]})
    assert encoding.schema.columns[0].levels == ("00501", "01001", "90210")
    encoded = encoding.apply(as_table({"zip": [90210, 1001]}))
    assert encoded.inputs["zip"].tolist() == [3, 0]
    assert encoded.notes == ("zip: 1 value never seen when learnt ('1001')",)


def test_the_order_of_named_columns_changes_no_bit():
    encoding = fitted(dtype="float32")
    straight, turned = (encoding.apply(as_table(c)).inputs for c in (COLUMNS, dict(reversed(COLUMNS.items()))))
    assert all(np.array_equal(straight[name], turned[name]) for name in straight)
