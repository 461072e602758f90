"""Residual blocks, tied weights and a softmax inside a network: values, names, derivatives, files."""

from __future__ import annotations

from typing import Any

import numpy as np

import glassnet as gn
from glassnet.core.check import check_derivatives
from glassnet.nn import (
    Add,
    BatchNorm,
    Dense,
    Dropout,
    Embedding,
    Input,
    Node,
    Residual,
    Scale,
    SoftmaxLogLoss,
    TiedDense,
)
from glassnet.nn.activations import FUNCTIONS
from glassnet.nn.graph import Graph, chain
from glassnet.nn.last import raw_output
from glassnet.nn.lookup import LAYERS
from glassnet.nn.serial import graph_from_json, graph_to_json


class Given:
    """What a layer reads of its own, given by hand."""

    training = False

    def __init__(self, **parts: Any) -> None:
        self.__dict__.update(parts)


# -- residual blocks ---------------------------------------------------------------------------------------------------
def test_a_residual_block_adds_its_input(apply):
    x, weights = np.array([[1.0, 2], [3, -4]]), np.array([[0.0, 1], [1, 0]])
    block = Residual([Dense(2, bias=False), "relu"])
    found, _ = apply(block, x, given={"weights": weights})
    assert found.tolist() == [[3, 3], [3, -1]]


def test_a_residual_block_is_a_piece_of_the_graph():
    block = Residual([Dense(3, "relu"), BatchNorm(), Residual([Dropout(0.1)]), Dense(3)], name="block")
    x = Input(3)
    graph = Graph.of(block(block(x)))  # the same block twice shares its weights
    assert list(graph.names.values()) == ["dense_1", "batch_norm_1", "dropout_1", "add_1", "dense_2", "block"]
    declared, output = graph.declare("float32")
    assert output.shape[1:] == (3,)
    assert sum(name.endswith("weights") for name in declared) == 2
    again = graph_from_json(graph_to_json(graph), LAYERS)
    assert list(again.names.values()) == list(graph.names.values())


def test_a_residual_block_that_starts_at_zero_changes_nothing(apply):
    x = np.array([[1.0, 2], [3, -4]])
    assert apply(Residual([Dense(2, "tanh"), Scale("zeros")]), x)[0].tolist() == x.tolist()


# -- tied weights ------------------------------------------------------------------------------------------------------
def autoencoder() -> Node:
    layers = [Dense(2, "tanh", name="encoder"), TiedDense(5, to="encoder", transposed=True)]
    return chain(layers, Input(5))


def test_a_tied_layer_uses_the_weights_of_the_other_transposed_or_not(apply):
    x, w = np.array([[1.0, 2, -1]]), np.array([[1.0, 0, 2], [0, 1, 1], [3, -1, 0]])

    def both(transposed):
        class Chained(Add):
            def __call__(self, *nodes: Node) -> Node:
                return TiedDense(3, to="one", transposed=transposed)(Dense(3, name="one")(*nodes))

        return Chained()

    assert apply(both(False), x, given={"weights": w})[0].tolist() == (x @ w @ w).tolist()
    assert apply(both(True), x, given={"weights": w})[0].tolist() == (x @ w @ w.T).tolist()


def test_tied_weights_are_declared_once_and_the_bias_is_each_layers_own():
    declared, output = Graph.of(autoencoder()).declare("float32")
    shapes = {name: what.shape for name, what in declared.items()}
    assert shapes == {"encoder.weights": (5, 2), "encoder.bias": (2,), "tied_dense_1.bias": (5,)}
    assert output.shape[1:] == (5,)


def test_the_delta_of_tied_weights_is_the_sum_of_both_uses():
    x, w = np.array([[1.0, 2, -1]]), np.array([[0.1, 0.3], [0.2, -0.5], [0.7, 0.4]])

    def tied(w):
        own = Given(weights=w, bias=0.0)
        hidden = Dense(2, "tanh").forward(own, w.lift(x))
        return TiedDense(3, "sigmoid", to="encoder", transposed=True).forward(own, hidden)

    check_derivatives(tied, w)
    hidden, raw = np.tanh(x @ w), np.tanh(x @ w) @ w.T
    slope = 1 / (1 + np.exp(-raw)) * (1 - 1 / (1 + np.exp(-raw)))
    by_hand = x.T @ (slope @ w * (1 - hidden**2)) + slope.T @ hidden
    np.testing.assert_allclose(gn.gradient(lambda w: tied(w).sum())(w), by_hand, rtol=1e-13)


def test_tied_weights_learn_together_and_are_saved_and_loaded(tmp_path):
    X = np.random.default_rng(0).normal(size=(60, 2)) @ np.random.default_rng(1).normal(size=(2, 5))
    network = gn.Network(autoencoder(), loss="squared", optimizer=gn.Adam(0.02), seed=0)
    report = network.learn(X, X, epochs=60)
    assert report.training_losses[-1] < 0.5 * report.training_losses[0]
    again = gn.load(network.save(tmp_path / "tied.gn"))
    assert np.array_equal(again.predict(X), network.predict(X))
    before = network.predict(X)
    network.weights["encoder.weights"] = np.zeros((5, 2))
    after = network.predict(X)
    np.testing.assert_allclose(after, np.tile(network.weights["tied_dense_1.bias"], (60, 1)), rtol=1e-6)
    assert not np.allclose(after, before)


def test_the_table_of_an_embedding_may_be_tied_to_a_final_softmax():
    x = Input((), name="word", dtype="int64")
    output = TiedDense(6, "softmax", to="table", transposed=True)(Embedding(6, 3, name="table")(x))
    declared, shape = Graph.of(output).declare("float32")
    assert set(declared) == {"table.weights", "tied_dense_1.bias"}
    raw = raw_output(output, SoftmaxLogLoss())  # the loss brings the softmax itself
    assert isinstance(raw.layer, TiedDense)
    assert (raw.layer.activation, raw.layer.to, raw.layer.transposed) == (None, "table", True)
    assert shape.shape[1:] == (6,)


def test_a_dense_softmax_of_its_own_gives_shares_within_a_network(apply):
    x = np.array([[1.0, 2, 0.5], [0, 0, 0]])
    found, _ = apply(Dense(3, "softmax"), x, given={"weights": np.eye(3), "bias": np.zeros(3)})
    np.testing.assert_allclose(found.sum(1), [1, 1], rtol=1e-14)
    np.testing.assert_allclose(found[0], np.exp(x[0]) / np.exp(x[0]).sum(), rtol=1e-14)
    check_derivatives(lambda x, w: FUNCTIONS["softmax"](x @ w), x, np.eye(3))
