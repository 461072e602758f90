"""Activation functions against PyTorch, and far out, at 0 and at -0, on both engines."""

from __future__ import annotations

import math

import numpy as np
import pytest

import glassnet as gn
from glassnet.core.check import check_derivatives
from glassnet.core.derivative import backpropagate
from glassnet.core.extent import n
from glassnet.core.program import Program
from glassnet.core.tape import Tape
from glassnet.engines.native.engine import Native
from glassnet.engines.reference import Reference
from glassnet.errors import SettingError, ShapeError
from glassnet.nn import Activation, Dense, Input, Maxout, PReLU
from glassnet.nn.activations import ACTIVATIONS, FUNCTIONS
from glassnet.nn.graph import Graph

# Values and derivatives from PyTorch 2.13.0 in float64, torch.nn.functional and torch.autograd: selu, mish,
# softplus(threshold=1e9), softsign, hardsigmoid (its slope, which PyTorch rounds to float32, by hand) and hardtanh.
POINTS = [-30.0, -3.5, -1.2, -0.4, 0.3, 1.1, 3.5, 30.0]
FROM_TORCH = {
    "selu": (
        [-1.758099340847212, -1.705009340957283, -1.2285699954174891, -0.5796101097553361,
         0.31521029620664415, 1.1557710860910286, 3.677453455744182, 31.521029620664414],
        [1.6451630773416182e-13, 0.05308999989009366, 0.5295293454298876, 1.1784892310920407,
         1.0507009873554805, 1.0507009873554805, 1.0507009873554805, 1.0507009873554805],
    ),
    "mish": (
        [-2.807286890651921e-12, -0.10409575448637122, -0.3088357963148626, -0.18891648239351463,
         0.20800137234811503, 0.9708415798947235, 3.4939907151175196, 30.0],
        [-2.713710660963392e-12, -0.07276041344326706, -0.002008761393529032, 0.3475727990291042,
         0.7828272995511304, 1.065010108655896, 1.0099393249951327, 1.0],
    ),
    "softplus": (
        [9.357622968839737e-14, 0.029750418272620566, 0.26328246733803123, 0.5130152523999526,
         0.8543552444685272, 1.3873353251154308, 3.5297504182726205, 30.000000000000092],
        [9.3576229688393e-14, 0.029312230751356316, 0.23147521650098238, 0.401312339887548,
         0.574442516811659, 0.7502601055951176, 0.9706877692486436, 0.9999999999999064],
    ),
    "softsign": (
        [-0.967741935483871, -0.7777777777777778, -0.5454545454545454, -0.28571428571428575,
         0.23076923076923075, 0.5238095238095238, 0.7777777777777778, 0.967741935483871],
        [0.00104058272632674, 0.04938271604938271, 0.20661157024793392, 0.5102040816326531,
         0.5917159763313609, 0.22675736961451246, 0.04938271604938271, 0.00104058272632674],
    ),
    "hard sigmoid": (
        [0.0, 0.0, 0.3, 0.43333333333333335, 0.55, 0.6833333333333333, 1.0, 1.0],
        [0, 0, 1 / 6, 1 / 6, 1 / 6, 1 / 6, 0, 0],
    ),
    "hard tanh": ([-1.0, -1.0, -1.0, -0.4, 0.3, 1.0, 1.0, 1.0], [0, 0, 0, 1, 1, 0, 0, 0]),
}  # fmt: skip

