from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glassnet.core import functions
from glassnet.core.check import check_derivatives
from glassnet.core.derivative import gradient
from glassnet.core.extent import n
from glassnet.core.interpret import evaluate
from glassnet.core.tape import Tape
from glassnet.errors import DataError, DTypeError, SettingError, ShapeError
from glassnet.random import philox

inf, nan = math.inf, math.nan
thorough = settings(deadline=None, max_examples=40, derandomize=True, database=None)


def value(function, *arrays):
    tape = Tape()
    inputs = [tape.input(f"x{i}", np.shape(a), np.asarray(a).dtype) for i, a in enumerate(arrays)]
    return evaluate([function(*inputs)], dict(zip(inputs, arrays, strict=True)))[0]


# -- branches that were not taken --------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("function", "x", "expected"),
    [
        (lambda x: functions.where(x > 0, x.sqrt(), 0 * x), [0.0, 4.0], [0.0, 0.25]),  # 1 / (2 sqrt 4)
        (lambda x: functions.where(x > 0, x * x.log(), 0 * x), [0.0, 1.0], [0.0, 1.0]),  # log 1 + 1
        (lambda x: functions.where(x > 0, x.log(), x), [-1.0, 0.0, 2.0], [1.0, 1.0, 0.5]),
        (lambda x: functions.where(x < 500, 1, functions.exp(x)), [0.0, 400.0], [0.0, 0.0]),
        (lambda x: functions.where(x > 800, 1, functions.exp(x)), [0.0, 1000.0], [1.0, 0.0]),
        (lambda x: functions.where(x == 0, 1, functions.sin(x) / x), [0.0], [0.0]),
        (lambda x: functions.where(x > 0, x**-1.5, 0), [0.0, 1.0], [0.0, -1.5]),
        (lambda x: functions.where(x > 0, 1 / x, 0), [0.0, 2.0], [0.0, -0.25]),
        (functions.norm, [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]),
        (lambda x: functions.norm(x) ** 2, [0.0, 0.0], [0.0, 0.0]),
        (functions.norm, [3.0, 4.0], [0.6, 0.8]),
    ],
)
def test_what_was_not_selected_has_derivative_0_and_never_nan(function, x, expected):
    np.testing.assert_allclose(gradient(function)(np.array(x)), expected, rtol=1e-15)
    for _ in range(2):  # nor has it in the derivatives of derivatives
        function = gradient(function)
        assert np.isfinite(gradient(function)(np.array(x))).all()


def test_derivatives_of_what_was_selected_are_right_to_third_order():
    function = lambda x: functions.where(x > 0, x * x.log(), 0 * x)  # noqa: E731
    x = np.array([0.0, 0.5, 2.0])
    for expected in ([0, 1 + math.log(0.5), 1 + math.log(2)], [0, 2, 0.5], [0, -4, -0.25], [0, 16, 0.25]):
        function = gradient(function)
        np.testing.assert_allclose(function(x), expected, rtol=1e-14)
    nested = lambda x: functions.where(x > 0, x.sqrt().sqrt(), 0)  # noqa: E731
    for slope in (0.25, -0.25 * 0.75, 0.25 * 0.75 * 1.75):
        nested = gradient(nested)
        np.testing.assert_allclose(nested(np.array([0.0, 1.0])), [0, slope], rtol=1e-14)
        outer = gradient(lambda x, nested=nested: functions.where(x > 0, nested(x), 0))
        assert np.isfinite(outer(np.array([0.0, 1.0]))).all()


def test_a_delta_that_happens_to_be_0_still_has_derivatives():
    # Third derivatives of (x y)^2 where the delta 2 x y of the product is 0: d3/dx2dy = 4 y, d3/dxdy2 = 4 x.
    by_x = lambda x, y: gradient(lambda x, y: (x * y) ** 2, 0)(x, y)  # noqa: E731
    by_xx = lambda x, y: gradient(by_x, 0)(x, y)  # noqa: E731
    by_xy = lambda x, y: gradient(by_x, 1)(x, y)  # noqa: E731
    assert float(gradient(by_xx, 1)(0.0, 3.0)) == 12
    assert float(gradient(by_xy, 1)(0.0, 3.0)) == 0
    assert float(gradient(by_xy, 0)(0.0, 3.0)) == 12
    assert float(gradient(gradient(gradient(gradient(lambda x: (x * x) ** 2))))(0.0)) == 24


