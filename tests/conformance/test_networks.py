"""Whole networks on the native engine and on the reference engine: losses, deltas, weights, slots, answers.

Tolerances are relative to the largest number of an array, or to 1 where that is smaller: sums are added in another
order, and elementary functions differ by a unit or two. Of one step, its deltas included, that is all there is (found:
1e-6 and 2e-15). After fifty steps rules that divide by the size of a delta may have magnified it.
"""

from __future__ import annotations

import runpy
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from glassnet.core.program import Program
from glassnet.engines.engine import Executable
from glassnet.engines.native.engine import Native
from glassnet.engines.reference import Reference
from glassnet.errors import TargetError
from glassnet.nn import (
    LOSSES,
    Activation,
    Add,
    BatchNorm,
    Concatenate,
    Dense,
    Dropout,
    Embedding,
    Flatten,
    Gamma,
    Input,
    LayerNorm,
    Loss,
    PerOutput,
    Poisson,
    SoftmaxLogLoss,
)
from glassnet.nn.activations import FUNCTIONS
from glassnet.nn.graph import Graph
from glassnet.nn.layer import Node
from glassnet.optimizers import OPTIMIZERS, Adam, AdamW, Averaged, Cosine, GradientDescent, Momentum, Optimizer, RMSprop
from glassnet.training.programs import Model, Programs

ROWS, STEPS, LEVELS = 37, 50, 5
SETTINGS = {"rate scale": 0.9, "mean weight": 1.25}
DTYPES = ("float32", "float64")
ONE = {"float32": 1e-5, "float64": 1e-13}
FIFTY = {"float32": 1e-4, "float64": 1e-8}
Arrays = dict[str, np.ndarray]
LEARNT_BY = [each for each in LOSSES.values() if each.differentiable]
BOUNDED = [each for each in LEARNT_BY if each not in (Poisson, Gamma)]  # what grows as e^z ends some networks
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
    outputs: int
    loss: Loss
    optimizer: Optimizer
    batch: int
    seed: int
    dtype: str

    def __repr__(self) -> str:
        layers = [repr(node.layer) for node in Graph.of(self.output).nodes if node.layer is not None]
        return f"{layers} {self.loss!r} {self.optimizer!r} batch {self.batch} seed {self.seed} {self.dtype}"


# -- what is drawn -----------------------------------------------------------------------------------------------------
widths = st.integers(1, 19)
RULES = {
    "float64": (
        GradientDescent(0.05),
        GradientDescent(Cosine(0.05, steps=30, warmup=3), l2=0.01),
        Momentum(0.02),
        Momentum(0.02, nesterov=True),
        RMSprop(0.01),
        Adam(0.01),
        AdamW(0.01),
    ),
    # Where a delta is nothing but rounding, as that of a bias before a batch norm, these do not divide by its size.
    "float32": (
        GradientDescent(0.05, l2=0.01),
        Momentum(0.02, nesterov=True),
        RMSprop(0.01, epsilon=0.1),
        Adam(0.01, epsilon=0.1),
    ),
}
KINDS = ("dense", "activation", "dropout", "layer norm", "batch norm", "concatenate", "add", "shared")


@st.composite
def layers(draw: st.DrawFn, x: Node, width: int) -> tuple[Node, int]:
    """One more layer, or two branches that meet again, or one layer used twice."""
    kind, activation = draw(st.sampled_from(KINDS)), draw(st.sampled_from(sorted(FUNCTIONS)))
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
    if kind == "shared":
        shared = Dense(width, activation)
        return Add()(shared(x), shared(shared(Activation("tanh")(x)))), width
    return {"dropout": Dropout(0.3), "layer norm": LayerNorm(), "batch norm": BatchNorm()}[kind](x), width


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """A small network: numbers, perhaps a category and a picture, some layers, an output that suits its loss."""
    width, dtype = draw(widths), draw(st.sampled_from(DTYPES))
    x: Node = Input(width, name="numbers")
    if draw(st.booleans()):
        x = Concatenate()(x, Embedding(LEVELS, 3)(Input((), name="kind", dtype="int64")))
        width += 3
    if draw(st.booleans()):
        x = Concatenate()(Flatten()(Dense(2, "tanh")(Input((3, 4), name="picture"))), x)
        width += 6
    for _ in range(draw(st.integers(1, 4))):
        x, width = draw(layers(x, width))
    loss = draw(st.sampled_from([each() for each in BOUNDED] + [SoftmaxLogLoss(smoothing=0.1)]))
    outputs = draw(st.integers(2, 4))
    rule, batch = draw(st.sampled_from(RULES[dtype])), draw(st.sampled_from([1, 6, ROWS]))
    return Case(Dense(outputs)(x), outputs, loss, rule, batch, draw(st.integers(0, 99)), dtype)


# -- what they learn from ----------------------------------------------------------------------------------------------
def targets(case: Case, random: np.random.Generator) -> np.ndarray:
    """Targets that the loss takes: classes, numbers, truth values, numbers above 0, or shares."""
    shape = (ROWS, case.outputs)
    if case.loss.classes and not isinstance(case.loss, PerOutput):
        return random.integers(0, case.outputs, ROWS)
    numbers = random.normal(size=shape)
    shares = np.exp(numbers) / np.exp(numbers).sum(axis=1, keepdims=True)
    for found in (numbers, random.integers(0, 2, shape), np.exp(numbers), shares):
        try:
            case.loss.check(found.astype(case.dtype), case.outputs)
        except TargetError:
            continue
        return found.astype(case.dtype)
    raise AssertionError(f"no targets for {case.loss!r}")


