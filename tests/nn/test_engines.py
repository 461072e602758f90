"""Every layer and every activation function learns a few steps in each mode, with one result on both engines."""

from __future__ import annotations

import json

import numpy as np
import pytest

from glassnet.core.program import Program
from glassnet.engines.native.engine import Native
from glassnet.engines.reference import Reference
from glassnet.nn import (
    GRU,
    LAYERS,
    LSTM,
    RNN,
    Activation,
    Add,
    AlphaDropout,
    BatchNorm,
    Bidirectional,
    Blend,
    Concatenate,
    Dense,
    Dropout,
    Embedding,
    FirstMembers,
    Flatten,
    GaussianNoise,
    GroupNorm,
    Input,
    LayerNorm,
    Maxout,
    MeanOverTime,
    MoreMembers,
    PackedDense,
    PackedDropout,
    PReLU,
    Reshape,
    Residual,
    RMSNorm,
    RunningScale,
    Scale,
    Squared,
    TiedDense,
)
from glassnet.nn.activations import ACTIVATIONS
from glassnet.nn.graph import Graph, chain
from glassnet.nn.initializers import INITIALIZERS
from glassnet.nn.serial import graph_from_json, graph_to_json
from glassnet.optimizers import Momentum
from glassnet.training.programs import Model, Programs

ROWS, TIME, FEATURES, STEPS = 24, 3, 4, 12
MODES = {"online": 1, "mini-batch": 7, "full-batch": ROWS}
SETTINGS = {"rate scale": 1.0, "mean weight": 1.0}
FIRST = 1e-12  # of one step, its deltas included: sums are added in another order
LAST = 1e-9  # of the state after all steps
Arrays = dict[str, np.ndarray]
INITIALIZER_CLASSES = {each.__name__: each for each in INITIALIZERS.values()}
WORDS = Input((), name="word", dtype="int64")
numbers = Input((TIME, FEATURES), name="numbers")


def within(*layers):
    """The layers between two dense ones, over sequences of numbers."""
    return chain([Dense(6, "tanh", name="first"), *layers, Flatten(), Dense(1)], numbers)


def branches(layer):
    hidden = Dense(6, "tanh")(numbers)
    return chain([Flatten(), Dense(1)], layer(hidden, Dense(6)(hidden)))


NETWORKS = {
    "Activation": within(Activation("softplus")),
    "Add": branches(Add()),
    "AlphaDropout": within(AlphaDropout(0.2)),
    "Bidirectional": within(Bidirectional(GRU(3, reset="before", sequences=True))),
    "Blend": chain([Flatten(), PackedDense(2, members=1), Blend(1), Flatten(), Dense(1)], numbers),
    "BatchNorm": chain([Flatten(), Dense(5), BatchNorm(), Dense(1)], numbers),
    "Concatenate": branches(Concatenate()),
    "Dense": within(Dense(3, "softmax")),
    "Dropout": within(Dropout(0.2)),
    "Embedding": Dense(1)(Embedding(5, 3)(WORDS)),
    "FirstMembers": chain(
        [PackedDense(2, members=3), FirstMembers(2), PackedDense(2, "tanh", members=2), Flatten(), Dense(1)], numbers
    ),
    "Flatten": within(),
    "GaussianNoise": within(GaussianNoise(0.3)),
    "GRU": within(GRU(4, sequences=True)),
    "GroupNorm": within(GroupNorm(3)),
    "LSTM": within(LSTM(4, sequences=True), LSTM(3)),
    "LayerNorm": within(LayerNorm()),
    "Maxout": within(Maxout(3)),
    "MeanOverTime": within(MeanOverTime()),
    "MoreMembers": chain([PackedDense(2, "tanh", members=3), MoreMembers(5), Flatten(), Dense(1)], numbers),
    "PReLU": within(PReLU()),
    "PackedDense": chain(
        [Flatten(), PackedDense(5, "silu", members=3), PackedDense(2, members=3), Flatten(), Dense(1)], numbers
    ),
    "PackedDense, an input for each fold": chain(
        [
            Reshape((2, 6)),
            PackedDense(3, "glu", members=6, input_dropout=0.2),
            PackedDense(1, members=6),
            Flatten(),
            Dense(1),
        ],
        numbers,
    ),
    "PackedDense, all inputs shared": chain(
        [Flatten(), PackedDense(3, "tanh", members=3, input_dropout=(0, 0.5, 0.1)), Flatten(), Dense(1)], numbers
    ),
    "PackedDropout": chain([PackedDense(5, members=3), PackedDropout((0, 0.5, 0.2)), Flatten(), Dense(1)], numbers),
    "RNN": within(RNN(4, sequences=True)),
    "RMSNorm": within(RMSNorm()),
    "Reshape": within(Reshape((2, -1)), Dense(2, "relu")),
    "Residual": within(Residual([Dense(6, "tanh"), Residual([PReLU(shared=True)]), Scale("zeros")])),
    "RunningScale": chain([Flatten(), RunningScale(4), Dense(1)], numbers),
    "Scale": within(Scale()),
    "TiedDense": within(TiedDense(4, "tanh", to="first", transposed=True), TiedDense(6, "sine", to="first")),
}
EVERY_ACTIVATION = [Dense(4, name, name=name)(numbers) for name in ACTIVATIONS]
NETWORKS["every activation"] = chain([Flatten(), Dense(1)], Concatenate()(*EVERY_ACTIVATION))