def test_the_spread_of_a_constant_row_has_a_finite_derivative():
    def standardised(x):
        centred = x - x.mean(-1, keep=True)
        return centred / ((centred * centred).mean(-1, keep=True) + 1e-5).sqrt()

    assert np.isfinite(gradient(standardised)(np.full((1, 4), 2.0))).all()


@pytest.mark.parametrize(
    ("function", "x"),
    [
        (lambda x: x.sqrt(), -1.0),
        (lambda x: functions.where(x < 0, x.sqrt(), x), -1.0),
        (lambda x: functions.log(x), -1.0),
        (functions.relu, nan),
        (functions.softplus, nan),
        (functions.absolute, nan),
        (lambda x: functions.maximum(x, 0), nan),
        (lambda x: functions.minimum(0, x), nan),
        (lambda x: x - x, inf),
        (lambda x: functions.softmax(x.reshape(1)), nan),
        (lambda x: functions.norm(x.reshape(1)), nan),
    ],
)
def test_nan_in_the_branch_that_was_taken_stays_visible(function, x):
    assert np.isnan(value(function, x)).all()


def test_a_nan_that_was_taken_comes_back_too():
    x = np.array([-1.0, 4.0])
    found = gradient(lambda x: functions.where(x < 5, x.sqrt(), 0))(x)
    np.testing.assert_array_equal(found, [nan, 0.25])
    assert np.isnan(gradient(lambda x: functions.relu(x) * x)(nan))


# -- kinks and ties ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("function", "slopes"),
    [
        (functions.relu, [0.0, 0.0, 1.0]),
        (functions.absolute, [-1.0, 0.0, 1.0]),
        (abs, [-1.0, 0.0, 1.0]),
        (lambda x: functions.maximum(x, 0), [0.0, 0.5, 1.0]),
        (lambda x: functions.maximum(0, x), [0.0, 0.5, 1.0]),
        (lambda x: functions.minimum(x, 0), [1.0, 0.5, 0.0]),
        (lambda x: functions.maximum(x, x), [1.0, 1.0, 1.0]),
        (functions.floor, [0.0, 0.0, 0.0]),
        (lambda x: x**2, [-2.0, 0.0, 2.0]),
        (lambda x: x**3, [3.0, 0.0, 3.0]),
        (lambda x: x**1, [1.0, 1.0, 1.0]),
        (lambda x: x**0, [0.0, 0.0, 0.0]),
    ],
)
def test_kinks_follow_one_rule(function, slopes):
    np.testing.assert_array_equal(gradient(function)(np.array([-1.0, 0.0, 1.0])), slopes)
    np.testing.assert_array_equal(gradient(function)(np.array([-1.0, -0.0, 1.0])), slopes)


def test_elements_that_tie_for_the_maximum_share_the_derivative():
    x = np.array([[1.0, 3.0, 3.0], [2.0, 2.0, 2.0], [-inf, -inf, 0.0]])
    expected = [[0, 0.5, 0.5], [1 / 3] * 3, [0, 0, 1]]
    np.testing.assert_allclose(gradient(lambda x: x.max(1))(x), expected)
    np.testing.assert_allclose(gradient(lambda x: x.max())(np.zeros((2, 2))), np.full((2, 2), 0.25))
    whole = gradient(lambda a, b: functions.maximum(a, b), (0, 1))(np.ones(2), np.array([1.0, 2.0]))
    np.testing.assert_array_equal(whole, [[0.5, 0.0], [0.5, 1.0]])


def test_the_first_of_several_maxima_is_the_place_of_the_largest():
    assert value(functions.argmax, np.array([[1.0, 3.0, 3.0], [2.0, 2.0, 2.0]])).tolist() == [1, 0]


# -- whole rows of infinities ------------------------------------------------------------------------------------------
ROWS = np.array([[-inf, -inf, -inf], [-inf, 0.0, 0.0], [1000.0, 1000.0, -1000.0], [-1e308, 1e308, 0.0]])


def test_a_row_of_minus_infinity_has_defined_answers():
    half = math.log(0.5)
    np.testing.assert_array_equal(value(functions.softmax, ROWS), [[0, 0, 0], [0, 0.5, 0.5], [0.5, 0.5, 0], [0, 1, 0]])
    np.testing.assert_allclose(
        value(functions.log_softmax, ROWS),
        [[-inf] * 3, [-inf, half, half], [half, half, half - 2000], [-inf, 0, -1e308]],
        rtol=1e-15,
    )
    np.testing.assert_allclose(
        value(functions.logsumexp, ROWS), [-inf, math.log(2), 1000 + math.log(2), 1e308], rtol=1e-15
    )
    assert value(lambda x: functions.logsumexp(x, keep=True), ROWS).shape == (4, 1)