FAR = [-1e4, -0.0, 0.0, 1e4]
SINE, COSINE = -0.3056143888882521, -0.9521553682590144  # of 10,000 radians
SELU, ALPHA = 1.0507009873554805, 1.6732632423543772
AT_FAR = {  # by hand: values and slopes at the points FAR
    "linear": (FAR, [1, 1, 1, 1]),
    "sigmoid": ([0, 0.5, 0.5, 1], [0, 0.25, 0.25, 0]),
    "tanh": ([-1, 0, 0, 1], [0, 1, 1, 0]),
    "relu": ([0, 0, 0, 1e4], [0, 0, 0, 1]),
    "leaky relu": ([-100, 0, 0, 1e4], [0.01, 0.01, 0.01, 1]),
    "elu": ([-1, 0, 0, 1e4], [0, 1, 1, 1]),
    "selu": ([-SELU * ALPHA, 0, 0, SELU * 1e4], [0, SELU * ALPHA, SELU * ALPHA, SELU]),
    "gelu": ([0, 0, 0, 1e4], [0, 0.5, 0.5, 1]),
    "gelu tanh": ([0, 0, 0, 1e4], [0, 0.5, 0.5, 1]),
    "silu": ([0, 0, 0, 1e4], [0, 0.5, 0.5, 1]),
    "mish": ([0, 0, 0, 1e4], [0, 0.6, 0.6, 1]),  # tanh(log 2) = 3 / 5
    "softplus": ([0, math.log(2), math.log(2), 1e4], [0, 0.5, 0.5, 1]),
    "softsign": ([-1e4 / 10001, 0, 0, 1e4 / 10001], [1 / 10001**2, 1, 1, 1 / 10001**2]),
    "hard sigmoid": ([0, 0.5, 0.5, 1], [0, 1 / 6, 1 / 6, 0]),
    "hard tanh": ([-1, 0, 0, 1], [0, 1, 1, 0]),
    "lecun tanh": ([-1.7159, 0, 0, 1.7159], [0, 1.7159 * 2 / 3, 1.7159 * 2 / 3, 0]),
    "sine": ([-SINE, 0, 0, SINE], [COSINE, 1, 1, COSINE]),
}
ENGINES = {"reference": Reference(), "native": Native(2, measured=False)}
DTYPES = {"float64": 1e-12, "float32": 1e-6}  # relative, or absolute below 1


def measured(function, rows, engine, dtype):
    """The function of rows, its delta for outgoing deltas of 1, and the delta of that delta."""
    tape, rows = Tape(), np.asarray(rows, dtype)
    x = tape.input("x", (n, *rows.shape[1:]), dtype)
    y = function(x)
    (slope,) = backpropagate(y.sum(), [x])
    (bend,) = backpropagate(slope.sum(), [x])
    program = Program(tape, {"value": y, "slope": slope, "bend": bend})
    found = ENGINES[engine].compile(program).map({}, {"x": rows}, 8)
    return found["value"], found["slope"], found["bend"]


@pytest.mark.parametrize("name", sorted(FROM_TORCH))
def test_values_and_derivatives_are_those_of_pytorch(name):
    value, slope, _ = measured(FUNCTIONS[name], np.reshape(POINTS, (-1, 1)), "reference", "float64")
    np.testing.assert_allclose(value[:, 0], FROM_TORCH[name][0], rtol=1e-14)
    # That of mish at -1.2 is 0.257 less 0.259, so that the last digits of these count: four of their smallest steps.
    np.testing.assert_allclose(slope[:, 0], FROM_TORCH[name][1], rtol=1e-14, atol=2.2e-16 if name == "mish" else 0)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("name", "factor"), [("elu", 1.0), ("selu", SELU * ALPHA)])
def test_slopes_of_exponentials_keep_their_digits_far_to_the_left(name, factor, engine):
    places = [-0.5, -30.0, -300.0]
    _, slope, _ = measured(FUNCTIONS[name], np.reshape(places, (-1, 1)), engine, "float64")
    np.testing.assert_allclose(slope[:, 0], [factor * math.exp(z) for z in places], rtol=1e-15)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", sorted(AT_FAR))
def test_far_out_and_at_zero_values_and_derivatives_are_exact_and_finite(name, dtype, engine):
    value, slope, bend = measured(FUNCTIONS[name], np.reshape(FAR, (-1, 1)), engine, dtype)
    assert value.dtype == dtype
    np.testing.assert_allclose(value[:, 0], AT_FAR[name][0], rtol=DTYPES[dtype], atol=DTYPES[dtype])
    np.testing.assert_allclose(slope[:, 0], AT_FAR[name][1], rtol=DTYPES[dtype], atol=DTYPES[dtype])
    assert np.isfinite(bend).all()


