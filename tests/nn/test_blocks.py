"""Normalisation, noise and reshaping: values, modes and derivatives; and the errors of all layers of blocks."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glassnet.core.check import check_derivatives
from glassnet.core.interpret import evaluate
from glassnet.core.tape import Tape
from glassnet.errors import SettingError, ShapeError
from glassnet.nn import (
    Activation,
    AlphaDropout,
    Dense,
    Dropout,
    Flatten,
    GaussianNoise,
    GroupNorm,
    Input,
    LayerNorm,
    Own,
    Reshape,
    Residual,
    RMSNorm,
    Scale,
    TiedDense,
)
from glassnet.nn.graph import Graph, chain

SEQUENCE = np.array([[[1.0, -2, 0.5, 3], [0.25, 4, -1, 0], [2, 2, 1, -1]]])  # (examples, time, features)
GAIN, OFFSET = [1.0, 2, 0.5, -1], [0.0, 1, 2, 3]


class Given:
    """What a layer reads of its own, given by hand."""

    training = False

    def __init__(self, **parts: Any) -> None:
        self.__dict__.update(parts)

    def mask(self, x: Any) -> None:
        """All steps are there."""


# -- normalisation -----------------------------------------------------------------------------------------------------
def test_group_norm_is_that_of_pytorch(apply):
    """torch.nn.GroupNorm(2, 4, eps=1e-5) of PyTorch 2.13.0 in float64, over (examples, features, time) transposed."""
    expected = [
        [-0.11325657997318217, -2.4883026631740073, 2.0304854564458332, 1.1099017003583496],
        [-0.5209802678766375, 4.035276343281279, 1.4817472404208378, 3.3048545644583305],
        [0.4303750038980917, 1.8607500077961834, 2.2133981951208317, 4.036505519158324],
    ]
    found, _ = apply(GroupNorm(2), SEQUENCE, given={"gain": GAIN, "offset": OFFSET})
    np.testing.assert_allclose(found[0], expected, rtol=1e-13)
    flat, _ = apply(GroupNorm(2), SEQUENCE[0])
    expected = [
        [0.9999977777851852, -0.9999977777851852, -0.9999968000153598, 0.99999680001536],
        [-0.9999985777808118, 0.999998577780812, -0.9999800005999799, 0.9999800005999799],
        [0.0, 0.0, 0.9999950000374997, -0.9999950000374997],
    ]
    np.testing.assert_allclose(flat, expected, rtol=1e-13)


def test_one_group_is_layer_norm_and_a_group_a_feature_is_instance_norm(apply):
    rows = SEQUENCE[0]
    np.testing.assert_allclose(apply(GroupNorm(1), rows)[0], apply(LayerNorm(), rows)[0], rtol=1e-14)
    found, _ = apply(GroupNorm(4, epsilon=1e-12), SEQUENCE)
    np.testing.assert_allclose(found.mean(1), np.zeros((1, 4)), atol=1e-12)
    np.testing.assert_allclose(found.var(1), np.ones((1, 4)), rtol=1e-9)


def test_rms_norm_is_that_of_pytorch(apply):
    """torch.nn.RMSNorm(4, eps=1e-5) of PyTorch 2.13.0 in float64."""
    expected = [
        [0.5298121992304703, -2.119248796921881, 0.13245304980761757, -1.5894365976914109],
        [0.12104536464916715, 3.873451668773349, -0.2420907292983343, 0.0],
        [1.264908534252813, 2.529817068505626, 0.31622713356320326, 0.6324542671264065],
    ]
    found, _ = apply(RMSNorm(), SEQUENCE, given={"gain": GAIN})
    np.testing.assert_allclose(found[0], expected, rtol=1e-14)
    assert apply(RMSNorm(), np.zeros((2, 3)))[0].tolist() == np.zeros((2, 3)).tolist()


@settings(max_examples=20)
@given(rate=st.floats(0.1, 10), shift=st.floats(-5, 5))
def test_group_norm_answers_alike_whatever_the_unit_and_the_origin(rate, shift):
    tape = Tape()
    x, y = (tape.input(name, SEQUENCE.shape, "float64") for name in ("x", "y"))
    outputs = [GroupNorm(2, epsilon=1e-12).forward(Given(gain=1.0, offset=0.0), z) for z in (x, y)]
    same, moved = evaluate(outputs, {x: SEQUENCE, y: rate * SEQUENCE + shift})
    np.testing.assert_allclose(moved, same, rtol=1e-8, atol=1e-8)


def test_derivatives_of_normalisation_and_scale_agree_with_central_differences():
    gain, offset = np.array(GAIN), np.array(OFFSET)
    for layer in (GroupNorm(2), LayerNorm()):
        check_derivatives(
            lambda x, g, b, layer=layer: layer.forward(Given(gain=g, offset=b), x), SEQUENCE, gain, offset
        )
    for layer in (RMSNorm(), Scale()):
        check_derivatives(lambda x, g, layer=layer: layer.forward(Given(gain=g), x), SEQUENCE, gain)


def test_scale_multiplies_each_feature(apply):
    assert apply(Scale(), SEQUENCE)[0].tolist() == SEQUENCE.tolist()
    assert apply(Scale(), SEQUENCE, given={"gain": GAIN})[0].tolist() == (SEQUENCE * GAIN).tolist()
    assert not apply(Scale("zeros"), SEQUENCE)[0].any()


# -- chance ------------------------------------------------------------------------------------------------------------
def test_gaussian_noise_is_normal_anew_in_each_step_and_none_when_predicting(apply):
    x = np.full((400, 250), 3.0)
    first, _ = apply(GaussianNoise(0.5), x, training=True, step=1)
    noise = (first - x) / 0.5
    assert noise.mean() == pytest.approx(0, abs=4 / math.sqrt(noise.size))
    assert noise.var() == pytest.approx(1, abs=4 * math.sqrt(2 / noise.size))
    assert (noise**3).mean() == pytest.approx(0, abs=4 * math.sqrt(15 / noise.size))
    assert (noise**4).mean() == pytest.approx(3, abs=4 * math.sqrt(96 / noise.size))
    assert (np.abs(noise) > 1.959964).mean() == pytest.approx(0.05, abs=4 * math.sqrt(0.05 / noise.size))
    assert np.array_equal(first, apply(GaussianNoise(0.5), x, training=True, step=1)[0])
    assert not np.array_equal(first, apply(GaussianNoise(0.5), x, training=True, step=2)[0])
    assert np.array_equal(apply(GaussianNoise(0.5), x)[0], x)


def test_alpha_dropout_keeps_mean_and_variance(apply):
    x = np.random.default_rng(0).normal(size=(400, 250))
    found, _ = apply(AlphaDropout(0.3), x, training=True, step=1)
    assert found.mean() == pytest.approx(0, abs=0.02)
    assert found.var() == pytest.approx(1, abs=0.03)
    a = (0.7 * (1 + 0.3 * 1.7580993408473766**2)) ** -0.5  # the paper's a, with q = 0.7 and alpha' = -1.7581
    b = a * 0.3 * 1.7580993408473766
    left = np.isclose(found, a * -1.7580993408473766 + b)
    assert left.mean() == pytest.approx(0.3, abs=0.01)
    np.testing.assert_allclose(found[~left], (a * x + b)[~left], rtol=1e-12, atol=1e-12)
    assert np.array_equal(apply(AlphaDropout(0.3), x)[0], x)
    assert np.array_equal(apply(AlphaDropout(0), x, training=True)[0], x)


@pytest.mark.parametrize("layer", [Dropout(0.4), AlphaDropout(0.4), GaussianNoise(0.5)])
def test_derivatives_under_chance_agree_with_central_differences(layer):
    def squares(x):
        seed, step = (x.tape.constant(number, "int64") for number in (7, 3))
        return layer.forward(Own("layer", {}, training=True, seed=seed, step=step), x) ** 2

    check_derivatives(squares, SEQUENCE)


# -- shapes ------------------------------------------------------------------------------------------------------------
def test_reshape_gives_each_row_another_shape(apply):
    x = np.arange(24.0).reshape(2, 3, 4)
    for shape, expected in (
        ((2, 6), (2, 2, 6)),
        ((4, -1), (2, 4, 3)),
        (12, (2, 12)),
        (-1, (2, 12)),
        ([6, 2], (2, 6, 2)),
    ):
        found, _ = apply(Reshape(shape), x)
        assert found.shape == expected
        assert found.reshape(-1).tolist() == x.reshape(-1).tolist()
    assert np.array_equal(apply(Reshape(-1), x)[0], apply(Flatten(), x)[0])
    check_derivatives(lambda z: Reshape((4, -1)).forward(Given(), z) ** 2, x)


# -- errors ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        (lambda: GroupNorm(0), "GroupNorm: groups=0, expected a whole number of at least 1"),
        (lambda: GroupNorm(2, epsilon=0), "GroupNorm: epsilon=0"),
        (lambda: RMSNorm(-1), "RMSNorm: epsilon=-1"),
        (lambda: Scale("one"), "did you mean 'ones'"),
        (lambda: GaussianNoise(-0.1), r"GaussianNoise: standard_deviation=-0.1"),
        (lambda: AlphaDropout(1), "AlphaDropout: rate=1"),
        (lambda: Reshape((2, 0)), r"Reshape: shape=\(2, 0\), expected whole numbers of at least 1"),
        (lambda: Reshape((-1, -1)), "one may be -1"),
        (lambda: Reshape(True), "Reshape: shape=True"),
        (lambda: Reshape("12"), "Reshape: shape='12'"),
        (lambda: Residual([]), r"Residual: layers=\[\], expected a list of layers"),
        (lambda: Residual(Dense(3)), "Residual: layers=Dense"),
        (lambda: Residual([Dense(3), 4]), "layer 4: expected a layer"),
        (lambda: Residual(["rellu"]), "did you mean 'relu'"),
        (lambda: Residual([Dense(3)])(), "Residual was called on 0 inputs; expected one input"),
        (lambda: Residual([Dense(3)])(Input(3), Input(3)), "Residual was called on 2 inputs"),
        (lambda: TiedDense(3, to=Dense(3)), "TiedDense: to=Dense.* expected the name of the layer"),
        (lambda: TiedDense(3, to="a", transposed=1), "TiedDense: transposed=1, expected True or False"),
        (lambda: TiedDense(3, to="a", initializer="ones"), "TiedDense: initializer=.* start as those of 'a' do"),
    ],
)
def test_settings_out_of_range_name_the_layer_and_what_was_expected(wrong, named):
    with pytest.raises(SettingError, match=named):
        wrong()


@pytest.mark.parametrize(
    ("layers", "error", "named"),
    [
        ([GroupNorm(2)], ShapeError, "group_norm_1: 5 features cannot be divided into 2 groups; choose a divisor of 5"),
        ([Reshape((2, -1))], ShapeError, r"reshape_1: a row of shape \(5,\) cannot be brought to \(2, -1\)"),
        ([Reshape(4)], ShapeError, r"reshape_1: a row of shape \(5,\) cannot be brought to \(4,\)"),
        ([Residual([Dense(4)])], ShapeError, r"add_1: shapes \(n, 5\) and \(n, 4\); expected equal ones"),
        ([TiedDense(5, to="dense_1")], SettingError, "no layer of that name comes before it. Before it: none"),
        ([Dense(5), TiedDense(5, to="dense1")], SettingError, "tied_dense_1: .*did you mean 'dense_1'"),
        ([TiedDense(5, to="dense_1"), Dense(5)], SettingError, "tied_dense_1: it shares the weights of 'dense_1'"),
        ([Dense(4), TiedDense(5, to="dense_1")], ShapeError, r"have shape \(5, 4\); expected \(4, 5\) here"),
        ([Scale(), TiedDense(5, to="scale_1")], SettingError, "'scale_1' declares no parameter 'weights'; it has gain"),
        ([Reshape((5, 1)), Flatten(), Activation("glu")], ShapeError, "activation_1: glu takes"),
    ],
)
def test_shapes_and_names_that_do_not_fit_name_the_layer(layers, error, named):
    with pytest.raises(error, match=named):
        Graph.of(chain(layers, Input(5))).declare("float32")
