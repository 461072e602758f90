"""What a network shows of itself: its layers, its state, and its answers beside the desired ones."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import glassnet as gn
from glassnet.errors import DataError, NotLearntError, SettingError, TargetError
from glassnet.nn.initializers import Constant

X = np.array([[1.0, 0.0], [2.0, 1.0], [3.0, 0.0], [4.0, 1.0]])


def fixed(outputs: int = 1, **settings: object) -> gn.Network:
    """All weights 1, so that the answer is the sum of the inputs."""
    layers = [gn.Dense(outputs, initializer=Constant(1.0))]
    return gn.Network(layers, loss="squared", dtype="float64", seed=0, **settings)  # type: ignore[arg-type]


# -- layers ------------------------------------------------------------------------------------------------------------
def test_layers_have_shapes_and_counts_and_say_what_feeds_them():
    x = gn.Input(3, name="x")
    hidden = gn.Dense(8, "relu")(gn.Dropout(0.5)(x))
    output = gn.Add()(gn.Dense(1)(hidden), gn.Dense(1, name="shortcut", bias=False)(x))
    network = gn.Network(output, loss="squared", seed=0)
    network.learn(np.ones((5, 3)), np.ones(5), epochs=1)
    rows = {row.name: (row.feeds, str(row.gives), row.count) for row in network.layers.rows}
    assert rows == {
        "x": ((), "(n, 3)", 0),
        "dropout_1": (("x",), "(n, 3)", 0),
        "dense_1": (("dropout_1",), "(n, 8)", 3 * 8 + 8),
        "dense_2": (("dense_1",), "(n, 1)", 8 + 1),
        "shortcut": (("x",), "(n, 1)", 3),
        "add_1": (("dense_2", "shortcut"), "(n, 1)", 0),
    }
    assert list(network.layers) == ["dropout_1", "dense_1", "dense_2", "shortcut", "add_1"]
    printed = str(network.layers).splitlines()
    assert printed[-1].split() == ["total", "44"]
    assert network.layers["shortcut"].bias is False


def test_shapes_of_sequences_and_of_an_ensemble():
    network = gn.Network([gn.LSTM(4, sequences=True), gn.Flatten(), gn.Dense(2)], loss="squared", seed=0)
    network.learn(np.ones((6, 5, 3)), np.ones((6, 2)), epochs=1)
    assert [str(row.gives) for row in network.layers.rows] == ["(n, 5, 3)", "(n, 5, 4)", "(n, 20)", "(n, 2)"]
    table = gn.Network(seed=0)
    table.learn({"a": list(range(60)), "y": [i % 7 for i in range(60)]}, target="y", epochs=1)
    found = {row.name: row for row in table.layers.rows}
    assert str(found["blend_1"].gives) == "(n, 1)"
    assert str(found["packed_dropout_1"].gives) == str(found["hidden_1"].gives) == "(n, 24, 64)"
    assert sum(row.count for row in found.values()) == sum(array.size for array in table.weights.values())


def test_a_network_shows_its_state_before_and_after_learning():
    network = fixed()
    assert network._repr_html_().count("Network(layers, seed=0)\nlearnt nothing yet") == 1
    network.learn(X, X.sum(axis=1), epochs=1, mode="full-batch")
    assert repr(network).endswith("learnt 1 step")
    rows = np.tile(X, (20, 1))
    report = network.learn(rows, rows[:, 0] ** 2, epochs=2, validation=0.25)
    assert repr(network).endswith(f" steps, validation {report.score['loss']:.4g}")
    assert "dense_1" in network._repr_html_()


# -- answers beside the desired ones -----------------------------------------------------------------------------------
def test_numbers_are_compared_row_by_row():
    network = fixed()
    network.learn(X, X.sum(axis=1), epochs=0)
    found = network.compare(X, [1.0, 3.5, 3.0, 4.0])
    assert found.desired[:, 0].tolist() == [1.0, 3.5, 3.0, 4.0]
    assert found.answers[:, 0].tolist() == [1.0, 3.0, 3.0, 5.0]
    text = str(found)
    assert "farthest off, of 4; the error is 0.375 on average, 0.25 in the middle row" in text
    first, second = (line.split() for line in text.splitlines()[4:6])
    assert (first, second) == (["3", "4", "5", "1"], ["1", "3.5", "3", "-0.5"])


def test_numbers_are_on_the_scale_of_the_table_and_rows_without_a_target_are_left_out():
    table = pd.DataFrame({"a": range(80), "price": [1000.0 + 10 * i for i in range(80)], "weight": range(80)})
    network = gn.Network(seed=0)
    network.learn(table, target=["price", "weight"], epochs=3)
    table["price"] = table["price"].where(table["a"] != 7)
    found = network.compare(table)
    assert found.names == ("price", "weight")
    assert found.desired[0].tolist() == [1000.0, 0.0]
    assert len(found.desired) == 79
    np.testing.assert_allclose(found.answers, network.predict(table.drop(index=7)).to_numpy(), rtol=1e-6)


def test_classes_are_counted_by_what_they_were_taken_for():
    table = {"x": [0.0, 1.0] * 40, "k": ["no", "yes"] * 40}
    network = gn.Network([gn.Dense(2)], loss="softmax log loss", optimizer=gn.Adam(0.1), seed=0)
    network.learn(table, target="k", epochs=50)
    found = network.compare({"x": [0.0, 1.0, 1.0, 0.0, 0.0], "k": ["no", "yes", "no", "no", "yes"]})
    assert found.labels == ("no", "yes")
    assert found.counts.tolist() == [[2, 1], [1, 1]]
    assert "3 of 5 rows were given their own class" in str(found)


def test_of_many_classes_the_pairs_that_were_confused_most_often_are_shown():
    names = [f"c{i:02d}" for i in range(20)]
    table = {"x": [float(i) for i in range(20)] * 4, "k": names * 4}
    network = gn.Network([gn.Dense(20)], loss="softmax log loss", seed=0)
    network.learn(table, target="k", epochs=1)
    found = network.compare(table)
    wrong = found.counts - np.diag(np.diag(found.counts))
    most = str(found).splitlines()[4].split()
    assert found.counts.sum() == 80
    assert wrong[names.index(most[0]), names.index(most[1])] == int(most[2]) == wrong.max()


def test_rows_of_probabilities_are_compared_by_their_likeliest_class():
    network = gn.Network([gn.Dense(3, "softmax")], loss="softmax log loss", seed=0)
    targets = np.eye(3)[[0, 1, 2, 0]]
    network.learn(X, targets, epochs=1)
    found = network.compare(X, targets)
    assert found.desired.tolist() == [0, 1, 2, 0]
    assert found.labels == (0, 1, 2)


def test_steps_of_sequences_are_compared_each_by_itself():
    network = gn.Network([gn.RNN(2, sequences=True), gn.Dense(1)], loss="squared", seed=0)
    sequences, targets = [np.ones((2, 1)), np.ones((4, 1))], [np.zeros(2), np.zeros(4)]
    network.learn(sequences, targets, epochs=1)
    assert network.compare(sequences, targets).desired.shape == (6, 1)


@pytest.mark.parametrize("call", ["compare", "landscape"])
def test_what_cannot_be_looked_at_is_refused_in_words(call):
    look = getattr(fixed(), call)
    with pytest.raises(NotLearntError, match=f"{call}: the network has learnt nothing yet"):
        look(X, X[:, 0])
    network = fixed()
    network.learn(X, X.sum(axis=1), epochs=0)
    with pytest.raises(DataError):
        getattr(network, call)(X, [1.0])
    with pytest.raises((DataError, TargetError)):
        getattr(network, call)(X, [float("nan")] * 4)
    with pytest.raises(SettingError, match="of='prise'"):
        network.compare(X, X[:, 0]).plot(of="prise")


@pytest.mark.parametrize(
    ("name", "ours"),
    [("summary", "layers"), ("history", "report"), ("confusion_matrix", "compare"), ("plot", r"report\.plot\(\)")],
)
def test_familiar_names_are_answered_with_ours(name, ours):
    with pytest.raises(AttributeError, match=f"here it is {ours}"):
        getattr(fixed(), name)
