"""What each column adds to an answer: exact for linear networks, complete for all."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import glassnet as gn
from glassnet.errors import SettingError

CLASSES = ["left", "mid", "right"]


def test_of_a_linear_network_they_are_its_weights_times_the_way_from_the_average(linear, table, parts):
    found = linear.explain(table).attributions()
    assert found.columns == ("a", "b", "c", "k")
    for place, name in enumerate(found.columns):
        np.testing.assert_allclose(found.values[:, place], parts[name] - parts[name].mean(), atol=1e-12)
    np.testing.assert_allclose(found.answers, linear.predict(table), rtol=1e-12)
    np.testing.assert_allclose(found.base, np.mean(linear.predict(table)), rtol=1e-12)
    np.testing.assert_allclose(found.values.sum(axis=1) + found.base, found.answers, rtol=1e-12)
    assert found.error < 1e-12
    assert set(found.of) == {"y"}


def test_rows_need_not_be_those_learnt_and_need_no_targets(linear, table, parts):
    some = {name: values[:9] for name, values in table.items() if name != "y"}
    found = linear.explain(some).attributions()
    np.testing.assert_allclose(found.values[:, 3], parts["k"][:9] - parts["k"][:9].mean(), atol=1e-12)


@pytest.mark.parametrize("classes", [CLASSES, CLASSES[:2]])
def test_log_odds_of_linear_networks_of_classes(table, classes):
    rows = {name: np.array(values)[np.isin(table["k"], classes)] for name, values in table.items()}
    outputs = len(classes) if len(classes) > 2 else 1
    network = gn.Network(
        [gn.Dense(outputs)], loss="binary log loss" if outputs == 1 else "softmax log loss", dtype="float64", seed=0
    )
    network.learn(rows, target="k", epochs=20, verbose=0)
    probabilities = network.predict_probabilities(rows)
    odds = np.log(probabilities) - np.log1p(-probabilities)
    likeliest = probabilities.argmax(axis=1)
    found = network.explain(rows).attributions()
    assert found.of == tuple(classes[place] for place in likeliest)
    np.testing.assert_allclose(found.answers, odds[np.arange(len(odds)), likeliest], rtol=1e-9)
    one = network.explain(rows).attributions(of=classes[1])
    np.testing.assert_allclose(one.answers, odds[:, 1], rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(one.values.sum(axis=1) + one.base, odds[:, 1], atol=0.01 * np.abs(odds).max())
    if outputs == 1:
        other = network.explain(rows).attributions(of=classes[0])
        np.testing.assert_allclose(other.values, -one.values, atol=1e-12)
        np.testing.assert_allclose(one.base, odds[:, 1].mean(), rtol=1e-9)  # the log-odds are linear


def test_certain_answers_have_log_odds_too(table):
    """In float32 the probability is 1 exactly; its log-odds are the raw output."""
    rows = {"a": table["a"], "k": ["yes" if a > 0 else "no" for a in table["a"]]}
    network = gn.Network([gn.Dense(1)], loss="binary log loss", seed=0)
    network.learn(rows, target="k", epochs=0, verbose=0)
    network.weights["dense_1.weights"] = np.array([[300.0]])
    found = network.explain(rows).attributions(of="yes")
    assert network.predict_probabilities(rows).max() == 1
    z = (np.array(rows["a"]) - np.mean(rows["a"])) / np.std(rows["a"])
    np.testing.assert_allclose(found.answers, 300 * z / np.sqrt(1 + (z / 8) ** 2), rtol=1e-4)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 1000), size=st.floats(0.1, 8.0), function=st.sampled_from(["tanh", "relu", "silu"]))
def test_they_are_complete_and_a_column_without_a_way_to_the_answer_adds_nothing(seed, size, function):
    random = np.random.default_rng(seed)
    rows = {name: random.normal(size=40).tolist() for name in ("a", "b", "c", "y")}
    network = gn.Network([gn.Dense(12, function), gn.Dense(1)], loss="squared", dtype="float64", seed=seed)
    network.learn(rows, target="y", epochs=0, verbose=0)
    weights = size * random.normal(size=(3, 12))
    weights[2] = 0
    network.weights["dense_1.weights"] = weights
    found = network.explain(rows).attributions()
    difference = found.answers - found.base
    scale = np.maximum(np.abs(difference), np.sqrt(np.mean(difference**2)))
    assert (np.abs(found.values.sum(axis=1) - difference) <= 0.01 * scale + 1e-12).all()
    assert found.error <= 0.01
    assert (found.values[:, 2] == 0).all()


def test_of_several_targets_one_is_named(table):
    network = gn.Network([gn.Dense(2)], loss="squared", dtype="float64", seed=0)
    network.learn(table, target=["y", "c"], epochs=0, verbose=0)
    explanation = network.explain(table)
    answers = network.predict(table)
    np.testing.assert_allclose(explanation.attributions().answers, answers[:, 0], rtol=1e-9)
    np.testing.assert_allclose(explanation.attributions(of="c").answers, answers[:, 1], rtol=1e-9)
    with pytest.raises(SettingError, match="of='d': no target of that name was learnt; there are 'y', 'c'"):
        explanation.attributions(of="d")


def test_a_class_that_was_not_learnt_and_answers_without_log_odds_are_refused(table):
    network = gn.Network([gn.Dense(3)], loss="hinge", seed=0)
    network.learn(table, target="k", epochs=0, verbose=0)
    with pytest.raises(SettingError, match="of='top': no class of that name was learnt"):
        network.explain(table).attributions(of="top")
    with pytest.raises(SettingError, match="probability 0 or 1 exactly, which has no log-odds"):
        network.explain(table).attributions()


def test_later_learning_changes_nothing(linear, table):
    explanation = linear.explain(table)
    before = linear.predict(table)
    linear.learn(table, epochs=3, verbose=0)
    np.testing.assert_allclose(explanation.attributions().answers, before, rtol=1e-12)


def test_it_prints_the_columns_by_size_and_how_complete_it_is(linear, table):
    text = str(linear.explain(table).attributions())
    lines = [line.split()[0] for line in text.split("\n")[4:8]]
    assert lines == ["a", "b", "k", "c"] or lines == ["a", "k", "b", "c"]
    assert "Each row sums to its answer within" in text


def test_a_large_offset_of_the_target_takes_no_digits_of_what_columns_add(table, parts):
    """Targets of a deviation of about 1, a thousand million million from 0: their own digits end at an eighth."""
    far = {**table, "y": [1e15 + value for value in table["y"]]}
    network = gn.Network([gn.Dense(1)], loss="squared", dtype="float64", seed=0)
    network.learn(far, target="y", epochs=0, verbose=0)
    network.weights["dense_1.weights"] = np.array([3.0, -2.0, 0.0, 1.0, -0.5, 4.0])[:, None]
    deviation = network._learnt.contract.target.deviations[0]
    near = gn.Network([gn.Dense(1)], loss="squared", dtype="float64", seed=0)
    near.learn(table, target="y", epochs=0, verbose=0)
    near.weights["dense_1.weights"] = network.weights["dense_1.weights"]
    scale = deviation / near._learnt.contract.target.deviations[0]
    np.testing.assert_allclose(
        network.explain(far).attributions().values, scale * near.explain(table).attributions().values, rtol=1e-8
    )
