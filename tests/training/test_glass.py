"""One step laid open."""

from __future__ import annotations

import io

import numpy as np
import pytest
from rich.console import Console

import glassnet as gn
from glassnet.display.tables import as_table, as_text
from glassnet.nn.initializers import Constant

X = np.arange(5.0)


def line() -> gn.Network:
    """The model y = W x at W = 3, in float64."""
    layers = [gn.Dense(1, bias=False, initializer=Constant(3.0))]
    network = gn.Network(
        layers, loss="squared", optimizer=gn.GradientDescent(0.01), dtype="float64", reduction="sum", seed=0
    )
    network.learn(X, 2 * X, epochs=0)
    return network


def test_the_line_at_three_is_seen_with_all_its_numbers():
    glass = line().open(X, 2 * X).glass
    assert glass.output.ravel().tolist() == [0, 3, 6, 9, 12]
    assert glass.total == 30
    (weight,) = glass.weights
    assert weight.derivative.tolist() == [[60.0]]
    assert weight.estimate[0, 0] == pytest.approx(60, rel=1e-8)
    assert (weight.before[0, 0], weight.after[0, 0]) == (3.0, 2.4)
    errors = glass.tables[0]
    assert errors.rows[-1] == ["total", "", "", "10", "10", "30"]


def test_the_way_back_ends_at_the_derivative():
    glass = line().open(X, 2 * X).glass
    assert glass.backward[-1].value.tolist() == [[60.0]]
    assert glass.backward[-1].place == "dense_1"
    assert {stage.place for stage in glass.forward} >= {"dense_1", "loss"}
    assert all(np.isfinite(stage.value).all() for stage in (*glass.forward, *glass.backward, *glass.update))


def test_looking_changes_nothing_and_shows_the_step_that_learning_takes():
    network = line()
    opened = network.open(X, 2 * X)
    again = network.open(X, 2 * X)
    assert str(opened) == str(again)
    network.learn(X, 2 * X, mode="full-batch", epochs=1)
    assert np.array_equal(network.weights["dense_1.weights"], opened.glass.weights[0].after)


def test_derivatives_agree_with_their_estimates_in_a_deep_network_of_classes():
    random = np.random.default_rng(0)
    x, y = random.normal(size=(6, 3)), np.array([0, 1, 2, 0, 1, 2])
    layers = [gn.Dense(4, "tanh"), gn.LayerNorm(), gn.Dense(3)]
    network = gn.Network(layers, loss="softmax log loss", dtype="float64", seed=0)
    network.learn(x, y, epochs=1)
    opened = network.open(x, y)
    for view in opened.glass.weights:
        np.testing.assert_allclose(view.derivative, view.estimate, rtol=1e-5, atol=1e-8)
    assert "desired class" in str(opened)


@pytest.mark.parametrize("class_weight", [None, "balanced", {0: 5.0, 1: 1.0}])
def test_the_step_shown_is_the_one_that_learning_takes_with_these_weights(class_weight):
    x, y = np.array([[1.0], [2.0], [-1.0], [0.5]]), np.array([0, 1, 1, 1])
    network = gn.Network([gn.Dense(1)], loss="binary log loss", dtype="float64", seed=0)
    network.learn(x, y, epochs=0)
    opened = network.open(x, y, class_weight=class_weight)
    network.learn(x, y, mode="full-batch", epochs=1, class_weight=class_weight)
    for view in opened.glass.weights:
        assert np.array_equal(network.weights[view.name], view.after)
    assert "raw output" in str(opened)


def test_it_prints_as_tables_that_a_terminal_of_any_width_shows():
    opened = line().open(X, 2 * X)
    assert "  4        12              8                4       4                16" in str(opened)
    narrow = Console(file=io.StringIO(), width=50, color_system=None)
    narrow.print(opened)
    assert max(map(len, narrow.file.getvalue().splitlines())) <= 50
    coloured = Console(file=io.StringIO(), width=120, force_terminal=True, color_system="standard")
    coloured.print(opened)
    assert "\x1b[1m" in coloured.file.getvalue()
    assert "\x1b" not in str(opened)


def test_a_table_is_drawn_in_signs_that_its_reader_has_and_says_what_it_leaves_out():
    table = as_table("Größen", ["x"], [[i] for i in range(50)])
    assert as_text([table], "ascii").isascii()
    assert "and 10 more" in as_text([table], "utf-8")
