"""A part of the layers run on rows."""

from __future__ import annotations

import numpy as np
import pytest

import glassnet as gn
from glassnet.errors import DataError, NotLearntError, SettingError

X = np.sin(np.arange(120.0).reshape(30, 4) ** 1.5)
Y = X @ [1.0, -2.0, 0.5, 0.0]


@pytest.fixture(params=["reference", "native"])
def network(request) -> gn.Network:
    layers = [gn.Dense(5, "tanh"), gn.BatchNorm(), gn.Dropout(0.5), gn.Dense(2, "softmax")]
    mine = gn.Network(layers, loss="softmax log loss", dtype="float64", seed=0, engine=request.param)
    mine.learn(X, (Y > 0).astype(int), epochs=2, verbose=0)
    return mine


def test_values_after_a_layer_are_those_of_its_formula(network):
    w = network.weights
    hidden = np.tanh(X @ w["dense_1.weights"] + w["dense_1.bias"])
    for stop in ("dense_1", 0, -4, np.int64(0)):
        np.testing.assert_allclose(network.forward(X, stop=stop), hidden, rtol=1e-12)


def test_the_end_is_the_raw_output_from_which_the_answer_is_made(network):
    raw = network.forward(X)
    shares = np.exp(raw) / np.exp(raw).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(shares, network.predict_probabilities(X), rtol=1e-12)
    np.testing.assert_array_equal(network.forward(X, stop="dense_2"), raw)


def test_a_later_part_goes_on_where_an_earlier_one_stopped(network):
    for stop, start in (("dense_1", "batch_norm_1"), (1, 2), ("dropout_1", -1)):
        values = network.forward(X, stop=stop)
        np.testing.assert_array_equal(network.forward(values, start=start), network.forward(X))
    middle = network.forward(network.forward(X, stop=0), start=1, stop=2)
    np.testing.assert_array_equal(middle, network.forward(X, stop=2))


def test_looking_changes_nothing(network):
    state = {name: array.copy() for name, array in network.weights.items()}
    answers = network.predict_probabilities(X)
    network.forward(X, stop=1)
    for name, array in network.weights.items():
        np.testing.assert_array_equal(array, state[name])
    np.testing.assert_array_equal(network.predict_probabilities(X), answers)


def test_tables_sequences_and_graphs_are_run_too():
    table = {"a": X[:, 0].tolist(), "kind": ["x", "y", "z"] * 10, "target": Y.tolist()}
    mine = gn.Network([gn.Dense(3, "relu"), gn.Dense(1)], loss="squared", seed=0)
    mine.learn(table, target="target", epochs=1, verbose=0)
    assert mine.forward(table, stop="dense_1").shape == (30, 3)
    sequences = [X[:3], X[3:10], X[10:12]]
    recurrent = gn.Network([gn.GRU(4, sequences=True), gn.MeanOverTime(), gn.Dense(1)], loss="squared", seed=0)
    recurrent.learn(sequences, [0.0, 1.0, 2.0], epochs=1, verbose=0)
    assert recurrent.forward(sequences, stop=0).shape == (3, 7, 4)
    with pytest.raises(SettingError, match="takes sequences, whose lengths"):
        recurrent.forward(sequences, start=1)
    start = gn.Input(4)
    hidden = gn.Dense(3, name="hidden")(start)
    graph = gn.Network(gn.Dense(1)(gn.Concatenate()(start, hidden)), loss="squared", seed=0)
    graph.learn(X, Y, epochs=1, verbose=0)
    with pytest.raises(SettingError, match="takes 2 inputs"):
        graph.forward(X, start="concatenate_1")
    joined = np.concatenate([X, graph.forward(X, stop="hidden")], axis=1)
    np.testing.assert_allclose(graph.forward(joined, start="dense_1"), graph.forward(X), rtol=1e-6)


def test_a_part_that_needs_more_than_it_is_given_is_refused():
    start = gn.Input(4)
    hidden = gn.Dense(4, name="hidden")(gn.Dense(4, name="first")(start))
    mine = gn.Network(gn.Dense(1)(gn.Add()(start, hidden)), loss="squared", seed=0)
    mine.learn(X, Y, epochs=1, verbose=0)
    with pytest.raises(SettingError, match="does not follow from what goes in at 'hidden' alone"):
        mine.forward(X, start="hidden")
    assert mine.forward(X, start="hidden", stop="hidden").shape == (30, 4)


def test_what_cannot_be_run_is_refused(network):
    with pytest.raises(SettingError, match="stop='dens_1': the network has no such layer; did you mean 'dense_1'"):
        network.forward(X, stop="dens_1")
    for wrong in (4, -5, True, 1.0):
        with pytest.raises(SettingError, match="numbered from 0 to 3"):
            network.forward(X, stop=wrong)
    with pytest.raises(SettingError, match="start='dense_2', stop='dense_1'"):
        network.forward(np.ones((3, 5)), start="dense_2", stop="dense_1")
    with pytest.raises(DataError, match=r"values of shape \(30, 4\); expected \(n, 5\)"):
        network.forward(X, start=1)
    with pytest.raises(NotLearntError):
        gn.Network([gn.Dense(1)], loss="squared").forward(X)