def test_every_layer_has_a_network_here() -> None:
    assert set(LAYERS) <= set(NETWORKS)


@pytest.mark.parametrize("name", sorted(NETWORKS))
def test_what_is_saved_and_read_back_is_the_same_network(name: str) -> None:
    graph = Graph.of(NETWORKS[name])
    again = graph_from_json(json.loads(json.dumps(graph_to_json(graph))), LAYERS | INITIALIZER_CLASSES)
    assert graph_to_json(again) == graph_to_json(graph)
    shapes = [{part: what.shape for part, what in each.declare("float32")[0].items()} for each in (graph, again)]
    assert shapes[0] == shapes[1]


class Learner:
    """A network on an engine."""

    def __init__(self, engine: Native | Reference, programs: Programs) -> None:
        train = programs.train
        self.programs = programs
        self.train = engine.compile(Program(train.tape, {**train.outputs, **programs.deltas}, train.next_state))
        self.predict = engine.compile(programs.predict)

    def learn(self, rows: Arrays, batch: int) -> tuple[Arrays, Arrays, Arrays]:
        """What the first step finds, the deltas of all weights among it, the state after all steps, the answers."""
        state = self.programs.layout.initial(3)
        order = np.random.default_rng(1).integers(0, ROWS, STEPS * batch)
        first = self.train.step(state, {name: array[order[:batch]] for name, array in rows.items()}, SETTINGS)
        done = 1
        while done < STEPS:
            part = self.train.run(state, rows, order, done * batch, batch, STEPS - done, SETTINGS)
            assert part.finite
            done += part.steps
        inputs = {each.name: rows[each.name] for each in self.programs.model.graph.inputs}
        return first, state, self.predict.map(state, inputs, 10)


def compared(found: Arrays, expected: Arrays, tolerance: float, mode: str) -> None:
    assert found.keys() == expected.keys()
    for name, array in expected.items():
        scale = max(1.0, float(np.abs(array).max(initial=0.0)))
        where = f"{mode}, {name}"
        np.testing.assert_allclose(found[name], array, rtol=tolerance, atol=tolerance * scale, err_msg=where)


@pytest.mark.parametrize("name", sorted(NETWORKS))
def test_it_learns_and_answers_alike_on_both_engines_in_every_mode(name: str) -> None:
    graph = Graph.of(NETWORKS[name])
    programs = Programs.of(Model(graph, Squared(), Momentum(0.002), (1,), "float64", "float64"))
    random = np.random.default_rng(0)
    known = {"numbers": random.normal(size=(ROWS, TIME, FEATURES)), "word": random.integers(0, 5, ROWS)}
    rows = {each.name: known[each.name] for each in graph.inputs}
    rows |= {"target": random.normal(size=(ROWS, 1)), "row weight": random.uniform(0.5, 2, ROWS)}
    native, reference = (Learner(engine, programs) for engine in (Native(2, measured=False), Reference()))
    first = programs.layout.weights(programs.layout.initial(3))
    for mode, batch in MODES.items():
        expected = reference.learn(rows, batch)
        for tolerance, part, other in zip((FIRST, LAST, LAST), native.learn(rows, batch), expected, strict=True):
            compared(part, other, tolerance, mode)
        last = programs.layout.weights(expected[1])
        assert all((last[parameter] != first[parameter]).any() for parameter in first), mode
