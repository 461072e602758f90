"""Inputs that come as sums of corners: packed layers answer as for the rows themselves."""

from __future__ import annotations

import numpy as np
import pytest

import glassnet as gn
from glassnet.core.extent import n
from glassnet.core.program import Program
from glassnet.core.tape import Tape
from glassnet.engines.native.engine import Native
from glassnet.engines.reference import Reference
from glassnet.errors import DataError
from glassnet.nn.graph import Graph, chain
from glassnet.nn.layer import Input
from glassnet.nn.mixture import Mixture

CORNERS = np.array([[1.0, 0, 0], [0, 2, 4], [0, 6, 8]])
PLACES = np.array([[0, 1, 2], [0, 2, 1], [1, 1, 1], [0, 0, 2]])
SHARES = np.array([[3.0, 0.5, 0.5], [-1, 0.25, 0.75], [0, 0, 1], [1, 1, -1]])
ROWS = np.array([[3.0, 4, 6], [-1, 3, 5], [0, 2, 4], [2, -6, -8]])  # added up by hand
GIVEN = {"corners": CORNERS, "places": PLACES, "shares": SHARES}


def program(layers, *, mixed: bool) -> Program:
    """The outputs of layers for rows of three features, given as they are or as sums of corners."""
    tape = Tape()
    if mixed:
        shape = tape.input("places", (n, 3), "int64"), tape.input("shares", (n, 3), "float64")
        x = Mixture(tape.input("corners", (3, 3), "float64"), *shape)
    else:
        x = tape.input("rows", (n, 3), "float64")
    graph = Graph.of(chain(layers, Input(3, name="x")))
    seed, step = tape.state("seed", (), "int64"), tape.state("step", (), "int64")
    provide = lambda name, what: tape.state(name, what.shape, "float64")  # noqa: E731
    output, _ = graph.forward({"x": x}, provide, training=False, seed=seed, step=step)
    return Program(tape, {"output": output})


def state_of(layers):
    """Weights drawn for the layers, by name."""
    random = np.random.default_rng(0)
    declared, _ = Graph.of(chain(layers, Input(3, name="x"))).declare("float64")
    numbers = {name: random.normal(size=what.shape) for name, what in declared.items()}
    return {**numbers, "seed": np.array(0), "step": np.array(0)}


@pytest.mark.parametrize("engine", [Reference(), Native(1, checked=True), Native(2)])
@pytest.mark.parametrize(
    "layers",
    [
        [gn.PackedDense(16, "silu", members=4), gn.PackedDense(3, members=4)],  # a table for each member
        [gn.PackedDense(3, "silu", members=4)],  # one table for all
        [gn.PackedDense(8, "glu", members=2)],
        [gn.Dense(5, "tanh")],  # a layer that knows nothing of it
    ],
)
def test_layers_answer_as_for_the_rows_themselves(engine, layers):
    state = state_of(layers)
    expected = Reference().compile(program(layers, mixed=False)).step(state, {"rows": ROWS}, {})["output"]
    found = engine.compile(program(layers, mixed=True)).step(state, GIVEN, {})["output"]
    assert found.shape == expected.shape
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-13)


def test_rows_may_be_mapped_in_batches_over_the_same_corners():
    layers = [gn.PackedDense(16, members=2)]
    state, executable = state_of(layers), Native(1).compile(program(layers, mixed=True))
    whole = executable.map(state, GIVEN, 4)["output"]
    np.testing.assert_array_equal(executable.map(state, GIVEN, 3)["output"], whole)


def test_a_place_beyond_the_corners_is_refused():
    layers = [gn.PackedDense(16, members=2)]
    with pytest.raises(DataError, match="3"):
        Native(1).compile(program(layers, mixed=True)).step(state_of(layers), {**GIVEN, "places": PLACES + 1}, {})
