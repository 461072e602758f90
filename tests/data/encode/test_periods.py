"""The place of dates in the periods that they went through, and of numbers in a cycle that was told."""

from __future__ import annotations

import json

import numpy as np
import pytest

import glassnet as gn
from glassnet.data.encode import Encoding
from glassnet.data.frames import as_table
from glassnet.data.schema import ColumnSchema, Kind, Schema
from glassnet.errors import SchemaError, SettingError

HOURS = [i * 7 % 24 for i in range(240)]


def periods_of(moments) -> list[str]:
    table = as_table({"at": moments, "y": np.arange(len(moments)) / 7})
    encoding = Encoding.fit(Schema.decide(table, ["y"]), table, one_hot=True)
    return [name.removeprefix("at in the ") for name in encoding.features if "(sine)" in name]


@pytest.mark.parametrize(
    ("step", "count", "found"),
    [
        (np.timedelta64(1, "h"), 30, ["day (sine)"]),
        (np.timedelta64(1, "h"), 24 * 8, ["week (sine)", "day (sine)"]),
        (np.timedelta64(1, "D"), 30, ["week (sine)"]),
        (np.timedelta64(1, "D"), 400, ["year (sine)", "week (sine)"]),
        (np.timedelta64(7, "D"), 60, ["year (sine)"]),
        (np.timedelta64(20, "m"), 30, []),
    ],
)
def test_dates_have_the_periods_that_they_went_through(step, count, found):
    assert periods_of(np.datetime64("2024-01-01", "m") + step * np.arange(count)) == found


def test_numbers_go_round_where_the_caller_says():
    table = as_table({"hour": HOURS, "y": np.arange(240) / 7})
    schema = Schema.decide(table, ["y"], {"hour": "cycle of 24"})
    assert (schema.columns[0].kind, schema.columns[0].cycle) == (Kind.NUMBER, 24.0)
    assert schema.columns[0].reason == "numbers, a cycle of 24, as you said"
    assert ColumnSchema.from_json(json.loads(json.dumps(schema.columns[0].to_json()))) == schema.columns[0]
    encoding = Encoding.fit(schema, table, one_hot=True)
    assert encoding.features == ("hour", "hour in the cycle (sine)", "hour in the cycle (cosine)")
    encoded = Encoding.from_json(encoding.to_json(), schema).apply(as_table({"hour": [0.0, 6.0, 23.0, np.inf]}))
    angle = 2 * np.pi * np.array([0, 6, 23]) / 24
    expected = np.stack([np.sin(angle), np.cos(angle)], axis=1)
    np.testing.assert_allclose(encoded.inputs["inputs"][:, 1:], [*expected, [0, 0]], atol=1e-6)


@pytest.mark.parametrize("saying", ["cycle of 0", "cycle of -2", "cycle of a day", "cycle"])
def test_a_cycle_has_a_length(saying):
    with pytest.raises(SettingError, match="'cycle of 24', with any unit or length"):
        Schema.decide(as_table({"hour": HOURS, "y": np.arange(240) / 7}), ["y"], {"hour": saying})


def test_an_ensemble_keeps_a_cycle_in_its_file(tmp_path):
    table = {"hour": HOURS, "load": [float(np.cos(2 * np.pi * (h - 1) / 24)) for h in HOURS]}
    network = gn.Network(columns={"hour": "cycle of 24"}, seed=0)
    network.learn(table, target="load", epochs=2)
    again = gn.load(network.save(tmp_path / "load.glass"))
    np.testing.assert_array_equal(again.predict(table), network.predict(table))
    assert "number (numbers, a cycle of 24, as you said)" in str(again.plan)


def test_the_order_of_dates_does_not_change_with_the_file(tmp_path):
    days = [f"{i % 28 + 1:02}/{i % 12 + 1:02}/2021" for i in range(60)]
    network = gn.Network(seed=0)
    network.learn({"day": days, "y": [float(i % 12) for i in range(60)]}, target="y", epochs=1)
    again = gn.load(network.save(tmp_path / "day.glass"))
    assert again.schema.columns[0].order == "day first"
    same = again.predict({"day": ["03/04/2021", "2021-04-03", "3 Apr 2021"]})
    assert same[0] == same[1] == same[2] != again.predict({"day": ["04/03/2021"]})[0]
    with pytest.raises(
        SchemaError, match=r"row 1: '04/25/2021' is no date; the column was learnt as a date \(dates, day first\)"
    ):
        again.predict({"day": ["04/25/2021"]})
