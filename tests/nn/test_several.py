"""The loss of several targets: each part by hand, what each counts, and gaps that leave the others learning."""

from __future__ import annotations

import math

import numpy as np
import pytest

import glassnet as gn
from glassnet.core.check import check_derivatives
from glassnet.core.derivative import backpropagate
from glassnet.core.interpret import evaluate
from glassnet.core.tape import Tape
from glassnet.errors import SettingError, ShapeError, TargetError
from glassnet.nn import BinaryLogLoss, Gamma, Ordinal, Several, SoftmaxLogLoss, Squared

MIXED = Several([Squared(), BinaryLogLoss(), SoftmaxLogLoss()], widths=(1, 1, 3), weights=(1, 2, 0.5))
OUTPUT = np.array([[1.5, 0.0, 1.0, 1.0, 1.0], [0.5, 1.0, 0.0, 2.0, 0.0], [1.0, -1.0, 0.5, 0.0, 0.2]])
TARGET = np.array([[1.0, 1, 2, 1, 1, 1], [0, 0, 1, 1, 0, 1], [2, 1, 0, 0, 3, 0]])


def lossed(loss, output, target):
    """The loss of each row and its derivative."""
    tape = Tape()
    x, t = tape.input("output", output.shape, "float64"), tape.input("target", target.shape, "float64")
    rows = loss.rows(x, t)
    return evaluate([rows, *backpropagate(rows, [x])], {x: output, t: target})


def test_the_parts_are_added_by_their_weights_and_what_each_counts():
    rows, delta = lossed(MIXED, OUTPUT, TARGET)
    softmax = math.log(2 + math.exp(2)) - 2
    first = (0.25 + 2 * math.log(2) + 0.5 * math.log(3)) / 3
    expected = [first, (0.25 + 0.5 * softmax) / 3, 3 * 2 * math.log1p(math.e) / 3]
    np.testing.assert_allclose(rows, expected, rtol=1e-14)
    np.testing.assert_allclose(delta[0], np.array([1, -1, 1 / 6, 1 / 6, -1 / 3]) / 3, rtol=1e-14)


def test_a_part_without_its_target_has_no_derivative_and_the_others_keep_theirs():
    _, delta = lossed(MIXED, OUTPUT, TARGET)
    assert delta[1, 1] == 0
    assert delta[1, 0] == pytest.approx(1 / 3)
    assert delta[2].tolist() == [0, delta[2, 1], 0, 0, 0]
    assert delta[2, 1] != 0


def test_labels_alike_are_computed_as_one_and_give_what_each_gives_alone():
    random = np.random.default_rng(3)
    output, labels = random.normal(size=(5, 4)), random.integers(0, 2, (5, 4))
    loss = Several([BinaryLogLoss()] * 4, weights=(1, 2, 3, 4))
    rows, _ = lossed(loss, output, np.concatenate([labels, np.ones((5, 4))], axis=1))
    each = np.log1p(np.exp(np.where(labels == 1, -output, output)))
    np.testing.assert_allclose(rows, (each * [1, 2, 3, 4]).mean(1), rtol=1e-13)


def test_derivatives_agree_with_central_differences_to_second_order():
    loss = Several([Ordinal(), Squared(), SoftmaxLogLoss(), Gamma()], widths=(2, 1, 2, 1))
    target = np.array([[2, 0.3, 1, 2.0, 1, 1, 1, 1], [1, 1.0, 0, 1, 1, 0, 1, 0], [0, -1, 1, 0.5, 0, 1, 1, 1]])
    output = np.random.default_rng(2).normal(size=(3, 6))
    check_derivatives(lambda x: loss.rows(x, x.tape.constant(target)), output)


def test_answers_stand_side_by_side():
    tape = Tape()
    x = tape.input("output", OUTPUT.shape, "float64")
    (found,) = evaluate([MIXED.answer(x)], {x: OUTPUT})
    assert MIXED.answered == (1, 1, 3)
    np.testing.assert_allclose(found[0], [1.5, 0.5, 1 / 3, 1 / 3, 1 / 3], rtol=1e-14)


def test_targets_out_of_the_domain_of_a_part_are_named_unless_they_count_nothing():
    wrong = TARGET.copy()
    wrong[1, 1] = 7
    MIXED.check(wrong, 5)
    wrong[1, 4] = 1
    with pytest.raises(TargetError, match=r"binary log loss: row 2 of the targets holds 7.0"):
        MIXED.check(wrong, 5)
    with pytest.raises(TargetError, match=r"several losses: target 3 counts -1\.0 in row 1"):
        MIXED.check(np.where(np.arange(6) == 5, -1, TARGET), 5)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"parts": []}, "expected a list of losses"),
        ({"parts": ["squared"]}, "expected a list of losses"),
        ({"parts": [Squared()], "widths": (1, 2)}, "how many outputs each of the 1 parts has"),
        ({"parts": [Squared()], "weights": (0,)}, "a number above 0 for each of the 1 parts"),
    ],
)
def test_settings_that_fit_no_targets_are_refused(settings, said):
    with pytest.raises(SettingError, match=said):
        Several(**settings)


def test_other_shapes_are_named():
    with pytest.raises(ShapeError, match=r"\(n, 4\).*expected \(n, 5\).* against \(n, 6\)"):
        gn.Network([gn.Dense(4)], loss=MIXED, seed=0).learn(np.ones((8, 2)), np.tile(TARGET[:1], (8, 1)))


def test_a_gap_in_one_target_does_not_move_the_weights_of_its_output():
    x = np.random.default_rng(0).normal(size=(6, 2))
    loss = Several([Squared(), BinaryLogLoss()])
    network = gn.Network([gn.Dense(2)], loss=loss, optimizer=gn.GradientDescent(0.1), seed=0)
    targets = np.column_stack([np.arange(6.0), np.arange(6) % 2, np.ones(6), np.zeros(6)])
    network.learn(x, targets, epochs=0)
    before = network.weights["dense_1.weights"].copy()
    network.learn(x, targets, epochs=2, keep="last")
    moved = network.weights["dense_1.weights"] != before
    assert moved[:, 0].all()
    assert not moved[:, 1].any()
