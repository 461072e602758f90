"""Whole networks, drawn at random, on the native engine and on the reference engine."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from glassnet.core.program import Program
from glassnet.engines.engine import Executable
from glassnet.engines.native.engine import Native
from glassnet.engines.reference import Reference
from glassnet.nn import (
    Absolute,
    Activation,
    Add,
    BatchNorm,
    BinaryLogLoss,
    Concatenate,
    Dense,
    Dropout,
    Embedding,
    Huber,
    Input,
    LayerNorm,
    Loss,
    SoftmaxLogLoss,
    Squared,
)
from glassnet.nn.activations import FUNCTIONS
from glassnet.nn.graph import Graph
from glassnet.nn.layer import Node
from glassnet.optimizers import Adam, AdamW, Cosine, GradientDescent, Momentum, Optimizer, RMSprop
from glassnet.training.programs import Model, Programs

ROWS, STEPS, LEVELS = 37, 20, 5
SETTINGS = {"rate scale": 0.9, "mean weight": 1.25}
FIRST = 1e-12  # of one step, its deltas included: sums are added in another order
LAST = 1e-7  # of the state after all steps: rules that divide by the size of a delta magnify what rounding left of it
Outputs = dict[str, np.ndarray]
seldom = settings(
    deadline=None,
    max_examples=10,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


class Case(NamedTuple):
    """A network with all that it learns from."""

    output: Node
    loss: Loss
    optimizer: Optimizer
    batch: int
    seed: int

    def __repr__(self) -> str:
        layers = [repr(node.layer) for node in Graph.of(self.output).nodes if node.layer is not None]
        return f"{layers} {self.loss!r} {self.optimizer!r} batch {self.batch} seed {self.seed}"


# -- what is drawn -----------------------------------------------------------------------------------------------------
widths = st.integers(1, 19)
optimizers = st.sampled_from(
    [
        GradientDescent(0.05),
        GradientDescent(Cosine(0.05, steps=30, warmup=3), l2=0.01),
        Momentum(0.02),
        Momentum(0.02, nesterov=True),
        RMSprop(0.01),
        Adam(0.01),
        AdamW(0.01),
    ]
)


@st.composite
def layers(draw: st.DrawFn, x: Node, width: int) -> tuple[Node, int]:
    """One more layer, or two branches that meet again."""
    kind = draw(st.sampled_from(["dense", "activation", "dropout", "layer norm", "batch norm", "concatenate", "add"]))
    activation = draw(st.sampled_from(sorted(FUNCTIONS)))
    if kind == "dense":
        width = draw(widths)
        return Dense(width, activation, bias=draw(st.booleans()))(x), width
    if kind == "activation":
        return Activation(activation)(x), width
    if kind == "concatenate":
        other = draw(widths)
        return Concatenate()(x, Dense(other, activation)(x)), width + other
    if kind == "add":
        return Add()(x, Dense(width, activation)(x)), width
    return {"dropout": Dropout(0.3), "layer norm": LayerNorm(), "batch norm": BatchNorm()}[kind](x), width


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """A small network: numbers, perhaps a category, some layers, an output that suits its loss."""
    width = draw(widths)
    x: Node = Input(width, name="numbers")
    if draw(st.booleans()):
        x = Concatenate()(x, Embedding(LEVELS, 3)(Input((), name="kind", dtype="int64")))
        width += 3
    for _ in range(draw(st.integers(1, 4))):
        x, width = draw(layers(x, width))
    loss = draw(st.sampled_from([Squared(), Absolute(), Huber(), BinaryLogLoss(), SoftmaxLogLoss(smoothing=0.1)]))
    outputs = draw(st.integers(2, 4)) if isinstance(loss, SoftmaxLogLoss) else draw(st.integers(1, 2))
    return Case(
        Dense(outputs)(x), loss, draw(optimizers), draw(st.sampled_from([1, 6, ROWS])), draw(st.integers(0, 99))
    )


# -- what is compared --------------------------------------------------------------------------------------------------
def data(case: Case, programs: Programs) -> dict[str, np.ndarray]:
    random = np.random.default_rng(case.seed)
    found: dict[str, np.ndarray] = {"row weight": random.uniform(0.5, 2.0, ROWS)}
    for each in programs.model.graph.inputs:
        found[each.name] = random.integers(0, LEVELS, ROWS) if each.dtype else random.normal(size=(ROWS, *each.row))
    (outputs,) = programs.train.outputs["output"].shape[1:]
    if isinstance(case.loss, SoftmaxLogLoss):
        found["target"] = random.integers(0, outputs, ROWS)
    elif isinstance(case.loss, BinaryLogLoss):
        found["target"] = random.integers(0, 2, (ROWS, outputs)).astype("float64")
    else:
        found["target"] = random.normal(size=(ROWS, outputs))
    return found


def compared(found: Outputs, expected: Outputs, tolerance: float) -> None:
    """Raise where an array differs by more than the tolerance, relative to its numbers or to 1."""
    assert found.keys() == expected.keys()
    for name, array in expected.items():
        assert (found[name].shape, found[name].dtype) == (array.shape, array.dtype), name
        scale = max(1.0, float(np.abs(array).max(initial=0.0)))
        np.testing.assert_allclose(found[name], array, rtol=tolerance, atol=tolerance * scale, err_msg=name)


def without(batch: dict[str, np.ndarray], *names: str) -> dict[str, np.ndarray]:
    return {name: array for name, array in batch.items() if name not in names}


def recorded(case: Case) -> Programs:
    """The programs of a network in float64."""
    dtype = "int64" if isinstance(case.loss, SoftmaxLogLoss) else "float64"
    assert isinstance(case.output.layer, Dense)
    shape = () if dtype == "int64" else (case.output.layer.outputs,)
    return Programs.of(Model(Graph.of(case.output), case.loss, case.optimizer, shape, dtype, "float64"))


def learn(executable: Executable, state: dict[str, np.ndarray], case: Case, rows: dict[str, np.ndarray]) -> Outputs:
    """Twenty steps; gives what the first of them found, the deltas of all weights among it."""
    order = np.random.default_rng(case.seed).integers(0, ROWS, STEPS * case.batch)
    first = executable.step(state, {name: array[order[: case.batch]] for name, array in rows.items()}, SETTINGS)
    done = 1
    while done < STEPS:
        part = executable.run(state, rows, order, done * case.batch, case.batch, STEPS - done, SETTINGS)
        assert part.finite
        done += part.steps
    return first


@seldom
@given(case=cases())
def test_a_network_learns_and_answers_as_on_the_reference_engine(case: Case) -> None:
    programs = recorded(case)
    rows, train = data(case, programs), programs.train
    train = Program(train.tape, {**train.outputs, **programs.deltas}, train.next_state)
    engines = Native(2, measured=False), Reference()
    states = [programs.layout.initial(case.seed) for _ in engines]
    firsts = [learn(each.compile(train), state, case, rows) for each, state in zip(engines, states, strict=True)]
    compared(*firsts, FIRST)
    compared(*states, LAST)
    answering = without(rows, "row weight", "target")
    for program, batch in ((programs.evaluate, without(rows, "row weight")), (programs.predict, answering)):
        compared(*(engine.compile(program).map(states[1], batch, 16) for engine in engines), FIRST)
