from __future__ import annotations

import itertools
import os

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glassnet.core import functions
from glassnet.core.derivative import gradient
from glassnet.core.extent import n
from glassnet.core.interpret import evaluate
from glassnet.core.tape import Tape
from glassnet.core.tensor import Tensor
from glassnet.errors import DTypeError, ShapeError

HERE = os.path.basename(__file__)
thorough = settings(deadline=None, max_examples=200, derandomize=True, database=None)


def leaf(shape=(2, 3), dtype="float64", name="x"):
    return Tape().input(name, shape, dtype)


def value(function, *arrays):
    """What a function of tensors gives for arrays."""
    tape = Tape()
    inputs = [tape.input(f"x{i}", np.shape(a), np.asarray(a).dtype) for i, a in enumerate(arrays)]
    return evaluate([function(*inputs)], dict(zip(inputs, arrays, strict=True)))[0]


X = np.array([[1.0, -2.0, 0.5], [4.0, 0.25, -1.0]])
Y = np.array([[2.0, 0.5, 1.0], [1.0, 4.0, 2.0]])


# -- operators ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "formula",
    [
        lambda x, y: x + y,
        lambda x, y: x - y,
        lambda x, y: x * y,
        lambda x, y: x / y,
        lambda x, y: abs(x) ** y,
        lambda x, y: 1 + x - 2 * y,
        lambda x, y: 1 - x + y / 4,
        lambda x, y: 3 / x,
        lambda x, y: 2**y,
        lambda x, y: x**2 + x**3 + x**1 + y**0.5 + y**-1 + y**0,
        lambda x, y: -x,
        lambda x, y: x > y,
        lambda x, y: x < 0.5,
        lambda x, y: x >= 0.5,
        lambda x, y: x <= y,
        lambda x, y: x == 0.5,
        lambda x, y: x != 0.5,
        lambda x, y: 0.5 < x,  # noqa: SIM300  # the reflected operator
        lambda x, y: (x > 0) & (y > 1) | ~(x < 1),
        lambda x, y: x + Y[0],
        lambda x, y: Y - x,
        lambda x, y: Y / x,
        lambda x, y: Y[:, :1] * x,
        lambda x, y: x @ y.T,
        lambda x, y: x @ Y.T,
        lambda x, y: Y @ x.T,
        lambda x, y: x + (1.0, 2.0, 3.0),  # noqa: RUF005
        lambda x, y: x * np.float32(2) + np.int64(1) + True,
        lambda x, y: x.sum() + x.sum(0) + x.sum(-1).sum(),
        lambda x, y: x.mean(0) + x.mean(),
        lambda x, y: x.max(1),
        lambda x, y: x.T,
        lambda x, y: x.reshape(3, 2),
        lambda x, y: x.transpose(1, 0),
    ],
)
def test_operators_mean_what_they_mean_on_arrays(formula):
    found = value(formula, X, Y)
    expected = formula(X, Y)
    np.testing.assert_allclose(found, expected, rtol=1e-15)
    assert found.dtype == expected.dtype


def test_comparisons_with_nan_are_false_but_for_unequal():
    x = np.array([np.nan, 1.0])
    for compare, expected in [
        (lambda x: x > 0, [False, True]),
        (lambda x: x <= 5, [False, True]),
        (lambda x: x >= 0, [False, True]),
        (lambda x: x == x, [False, True]),
        (lambda x: x != x, [True, False]),
    ]:
        assert value(compare, x).tolist() == expected


def test_a_number_takes_the_dtype_of_the_tensor():
    for dtype in ("float32", "float64"):
        assert (leaf(dtype=dtype) * 0.1 + 1).dtype == dtype
    assert (leaf(dtype="int32") * 2).dtype == "int32"
    assert value(lambda x: x + 0.1, np.ones(1, np.float32))[0] == np.float32(1) + np.float32(0.1)


@pytest.mark.parametrize(
    ("dtype", "other", "words"),
    [
        ("int64", 0.5, r"0\.5 beside a tensor of dtype int64, which cannot hold it; cast the tensor first"),
        ("int32", 2**31, "2147483648 beside a tensor of dtype int32"),
        ("uint32", -1, "-1 beside a tensor of dtype uint32"),
        ("float32", 1e39, r"1e\+39 beside a tensor of dtype float32"),
        ("bool", 2, "2 beside a tensor of dtype bool"),
        ("float64", 1j, "1j beside a tensor of dtype float64, which cannot hold it; give numbers"),
        ("float64", "a", "'a' beside a tensor of dtype float64"),
        ("float64", None, "None beside a tensor of dtype float64"),
    ],
)
def test_a_number_that_the_dtype_cannot_hold_is_an_error_that_names_the_line(dtype, other, words):
    x = leaf(dtype=dtype)
    with pytest.raises(DTypeError, match=rf"^{HERE}:\d+: {words}"):
        x == other  # noqa: B015