def test_every_function_of_one_number_has_its_values_far_out():
    assert set(AT_FAR) | {"softmax", "log softmax", "glu", "swiglu", "maxout"} == set(ACTIVATIONS)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("dtype", DTYPES)
def test_functions_of_a_row_are_exact_and_finite_far_out(dtype, engine):
    rows = [[1e4, 0.0, -1e4, -0.0], [-1e4, -1e4, 1e4, 1e4]]
    expected = {
        "softmax": ([[1, 0, 0, 0], [0, 0, 0.5, 0.5]], [[0, 0, 0, 0], [0, 0, 0, 0]]),
        "log softmax": (
            [[0, -1e4, -2e4, -1e4], [-2e4 - math.log(2), -2e4 - math.log(2), -math.log(2), -math.log(2)]],
            [[-3, 1, 1, 1], [1, 1, -1, -1]],
        ),
        "glu": ([[0, 0], [-1e4, -1e4]], [[0, 0.5, 0, 0], [1, 1, 0, 0]]),
        "swiglu": ([[-1e8, 0], [0, 0]], [[-1e4, 0, 1e4, 0], [0, 0, 0, 0]]),
        "maxout": ([[1e4, 0], [1e4, 1e4]], [[1, 0.5, 0, 0.5], [0, 0, 1, 1]]),
    }
    for name, (values, slopes) in expected.items():
        value, slope, bend = measured(ACTIVATIONS[name], rows, engine, dtype)
        np.testing.assert_allclose(value, values, rtol=DTYPES[dtype], atol=DTYPES[dtype], err_msg=name)
        np.testing.assert_allclose(slope, slopes, rtol=DTYPES[dtype], atol=DTYPES[dtype], err_msg=name)
        assert np.isfinite(bend).all()


def test_what_is_not_a_number_is_shown():
    for name in FUNCTIONS:
        value, _, _ = measured(FUNCTIONS[name], [[np.nan]], "reference", "float64")
        assert np.isnan(value).all(), name


# -- gates and pieces --------------------------------------------------------------------------------------------------
def test_gates_are_those_of_pytorch(apply):
    """PyTorch 2.13.0 in float64: F.glu(x, -1) and F.silu(a) * b, with the deltas of outgoing deltas G."""
    x, G = np.array([[1.0, -2, 0.5, 3], [0.25, 4, -1, 0]]), np.array([[1.0, 2.0], [3, -1]])
    expected = {
        "glu": (
            [[0.6224593312018546, -1.9051482536448667], [0.06723535534249878, 2.0]],
            [[0.6224593312018546, 1.9051482536448667, 0.2350037122015945, -0.180706638923648],
             [0.8068242641099853, -0.5, 0.1474589499311114, -1.0]],
        ),
        "swiglu": (
            [[0.36552928931500245, -0.7152175321327052], [-0.14054412522144952, 0.0]],
            [[0.46383525593574343, -0.5447054927093727, 0.7310585786300049, -0.4768116880884702],
             [-1.871130064710593, 0.0, 0.4216323756643485, -3.928055160151634]],
        ),
    }  # fmt: skip
    for name, (values, deltas) in expected.items():
        np.testing.assert_allclose(apply(Activation(name), x)[0], values, rtol=1e-14)
        found = gn.gradient(lambda z, name=name: (ACTIVATIONS[name](z) * G).sum())(x)
        np.testing.assert_allclose(found, deltas, rtol=1e-13)
        check_derivatives(ACTIVATIONS[name], x)


def test_maxout_is_the_largest_of_blocks(apply):
    x = np.array([[1.0, 7, 5, 2, 3, 4]])
    assert apply(Maxout(3), x)[0].tolist() == [[5, 7]]
    assert apply(Maxout(2), x)[0].tolist() == [[2, 7, 5]]
    assert apply(Activation("maxout"), x)[0].tolist() == [[2, 7, 5]]
    check_derivatives(lambda z: ACTIVATIONS["maxout"](z), x)
    tied = gn.gradient(lambda z: Maxout(3).forward(None, z).sum())(np.ones((1, 3)))
    np.testing.assert_allclose(tied, np.full((1, 3), 1 / 3), rtol=1e-15)


