"""Dates with a time zone: asked about in another one, in none, and as a target."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import polars as pl
import pytest

import glassnet as gn
from glassnet.data.frames import as_table
from glassnet.errors import DataWarning

NEW_YORK = "America/New_York"


def hours(zone: str | None) -> pd.DataFrame:
    """A number that goes with the hour of the day."""
    moments = pd.date_range("2024-01-01", periods=200, freq="5h", tz=zone)
    return pd.DataFrame({"t": moments, "y": np.sin(moments.hour / 24 * 2 * np.pi)})


def learnt(table: pd.DataFrame, target: str = "y") -> gn.Network:
    network = gn.Network(seed=0)
    network.learn(table, target=target, epochs=3, verbose=0)
    return network


def test_moments_are_the_same_in_every_zone():
    table = hours(NEW_YORK)
    network = learnt(table)
    elsewhere = table.assign(t=table.t.dt.tz_convert("Asia/Tokyo"))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        np.testing.assert_array_equal(network.predict(elsewhere), network.predict(table))


@pytest.mark.parametrize(
    ("was", "now", "said"),
    [
        (None, NEW_YORK, "t: dates without a time zone, and in the time zone America/New_York when learnt"),
        (NEW_YORK, None, "t: dates in the time zone America/New_York, and without a time zone when learnt"),
    ],
)
def test_a_zone_where_there_was_none_is_said_and_none_where_there_was_one(was, now, said, tmp_path):
    network = learnt(hours(now))
    network.save(tmp_path / "n.glassnet")
    for each in (network, gn.load(tmp_path / "n.glassnet")):
        with pytest.warns(DataWarning, match=said):
            each.predict(hours(was))


def test_a_target_comes_back_in_its_zone():
    table = pd.DataFrame({"x": np.arange(60.0), "t": pd.date_range("2024-01-01 12:00", periods=60, tz=NEW_YORK)})
    network = learnt(table, "t")
    answers = network.predict(table)
    assert str(answers.dtype.tz) == NEW_YORK
    asked = table[["x"]].to_numpy()
    np.testing.assert_array_equal(answers.dt.tz_convert(None).to_numpy(), network.predict({"x": asked[:, 0]}))
    ends = network.predict(table, interval=0.9)
    assert [str(kind.tz) for kind in ends.dtypes] == [NEW_YORK] * 3
    assert network.predict(pl.DataFrame({"x": asked[:, 0]})).dtype.time_zone == NEW_YORK


def test_a_target_of_several_comes_back_in_its_zone():
    table = hours(NEW_YORK).assign(x=np.arange(200.0), kind=["p", "q"] * 100)
    network = gn.Network(seed=0)
    network.learn(table, target=["t", "kind"], epochs=1, verbose=0)
    assert str(network.predict(table).t.dtype.tz) == NEW_YORK
    assert str(network.predict(table, interval=0.9)["t low"].dtype.tz) == NEW_YORK


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_a_parquet_file_says_that_there_is_a_zone(tmp_path, unit):
    table, path = hours(NEW_YORK), tmp_path / "rows.parquet"
    table.assign(t=table.t.dt.as_unit(unit)).to_parquet(path)
    found, given = as_table(str(path)).columns["t"], as_table(table).columns["t"]
    assert (found.zone, given.zone) == ("UTC", NEW_YORK)  # the file does not tell a reader which
    np.testing.assert_array_equal(found.values, given.values)
    table.assign(t=table.t.dt.tz_convert(None)).to_parquet(path)
    assert as_table(str(path)).columns["t"].zone == ""


def test_batches_have_their_zone():
    table = hours(NEW_YORK)
    network = gn.Network(seed=0)
    network.learn(lambda: (table[i : i + 50] for i in range(0, 200, 50)), target="y", epochs=1, verbose=0)
    assert next(each for each in network.schema.columns if each.name == "t").zone == NEW_YORK
