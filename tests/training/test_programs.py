"""The three programs of a network over one state."""

from __future__ import annotations

import numpy as np
import pytest

from glassnet.engines.reference import Reference
from glassnet.errors import ShapeError
from glassnet.nn import Activation, Add, BatchNorm, Dense, Dropout, Input, SoftmaxLogLoss, Squared
from glassnet.nn.graph import Graph, chain
from glassnet.nn.initializers import Constant
from glassnet.optimizers import Adam, GradientDescent
from glassnet.training.programs import Model, Programs

SETTINGS = {"rate scale": 1.0, "mean weight": 1.0}


def story() -> Programs:
    """The 2-2-2 sigmoid network of the walkthrough, each unit with its own bias."""
    layers = [
        Dense(2, "sigmoid", initializer=Constant([[0.15, 0.25], [0.20, 0.30]]), bias_initializer=Constant(0.35)),
        Dense(2, "sigmoid", initializer=Constant([[0.40, 0.50], [0.45, 0.55]]), bias_initializer=Constant(0.60)),
    ]
    graph = Graph.of(chain(layers, Input(2)))
    return Programs.of(Model(graph, Squared(), GradientDescent(0.5), (2,), "float64", "float64", "sum"))


def batch(x, target, weights=None):
    x, target = np.asarray(x), np.asarray(target)
    return {"inputs": x, "target": target, "row weight": np.ones(len(x)) if weights is None else np.asarray(weights)}


def test_one_step_of_the_worked_network_gives_the_published_numbers():
    programs = story()
    state = programs.layout.initial(0)
    outputs = Reference().compile(programs.train).step(state, batch([[0.05, 0.10]], [[0.01, 0.99]]), SETTINGS)
    weights = programs.layout.weights(state)
    assert float(outputs["loss"]) == pytest.approx(0.2983711087600027, abs=1e-15)
    for name, expected in {
        "dense_1.weights": [[0.1497807161327628, 0.24975114363236958], [0.19956143226552567, 0.29950228726473915]],
        "dense_1.bias": [0.3456143226552565, 0.3450228726473914],
        "dense_2.weights": [[0.35891647971788465, 0.5113012702387375], [0.4086661860762334, 0.5613701211079891]],
        "dense_2.bias": [0.5307507191857215, 0.6190491182582781],
    }.items():
        np.testing.assert_allclose(weights[name], expected, rtol=0, atol=1e-15)


def test_the_update_divides_by_rows_and_mean_weight_so_that_a_weight_counts_alike_in_every_batch():
    graph = Graph.of(chain([Dense(1, bias=False, initializer=Constant(0.0))], Input(1)))
    programs = Programs.of(Model(graph, Squared(), GradientDescent(1.0), (1,), "float64", "float64"))
    train = Reference().compile(programs.train)
    moved = {}
    for name, rows in (("together", [0, 1]), ("alone", [1])):
        state = programs.layout.initial(0)
        x, y, w = np.array([[1.0], [2.0]]), np.array([[1.0], [1.0]]), np.array([1.0, 3.0])
        train.step(state, batch(x[rows], y[rows], w[rows]), {"rate scale": 1.0, "mean weight": 2.0})
        moved[name] = float(programs.layout.weights(state)["dense_1.weights"][0, 0])
    # At W = 0 the delta of a row is -2 x y times its weight: -2 and -12.
    assert moved["together"] == pytest.approx((2 + 12) / (2 * 2.0))
    assert moved["alone"] == pytest.approx(12 / (1 * 2.0))


def test_evaluation_and_prediction_leave_the_state_alone_and_ignore_dropout():
    graph = Graph.of(chain([Dense(4, "relu"), Dropout(0.5), BatchNorm(), Dense(3)], Input(2)))
    programs = Programs.of(Model(graph, SoftmaxLogLoss(), Adam(), (), "int64"))
    state = programs.layout.initial(1)
    before = {name: array.copy() for name, array in state.items()}
    x = np.random.default_rng(0).normal(size=(5, 2)).astype(np.float32)
    predict = Reference().compile(programs.predict)
    first, second = (predict.map(state, {"inputs": x}, 2)["answer"] for _ in range(2))
    assert np.array_equal(first, second)
    np.testing.assert_allclose(first.sum(axis=1), 1, rtol=1e-6)
    assert all(np.array_equal(state[name], before[name]) for name in state)


def test_a_step_whose_loss_is_not_finite_is_not_applied():
    programs = story()
    state = programs.layout.initial(0)
    before = {name: array.copy() for name, array in state.items()}
    outputs = Reference().compile(programs.train).step(state, batch([[np.nan, 0.1]], [[0.0, 1.0]]), SETTINGS)
    assert np.isnan(outputs["loss"])
    assert all(np.array_equal(state[name], before[name]) for name in state)


def test_a_layer_used_twice_shares_its_weights_and_sums_their_deltas():
    shared = Dense(1, bias=False, initializer=Constant(3.0))
    a, b = Input(1, name="a"), Input(1, name="b")
    graph = Graph.of(Add()(shared(a), shared(b)))
    programs = Programs.of(Model(graph, Squared(), GradientDescent(0.01), (1,), "float64", "float64", "sum"))
    state = programs.layout.initial(0)
    assert programs.layout.weights(state)["dense_1.weights"].shape == (1, 1)
    rows = {"a": np.array([[1.0]]), "b": np.array([[2.0]]), "target": np.array([[0.0]]), "row weight": np.ones(1)}
    Reference().compile(programs.train).step(state, rows, SETTINGS)
    # loss (3 + 6)^2; derivative 2 * 9 * (1 + 2) = 54
    assert float(programs.layout.weights(state)["dense_1.weights"][0, 0]) == pytest.approx(3 - 0.54)


def test_shapes_that_do_not_fit_name_the_layer_and_both_shapes():
    graph = Graph.of(chain([Dense(4), Activation("tanh"), Dense(2)], Input(3)))
    with pytest.raises(ShapeError, match=r"loss.*\(n, 2\).*\(n, 1\)"):
        Programs.of(Model(graph, Squared(), Adam(), (1,), "float32"))
    with pytest.raises(ShapeError, match="dense_1"):
        Programs.of(Model(Graph.of(chain([Dense(4)], Input(()))), Squared(), Adam(), (1,), "float32"))
