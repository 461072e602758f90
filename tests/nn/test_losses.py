"""Each loss against values worked out independently, exact for any finite raw output.

Values from scikit-learn are those of release 1.9.1, from PyTorch those of 2.13.0, each in float64 and taken once.
"""

from __future__ import annotations

import numpy as np
import pytest

from glassnet.core.derivative import backpropagate
from glassnet.core.interpret import evaluate
from glassnet.core.tape import Tape
from glassnet.errors import SettingError, ShapeError
from glassnet.nn import (
    Absolute,
    ArgMax,
    BinaryLogLoss,
    CosineDistance,
    Focal,
    Gamma,
    Hinge,
    Huber,
    KLDivergence,
    LogCosh,
    MultiLabelLogLoss,
    Poisson,
    Quantile,
    SoftmaxLogLoss,
    Squared,
    as_loss,
)

ERRORS = np.array([0.0, 0.5, -0.5, 1, -1, 3, -3])
RAW = np.array([0.3, -1.2, 2.0, 0.5])
TABLE = [[2.0, 0, -1], [0.5, 0.7, 0.5], [-1, 3, 0]]
SHARES = [[0.2, 0.3, 0.5], [0, 1, 0], [0.1, 0, 0.9]]


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


# -- numbers -----------------------------------------------------------------------------------------------------------
def test_smooth_l1_is_huber_divided_by_delta():
    smooth = [0.0, 0.25, 2.75]  # PyTorch's smooth_l1_loss with beta = 1/2
    np.testing.assert_allclose(lossed(Huber(0.5), [0, 0.5, -3], np.zeros(3))[0] / 0.5, smooth, rtol=1e-12)


def test_log_cosh_keeps_the_digits_of_a_small_error_and_survives_a_large_one():
    errors = [1.0, 1000.0, -1000, 1e-6, 0, 1e300]
    rows, delta = lossed(LogCosh(), errors, np.zeros(6))
    expected = [0.4337808304830271, 999.3068528194401, 999.3068528194401, 4.999999999999167e-13, 0, 1e300]
    np.testing.assert_allclose(rows, expected, rtol=1e-14)  # log(cosh 1), 1000 - log 2, d^2 / 2 - d^4 / 12
    np.testing.assert_allclose(delta, np.tanh(errors), rtol=1e-14)


def test_log_cosh_is_smooth_where_its_two_forms_meet():
    errors = np.array([np.nextafter(1, 0), 1, np.nextafter(1, 2), -1, -np.nextafter(1, 0)])
    np.testing.assert_allclose(lossed(LogCosh(), errors, np.zeros(5))[0], np.log(np.cosh(errors)), rtol=1e-14)


def test_the_quantile_loss_costs_what_lies_above_less_than_what_lies_below():
    rows, delta = lossed(Quantile(0.9), ERRORS, np.zeros(7))
    np.testing.assert_allclose(rows, [0, 0.05, 0.45, 0.1, 0.9, 0.3, 2.7], rtol=1e-12)
    np.testing.assert_allclose(delta, [-0.4, 0.1, -0.9, 0.1, -0.9, 0.1, -0.9], rtol=1e-12)
    pinball = [0.03, 1.98, 1.35, 1.35]  # scikit-learn's mean_pinball_loss
    np.testing.assert_allclose(lossed(Quantile(0.9), RAW, np.array([0, 1, 3.5, 2]))[0], pinball, rtol=1e-12)
    np.testing.assert_allclose(lossed(Quantile(), ERRORS, np.zeros(7))[0], np.abs(ERRORS) / 2, rtol=1e-12)


def test_poisson_and_gamma_are_half_the_deviance():
    counts, amounts = np.array([0, 1, 3.5, 2]), np.array([0.5, 1, 3.5, 2])
    rows, delta = lossed(Poisson(), RAW, counts)  # scikit-learn's mean_poisson_deviance / 2
    np.testing.assert_allclose(rows, [1.349858807576, 0.501194211912202, 1.2737264886644386, 0.03501563182001877])
    np.testing.assert_allclose(delta, np.exp(RAW) - counts, rtol=1e-12)
    rows, delta = lossed(Gamma(), RAW, amounts)  # scikit-learn's mean_gamma_deviance / 2
    np.testing.assert_allclose(rows, [0.3635562909008043, 1.120116922736548, 0.2209105228327763, 0.01991413886532145])
    np.testing.assert_allclose(delta, 1 - amounts * np.exp(-RAW), rtol=1e-12)
    for loss in (Poisson(), Gamma()):
        rows, delta = lossed(loss, [np.log(7)], np.array([7.0]))
        np.testing.assert_allclose([rows[0], delta[0]], [0, 0], atol=1e-14)