def test_two_dtypes_are_an_error_that_says_what_to_cast():
    tape = Tape()
    x, y = tape.input("x", (2,), "float32"), tape.input("y", (2,), "float64")
    with pytest.raises(DTypeError, match=r"add: dtypes float32 and float64 differ; cast one of them, as in x\.cast"):
        x + y
    with pytest.raises(DTypeError, match="contract: dtypes float32 and float64"):
        x.reshape(1, 2) @ y.reshape(2, 1)
    with pytest.raises(DTypeError, match="divide: dtype int64 is not among float32, float64; cast first"):
        leaf(dtype="int64") / 2
    with pytest.raises(DTypeError, match=r"or: dtype float64 is not among bool; cast first, as in x\.cast\('bool'\)"):
        y | y


def test_a_tensor_has_no_truth_value_no_number_and_no_length_that_is_not_known():
    x = leaf((n, 2))
    with pytest.raises(TypeError, match=r"no truth value while it is recorded: use functions\.where"):
        bool(x > 0)
    for convert in (np.asarray, lambda x: np.dot(np.ones(2), x), lambda x: x.lift([x])):
        with pytest.raises(TypeError, match="holds no numbers while it is recorded"):
            convert(x)
    for of in (len, float, np.exp, list):
        with pytest.raises(TypeError):
            of(x)


def test_a_tensor_can_be_walked_along_a_known_axis_and_used_as_a_key():
    x = leaf((2, 3))
    assert len(x) == 2
    assert [row.shape for row in x] == [(3,), (3,)]
    with pytest.raises(TypeError, match=r"shape \(\) has no length"):
        len(leaf(()))
    assert {x: 1}[x] == 1
    assert repr(x) == "Tensor(input at 0, shape (2, 3), float64)"


# -- broadcasting ------------------------------------------------------------------------------------------------------
SHAPES = st.lists(st.sampled_from([1, 2, 3, n]), max_size=3).map(tuple)


def fitting(a, b):
    """The rule, in words: of equal rank, axes equal or 1; else the shorter must go into the longer as it stands."""
    longer, shorter = (a, b) if len(a) >= len(b) else (b, a)
    pairs = list(zip(longer[::-1], shorter[::-1], strict=False))
    if len(a) == len(b):
        return all(x == y or 1 in (x, y) for x, y in pairs)
    return all(y in (x, 1) for x, y in pairs)


@thorough
@given(SHAPES, SHAPES)
def test_shapes_fit_by_one_rule_and_never_grow_behind_the_users_back(a, b):
    tape = Tape()
    x, y = tape.input("x", a, "float64"), tape.input("y", b, "float64")
    if fitting(a, b):
        total = x + y
        assert total.ndim == max(len(a), len(b))
        arrays = [np.arange(np.prod([7 if s is n else s for s in shape])) for shape in (a, b)]
        arrays = [v.reshape([7 if s is n else s for s in shape]) for v, shape in zip(arrays, (a, b), strict=True)]
        (found,) = evaluate([total], {x: arrays[0], y: arrays[1]})
        np.testing.assert_array_equal(found, arrays[0] + arrays[1])
    else:
        with pytest.raises(ShapeError) as caught:
            x + y
        for word in (HERE, "add", str(a).replace("(n,)", "(n,)"), str(b)):
            assert word in str(caught.value)


@pytest.mark.parametrize("operator", [lambda a, b: a - b, lambda a, b: b * a, lambda a, b: a > b, functions.maximum])
@pytest.mark.parametrize("rows", [n, 5])
def test_a_vector_against_a_column_never_becomes_a_square(operator, rows):
    tape = Tape()
    x, y = tape.input("x", (rows,), "float64"), tape.input("y", (rows, 1), "float64")
    message = rf"shapes \({rows},\) and \({rows}, 1\) do not fit|shapes \({rows}, 1\) and \({rows},\) do not fit"
    with pytest.raises(ShapeError, match=message) as caught:
        operator(x, y)
    assert f"({rows}, 1) takes an operand of shape (1,) or ({rows}, 1) or a single number" in str(caught.value)


def test_a_broadcast_is_recorded_so_that_only_broadcast_sums():
    tape = Tape()
    x, b = tape.input("x", (n, 3), "float64"), tape.input("b", (3,), "float64")
    x + b
    assert [call.operation.name for call in tape] == ["input", "input", "reshape", "broadcast", "add"]
    with pytest.raises(ShapeError, match=r"broadcast: \(1, 3\) cannot be repeated to \(n, 4\)"):
        b.broadcast((n, 4))