@pytest.mark.parametrize("function", [functions.softmax, functions.logsumexp, functions.log_softmax])
def test_a_row_of_minus_infinity_has_derivative_0_and_leaves_other_rows_alone(function):
    def total(x):
        outcome = function(x)
        weights = np.array([1.0, -2.0, 0.5])[: 3 if outcome.ndim == 2 else 1]
        return functions.where(outcome == -inf, 0, outcome * weights)

    found = gradient(total)(ROWS[:3])
    assert np.isfinite(found).all()
    assert not found[0].any()
    np.testing.assert_allclose(found[1:], gradient(total)(ROWS[1:3]))
    assert np.isfinite(gradient(lambda x: gradient(total)(x))(ROWS[:3])).all()


@pytest.mark.parametrize("function", [functions.softmax, functions.logsumexp, functions.log_softmax, functions.norm])
def test_no_rows_give_no_answers(function):
    assert value(function, np.zeros((0, 3))).size == 0 or function is functions.norm
    assert gradient(function)(np.zeros((0, 3))).shape == (0, 3)


def test_no_classes_sum_to_nothing():
    assert value(functions.logsumexp, np.zeros((2, 0))).tolist() == [-inf, -inf]
    assert value(functions.softmax, np.zeros((2, 0))).shape == (2, 0)


# -- values ------------------------------------------------------------------------------------------------------------
WIDE = np.array([-1e308, -750.0, -40.0, -1.0, -1e-300, 0.0, 1e-20, 0.3, 20.0, 40.0, 750.0, 1e308])


def test_softplus_and_logistic_are_exact_and_do_not_overflow():
    expected = [math.log1p(math.exp(x)) if x < 30 else x + math.exp(-x) for x in WIDE.tolist()]
    np.testing.assert_allclose(value(functions.softplus, WIDE), expected, rtol=1e-15)
    sigmoid = [1 / (1 + math.exp(-x)) if x > -700 else math.exp(x) for x in WIDE.tolist()]
    np.testing.assert_allclose(value(functions.logistic, WIDE), sigmoid, rtol=1e-15)
    np.testing.assert_allclose(gradient(functions.softplus)(WIDE), sigmoid, rtol=4e-16, atol=1e-320)
    assert value(functions.logistic, np.array([-inf, inf])).tolist() == [0, 1]
    assert value(functions.softplus, np.array([-inf, inf])).tolist() == [0, inf]
    single = value(functions.logistic, np.array([-200.0, 0.0, 200.0], np.float32))
    assert single.dtype == np.float32
    assert single.tolist() == [0, 0.5, 1]


def test_softplus_is_smooth_at_0_to_every_order():
    slopes = [functions.softplus]
    for _ in range(4):
        slopes.append(gradient(slopes[-1]))
    found = [float(slope(0.0)) for slope in slopes[1:]]
    np.testing.assert_allclose(found, [1 / 2, 1 / 4, 0, -1 / 8], atol=1e-15)


def test_power_at_0():
    def both(a, b):
        return [float(d) for d in gradient(lambda a, b: a**b, (0, 1))(a, b)]

    assert both(0.0, 2.0) == [0, 0]
    assert both(0.0, 1.0) == [1, 0]
    assert both(0.0, 0.0) == [0, 0]
    assert both(0.0, 0.5) == [inf, 0]
    assert both(2.0, 3.0) == [12, pytest.approx(8 * math.log(2))]
    assert both(-2.0, 3.0)[0] == 12
    assert np.isnan(both(-2.0, 3.0)[1])
    assert float(gradient(gradient(lambda a: a**2.0))(0.0)) == 2
    assert float(gradient(gradient(lambda a: a**3))(0.0)) == 0
    assert float(gradient(gradient(gradient(lambda a: a**3)))(0.0)) == 6


