"""Permutation importance: its formula for squared losses, its errors, and pairs of columns."""

from __future__ import annotations

import numpy as np
import pytest

import glassnet as gn
from glassnet.errors import SettingError, TargetError


def test_for_the_squared_error_it_is_twice_the_variance_of_a_columns_part(linear, table, parts):
    """The mean of (p_i - p_j)^2 over all pairs, for targets that are the answers themselves."""
    targets = linear.predict(table)
    found = linear.explain({**table, "y": targets.tolist()}).importance("mean_squared_error", repeats=60, seed=3)
    assert found.score == pytest.approx(0, abs=1e-20)
    for name, mean, error in zip(found.columns, found.means, found.errors, strict=True):
        expected = 2 * np.var(parts[name])
        assert abs(mean - expected) <= 4 * error + 1e-12
        assert error <= 0.05 * expected + 1e-12
    order = sorted(parts, key=lambda name: -np.var(parts[name]))
    assert found.columns == tuple(order)
    assert found.means[-1] == found.errors[-1] == 0  # of the column that does not count


def test_errors_are_those_of_the_mean_over_repeats(linear, table, parts):
    """They shrink with the root of the repeats; two seeds differ by about as much as they say."""
    explanation = linear.explain(table)
    few, many = (explanation.importance(repeats=repeats, seed=1).errors[:3].mean() for repeats in (5, 80))
    assert 2 < few / many < 8
    one, other = (explanation.importance(seed=seed) for seed in (5, 6))
    assert (np.abs(one.means[0] - other.means[0]) <= 5 * (one.errors[0] + other.errors[0])).all()
    again = explanation.importance(seed=5)
    np.testing.assert_array_equal(again.means, one.means)


def test_targets_may_come_beside_and_rows_without_one_are_left_out(linear, table):
    inputs = {name: values for name, values in table.items() if name != "y"}
    beside = linear.explain(inputs, np.array(table["y"])).importance()
    np.testing.assert_array_equal(beside.means, linear.explain(table).importance().means)
    gaps = [None if i % 4 == 0 else y for i, y in enumerate(table["y"])]
    some = linear.explain({**table, "y": gaps}).importance()
    assert some.rows == "150 rows"
    with pytest.raises(TargetError, match="the rows have no target 'y', which scores need; give a table that holds it"):
        linear.explain(inputs).importance()


def test_where_higher_is_better_worse_is_lower(linear, table):
    found = linear.explain({**table, "y": linear.predict(table).tolist()}).importance("r2")
    assert found.score == 1
    assert found.means[0] > 0.5


def test_classes_have_the_brier_score_and_others_that_are_asked_for(table):
    rows = {"a": table["a"], "b": table["b"], "k": ["yes" if a > 0 else "no" for a in table["a"]]}
    network = gn.Network([gn.Dense(1)], loss="binary log loss", seed=0)
    network.learn(rows, target="k", epochs=0, verbose=0)
    network.weights["dense_1.weights"] = np.array([[30.0], [0.0]])
    explanation = network.explain(rows)
    assert explanation.importance().metric == "brier"
    assert explanation.importance().columns[0] == "a"
    found = explanation.importance("accuracy", repeats=20)
    assert found.means[0] == pytest.approx(0.5, abs=0.1)  # half of the rows are then answered by chance
    with pytest.raises(SettingError, match="metric='r2'"):
        explanation.importance("r2")
    network.weights["dense_1.weights"] = np.array([[300.0], [0.0]])
    with pytest.raises(SettingError, match=r"log_loss comes to inf; choose another, such as metric='brier'"):
        network.explain(rows).importance("log_loss")


def test_large_tables_are_sampled_and_it_is_said():
    rows = {"a": np.arange(2_500.0) ** 1.1, "b": np.sin(np.arange(2_500.0)), "y": np.arange(2_500.0)}
    network = gn.Network([gn.Dense(1)], loss="squared", seed=0)
    network.learn(rows, target="y", epochs=0, verbose=0)
    found = network.explain(rows).importance()
    assert found.rows == "a sample of 2,000 of 2,500 rows"
    assert "A sample of 2,000 of 2,500 rows, shuffled 5 times." in str(found)


def test_columns_that_go_together_are_named(table):
    """Ranks know no scale: e^a goes with a as -a does; b does not."""
    a = np.array(table["a"])
    rows = {"a": a, "b": table["b"], "power": np.exp(a), "less": -(a**3), "y": table["y"]}
    network = gn.Network([gn.Dense(1)], loss="squared", seed=0)
    network.learn(rows, target="y", epochs=0, verbose=0)
    found = network.explain(rows).importance()
    named = {(one, other): value for one, other, value in found.together}
    assert named == pytest.approx({("a", "power"): 1.0, ("a", "less"): -1.0, ("power", "less"): -1.0})
    assert "'a' and 'power' (1.00)" in str(found)
    assert "Shuffling one of a pair says little" in str(found)


def test_nothing_is_said_where_no_columns_go_together(linear, table):
    found = linear.explain(table).importance()
    assert found.together == ()
    assert "go together" not in str(found)


@pytest.mark.parametrize("repeats", [1, 0, True, 2.5])
def test_repeats_out_of_range_are_refused(linear, table, repeats):
    with pytest.raises(SettingError, match=f"repeats={repeats}: expected a whole number of at least 2"):
        linear.explain(table).importance(repeats=repeats)


def test_it_prints_a_table_with_bars(linear, table):
    text = str(linear.explain(table).importance())
    assert text.startswith("How much worse root_mean_squared_error gets where a column is shuffled; as it is: ")
    bars = [line.count("#") for line in text.split("\n")[4:8]]
    assert bars[0] == 24
    assert bars == sorted(bars, reverse=True)
