"""Columns of numbers with a unit, a currency or a percent sign."""

from __future__ import annotations

import json

import numpy as np
import pytest

import glassnet as gn
from glassnet.data.frames import as_table
from glassnet.data.parse import numbers_of
from glassnet.data.schema import ColumnSchema, Kind, Schema
from glassnet.errors import DataError, DataWarning, SchemaError, SettingError, TargetError

VALUES = [round(1.5 + 1.25 * i, 2) for i in range(40)]


def decided(values, columns=None, target=False) -> tuple[ColumnSchema, tuple[str, ...]]:
    table = as_table({"x": values, "z": [i * i for i in range(len(values))], "y": np.arange(len(values)) / 7})
    schema = Schema.decide(table, ["x" if target else "y"], columns)
    return (schema.targets if target else schema.columns)[0], schema.notes


def read(schema, values) -> list[float]:
    return numbers_of(schema, as_table({"x": values}).columns["x"], "the table").tolist()


@pytest.mark.parametrize(
    ("written", "unit", "reason"),
    [
        ("{:.2f} kg", "kg", "numbers in kg"),
        ("${:,.2f}", "$", "numbers in $"),
        ("{:.2f} %", "%", "numbers in %"),
        ("{:.2f}%", "%", "numbers in %"),
        ("CHF {:.2f}", "CHF", "numbers in CHF"),
    ],
)
def test_a_column_of_numbers_with_one_unit(written, unit, reason):
    texts = [written.format(value) for value in VALUES]
    schema, notes = decided(texts)
    assert (schema.kind, schema.unit, schema.bare, schema.reason, notes) == (Kind.NUMBER, unit, False, reason, ())
    assert read(schema, texts) == VALUES
    assert ColumnSchema.from_json(json.loads(json.dumps(schema.to_json()))) == schema


def test_signs_of_decimals_and_thousands_are_told_as_without_a_unit():
    texts = ["1.299,00 EUR", "17,50 EUR", "-3,25 EUR", "12.000.000,00 EUR"]
    schema, _ = decided(texts)
    assert schema.reason == "numbers in EUR with decimal commas, points between thousands"
    assert read(schema, texts) == [1299.0, 17.5, -3.25, 12e6]


def test_gaps_plurals_and_numbers_without_the_unit():
    schema, notes = decided(["1 year", "2 years", "n/a", "3.5 years", "4"] * 8)
    assert (schema.unit, schema.bare, schema.gaps) == ("years", True, ("n/a",))
    assert schema.reason == "numbers in years; 'n/a' taken as missing"
    assert notes[1] == "column 'x': 8 values without a unit, such as '4' in row 5, taken as in years"
    np.testing.assert_array_equal(read(schema, ["1 year", "5", "n/a"]), [1, 5, np.nan])


def test_few_other_units_are_missing_and_more_are_named():
    texts = [f"{value} kg" for value in range(200)]
    schema, notes = decided([*texts, "7 lb"])
    assert (schema.unit, schema.gaps) == ("kg", ("7 lb",))
    assert "1 value is no number in kg and taken as missing, such as '7 lb' in row 201" in notes[0]
    half = [f"{i} {'lb' if i % 3 == 0 else 'kg'}" for i in range(60)]
    schema, notes = decided(half)
    assert schema.kind is Kind.IGNORED
    assert notes[1] == (
        "column 'x' holds numbers in kg (40 values) and in lb (20 values, such as '0 lb' in row 1), so it is left out: "
        "give all of them in one unit, or say columns={'x': 'number in kg'} to take the others as missing"
    )
    with pytest.raises(TargetError, match=r"the target 'x' holds numbers in kg \(40 values\) and in lb \(20 values"):
        decided(half, target=True)


def test_the_caller_says_the_unit():
    half = [f"{i} {'lb' if i % 3 == 0 else 'kg'}" for i in range(60)]
    schema, notes = decided(half, {"x": "number in lb"})
    assert (schema.unit, schema.told, schema.reason[:13]) == ("lb", True, "numbers in lb")
    assert "40 values are no numbers in lb and taken as missing, such as '1 kg' in row 2" in notes[0]
    np.testing.assert_array_equal(read(schema, half[:4]), [0, np.nan, np.nan, 3])
    schema, notes = decided([1.5, 2.5, 3.5], {"x": "number in EUR"})
    assert (schema.unit, schema.bare, schema.reason, notes) == ("EUR", True, "numbers in EUR, as you said", ())
    schema, _ = decided(["1,234 EUR", "2,500 EUR", "3 EUR"], {"x": "number in EUR, decimal comma"})
    assert read(schema, ["1,234 EUR"]) == [1.234]
    with pytest.raises(SettingError, match=r"did you mean 'number in kg'\?"):
        decided(half, {"x": "numbr in kg"})
    with pytest.raises(DataError, match=r"row 1: '0 lb' is no number in EUR, nor is any other value"):
        decided(half, {"x": "number in EUR"})


def test_codes_are_no_quantities():
    schema, _ = decided(["007 kg", "012 kg", "111 kg"] * 10)
    assert (schema.kind, schema.levels) == (Kind.CATEGORY, ("007 kg", "012 kg", "111 kg"))
    assert decided(["3 stars", "4 stars", "5 stars"] * 10, target=True)[0].kind is Kind.CATEGORY


def test_two_ways_of_writing_numbers_are_refused():
    with pytest.raises(DataError, match=r"row 41: '1,5 kg' is a number in another way than '1.5 kg' in row 1"):
        decided([*(f"{value} kg" for value in VALUES), "1,5 kg"])


def test_another_unit_later_is_refused_and_none_is_counted(tmp_path):
    rows = {"weight": [f"{value} kg" for value in VALUES], "price": [f"${100 * value:,.2f}" for value in VALUES]}
    network = gn.Network(seed=0)
    report = network.learn(rows, target="price", epochs=1)
    assert "answers for the target 'price' are numbers in $" in report.notes
    again = gn.load(network.save(tmp_path / "price.glass"))
    assert again.schema.columns[0].unit == "kg"
    assert "number (numbers in kg)" in str(again.plan)
    answers = again.predict({"weight": ["3 kg", "4.5kg"]})
    assert answers.dtype == np.float64
    with pytest.raises(
        SchemaError, match=r"row 2: '4.5 lb' is in lb; the column was learnt as a number \(numbers in kg\)"
    ):
        again.predict({"weight": ["3 kg", "4.5 lb"]})
    with pytest.warns(DataWarning, match="weight: 2 values without a unit, none when learnt: taken as in kg"):
        np.testing.assert_array_equal(again.predict({"weight": [3, 4.5]}), answers)
