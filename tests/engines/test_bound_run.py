"""Steps bound to rows that stay where they are: the same as those of a run, on both engines."""

from __future__ import annotations

import numpy as np
import pytest

from glassnet.engines.native.engine import Native
from glassnet.engines.reference import Reference
from glassnet.errors import DataError, ShapeError
from glassnet.nn import Dense, Embedding, Squared
from glassnet.nn.graph import Graph, chain
from glassnet.nn.layer import Input
from glassnet.optimizers import Adam
from glassnet.training.glass import step_settings
from glassnet.training.programs import Model, Programs

RANDOM = np.random.default_rng(1)
ROWS = {
    "x": RANDOM.normal(size=(20, 3)).astype(np.float32),
    "target": RANDOM.normal(size=(20, 1)).astype(np.float32),
    "row weight": np.ones(20, np.float32),
}
ORDER = RANDOM.integers(0, 20, size=(3, 5))
ENGINES = pytest.mark.parametrize("engine", [Native(1), Reference()], ids=["native", "reference"])


def of(first, start) -> Programs:
    graph = Graph.of(chain([first, Dense(1)], start))
    return Programs.of(Model(graph, Squared(), Adam(0.01), (1,), "float32"))


@ENGINES
def test_the_steps_are_those_of_a_run(engine):
    programs = of(Dense(4, "tanh"), Input((3,), name="x"))
    train = engine.compile(programs.train)
    one, two = (programs.layout.initial(0) for _ in range(2))
    bound = train.bind_run(one, step_settings(), ROWS, 3, 5)
    for _ in range(2):
        bound.order[...] = ORDER
        assert bound.run() == 3
        assert train.run(two, ROWS, ORDER.reshape(-1), 0, 5, 3, step_settings()).steps == 3
    for name, array in one.items():
        np.testing.assert_array_equal(array, two[name], err_msg=name)


@ENGINES
def test_rows_are_read_where_they_lie_and_a_step_that_diverges_is_not_taken(engine):
    programs = of(Dense(4, "tanh"), Input((3,), name="x"))
    state, rows = programs.layout.initial(0), {name: array.copy() for name, array in ROWS.items()}
    bound = engine.compile(programs.train).bind_run(state, step_settings(), rows, 3, 5)
    bound.order[...] = np.arange(15).reshape(3, 5)
    rows["target"][7] = 1e30  # of the second step
    assert bound.run() == 1
    assert state["step"] == 1


def test_native_steps_look_at_dtypes_and_indices():
    programs = of(Embedding(4, 2), Input((), name="word", dtype="int64"))
    train, state = Native(1).compile(programs.train), programs.layout.initial(0)
    rows = {"word": np.full(20, 9), "target": ROWS["target"], "row weight": ROWS["row weight"]}
    with pytest.raises(DataError, match="the index 9 lies outside 0 to 3"):
        train.bind_run(state, step_settings(), rows, 1, 2).run()
    with pytest.raises(ShapeError, match="expected contiguous rows of float32"):
        train.bind_run(state, step_settings(), {**rows, "target": np.zeros((20, 1))}, 1, 2)