@pytest.mark.parametrize(
    ("function", "known"),
    [
        (functions.exp, np.exp),
        (functions.expm1, np.expm1),
        (functions.log, np.log),
        (functions.log1p, np.log1p),
        (functions.sqrt, np.sqrt),
        (functions.sin, np.sin),
        (functions.cos, np.cos),
        (functions.tanh, np.tanh),
        (functions.erf, np.vectorize(math.erf)),
        (functions.erfc, np.vectorize(math.erfc)),
        (functions.floor, np.floor),
        (functions.absolute, np.abs),
        (lambda x: functions.maximum(x, 1), lambda x: np.maximum(x, 1)),
        (lambda x: functions.minimum(1, x), lambda x: np.minimum(1, x)),
        (lambda x: functions.where(x > 1, x, 1), lambda x: np.where(x > 1, x, 1)),
        (lambda x: functions.where(x > 1, 1, x), lambda x: np.where(x > 1, 1, x)),
        (lambda x: functions.where(x[0] > 1, x, 1), lambda x: np.where(x[0] > 1, x, 1)),
        (lambda x: functions.where(x > 1, x[0], 1), lambda x: np.where(x > 1, x[0], 1)),
        (functions.norm, np.linalg.norm),
        (lambda x: functions.norm(x, 1), lambda x: np.linalg.norm(x, axis=1)),
        (lambda x: functions.norm(x, 0, keep=True), lambda x: np.linalg.norm(x, axis=0, keepdims=True)),
        (functions.argmax, lambda x: np.argmax(x, -1)),
        (lambda x: functions.argmax(x, 0), lambda x: np.argmax(x, 0)),
        (functions.logsumexp, lambda x: np.log(np.exp(x).sum(-1))),
        (lambda x: functions.logsumexp(x, 0), lambda x: np.log(np.exp(x).sum(0))),
        (lambda x: functions.softmax(x, 0), lambda x: np.exp(x) / np.exp(x).sum(0)),
        (functions.log_softmax, lambda x: x - np.log(np.exp(x).sum(-1, keepdims=True))),
        (lambda x: functions.concatenate([x, x * 2], 0), lambda x: np.concatenate([x, x * 2])),
        (lambda x: functions.gather(x, [[1, 0], [1, 1]]), lambda x: x[[[1, 0], [1, 1]]]),
        (lambda x: functions.gather(x, 1), lambda x: x[1]),
        (lambda x: functions.gather(x, []), lambda x: x[:0]),
        (lambda x: functions.extent(x), lambda x: np.float64(2)),
        (lambda x: functions.extent(x, -1, "int64"), lambda x: np.int64(3)),
    ],
)
def test_functions_mean_what_they_mean_in_numpy(function, known):
    x = np.array([[0.3, 1.0, 2.5], [0.7, 4.0, 0.1]])
    found, expected = value(function, x), known(x)
    np.testing.assert_allclose(found, expected, rtol=2e-15)
    assert found.shape == expected.shape
    assert found.dtype == expected.dtype


def test_argmax_counts_nan_as_the_largest_and_takes_whole_numbers():
    x = np.array([[1.0, nan, 2.0, nan], [-inf, -inf, -inf, -inf], [5.0, 1.0, inf, 2.0]])
    assert value(functions.argmax, x).tolist() == np.argmax(x, -1).tolist() == [1, 0, 2]
    assert value(functions.argmax, np.array([3, 9, 9])).tolist() == 1
    with pytest.raises(ShapeError, match=r"argmax: axis 1 of \(2, 0\) holds no elements"):
        value(functions.argmax, np.zeros((2, 0)))


def test_one_hot_puts_a_1_at_each_index_and_zeros_for_one_outside():
    index = np.array([[0, 2], [-1, 3]])
    found = value(lambda i: functions.one_hot(i, 3), index)
    assert found.dtype == np.float32
    assert found.tolist() == [[[1, 0, 0], [0, 0, 1]], [[0, 0, 0], [0, 0, 0]]]
    assert value(lambda i: functions.one_hot(i, 2, "float64"), np.int64(1)).tolist() == [0, 1]


def test_the_rows_of_the_batch_are_a_number_when_the_step_runs():
    tape = Tape()
    x = tape.input("x", (n, 2), "float32")
    rows = functions.extent(x)
    for size in (0, 1, 7):
        assert evaluate([rows], {x: np.zeros((size, 2))}) == [size]


def test_uniform_numbers_are_the_high_bits_of_philox():
    tape = Tape()
    seed, step = (tape.input(name, (), "int64") for name in ("seed", "step"))
    x = tape.input("x", (n, 3), "float32")
    draw = functions.uniform(seed, step, x.shape, stream=5)
    found = evaluate([draw], {seed: 11, step: 2**33 + 1, x: np.zeros((4, 3))})[0]
    words = philox((np.arange(12), 0, 1, 2), (11, 5))[0]
    assert found.dtype == np.float32
    np.testing.assert_array_equal(found, ((words >> 8) / 2**24).astype(np.float32).reshape(4, 3))
    assert ((found >= 0) & (found < 1)).all()


