"""Partial dependence: exact for linear networks, for numbers, categories and dates."""

from __future__ import annotations

import numpy as np
import pytest

import glassnet as gn
from glassnet.errors import DataError, SchemaError, SettingError


def test_of_a_linear_network_it_is_the_columns_part_and_the_mean_of_the_others(linear, table, parts):
    found = linear.explain(table).dependence("a", values=11)
    answers = linear.predict(table)
    places = [table["a"].index(value) for value in found.places]
    assert len(places) == 11
    assert found.places[0] == min(table["a"])
    assert found.places[-1] == max(table["a"])
    rows = answers - parts["a"] + parts["a"][places][:, None]
    np.testing.assert_allclose(found.means, rows.mean(axis=1), rtol=1e-10)
    np.testing.assert_allclose(found.low, np.quantile(rows, 0.1, axis=1), rtol=1e-10)
    np.testing.assert_allclose(found.high, np.quantile(rows, 0.9, axis=1), rtol=1e-10)


def test_categories_have_their_levels_the_most_common_first(linear, table, parts):
    found = linear.explain(table).dependence("k")
    counts = {level: table["k"].count(level) for level in set(table["k"])}
    assert found.values == tuple(repr(level) for level in sorted(counts, key=lambda level: -counts[level]))
    means = dict(zip(found.values, found.means, strict=True))
    part = np.std(table["y"])  # of a weight of 1
    assert means["'right'"] - means["'mid'"] == pytest.approx(4.5 * part)
    assert means["'left'"] - means["'mid'"] == pytest.approx(1.5 * part)
    assert len(linear.explain(table).dependence("k", values=2).values) == 2


def test_dates_and_truth_values():
    days = np.datetime64("2024-01-01") + np.arange(60)
    rows = {"day": days, "open": [i % 3 == 0 for i in range(60)], "y": np.arange(60.0)}
    network = gn.Network([gn.Dense(1)], loss="squared", seed=0)
    network.learn(rows, target="y", epochs=5, verbose=0)
    found = network.explain(rows).dependence("day", values=3)
    assert found.values == ("2024-01-01", "2024-01-30", "2024-02-29")
    assert found.places[1] - found.places[0] == 29 * 86_400
    assert network.explain(rows).dependence("open").values == ("false", "true")


def test_classes_have_probabilities(table):
    network = gn.Network(seed=0)
    network.learn(table, target="k", epochs=2, verbose=0)
    explanation = network.explain(table)
    found = [explanation.dependence("a", values=4, of=of) for of in ("left", "mid", "right")]
    np.testing.assert_allclose(sum(each.means for each in found), 1, rtol=1e-6)
    shown = explanation.dependence("a", values=4)
    assert shown.of == max(found, key=lambda each: each.means.mean()).of
    assert str(shown).startswith(f"probability of {shown.of!r} where all rows have one value of 'a' (200 rows)")


def test_wrong_columns_and_values_are_refused(linear, table):
    explanation = linear.explain(table)
    with pytest.raises(SchemaError, match=r"'A' is no column .*; did you mean 'a'\? These are 'a', 'b', 'c', 'k'"):
        explanation.dependence("A")
    with pytest.raises(SettingError, match="values=1: expected a whole number of at least 2"):
        explanation.dependence("a", values=1)
    with pytest.warns(gn.DataWarning), pytest.raises(DataError, match="none of the 200 rows has a value of 'a'"):
        linear.explain({**table, "a": [None] * 200}).dependence("a")


def test_numbers_print_with_a_picture_and_categories_with_bars(linear, table):
    explanation = linear.explain(table)
    assert "The mean y against 'a'" in str(explanation.dependence("a"))
    assert "#" in str(explanation.dependence("k"))