def prepared(case: Case) -> tuple[Programs, Arrays]:
    """The programs of a network, and the rows of its inputs, targets and weights."""
    random = np.random.default_rng(case.seed)
    aims = targets(case, random)
    model = Model(Graph.of(case.output), case.loss, case.optimizer, aims.shape[1:], str(aims.dtype), case.dtype)
    rows = {"row weight": random.uniform(0.5, 2.0, ROWS).astype(case.dtype), "target": aims}
    for each in model.graph.inputs:
        numbers = random.normal(size=(ROWS, *each.row)).astype(case.dtype)
        rows[each.name] = random.integers(0, LEVELS, ROWS) if each.dtype else numbers
    return Programs.of(model), rows


def without(rows: Mapping[str, np.ndarray], *names: str) -> Arrays:
    return {name: array for name, array in rows.items() if name not in names}


# -- what is compared --------------------------------------------------------------------------------------------------
def compared(found: Mapping[str, Any], expected: Mapping[str, Any], tolerance: float) -> None:
    """Raise where an array differs by more than the tolerance, relative to its largest number or to 1."""
    assert found.keys() == expected.keys()
    for name in expected:
        first, second = np.asarray(found[name]), np.asarray(expected[name])
        assert (first.shape, first.dtype) == (second.shape, second.dtype), name
        assert np.isfinite(second).all(), name
        scale = max(1.0, float(np.abs(second).max(initial=0.0)))
        np.testing.assert_allclose(first, second, rtol=0, atol=tolerance * scale, err_msg=name)


@dataclass(frozen=True)
class Course:
    """What one engine found: outputs and deltas of the first step, and weighted losses and weights of all."""

    first: Arrays
    sums: dict[str, float]


def learn(executable: Executable, state: Arrays, case: Case, rows: Arrays) -> Course:
    """Fifty steps, the last of which has a smaller batch; the first is a step by itself."""
    most = STEPS * case.batch - case.batch // 2
    order = np.random.default_rng(case.seed).integers(0, ROWS, most)
    first = executable.step(state, {name: array[order[: case.batch]] for name, array in rows.items()}, SETTINGS)
    done, loss, weight = 1, 0.0, 0.0
    while done < STEPS:
        part = executable.run(state, rows, order, done * case.batch, case.batch, STEPS - done, SETTINGS)
        assert part.finite
        done, loss, weight = done + part.steps, loss + part.loss, weight + part.weight
    assert int(state["step"]) == STEPS
    return Course(first, {"mean loss": loss / weight, "weight": weight})


def conforms(case: Case, *, answers: bool) -> None:
    """Raise unless both engines agree on a network: on its steps, and where asked on its answers and row losses."""
    programs, rows = prepared(case)
    train = Program(programs.train.tape, {**programs.train.outputs, **programs.deltas}, programs.train.next_state)
    engines = Native(2, measured=False), Reference()
    ready = [engine.compile(train) for engine in engines]
    states = [programs.layout.initial(case.seed) for _ in engines]
    courses = [learn(each, state, case, rows) for each, state in zip(ready, states, strict=True)]
    compared(courses[0].first, courses[1].first, ONE[case.dtype])
    compared(courses[0].sums, courses[1].sums, FIFTY[case.dtype])
    compared(*states, FIFTY[case.dtype])
    # One step more, on all rows, from where the reference engine has come to.
    ends = [{name: array.copy() for name, array in states[1].items()} for _ in engines]
    compared(*(each.step(end, rows, SETTINGS) for each, end in zip(ready, ends, strict=True)), ONE[case.dtype])
    if not answers:
        return
    asked = without(rows, "row weight", "target")
    for program, batch in ((programs.evaluate, without(rows, "row weight")), (programs.predict, asked)):
        compared(*(engine.compile(program).map(states[1], batch, 16) for engine in engines), ONE[case.dtype])


# -- the networks ------------------------------------------------------------------------------------------------------
@seldom
@given(case=cases())
def test_a_network_drawn_at_random(case: Case) -> None:
    conforms(case, answers=True)


def mixed(outputs: int) -> Node:
    """Two inputs, an embedding, a batch norm, dropout and a shared layer; no delta is rounding alone."""
    x = Concatenate()(Input(5, name="numbers"), Embedding(LEVELS, 3)(Input((), name="kind", dtype="int64")))
    x = BatchNorm()(Dense(11, "tanh", bias=False)(x))
    shared = Dense(11, "silu")
    return Dense(outputs)(Add()(shared(x), shared(Dropout(0.2)(x))))


ROUNDS = max(len(LEARNT_BY), len(OPTIMIZERS))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("turn", range(ROUNDS))
def test_every_loss_and_every_optimizer(turn: int, dtype: str) -> None:
    loss = LEARNT_BY[turn % len(LEARNT_BY)]()
    kind = list(OPTIMIZERS.values())[turn % len(OPTIMIZERS)]
    optimizer = kind(Adam(0.01)) if issubclass(kind, Averaged) else kind(learning_rate=0.01)
    outputs = 3
    conforms(Case(mixed(outputs), outputs, loss, optimizer, (7, 1, ROWS)[turn % 3], turn, dtype), answers=False)


LSTM = runpy.run_path(str(Path(__file__).parent.parent / "engines" / "native" / "steps.py"))["LSTM"]


@pytest.mark.parametrize(("batch", "dtype"), [(1, "float64"), (10, "float32")])
def test_recurrent_networks_in_both_directions(batch: int, dtype: str) -> None:
    x = Flatten()(LSTM(3, reverse=True)(LSTM(5)(Input((9, 2), name="sequence"))))
    conforms(Case(Dense(2)(x), 2, LOSSES["squared"](), Adam(0.01), batch, 5, dtype), answers=True)
