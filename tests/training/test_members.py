"""Ensembles: each member learns from its own rows, answers the others, and the best of each group is kept."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.core.extent import n
from glassnet.core.program import Program
from glassnet.core.tape import Tape
from glassnet.engines.choice import as_engine
from glassnet.engines.engine import LOSS, WEIGHT
from glassnet.engines.reference import Reference
from glassnet.metrics import calibration_error
from glassnet.nn import (
    BinaryLogLoss,
    Dense,
    Input,
    MultiLabelLogLoss,
    PackedDense,
    Several,
    SoftmaxLogLoss,
    Squared,
)
from glassnet.nn.blend import Blend
from glassnet.nn.graph import Graph, chain
from glassnet.optimizers import GradientDescent
from glassnet.training.blending import blended
from glassnet.training.controls import Controls
from glassnet.training.course import Course
from glassnet.training.held_out import HeldOut
from glassnet.training.members import Members
from glassnet.training.programs import ANSWER, FOLDS, ROW_WEIGHT, TARGET, Model, Programs
from glassnet.training.recovery import Snapshots
from glassnet.training.rows import Rows

MEMBERS = Members(groups=2, folds=3)
RANDOM = np.random.default_rng(7)
X, Y = RANDOM.normal(size=(9, 4)), RANDOM.normal(size=(9, 2))
WEIGHTS = RANDOM.uniform(0.5, 2, 9)
DIVIDED = np.stack([np.arange(9) % 3, np.arange(9) // 3], axis=1)
SETTINGS = {"rate scale": 1.0, "mean weight": 1.0, "remainder": 0.0}


def model(layers, loss=None, outputs: int = 2) -> Model:
    graph = Graph.of(chain(layers, Input(4)))
    loss = loss or Squared()
    shape, dtype = ((), "int64") if loss.classes else ((outputs,), "float64")
    return Model(graph, loss, GradientDescent(0.1), shape, dtype, "float64")


def ensemble(groups: int = 2, folds: int = 3) -> Programs:
    members = groups * folds
    return Programs.of(model([PackedDense(5, "tanh", members=members), PackedDense(2, members=members), Blend(groups)]))


# -- what each member learns from --------------------------------------------------------------------------------------
def test_a_row_counts_for_all_members_but_those_that_do_not_see_its_fold():
    tape = Tape()
    counted = MEMBERS.counted(tape.input(FOLDS, (n, 2), "int64"), tape.input(ROW_WEIGHT, (n,), "float64"))
    batch = {FOLDS: np.array([[0, 2], [1, -1]]), ROW_WEIGHT: np.array([3.0, 5.0])}
    found = Reference().compile(Program(tape, {"counted": counted})).step({}, batch, {})["counted"]
    assert found.tolist() == [[0, 5], [3, 0], [3, 5], [3, 5], [3, 5], [0, 5]]


def test_a_member_takes_the_step_that_it_would_take_alone_on_the_rows_that_it_sees():
    programs = ensemble()
    state = programs.layout.initial(0)
    before = {name: array.copy() for name, array in programs.layout.weights(state).items()}
    batch = {"inputs": X, TARGET: Y, ROW_WEIGHT: WEIGHTS, FOLDS: DIVIDED}
    outputs = Reference().compile(programs.train).step(state, batch, SETTINGS)
    after = programs.layout.weights(state)
    single = Programs.of(model([Dense(5, "tanh"), Dense(2)]))
    total = weight = 0.0
    for member in range(6):
        group, fold = divmod(member, 3)
        counted = WEIGHTS * (DIVIDED[:, group] != fold)
        own = single.layout.initial(0)
        for name, array in single.layout.weights(own).items():
            array[...] = before[f"packed_{name}"][member]
        alone = Reference().compile(single.train).step(own, {"inputs": X, TARGET: Y, ROW_WEIGHT: counted}, SETTINGS)
        total, weight = total + alone[LOSS], weight + alone[WEIGHT]
        for name, array in single.layout.weights(own).items():
            np.testing.assert_allclose(after[f"packed_{name}"][member], array, rtol=1e-12)
    assert outputs[LOSS] == pytest.approx(total, rel=1e-12)
    assert outputs[WEIGHT] == pytest.approx(weight, rel=1e-12)


@pytest.mark.parametrize("loss", [BinaryLogLoss(), SoftmaxLogLoss()])
def test_classes_are_learnt_by_each_member_as_by_a_network_alone(loss):
    outputs = 1 if isinstance(loss, BinaryLogLoss) else 3
    classes = np.arange(9) % (outputs + 1 if outputs == 1 else 3)
    programs = Programs.of(model([PackedDense(outputs, members=6), Blend(2)], loss))
    state = programs.layout.initial(1)
    given_ = {name: array.copy() for name, array in programs.layout.weights(state).items()}
    batch = {"inputs": X, TARGET: classes, ROW_WEIGHT: WEIGHTS, FOLDS: DIVIDED}
    Reference().compile(programs.train).step(state, batch, SETTINGS)
    single = Programs.of(model([Dense(outputs)], loss))
    own = single.layout.initial(0)
    for name, array in single.layout.weights(own).items():
        array[...] = given_[f"packed_{name}"][4]
    counted = WEIGHTS * (DIVIDED[:, 1] != 1)
    Reference().compile(single.train).step(own, {"inputs": X, TARGET: classes, ROW_WEIGHT: counted}, SETTINGS)
    for name, array in single.layout.weights(own).items():
        np.testing.assert_allclose(programs.layout.weights(state)[f"packed_{name}"][4], array, rtol=1e-12)


def test_both_engines_take_the_same_step():
    programs = ensemble()
    batch = {"inputs": X, TARGET: Y, ROW_WEIGHT: WEIGHTS, FOLDS: DIVIDED}
    states = []
    for name in ("reference", "native"):
        states.append(programs.layout.initial(0))
        as_engine(name).compile(programs.train).step(states[-1], batch, SETTINGS)
    for name, array in states[0].items():
        np.testing.assert_allclose(states[1][name], array, rtol=1e-10, atol=1e-13)


# -- rows that members did not see -------------------------------------------------------------------------------------
def held_out(programs: Programs, folds: np.ndarray = DIVIDED) -> tuple[HeldOut, Rows]:
    rows = Rows({"inputs": X}, Y, WEIGHTS, folds)
    assert programs.held_out is not None
    return HeldOut.of(Reference().compile(programs.held_out), MEMBERS, rows, 0), rows


def raw(programs: Programs, state, member: int) -> np.ndarray:
    """The outputs of one member, by hand."""
    weights = programs.layout.weights(state)
    hidden = np.tanh(X @ weights["packed_dense_1.weights"][member] + weights["packed_dense_1.bias"][member])
    return hidden @ weights["packed_dense_2.weights"][member] + weights["packed_dense_2.bias"][member]


@pytest.mark.parametrize("folds", [DIVIDED, np.stack([[0, 0, 0, 0, 1, 1, 1, 2, 2], np.arange(9) % 3], axis=1)])
def test_each_row_is_answered_in_each_group_by_the_member_that_did_not_see_it(folds):
    programs = ensemble()
    state = programs.layout.initial(3)
    apart, _ = held_out(programs, folds)
    places, outputs = apart.outputs(state)
    assert places.tolist() == list(range(9))
    losses = apart.losses(state)
    for group in range(2):
        desired = np.stack([raw(programs, state, 3 * group + folds[row, group])[row] for row in range(9)])
        np.testing.assert_allclose(outputs[group], desired, rtol=1e-12)
        mean = np.average(((desired - Y) ** 2).mean(axis=1), weights=WEIGHTS)
        assert losses[group] == pytest.approx(mean, rel=1e-12)


def test_rows_that_all_members_see_are_not_answered():
    programs = ensemble()
    folds = DIVIDED.copy()
    folds[4] = -1
    places, outputs = held_out(programs, folds)[0].outputs(programs.layout.initial(3))
    assert places.tolist() == [0, 1, 2, 3, 5, 6, 7, 8]
    assert outputs.shape == (2, 8, 2)


def test_a_network_of_one_has_no_such_program():
    assert Programs.of(model([Dense(2)])).held_out is None


# -- the best of each group --------------------------------------------------------------------------------------------
def test_the_best_is_put_together_from_the_best_of_each_group():
    programs = ensemble()
    state = programs.layout.initial(0)
    snapshots, course = Snapshots(state, programs.parts), Course(Controls(4))
    weights = programs.layout.weights(state)["packed_dense_2.bias"]
    for step, losses in enumerate([(3.0, 3.0), (2.0, 4.0), (5.0, 1.0), (math.nan, 2.0)]):
        weights[...] = step
        course.steps = step
        state["step"][...] = step
        course.training_losses.append(9.0 - step)
        snapshots.consider(state, course, losses)
    best = programs.layout.weights(snapshots.best)["packed_dense_2.bias"]
    assert best[:, 0].tolist() == [1, 1, 1, 2, 2, 2]
    assert snapshots.best_losses == (2.0, 1.0)
    assert snapshots.best["step"] == 2
    assert programs.layout.weights(snapshots.lowest)["packed_dense_2.bias"][0, 0] == 3


# -- blending ----------------------------------------------------------------------------------------------------------
def test_shares_and_temperature_are_those_of_least_loss():
    random = np.random.default_rng(0)
    odds = random.normal(size=4000)
    classes = (random.uniform(size=4000) < 1 / (1 + np.exp(-odds))).astype(np.int64)
    outputs = np.stack([2 * odds, random.normal(size=4000)])[:, :, None]  # twice too sure, and of no use
    found = blended(BinaryLogLoss(), outputs, Rows({}, classes, np.ones(4000)))
    assert found.shares[0] > 0.85  # the penalty holds it from 1, where the loss is flat
    assert found.temperature * found.shares[0] * 2 == pytest.approx(1, abs=0.05)


def test_a_few_rows_that_are_all_right_do_not_make_answers_certain():
    classes = np.arange(40) % 2
    outputs = np.where(classes, 2.0, -2.0)[None, :, None]
    found = blended(BinaryLogLoss(), outputs, Rows({}, classes, np.ones(40)))
    # The derivative of log(1 + exp(-2 t)) + (8 / 40) log(t)^2 with respect to log t is 0.
    (t,) = found.temperature
    assert 1 < t < 2
    assert 2 * t / (1 + np.exp(2 * t)) == pytest.approx(16 / 40 * np.log(t), rel=1e-4)


def test_answers_that_favour_a_class_are_shifted_as_the_penalty_lets_them():
    classes = np.arange(40) % 4 == 0
    found = blended(BinaryLogLoss(), np.zeros((2, 40, 1)), Rows({}, classes.astype(np.int64), np.ones(40)))
    # The derivative of the mean of log(1 + exp(-+d)) + (8 / 40) d^2 with respect to d is 0: few rows shift little.
    (d,) = found.offset
    assert -np.log(3) < d < 0
    assert 1 / (1 + np.exp(-d)) - 0.25 == pytest.approx(-16 / 40 * d, rel=1e-4)
    assert found.temperature == pytest.approx(1, abs=1e-6)  # which says nothing of outputs of 0
    many = np.repeat(np.arange(3), [1000, 2000, 6000])
    found = blended(SoftmaxLogLoss(), np.zeros((1, 9000, 3)), Rows({}, many, np.ones(9000)))
    np.testing.assert_allclose(found.offset - found.offset.mean(), np.log([1, 2, 6]) - np.log(12) / 3, atol=0.1)
    weighted = blended(SoftmaxLogLoss(), np.zeros((1, 9000, 3)), Rows({}, many, 6.0 / np.array([1, 2, 6])[many]))
    np.testing.assert_allclose(weighted.offset, 0, atol=0.1)


def test_numbers_are_blended_as_the_normal_equations_say():
    random = np.random.default_rng(1)
    target = random.normal(size=(2000, 1))
    noise = random.normal(size=(2, 2000, 1)) * np.array([0.5, 1.0])[:, None, None]
    found = blended(Squared(), target + noise, Rows({}, target, np.ones(2000)))
    difference = (noise[1] - noise[0]).ravel()
    share = float(difference @ noise[1].ravel() / (difference @ difference))  # least squares of s n_0 + (1 - s) n_1
    assert found.shares[0] == pytest.approx(share, abs=0.01)
    assert (found.temperature.tolist(), found.offset.tolist()) == ([1], [0])


@pytest.mark.parametrize("unit", [1e-4, 1.0, 100.0])
def test_the_shares_for_numbers_do_not_depend_on_how_far_groups_are_off(unit):
    """As a penalty beside the squares themselves would have it, groups nearly without error would count the same."""
    random = np.random.default_rng(2)
    target = random.normal(size=(150, 1))
    noise = random.normal(size=(2, 150, 1)) * np.array([1.0, 3.0])[:, None, None]
    found = blended(Squared(), target + unit * noise, Rows({}, target, np.ones(150)))
    # The least of |s n_0 + (1 - s) n_1|^2 / (2 e) + |a|^2 / 2 over a, with s = softmax(a)_0 and e the mean of n_0^2.
    ways = np.linspace(-4, 4, 8001)  # a_0 = -a_1
    share = 1 / (1 + np.exp(-2 * ways))
    first, second = noise[:, :, 0]
    squares = ((share[:, None] * first + (1 - share[:, None]) * second) ** 2).sum(axis=1)
    expected = share[np.argmin(squares / (2 * (first**2).mean()) + ways**2)]
    assert found.shares[0] == pytest.approx(expected, abs=2e-3)
    assert expected > 0.85


def binary(seed, rows, sureness):
    """Classes, and raw outputs that are so many times too sure of them."""
    random = np.random.default_rng(seed)
    odds = 1.5 * random.normal(size=rows)
    classes = (random.uniform(size=rows) < 1 / (1 + np.exp(-odds))).astype(np.int64)
    return classes, (sureness * odds)[None, :, None]


def test_each_of_several_targets_has_the_temperature_that_it_would_have_alone():
    sureness, weights = (2.0, 0.4), (1.4, 1.0, 3.0)
    (first, a), (second, b) = (binary(seed, 2000, sure) for seed, sure in enumerate(sureness))
    number = np.arange(2000) / 100
    targets = np.column_stack([first, number, second, np.ones((2000, 3))])
    outputs = np.concatenate([a, number[None, :, None], b], axis=2)
    loss = Several((BinaryLogLoss(), Squared(), BinaryLogLoss()), weights=weights)
    found = blended(loss, outputs, Rows({}, targets, np.ones(2000)))
    alone = [blended(BinaryLogLoss(), out, Rows({}, y, np.ones(2000))) for y, out in ((first, a), (second, b))]
    assert (found.temperature[1], found.offset[1]) == (1, 0)
    np.testing.assert_allclose(found.temperature[[0, 2]], np.concatenate([each.temperature for each in alone]), 1e-3)
    np.testing.assert_allclose(found.offset[[0, 2]], np.concatenate([each.offset for each in alone]), atol=1e-3)
    np.testing.assert_allclose(
        found.temperature[[0, 2]], 1 / np.array(sureness), rtol=0.15
    )  # sampled rows tell it within about 4 %
    before, after = (
        [calibration_error(y, 1 / (1 + np.exp(-z[:, k]))) for y, k in ((first, 0), (second, 2))]
        for z in (outputs[0], found.of(outputs))
    )
    assert max(after) < 0.04 < min(before)


def test_the_outputs_of_one_target_have_one_temperature_and_labels_have_theirs():
    classes, odds = binary(2, 400, 3.0)
    three = np.concatenate([odds, -odds, 0 * odds - 50], axis=2) / 2
    several = Several((SoftmaxLogLoss(), BinaryLogLoss()), widths=(3, 1))
    targets = np.column_stack([1 - classes, classes, np.ones((400, 2))])
    found = blended(several, np.concatenate([three, odds], axis=2), Rows({}, targets, np.ones(400))).temperature
    assert (found[:3] == found[0]).all()
    assert found[0] == pytest.approx(found[3], rel=0.05)  # two classes of three, the third as good as out of the race
    marks = np.column_stack([classes, 1 - classes]).astype(np.float64)
    labels = blended(
        MultiLabelLogLoss(), np.concatenate([odds, -odds], axis=2), Rows({}, marks, np.ones(400))
    ).temperature
    assert labels[0] == labels[1] == pytest.approx(1 / 3, rel=0.2)


@given(st.integers(1, 4), st.integers(1, 3), st.floats(0.2, 3))
def test_the_blend_is_the_mean_of_each_group_by_its_share(groups, folds, temperature):
    members = groups * folds
    programs = Programs.of(model([PackedDense(2, members=members), Blend(groups)]))
    state = programs.layout.initial(0)
    shares = np.arange(1.0, groups + 1) / sum(range(1, groups + 1))
    state["running/blend_1.shares"][...] = shares
    state["running/blend_1.temperature"][...] = temperature, 2 * temperature
    state["running/blend_1.offset"][...] = 0.25
    state["running/blend_1.low"][...] = -0.5
    found = Reference().compile(programs.predict).map(state, {"inputs": X}, 4)[ANSWER]
    weights = programs.layout.weights(state)
    each = np.einsum("ni,kio->nko", X, weights["packed_dense_1.weights"]) + weights["packed_dense_1.bias"]
    desired = (
        temperature * np.array([1, 2]) * np.einsum("g,ngfo->no", shares / folds, each.reshape(9, groups, folds, 2))
        + 0.25
    )
    np.testing.assert_allclose(found, np.maximum(desired, -0.5), rtol=1e-9, atol=1e-12)
