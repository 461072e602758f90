"""What columns are taken for."""

from __future__ import annotations

import json

import numpy as np
import pytest

from glassnet.data.frames import as_table
from glassnet.data.schema import Kind, Schema
from glassnet.errors import DataError, SettingError


def kinds(columns, overrides=None) -> dict[str, Kind]:
    schema = Schema.decide(as_table({**columns, "y": [1.0, 2.0, 4.0] * 10}), ["y"], overrides)
    return {column.name: column.kind for column in schema.columns}


def thirty(*values) -> list:
    return list(values) * (30 // len(values))


def test_each_kind_is_recognised():
    found = kinds(
        {
            "price": thirty("1,5", "2,25", "n/a"),
            "zip": thirty("01001", "00501", "90210"),
            "member": thirty("yes", "no"),
            "day": thirty("2021-01-01", "2021-02-01"),
            "colour": thirty("red", "green", "blue"),
            "constant": [14.62] * 30,
            "empty": [None] * 30,
            "name": [f"person {i}" for i in range(30)],
            "big": thirty(2**53 + 1, 2**53 + 3),
            "count": thirty(3, 5, 8),
        }
    )
    assert found == {
        "price": Kind.NUMBER,
        "zip": Kind.CATEGORY,
        "member": Kind.BOOLEAN,
        "day": Kind.DATE,
        "colour": Kind.CATEGORY,
        "constant": Kind.IGNORED,
        "empty": Kind.IGNORED,
        "name": Kind.IGNORED,
        "big": Kind.CATEGORY,
        "count": Kind.NUMBER,
    }


def test_a_column_without_a_name_that_counts_the_rows_is_left_out():
    found = kinds(
        {"Unnamed: 0": list(range(30)), "column 2": [str(i) for i in range(1, 31)], "weight": list(range(30))}
    )
    assert found == {"Unnamed: 0": Kind.IGNORED, "column 2": Kind.IGNORED, "weight": Kind.NUMBER}


def test_tiny_values_are_numbers_and_a_constant_is_one_whatever_its_rounding():
    found = kinds({"volts": list(np.linspace(1, 5, 30) * 1e-12), "constant": np.full(30, 14.62)})
    assert found == {"volts": Kind.NUMBER, "constant": Kind.IGNORED}


def test_the_caller_has_the_last_word():
    assert kinds({"code": thirty(1, 2, 3)}, {"code": "category"}) == {"code": Kind.CATEGORY}
    with pytest.raises(SettingError, match="did you mean 'code'"):
        kinds({"code": thirty(1, 2, 3)}, {"cod": "category"})
    with pytest.raises(SettingError, match="did you mean 'category'"):
        kinds({"code": thirty(1, 2, 3)}, {"code": "categry"})
    with pytest.raises(DataError, match="'tall'"):
        kinds({"code": thirty("1", "tall", "3")}, {"code": "number"})


def test_nothing_left_to_learn_from_is_said_with_the_reasons():
    with pytest.raises(DataError, match=r"no column is left.*constant"):
        kinds({"x": [1.0] * 30})


def test_names_that_differ_in_case_are_two_columns():
    assert list(kinds({"Rate": thirty(1, 2), "rate": thirty(3, 4)})) == ["Rate", "rate"]


def test_a_schema_survives_json():
    schema = Schema.decide(as_table({"x": thirty("1,5", "2"), "c": thirty("a", "b"), "y": thirty(1, 2)}), ["y"])
    assert Schema.from_json(json.loads(json.dumps(schema.to_json()))) == schema
