"""The loss of classes in order, against probabilities worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import glassnet as gn
from glassnet.core.derivative import backpropagate
from glassnet.core.interpret import evaluate
from glassnet.core.tape import Tape
from glassnet.errors import ShapeError, TargetError
from glassnet.nn import Ordinal
from glassnet.nn.losses.ordinal import ordinal_start

ONE_APART = math.log(math.e - 1)  # softplus of it is 1


def answered(output):
    """The probabilities of the classes."""
    tape = Tape()
    x = tape.input("output", output.shape, "float64")
    return evaluate([Ordinal().answer(x)], {x: output})[0]


def lossed(output, target):
    """The loss of each row and its derivative."""
    tape = Tape()
    x = tape.input("output", output.shape, "float64")
    t = tape.input("target", target.shape, "int64")
    rows = Ordinal().rows(x, t)
    return evaluate([rows, *backpropagate(rows, [x])], {x: output, t: target})


def test_three_classes_by_hand():
    output = np.array([[0.5, ONE_APART]] * 3)  # p(t > 0) = sigmoid(1/2), p(t > 1) = sigmoid(1/2 - 1)
    high = 1 / (1 + math.exp(0.5))
    expected = [high, 1 - 2 * high, high]
    np.testing.assert_allclose(answered(output)[0], expected, rtol=1e-14)
    rows, delta = lossed(output, np.array([0, 1, 2]))
    np.testing.assert_allclose(rows, -np.log(expected), rtol=1e-14)
    # d(-log p_0) / ds_0 = sigmoid(s_0); s_1 falls by sigmoid(z_1) = 1 - 1/e for each unit of z_1.
    up, slope = 1 - high, 1 - math.exp(-1)
    middle = [0.0, high * -slope - (1 - slope)]  # s_0 and s_1 pull alike in z_0: -(1 - up) + high = 0
    np.testing.assert_allclose(delta, [[up, 0], middle, [-up, up * slope]], rtol=1e-13, atol=1e-15)


def test_two_classes_are_those_of_the_binary_log_loss():
    output, target = np.array([0.3, -2.0]), np.array([1, 0])
    rows, _ = lossed(output, target)
    np.testing.assert_allclose(rows, np.log1p(np.exp([-0.3, -2.0])), rtol=1e-14)
    np.testing.assert_allclose(answered(output)[:, 1], 1 / (1 + np.exp([-0.3, 2.0])), rtol=1e-14)


@given(st.lists(st.floats(-30, 30), min_size=1, max_size=6))
def test_probabilities_are_never_negative_and_sum_to_one(output):
    found = answered(np.array([output]))
    assert (found >= 0).all()
    np.testing.assert_allclose(found.sum(), 1, rtol=1e-12)


@given(st.lists(st.integers(1, 1000), min_size=2, max_size=7))
def test_a_network_starts_from_the_shares_of_the_classes(counts):
    shares = np.array(counts) / sum(counts)
    np.testing.assert_allclose(answered(ordinal_start(shares)[None])[0], shares, rtol=1e-9)


def test_it_is_exact_where_the_network_is_sure():
    rows, _ = lossed(np.array([[1000.0, 1000.0], [-1000.0, 0.0]]), np.array([0, 2]))
    np.testing.assert_allclose(rows, [1000, 1000 + math.log(2)], rtol=1e-14)


def test_targets_of_another_shape_name_both_shapes():
    with pytest.raises(ShapeError, match=r"ordinal loss: .*\(4, 2\).*\(4, 3\).*class numbers"):
        lossed(np.zeros((4, 2)), np.zeros((4, 3), int))


def test_layers_laid_out_by_hand_learn_an_order():
    x = np.linspace(-2, 2, 120)[:, None]
    y = np.array(["a", "b", "c", "d"])[np.digitize(x[:, 0], [-1, 0, 1])]
    network = gn.Network([gn.Dense(3)], loss="ordinal", optimizer=gn.Adam(0.1), seed=0)
    network.learn(x, y, epochs=150)
    assert network.test(x, y)["accuracy"] > 0.95
    middle = network.predict_probabilities(np.array([[0.5]]))[0]
    assert middle.argmax() == 2
    assert middle[3] > middle[0]  # a neighbour is likelier than what is far


def test_outputs_for_classes_that_are_not_there_are_refused():
    x, y = np.arange(12.0)[:, None], np.array([0, 1, 2] * 4)
    with pytest.raises(TargetError, match=r"3 outputs for the 3 classes of the targets; .* as in gn\.Dense\(2\)"):
        gn.Network([gn.Dense(3)], loss="ordinal", seed=0).learn(x, y, epochs=1)
    with pytest.raises(TargetError, match=r"3 classes for a network of 1 outputs.* as in gn\.Dense\(2\)"):
        gn.Network([gn.Dense(1)], loss="ordinal", seed=0).learn(x, y, epochs=1)
