"""Each loss against values worked out independently, exact for any finite raw output."""

from __future__ import annotations

import numpy as np
import pytest

from glassnet.core.check import check_derivatives
from glassnet.core.derivative import backpropagate
from glassnet.core.interpret import evaluate
from glassnet.core.tape import Tape
from glassnet.errors import SettingError, ShapeError
from glassnet.nn import Absolute, BinaryLogLoss, Huber, SoftmaxLogLoss, Squared, as_loss

ERRORS = np.array([0.0, 0.5, -0.5, 1, -1, 3, -3])


def lossed(loss, output, target):
    """The loss of each row and the derivative of the total with respect to the raw output, in float64."""
    output, target = np.asarray(output, float), np.asarray(target)
    tape = Tape()
    x = tape.input("output", output.shape, "float64")
    t = tape.input("target", target.shape, "int64" if target.dtype.kind == "i" else "float64")
    rows = loss.rows(x, t)
    (delta,) = backpropagate(rows, [x])
    return evaluate([rows, delta], {x: output, t: target})


def test_squared_pairs_a_row_with_a_column_and_never_makes_a_table():
    rows, delta = lossed(Squared(), [[1.0], [2], [4]], np.array([1.0, 3, 5]))
    assert rows.tolist() == [0, 1, 1]
    assert delta.tolist() == [[0], [-2], [-2]]
    assert lossed(Squared(), [[1.0, 2]], np.array([[3.0, 2]]))[0].tolist() == [2.0]  # the mean over outputs
    with pytest.raises(ShapeError, match=r"\(3, 1\).*\(3, 2\)"):
        lossed(Squared(), np.ones((3, 1)), np.ones((3, 2)))


@pytest.mark.parametrize(
    ("delta", "values"),
    [
        (0.5, [0, 0.125, 0.125, 0.375, 0.375, 1.375, 1.375]),
        (1.0, [0, 0.125, 0.125, 0.5, 0.5, 2.5, 2.5]),
        (2.0, [0, 0.125, 0.125, 0.5, 0.5, 4.0, 4.0]),
    ],
)
def test_huber_is_quadratic_within_delta_and_straight_beyond(delta, values):
    rows, _ = lossed(Huber(delta), ERRORS, np.zeros(7))
    np.testing.assert_allclose(rows, values, rtol=1e-12)


def test_the_slope_of_huber_is_at_most_delta_and_that_of_absolute_is_zero_at_zero():
    np.testing.assert_allclose(lossed(Huber(1.0), ERRORS, np.zeros(7))[1], [0, 0.5, -0.5, 1, -1, 1, -1], rtol=1e-12)
    rows, slopes = lossed(Absolute(), ERRORS, np.zeros(7))
    assert rows.tolist() == [0, 0.5, 0.5, 1, 1, 3, 3]
    assert slopes.tolist() == [0, 1, -1, 1, -1, 1, -1]


def test_the_binary_log_loss_is_exact_where_the_network_is_sure():
    outputs, targets = [1000.0, 1000.0, -1000.0, -1000.0, 40.0, -40.0], np.array([1.0, 0, 1, 0, 1, 1])
    rows, delta = lossed(BinaryLogLoss(), outputs, targets)
    small = 4.248354255291589e-18
    np.testing.assert_allclose(rows, [0, 1000, 1000, 0, small, 40], rtol=1e-12)
    np.testing.assert_allclose(delta, [0, 1, -1, 0, -small, -1], rtol=1e-12)


def test_the_softmax_log_loss_is_exact_where_the_network_is_sure():
    raw = [[1000.0, 0, -1000], [1000, 0, -1000], [1e4, 1e4, 1e4]]
    rows, delta = lossed(SoftmaxLogLoss(), raw, np.array([0, 1, 2]))
    np.testing.assert_allclose(rows, [0, 1000, 1.0986122886681098], rtol=1e-12)
    np.testing.assert_allclose(delta, [[0, 0, 0], [1, -1, 0], [1 / 3, 1 / 3, -2 / 3]], atol=1e-12)


def test_label_smoothing_and_one_hot_targets():
    raw, classes = [[2.0, 0, -1], [0.5, 0.5, 0.5], [-1, 3, 0]], np.array([0, 2, 1])
    plain = [0.16984601955628567, 1.0986122886681098, 0.06588390375742911]
    np.testing.assert_allclose(lossed(SoftmaxLogLoss(), raw, classes)[0], plain, rtol=1e-12)
    np.testing.assert_allclose(lossed(SoftmaxLogLoss(), raw, np.eye(3)[classes])[0], plain, rtol=1e-12)
    smooth = [0.3365126862229524, 1.0986122886681098, 0.2992172370907624]
    np.testing.assert_allclose(lossed(SoftmaxLogLoss(0.1), raw, classes)[0], smooth, rtol=1e-12)


@pytest.mark.parametrize("loss", [Squared(), Absolute(), Huber(0.6), BinaryLogLoss(), SoftmaxLogLoss(0.2)])
def test_derivatives_agree_with_central_differences(loss):
    output = np.array([[0.3, -1.2, 0.9], [2.0, 0.1, -0.4]])
    target = np.array([[0.1, 0.7, 0.2], [0.3, 0.3, 0.4]])
    check_derivatives(lambda x: loss.rows(x, x.tape.constant(target)), output)


def test_losses_are_found_by_name():
    assert isinstance(as_loss("Softmax-log-loss"), SoftmaxLogLoss)
    with pytest.raises(SettingError, match="here it is called 'squared'"):
        as_loss("mse")
    with pytest.raises(SettingError, match=r"Huber: delta=0"):
        Huber(0)
