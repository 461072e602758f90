"""Each layer against values worked out independently, and its derivative against central differences."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pytest

import glassnet as gn
from glassnet.core.check import check_derivatives
from glassnet.errors import SettingError, ShapeError
from glassnet.nn import Add, BatchNorm, Concatenate, Dense, Dropout, Embedding, Flatten, Input, LayerNorm
from glassnet.nn.activations import FUNCTIONS, Activation, gelu
from glassnet.nn.graph import Graph, chain
from glassnet.nn.initializers import Ones

ROWS = np.array([[1.0, 10], [2, 20], [6, 60]])
POINTS = np.array([[-3.1, -1.2, -0.4, 0.3, 1.1, 2.5]])

MEANINGS = {
    "linear": lambda z: z,
    "sigmoid": lambda z: 1 / (1 + math.exp(-z)),
    "tanh": math.tanh,
    "relu": lambda z: max(z, 0.0),
    "leaky relu": lambda z: z if z > 0 else 0.01 * z,
    "elu": lambda z: z if z > 0 else math.exp(z) - 1,
    "selu": lambda z: 1.0507009873554805 * (z if z > 0 else 1.6732632423543772 * (math.exp(z) - 1)),
    "gelu": lambda z: z * math.erfc(-z / math.sqrt(2)) / 2,
    "gelu tanh": lambda z: z / 2 * (1 + math.tanh(math.sqrt(2 / math.pi) * (z + 0.044715 * z**3))),
    "silu": lambda z: z / (1 + math.exp(-z)),
    "mish": lambda z: z * math.tanh(math.log(1 + math.exp(z))),
    "softplus": lambda z: math.log(1 + math.exp(z)),
    "softsign": lambda z: z / (1 + abs(z)),
    "hard sigmoid": lambda z: min(max(z / 6 + 1 / 2, 0), 1),
    "hard tanh": lambda z: min(max(z, -1), 1),
    "lecun tanh": lambda z: 1.7159 * math.tanh(2 * z / 3),
    "sine": math.sin,
}


@pytest.mark.parametrize("name", sorted(MEANINGS))
def test_each_activation_function_is_what_its_formula_says(apply, name):
    found, _ = apply(Activation(name), POINTS)
    np.testing.assert_allclose(found[0], [MEANINGS[name](z) for z in POINTS[0]], rtol=1e-14)
    check_derivatives(FUNCTIONS[name], POINTS)


def test_every_activation_function_has_a_check():
    assert set(FUNCTIONS) == {*MEANINGS, "softmax", "log softmax"}


def test_softmax_gives_probabilities(apply):
    found, _ = apply(Activation("softmax"), np.array([[0.0, math.log(3)], [1000, -1000]]))
    np.testing.assert_allclose(found, [[0.25, 0.75], [1, 0]], rtol=1e-14)
    check_derivatives(FUNCTIONS["softmax"], POINTS)
    logarithms, _ = apply(Activation("log softmax"), np.array([[0.0, math.log(3)], [1000, -1000]]))
    np.testing.assert_allclose(logarithms, [[math.log(0.25), math.log(0.75)], [0, -2000]], rtol=1e-14)
    check_derivatives(FUNCTIONS["log softmax"], POINTS)


def test_gelu_is_the_exact_one_and_keeps_its_accuracy_far_out():
    slope = gn.gradient(gelu)
    for x, value, derivative in (
        (-5.0, -1.4332578593401202e-06, -7.1469460018034646e-06),
        (-1.0, -0.15865525393145702, -0.08331547058768635),
        (2.0, 1.9544997361036416, 1.085231801078197),
    ):
        assert MEANINGS["gelu"](x) == pytest.approx(value, rel=1e-9)
        assert float(slope(x)) == pytest.approx(derivative, rel=1e-9)


def test_relu_has_slope_zero_at_zero_and_shows_nan():
    assert float(gn.gradient(gn.functions.relu)(0.0)) == 0
    assert np.isnan(gn.gradient(lambda z: gn.functions.relu(z) * z)(np.nan))


def test_dense_is_a_weighted_sum(apply):
    found, _ = apply(Dense(1), ROWS, given={"weights": [[2.0], [0.5]], "bias": [1.0]})
    assert found.tolist() == [[8.0], [15.0], [43.0]]
    assert Dense(1, Activation("relu")).activation == "relu"
    check_derivatives(lambda x, w, b: gn.functions.tanh(x @ w + b), ROWS / 10, np.ones((2, 3)) / 3, np.ones(3))


@pytest.mark.parametrize(
    ("activation", "deviation"), [("relu", math.sqrt(2 / 400)), ("lecun tanh", 0.05), (None, math.sqrt(2 / 600))]
)
def test_dense_starts_by_the_rule_for_its_activation(activation, deviation):
    declared, _ = Graph.of(Dense(200, activation)(Input(400))).declare("float32")
    weights = declared["dense_1.weights"].initializer.values((400, 200), 0, "dense_1.weights")
    assert weights.std() == pytest.approx(deviation, rel=0.02)
    assert weights.mean() == pytest.approx(0, abs=3 * deviation / math.sqrt(80_000))


def test_dropout_keeps_the_mean_while_training_and_passes_when_predicting(apply):
    x = np.ones((400, 50))
    first, _ = apply(Dropout(0.3), x, training=True, step=1)
    assert set(np.unique(first).round(12)) == {0.0, round(1 / 0.7, 12)}
    assert (first == 0).mean() == pytest.approx(0.3, abs=0.02)
    assert not np.array_equal(first, apply(Dropout(0.3), x, training=True, step=2)[0])
    assert np.array_equal(first, apply(Dropout(0.3), x, training=True, step=1)[0])
    assert np.array_equal(apply(Dropout(0.3), x)[0], x)


def test_embedding_picks_rows(apply):
    table = np.arange(8.0).reshape(4, 2)
    found, _ = apply(Embedding(4, 2), np.array([3, 0, 3]), given={"weights": table})
    assert found.tolist() == [[6, 7], [0, 1], [6, 7]]
    assert apply(Embedding(4, 2), np.array([[3, 0]]), given={"weights": table})[0].shape == (1, 2, 2)


def test_the_row_of_what_was_never_seen_starts_at_zero():
    declared, _ = Graph.of(Embedding(4, 3, unseen=True)(Input((), dtype="int64"))).declare("float32")
    weights = declared["embedding_1.weights"].initializer.values((4, 3), 0, "embedding_1.weights")
    assert weights[0].tolist() == [0, 0, 0]
    assert (weights[1:] != 0).all()


def test_layer_norm_brings_each_row_to_mean_zero_and_variance_one(apply):
    found, _ = apply(LayerNorm(epsilon=1e-12), np.array([[1.0, 2, 6], [5, 5, 5]]))
    expected = np.array([-2, -1, 3]) / math.sqrt(14 / 3)
    np.testing.assert_allclose(found, [expected, [0, 0, 0]], atol=1e-9)


def test_batch_norm_learns_with_the_batch_and_keeps_running_statistics(apply):
    found, kept = apply(BatchNorm(momentum=0.1, epsilon=1e-5), ROWS, training=True)
    expected = [
        [-0.9258191078240388, -0.9258200898530505],
        [-0.4629095539120194, -0.46291004492652527],
        [1.3887286617360581, 1.3887301347795757],
    ]
    np.testing.assert_allclose(found, expected, rtol=1e-10)
    np.testing.assert_allclose(kept["mean"], [0.3, 3.0], rtol=1e-12)
    np.testing.assert_allclose(kept["variance"], [1.6, 70.9], rtol=1e-12)  # the variance over n - 1
    predicted, _ = apply(BatchNorm(), ROWS[:1], given=kept)
    np.testing.assert_allclose(predicted, [[0.553396861167, 0.831332754039]], rtol=1e-10)


def test_batch_norm_of_one_row_uses_and_keeps_the_running_statistics(apply):
    found, kept = apply(BatchNorm(), ROWS[:1], training=True, given={"mean": [1.0, 4.0], "variance": [4.0, 9.0]})
    np.testing.assert_allclose(found, [[0, 2]], rtol=1e-5)
    assert kept["mean"].tolist() == [1, 4]
    assert kept["variance"].tolist() == [4, 9]


def test_merging_and_flattening(apply):
    assert apply(Concatenate(), ROWS, ROWS)[0].shape == (3, 4)
    assert apply(Add(), ROWS, ROWS)[0].tolist() == (2 * ROWS).tolist()
    assert apply(Flatten(), np.ones((2, 3, 4)))[0].shape == (2, 12)


def test_settings_out_of_range_name_the_layer_and_the_range():
    for wrong, named in (
        (lambda: Dense(0), "Dense: outputs=0"),
        (lambda: Dropout(1.0), r"Dropout: rate=1\.0"),
        (lambda: Embedding(3, -1), "Embedding: outputs=-1"),
        (lambda: BatchNorm(momentum=0), "BatchNorm: momentum=0"),
        (lambda: LayerNorm(epsilon=0), "LayerNorm: epsilon=0"),
        (lambda: Activation("rellu"), "did you mean 'relu'"),
        (lambda: Dense(3, "swish"), "here it is called 'silu'"),
        (lambda: Dense(3, np.tanh), "expected a name"),
        (lambda: Concatenate(0), "Concatenate: axis=0"),
        (lambda: Dense(3)(Input(2, name="a"), Input(2, name="b")), "Dense was called on 2 inputs; expected one input"),
        (lambda: Add()(), "Add was called on 0 inputs"),
    ):
        with pytest.raises(SettingError, match=named):
            wrong()


def test_shapes_that_do_not_fit_name_the_layer():
    with pytest.raises(ShapeError, match=r"add_1.*\(n, 2\).*\(n, 3\)"):
        Graph.of(Add()(Input(2, name="a"), Input(3, name="b"))).declare("float32")


def test_two_layers_of_one_name_are_refused():
    with pytest.raises(SettingError, match="2 layers are called 'same'"):
        Graph.of(chain([Dense(2, name="same"), Dense(2, name="same")], Input(2)))


def test_a_layer_of_ones_own_in_a_few_lines(apply):
    @dataclass(frozen=True, eq=False)
    class Stretch(gn.Layer):
        def parameters(self, x):
            return {"factor": gn.Parameter((x.shape[-1],), Ones())}

        def forward(self, own, x):
            return x * own.factor

    found, _ = apply(Stretch(), ROWS, given={"factor": [2.0, 3.0]})
    assert found.tolist() == [[2, 30], [4, 60], [12, 180]]