# -- shapes ------------------------------------------------------------------------------------------------------------
def test_reshape_works_out_one_extent():
    assert leaf((n, 6)).reshape(-1).shape == (n * 6,)
    assert leaf((n, 6)).reshape(n, -1, 3).shape == (n, 2, 3)
    assert leaf((n, 6)).reshape(-1, 3).shape == (n * 2, 3)
    assert leaf((n, n)).reshape(n, -1).shape == (n, n)
    assert leaf((4, 3)).reshape(2, -1).shape == (2, 6)
    assert leaf((0, 3)).reshape(-1, 3).shape == (0, 3)
    x = leaf((2, 3))
    assert x.reshape(2, 3) is x


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ((2, 3), (4,)),
        ((2, 3), (-1, 4)),
        ((2, 3), (-1, -1)),
        ((2, 3), (-2, -3)),
        ((2, 3), (-1, 0)),
        ((0, 3), (-1, 0)),
        ((2, 3), (-1, n)),
        ((n, 3), (3,)),
        ((n, 3), (-1, 2)),
        ((n, 3), (n, n, -1)),
        ((n, 3), (n * 2, -1)),
        ((2, 3), ((3, 2),)),
    ],
)
def test_a_shape_that_does_not_hold_the_elements_is_an_error_when_it_is_recorded(old, new):
    with pytest.raises(ShapeError, match=rf"^{HERE}:\d+: "):
        leaf(old).reshape(*new)


@pytest.mark.parametrize(
    "use",
    [
        lambda x: x.sum(2),
        lambda x: x.max((0, -3)),
        lambda x: x.mean(5),
        lambda x: x.sum((0, 0)),
        lambda x: x.sum((1, -1)),
        lambda x: x.transpose(0, 2),
        lambda x: x.transpose(0, 0),
        lambda x: x.transpose(0),
        lambda x: x.flip(2),
        lambda x: x.narrow(2, 0, 1),
        lambda x: x.pad(-3, 0, 1),
        lambda x: functions.softmax(x, 2),
        lambda x: functions.argmax(x, 2),
        lambda x: functions.gather(x, [0], 2),
        lambda x: functions.concatenate([x, x], 2),
        lambda x: x.narrow(0, 1, 2),
        lambda x: x.narrow(1, 0, 2, step=3),
        lambda x: x.narrow(0, -1, 1),
        lambda x: x.narrow(0, 0, -1),
        lambda x: x.narrow(0, 0, 1, step=0),
        lambda x: x.pad(0, -1, 0),
        lambda x: x.pad(0, 0, 0, -1),
    ],
)
def test_axes_and_places_that_are_not_there_are_errors_that_name_the_line(use):
    with pytest.raises(ShapeError, match=rf"^{HERE}:\d+: "):
        use(leaf((2, 3)))


@pytest.mark.parametrize(
    ("use", "expected"),
    [
        (lambda x: x.narrow(-1, 1, 2), X[:, 1:]),
        (lambda x: x.pad(-1, 1, 0), np.pad(X, ((0, 0), (1, 0)))),
        (lambda x: x.flip(-1), X[:, ::-1]),
        (lambda x: x.flip(0, 1), X[::-1, ::-1]),
        (lambda x: x.transpose(-1, 0), X.T),
        (lambda x: x.sum((-1, 0)), X.sum()),
        (lambda x: x.sum([1], keep=True), X.sum(1, keepdims=True)),
        (lambda x: x.max(np.int64(0)), X.max(0)),
        (lambda x: functions.concatenate([x, x]), np.concatenate([X, X], -1)),
        (lambda x: functions.gather(x, [2, 0], -1), X[:, [2, 0]]),
        (lambda x: functions.softmax(x, -2), np.exp(X) / np.exp(X).sum(0)),
    ],
)
def test_negative_axes_count_from_the_end(use, expected):
    np.testing.assert_allclose(value(use, X), expected, rtol=1e-15)


# -- matrix products ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("a", "b"),
    [
        ((2, 3), (3, 4)),
        ((5, 2, 3), (3, 4)),
        ((5, 2, 3), (5, 3, 4)),
        ((0, 3), (3, 2)),
        ((2, 0), (0, 3)),
        ((1, 1), (1, 1)),
    ],
)
def test_matrix_products_with_and_without_batches(a, b):
    x, y = np.arange(np.prod(a)).reshape(a) / 7, np.arange(np.prod(b)).reshape(b) / 3
    np.testing.assert_allclose(value(lambda x, y: x @ y, x, y), x @ y, rtol=1e-15)


