"""The loss of one of several targets: its own part, on its own outputs."""

from __future__ import annotations

import math

import numpy as np
import pytest

from glassnet.core.interpret import evaluate
from glassnet.core.tape import Tape
from glassnet.errors import TargetError
from glassnet.nn import BinaryLogLoss, CosineDistance, Several, SoftmaxLogLoss, Squared
from glassnet.nn.losses.one_of import one_of

MIXED = Several([Squared(), BinaryLogLoss(), SoftmaxLogLoss()], widths=(1, 1, 3), weights=(1, 2, 0.5))
OUTPUT = np.array([[1.5, 0.0, 1.0, 1.0, 1.0], [0.5, 1.0, 0.0, 2.0, 0.0]])


def asked(place, target):
    """The losses of the rows and the answers of the target at a place."""
    tape, loss = Tape(), one_of(MIXED, place)
    output = tape.input("output", OUTPUT.shape, "float64")
    given = tape.input("target", target.shape, "int64" if target.dtype.kind == "i" else "float64")
    return evaluate([loss.rows(output, given), loss.answer(output)], {output: OUTPUT, given: target})


def test_each_has_its_own_loss_unweighed_and_its_own_answer():
    rows, answer = asked(0, np.array([[1.0], [2.0]]))
    np.testing.assert_allclose(rows, [0.25, 2.25])
    np.testing.assert_allclose(answer, OUTPUT[:, :1])
    rows, answer = asked(1, np.array([1, 0]))
    np.testing.assert_allclose(rows, [math.log(2), math.log1p(math.e)])
    np.testing.assert_allclose(np.ravel(answer), [0.5, 1 / (1 + math.exp(-1))])
    rows, answer = asked(2, np.array([2, 1]))
    np.testing.assert_allclose(rows, [math.log(3), math.log(2 + math.exp(2)) - 2])
    np.testing.assert_allclose(answer[0], [1 / 3] * 3)


def test_it_is_of_the_kind_of_its_part_and_checks_targets_as_it_does():
    number, label = one_of(MIXED, 0), one_of(MIXED, 1)
    assert (number.classes, number.scalable) == (False, True)
    assert (label.classes, label.scalable) == (BinaryLogLoss.classes, BinaryLogLoss.scalable)
    assert one_of(MIXED, 2).finals == SoftmaxLogLoss().finals
    one_of(MIXED, 2).check(np.array([0, 2]), 5)
    with pytest.raises(TargetError, match=r"4 classes .* 3 outputs|3 outputs"):
        one_of(MIXED, 2).check(np.array([0, 3]), 5)


def test_an_output_of_a_mean_over_outputs_is_taken_without_its_weight_and_others_cannot_be_taken_apart():
    one = one_of(Squared(output_weights=(1, 3)), 1)
    assert (one.first, one.width) == (1, 1)
    assert one.loss.output_weights is None
    assert one_of(CosineDistance(), 0) is None