# -- classes and probabilities -----------------------------------------------------------------------------------------
def test_the_hinge_wants_a_lead_of_one_over_the_best_of_the_others():
    rows, delta = lossed(Hinge(), TABLE, np.array([0, 2, 2]))
    np.testing.assert_allclose(rows, [0, 1.2, 4], rtol=1e-12)  # scikit-learn's hinge_loss
    assert delta.tolist() == [[0, 0, 0], [0, 1, -1], [0, 1, -1]]
    rows, delta = lossed(Hinge(), RAW, np.array([0, 1, 1, 0]))
    np.testing.assert_allclose(rows, [1.3, 2.2, 0, 1.5], rtol=1e-12)  # 1 - z for class 1, 1 + z for class 0, by hand
    assert delta.tolist() == [1, -1, 0, 1]


@pytest.mark.parametrize("gamma", [0.0, 0.5, 2.0])
def test_the_focal_loss_is_the_log_loss_times_a_power_of_what_is_missing(gamma):
    classes = np.array([0, 2, 2])
    p = np.exp(TABLE - np.logaddexp.reduce(TABLE, axis=1)[:, None])[range(3), classes]
    np.testing.assert_allclose(lossed(Focal(gamma), TABLE, classes)[0], -((1 - p) ** gamma) * np.log(p), rtol=1e-12)
    p = 1 / (1 + np.exp(-RAW * [-1, 1, 1, -1]))
    rows = lossed(Focal(gamma), RAW, np.array([0, 1, 1, 0]))[0]
    np.testing.assert_allclose(rows, -((1 - p) ** gamma) * np.log(p), rtol=1e-12)


def test_the_divergence_from_a_row_of_probabilities_takes_0_log_0_as_0():
    rows, delta = lossed(KLDivergence(), TABLE, np.array(SHARES))
    np.testing.assert_allclose(rows, [1.240193005491712, 0.9698169038732961, 2.8408009303659814])  # PyTorch's kl_div
    softmax = np.exp(TABLE - np.logaddexp.reduce(TABLE, axis=1)[:, None])
    np.testing.assert_allclose(delta, softmax - SHARES, atol=1e-12)
    np.testing.assert_allclose(lossed(KLDivergence(), np.log([[0.2, 0.8]]), np.array([[0.2, 0.8]]))[0], 0, atol=1e-15)


def test_labels_of_a_row_are_judged_each_by_itself():
    outputs, labels = [[2.0, -1.0, 0.5], [1000, 0, -1000]], np.array([[1.0, 1, 0], [0, 1, 1]])
    singly = [lossed(BinaryLogLoss(), np.array(outputs)[:, k], labels[:, k])[0] for k in range(3)]
    np.testing.assert_allclose(lossed(MultiLabelLogLoss(), outputs, labels)[0], np.mean(singly, axis=0), rtol=1e-12)


def test_the_cosine_loss_is_that_of_directions_alone():
    targets = np.array([[1.0, 2, 3], [-1, 0, 1], [0, 2, 0]])
    rows = [1.1195228609334393, 1.0, 0.05131670194948623]  # 1 - PyTorch's cosine_similarity
    for scale in (1.0, 1e-200, 1e200):
        np.testing.assert_allclose(lossed(CosineDistance(), np.array(TABLE) * scale, targets)[0], rows, rtol=1e-12)
    rows, delta = lossed(CosineDistance(), np.zeros((1, 3)), targets[:1])
    assert (rows.tolist(), delta.tolist()) == ([1], [[0, 0, 0]])


def test_arg_max_counts_what_is_not_hit_and_has_no_slope():
    rows, delta = lossed(ArgMax(), [[1.0, 2, 2], [0, 0, 0], [5, 1, 2]], np.array([1, 1, 0]))
    assert rows.tolist() == [0, 1, 0]
    assert not delta.any()
    assert lossed(ArgMax(), [0.5, -0.5, 0.5, 0.0], np.array([1, 1, 0, 0]))[0].tolist() == [0, 1, 1, 0]


def test_losses_are_found_by_name():
    assert isinstance(as_loss("Softmax-log-loss"), SoftmaxLogLoss)
    with pytest.raises(SettingError, match="here it is called 'squared'"):
        as_loss("mse")
    with pytest.raises(SettingError, match="here it is called 'quantile'"):
        as_loss("pinball")
    with pytest.raises(SettingError, match=r"Huber: delta=0"):
        Huber(0)
    with pytest.raises(SettingError, match=r"Quantile: quantile=1"):
        Quantile(1)
    with pytest.raises(SettingError, match=r"Focal: gamma=-1"):
        Focal(-1)