@pytest.mark.parametrize(
    ("a", "b", "words"),
    [
        ((n, 3), (4, 5), r"matrix product of \(n, 3\) and \(4, 5\).*operand of shape \(3, 5\) would fit"),
        ((n, 3), (3,), r"matrix product of \(n, 3\) and \(3,\): expected"),
        ((3,), (3, 2), r"matrix product of \(3,\) and \(3, 2\): expected"),
        ((2, 3), (2, 3, 4), r"matrix product of \(2, 3\) and \(2, 3, 4\): expected"),
        ((2, 4, 3), (5, 3, 4), r"contract: the batch axes \(0,\) of \(2, 4, 3\) and \(0,\) of \(5, 3, 4\) differ"),
    ],
)
def test_a_matrix_product_that_does_not_fit_says_what_would(a, b, words):
    tape = Tape()
    x, y = tape.input("x", a, "float64"), tape.input("y", b, "float64")
    with tape.within("dense_1"), pytest.raises(ShapeError, match=f"^dense_1: {words}"):
        x @ y


# -- indices -----------------------------------------------------------------------------------------------------------
ITEMS = st.one_of(
    st.integers(-2, 1),
    st.builds(
        slice, *[st.one_of(st.none(), st.integers(-5, 5))] * 2, st.one_of(st.none(), st.sampled_from([1, 2, -1, -2]))
    ),
    st.none(),
)


@thorough
@given(st.lists(ITEMS, max_size=4), st.integers(0, 4))
def test_indices_mean_what_they_mean_on_arrays(items, gap):
    array = np.arange(24.0).reshape(2, 3, 4)
    index = (*items[:gap], ..., *items[gap:]) if gap < 4 else tuple(items)
    if sum(item is not None and item is not ... for item in index) > 3:
        with pytest.raises(ShapeError, match="more axes"):
            leaf((2, 3, 4))[index]
        return
    found = value(lambda x: x[index], array)
    np.testing.assert_array_equal(found, array[index])
    slope = gradient(lambda x: x[index])(array)
    picked = np.zeros_like(array)
    picked[index] = 1
    np.testing.assert_array_equal(slope, picked)


def test_rows_that_are_known_only_later_can_be_turned_round_and_left_whole():
    x = leaf((n, 3))
    assert x[:, 1].shape == x[::-1, 1].shape == (n,)
    assert x[None].shape == (1, n, 3)
    rows = np.arange(6.0).reshape(2, 3)
    assert evaluate([x[::-1, 1:]], {x: rows})[0].tolist() == rows[::-1, 1:].tolist()
    for index in (0, slice(1, None), slice(None, None, 2)):
        with pytest.raises(ShapeError, match=r"on axis 0 of \(n, 3\): its extent is not known when recorded"):
            x[index]


@pytest.mark.parametrize(
    ("index", "error", "words"),
    [
        (2, ShapeError, r"\[2\] on axis 0 of \(2, 3\): it lies outside -2 to 1"),
        ((0, -4), ShapeError, r"\[-4\] on axis 1 of \(1, 3\)|\[-4\] on axis 1 of \(2, 3\)"),
        ((..., ...), ShapeError, r"more \.\.\. than"),
        (True, TypeError, "True as an index"),
        ([0, 1], TypeError, r"\[0, 1\] as an index: .* use functions.gather"),
        (1.0, TypeError, r"1\.0 as an index"),
        (np.array([0]), TypeError, "as an index"),
    ],
)
def test_an_index_that_cannot_be_is_an_error_that_says_what_to_do(index, error, words):
    with pytest.raises(error, match=words):
        leaf((2, 3))[index]


def test_a_tensor_as_an_index_is_pointed_to_gather():
    tape = Tape()
    x, places = tape.input("x", (4,), "float64"), tape.input("i", (2,), "int64")
    with pytest.raises(TypeError, match=r"use functions\.gather"):
        x[places]


# -- the rest ----------------------------------------------------------------------------------------------------------
def test_a_mean_over_the_rows_divides_by_their_number_at_run_time():
    x = leaf((n, 2))
    mean = x.mean(0)
    for rows in (1, 2, 7):
        values = np.arange(2.0 * rows).reshape(rows, 2)
        np.testing.assert_allclose(evaluate([mean], {x: values})[0], values.mean(0), rtol=1e-15)
    assert np.isnan(evaluate([mean], {x: np.zeros((0, 2))})[0]).all()


def test_casting_to_the_same_dtype_and_broadcasting_to_the_same_shape_record_nothing():
    x = leaf((2, 3))
    assert x.cast("float64") is x
    assert x.cast(float) is x
    assert x.broadcast((2, 3)) is x
    assert x.broadcast([2, 3]) is x


def test_every_operator_gives_a_tensor_on_the_same_tape():
    tape = Tape()
    x, y = (tape.input(name, (2, 2), "float64") for name in "xy")
    for a, b in itertools.product((x, 2.0, np.ones((2, 2))), (x, y)):
        for result in (a + b, a - b, a * b, a / b, a**b, a > b, a == b):
            assert isinstance(result, Tensor)
            assert result.tape is tape