@pytest.mark.parametrize("name", ["glu", "swiglu", "maxout"])
def test_dense_has_two_weighted_sums_for_each_output_of_a_gate(apply, name):
    x, w, b = np.array([[1.0, -2], [0.5, 3]]), np.arange(12.0).reshape(2, 6) / 10, np.linspace(-1, 1, 6)
    found, _ = apply(Dense(3, name), x, given={"weights": w, "bias": b})
    np.testing.assert_allclose(found, apply(Activation(name), x @ w + b)[0], rtol=1e-14)
    declared, output = Graph.of(Dense(3, name)(Input(2))).declare("float32")
    assert (declared["dense_1.weights"].shape, declared["dense_1.bias"].shape) == ((2, 6), (6,))
    assert output.shape == (n, 3)


# -- PReLU -------------------------------------------------------------------------------------------------------------
def test_prelu_turns_what_is_below_zero_by_a_learnt_slope(apply):
    x = np.array([[-2.0, -2, 3], [-0.0, 0, 1]])
    assert apply(PReLU(), x)[0].tolist() == [[-0.5, -0.5, 3], [0, 0, 1]]
    assert apply(PReLU(), x, given={"slope": [0.5, -1, 9]})[0].tolist() == [[-1, 2, 3], [0, 0, 1]]
    assert apply(PReLU(shared=True), x, given={"slope": [0.1]})[0].tolist() == [[-0.2, -0.2, 3], [0, 0, 1]]
    assert apply(PReLU(initializer="zeros"), x)[0].tolist() == [[0, 0, 3], [0, 0, 1]]


def test_the_slopes_of_prelu_get_the_inputs_below_zero_as_delta():
    x, slope = np.array([[-2.0, -1, 3], [-4, 5, 0]]), np.array([0.5, 0.25, 2])

    class Given:
        def __init__(self, tensor):
            self.slope = tensor

    def total(z, s):
        return PReLU().forward(Given(s), z).sum()

    of_input, of_slope = gn.gradient(total, (0, 1))(x, slope)
    assert of_input.tolist() == [[0.5, 0.25, 1], [0.5, 1, 2]]  # at 0 the slope is the one from the left
    assert of_slope.tolist() == [-6, -1, 0]
    check_derivatives(total, x + 0.1, slope)


def test_prelu_declares_a_slope_a_feature_that_no_decay_shrinks():
    declared, _ = Graph.of(PReLU()(Input((4, 3)))).declare("float32")
    (slope,) = declared.values()
    assert (slope.shape, slope.decay) == ((3,), False)
    declared, _ = Graph.of(PReLU(shared=True)(Input((4, 3)))).declare("float32")
    assert declared["prelu_1.slope"].shape == (1,)


# -- errors ------------------------------------------------------------------------------------------------------------
def test_settings_and_shapes_that_do_not_fit_are_named():
    for wrong, named in (
        (lambda: Activation("hardsigm"), "no activation function is called"),
        (lambda: Activation("mich"), "did you mean 'mish'"),
        (lambda: Maxout(1), "Maxout: pieces=1, expected a whole number of at least 2"),
        (lambda: PReLU(shared=1), "PReLU: shared=1, expected True or False"),
        (lambda: PReLU(initializer="nothing"), "no initializer is called 'nothing'"),
    ):
        with pytest.raises(SettingError, match=named):
            wrong()
    for node, named in (
        (Activation("glu")(Input(3)), r"activation_1: glu takes .* multiple of 2 features, not \(n, 3\)"),
        (Maxout(3)(Input((2, 4))), r"maxout_1: maxout takes .* multiple of 3 features, not \(n, 2, 4\)"),
        (Activation("swiglu")(Input(())), r"activation_1: swiglu takes inputs of shape \(n, ..., features\)"),
        (PReLU()(Input(())), r"prelu_1: PReLU takes inputs of shape \(n, ..., features\), not \(n,\)"),
    ):
        with pytest.raises(ShapeError, match=named):
            Graph.of(node).declare("float32")
