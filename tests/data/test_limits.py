"""How far the values of a table reach, as the schema keeps it."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np

import glassnet as gn
from glassnet.data.frames import as_table
from glassnet.data.limits import with_limits
from glassnet.data.schema import ColumnSchema, Schema

TABLE = {
    "size": ["1,5", "2,25", "NA", "-3"] * 6,
    "day": ["2024-01-01", "2024-01-02", "2024-01-03", "2024-01-11"] * 6,
    "far": [0.5, np.inf, 2.0, 7.5] * 6,
    "colour": ["red", "blue", None, "red"] * 6,
    "sold": ["yes", "no", "no", "yes"] * 6,
    "y": [1.0, 2.0, 3.5, 4.0] * 6,
}


def limited() -> dict[str, ColumnSchema]:
    table = as_table(TABLE)
    return {each.name: each for each in with_limits(Schema.decide(table, ["y"]), table).columns}


def test_limits_are_the_least_and_the_largest_number_and_no_infinity():
    found = limited()
    assert found["size"].limits == (-3.0, 2.25)
    first = np.datetime64("2024-01-01", "s").astype(np.int64)
    assert found["day"].limits == (first, first + 10 * 86_400)
    assert found["far"].limits == (0.5, 7.5)
    assert found["colour"].limits is found["sold"].limits is None


def test_which_columns_have_no_gap():
    assert {name: each.gapless for name, each in limited().items()} == {
        "size": False, "day": True, "far": True, "colour": False, "sold": True,
    }  # fmt: skip


def test_they_are_saved_and_files_without_them_are_read():
    for each in limited().values():
        document = json.loads(json.dumps(each.to_json()))
        assert ColumnSchema.from_json(document) == each
        del document["limits"], document["gapless"]
        assert ColumnSchema.from_json(document) == replace(each, limits=None, gapless=False)


def test_a_network_keeps_them(tmp_path):
    network = gn.Network(seed=0)
    network.learn(TABLE, target="y", epochs=1, verbose=0)
    assert network.schema is not None
    assert network.schema.columns[0].limits == (-3.0, 2.25)
    assert gn.load(network.save(tmp_path / "table.glass")).schema == network.schema