# -- errors ------------------------------------------------------------------------------------------------------------
def leaf(shape=(2, 3), dtype="float64"):
    return Tape().input("x", shape, dtype)


@pytest.mark.parametrize(
    ("use", "error", "words"),
    [
        (lambda x: functions.where(False, x, 0), TypeError, r"where\(False, \.\.\.\): expected a tensor as condition"),
        (lambda x: functions.where(x > 0, 1, 0), TypeError, "where of 1 and 0: expected at least one tensor"),
        (lambda x: functions.where(x, x, 0), DTypeError, "select: the condition has dtype float64; expected bool"),
        (lambda x: functions.where(x > 0, x, 1j), DTypeError, "1j beside a tensor"),
        (lambda x: functions.where(x > 0, x, x[:, :2]), ShapeError, r"where: shapes \(2, 3\) and \(2, 2\)"),
        (lambda x: functions.where(x[:, 0] > 0, x, 0), ShapeError, r"where: shapes \(2, 3\) and \(2,\)"),
        (lambda x: functions.maximum(1, 2), TypeError, "maximum of 1 and 2: expected at least one tensor"),
        (lambda x: functions.exp(2.0), TypeError, r"exp: 2\.0 is no tensor"),
        (lambda x: functions.exp(x > 0), DTypeError, "exp: dtype bool is not among"),
        (lambda x: functions.concatenate([]), ShapeError, "no tensors were given"),
        (lambda x: functions.concatenate([x, x[:1]], 1), ShapeError, r"concatenate along axis 1: shapes \(2, 3\) and"),
        (lambda x: functions.concatenate([x, x > 0], 0), DTypeError, "dtypes float64 and bool differ"),
        (lambda x: functions.gather(x, [0.5]), DTypeError, r"the index \[0\.5\] does not consist of whole numbers"),
        (lambda x: functions.gather(x, [True, False]), DTypeError, "does not consist of whole numbers"),
        (lambda x: functions.gather(x, x), DTypeError, "the index has dtype float64; expected whole numbers"),
        (lambda x: functions.concatenate([x.sum()]), ShapeError, r"axis -1: the shape \(\) has 0 axes"),
        (lambda x: functions.softmax(x.sum()), ShapeError, r"axis -1: the shape \(\) has 0 axes"),
    ],
)
def test_errors_say_what_was_given_and_what_was_expected(use, error, words):
    with pytest.raises(error, match=words):
        use(leaf())


@pytest.mark.parametrize("index", [-1, 2, [0, 5], np.array([1, -2])])
def test_an_index_outside_the_table_is_an_error_that_names_the_layer_when_it_runs(index):
    x = leaf((2, 3))
    with x.tape.within("embedding_1"):
        picked = functions.gather(x, index)
    with pytest.raises(DataError, match=r"^embedding_1: gather: the index -?\d lies outside 0 to 1"):
        evaluate([picked], {x: np.zeros((2, 3))})


@pytest.mark.parametrize("stream", [-1, 2**32])
def test_a_stream_out_of_range_is_an_error(stream):
    tape = Tape()
    seed = tape.constant(0)
    with pytest.raises(SettingError, match=rf"stream={stream}: expected a whole number from 0 to 4294967295"):
        functions.uniform(seed, seed, (3,), stream)


# -- derivatives of composed functions ---------------------------------------------------------------------------------
@thorough
@given(
    st.sampled_from(
        [
            functions.softmax,
            functions.log_softmax,
            functions.logsumexp,
            functions.softplus,
            functions.norm,
            lambda x: functions.softmax(x, 0),
            lambda x: functions.logsumexp(x, 0, keep=True) - x,
            lambda x: functions.norm(x, -1),
            lambda x: x.mean(0) * x.mean(),
            lambda x: functions.relu(x) * x,
            lambda x: functions.absolute(x) ** 1.5,
            lambda x: functions.gather(x, [0, 0, -1 % x.shape[0]]),
            lambda x: functions.concatenate([x, x[::-1] * x], 0),
            lambda x: (x[:, None] * x[None]).max(1),
            lambda x: x @ x.T,
        ]
    ),
    st.tuples(st.integers(1, 3), st.integers(1, 3)),
    st.integers(0, 99),
)
def test_derivatives_of_composed_functions_agree_with_central_differences(function, shape, seed):
    size = np.random.default_rng(seed).permutation(shape[0] * shape[1]) + 1.0  # apart, so that no two values tie
    signs = np.where(np.arange(size.size) % 2, -1, 1)
    check_derivatives(function, (signs * size / 4 + 0.1).reshape(shape))
