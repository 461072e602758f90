from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glassnet.core import functions
from glassnet.core.check import check_derivatives
from glassnet.core.derivative import backpropagate, gradient, record
from glassnet.core.extent import n
from glassnet.core.interpret import evaluate
from glassnet.core.tape import Tape
from glassnet.errors import DTypeError

thorough = settings(deadline=None, max_examples=60, derandomize=True, database=None)


# -- back-propagation --------------------------------------------------------------------------------------------------
def test_the_story_of_one_weight():
    # y = 3 x for the points (0,0) (1,2) (2,4) (3,6) (4,8): the total of the squares is 30, its derivative 60.
    tape = Tape()
    w = tape.state("w", (), "float64")
    x, target = tape.constant([0.0, 1, 2, 3, 4]), tape.constant([0.0, 2, 4, 6, 8])
    total = ((w * x - target) ** 2).sum()
    (slope,) = backpropagate(total, [w])
    assert evaluate([total, slope], {w: 3.0}) == [30, 60]
    assert evaluate([total], {w: 3.0001})[0] == pytest.approx(30.006, abs=5e-4)


def test_a_value_used_in_several_places_gets_the_sum_of_the_deltas():
    tape = Tape()
    x = tape.input("x", (2,), "float64")
    square = x * x
    y = square + 3 * square + functions.sin(square) * x + square.sum()
    (slope,) = backpropagate(y, [x])
    a = np.array([0.5, -2.0])
    expected = 2 * a * 4 + np.cos(a * a) * 2 * a * a + np.sin(a * a) + 2 * a * 2
    np.testing.assert_allclose(evaluate([slope], {x: a})[0], expected, rtol=1e-14)


def test_weights_that_are_shared_by_two_branches_get_both_deltas():
    tape = Tape()
    x = tape.input("x", (n, 2), "float64")
    w = tape.state("w", (2, 2), "float64")
    y = ((x @ w).tanh() @ w + x[:, ::-1] @ w).sum()
    found = backpropagate(y, [w, x])
    rng = np.random.default_rng(0)
    values = {x: rng.normal(size=(3, 2)), w: rng.normal(size=(2, 2))}
    for delta, tensor in zip(evaluate(found, values), (w, x), strict=True):
        for index in np.ndindex(delta.shape):
            moved = []
            for h in (1e-6, -1e-6):
                array = values[tensor].copy()
                array[index] += h
                moved.append(evaluate([y], {**values, tensor: array})[0])
            assert delta[index] == pytest.approx((moved[0] - moved[1]) / 2e-6, rel=1e-7)


def test_several_inputs_and_several_outputs_each_have_their_own_derivatives():
    tape = Tape()
    a, b, unused = (tape.input(name, (), "float64") for name in ("a", "b", "c"))
    first, second = a * b, a + b * b
    values = {a: 2.0, b: 5.0}
    assert evaluate(backpropagate(first, [a, b, unused]), values) == [5, 2, 0]
    assert evaluate(backpropagate(second, [b, a]), values) == [10, 1]
    assert evaluate(backpropagate(first, [first]), values) == [1]
    assert backpropagate(first, []) == []


def test_what_the_output_does_not_depend_on_has_zeros_of_its_shape():
    tape = Tape()
    x, y = tape.input("x", (n, 3), "float32"), tape.input("y", (n,), "float64")
    (zeros,) = backpropagate(y.sum(), [x])
    assert (zeros.shape, zeros.dtype) == ((n, 3), "float32")
    assert not evaluate([zeros], {x: np.ones((4, 3)), y: np.ones(4)})[0].any()


def test_the_total_of_an_array_is_what_is_differentiated():
    x = np.array([1.0, 2.0, 3.0])
    np.testing.assert_array_equal(gradient(lambda x: x * x)(x), gradient(lambda x: (x * x).sum())(x))


def test_only_calls_between_what_is_wanted_and_the_output_are_visited():
    tape = Tape()
    x, w = tape.input("x", (2,), "float64"), tape.state("w", (2,), "float64")
    before = functions.sin(x).exp().tanh()
    after = before * w
    after.exp()
    forward = len(tape)
    backpropagate(after, [w])
    back = {call.operation.name for call in tape if call.position >= forward}
    assert not back & {"cos", "exp", "tanh", "sin"}


def test_no_deltas_are_summed_for_what_is_not_wanted():
    tape = Tape()
    x, w = tape.input("x", (2,), "float64"), tape.state("w", (2,), "float64")
    y = (x * w) * x.exp() * x
    forward = len(tape)
    backpropagate(y, [w])
    assert "add" not in {call.operation.name for call in tape if call.position >= forward}


def test_an_intermediate_value_can_be_wanted_and_stop_ends_the_way_back():
    tape = Tape()
    x = tape.input("x", (), "float64")
    y = x * x
    z = y * y + y.stop() * x
    assert evaluate(backpropagate(z, [y, x]), {x: 3.0}) == [18, 4 * 27 + 9]


@pytest.mark.parametrize("dtype", ["int64", "int32", "uint32", "bool"])
def test_only_floats_have_derivatives(dtype):
    tape = Tape()
    x, whole = tape.input("x", (2,), "float64"), tape.input("i", (2,), dtype)
    for output, wanted in ((x, whole), (whole, x)):
        with pytest.raises(DTypeError, match=rf"has no derivative: its dtype is {dtype}; cast to float32 or float64"):
            backpropagate(output, [wanted])


def test_tensors_of_two_tapes_are_an_error():
    x, y = (Tape().input("x", (), "float64") for _ in range(2))
    with pytest.raises(ValueError, match="lie on two tapes"):
        backpropagate(x * x, [y])


def test_a_delta_has_the_dtype_and_shape_of_its_value():
    tape = Tape()
    x = tape.input("x", (n, 2), "float32")
    y = (x.cast("float64") * 3).sum()
    (slope,) = backpropagate(y, [x])
    assert (slope.shape, slope.dtype) == ((n, 2), "float32")
    assert evaluate([slope], {x: np.ones((2, 2))})[0].tolist() == [[3, 3], [3, 3]]


def test_a_detour_through_whole_numbers_has_no_derivative():
    slope = gradient(lambda x: x * x.cast("int64").cast("float64"))
    assert slope(np.array([2.5, -3.5])).tolist() == [2, -3]


def test_a_repeated_index_gets_the_deltas_of_all_its_occurrences():
    delta = np.array([[1.0, 2], [3, 4], [5, 6], [7, 8]])
    found = gradient(lambda table: (functions.gather(table, [1, 3, 1, 1]) * delta).sum())(np.ones((4, 2)))
    assert found.tolist() == [[0, 0], [13, 16], [0, 0], [3, 4]]  # 1 + 5 + 7, 2 + 6 + 8


# -- gradient of plain functions ---------------------------------------------------------------------------------------
def test_numbers_whole_numbers_and_arrays_of_them():
    slope = gradient(lambda w: (w * w * w).sum())
    assert float(slope(2.0)) == float(slope(2)) == float(slope(np.int32(2))) == 12
    assert slope([1, 2, 3]).tolist() == [3, 12, 27]
    assert slope(np.array([True, False])).tolist() == [3, 0]
    assert slope(np.arange(6).reshape(2, 3)).shape == (2, 3)
    assert slope(np.zeros((0, 2))).shape == (0, 2)


def test_the_dtype_of_the_argument_stays_and_others_become_float64():
    slope = gradient(lambda w: w * w)
    assert slope(np.float32(2)).dtype == np.float32
    for value in (2, 2.0, np.float16(2), np.uint8(2), np.array(2, ">f8")):
        found = slope(value)
        assert found.dtype == np.float64
        assert found == 4


def test_any_memory_order_gives_the_same():
    x = np.arange(12.0).reshape(3, 4)
    slope = gradient(lambda x: (x * x).sum())
    for view in (x, x[::-1], x[:, ::2], x.T, np.asfortranarray(x), np.broadcast_to(x[:1], (3, 4))):
        np.testing.assert_array_equal(slope(view), 2 * view)


def test_the_answer_is_the_callers_own_array():
    x = np.ones(3)
    for function in (lambda x: x.sum(), lambda x: x * 2, lambda x: x.reshape(3, 1)):
        found = gradient(function)(x)
        found += 1
    assert x.tolist() == [1, 1, 1]


def test_several_arguments():
    area = lambda width, height: width * width * height  # noqa: E731
    assert float(gradient(area)(2.0, 5.0)) == 20
    assert float(gradient(area, 1)(2.0, 5.0)) == 4
    assert float(gradient(area, -1)(2.0, 5.0)) == 4
    found = gradient(area, (1, 0))(2.0, 5.0)
    assert [float(slope) for slope in found] == [4, 20]
    assert isinstance(gradient(area, [0])(2.0, 5.0), list)


def test_gradients_nest():
    cube = lambda x: x**3  # noqa: E731
    assert [float(f(2.0)) for f in (gradient(cube), gradient(gradient(cube)), gradient(gradient(gradient(cube))))] == [
        12,
        12,
        6,
    ]
    mixed = gradient(lambda x, y: gradient(lambda x, y: x * x * y * y * y, 0)(x, y), 1)
    assert float(mixed(2.0, 5.0)) == 2 * 2 * 3 * 25


def test_only_what_comes_in_as_the_argument_is_differentiated():
    # d/dy (x + y) is 1 also where y is x, so that the whole is the derivative of x * 1.
    assert float(gradient(lambda x: x * gradient(lambda y: x + y)(x))(1.0)) == 1
    assert float(gradient(lambda x: gradient(lambda y: x * y * y)(x))(3.0)) == 12  # of 2 x x
    # A number that comes in as an argument is not the same number written in the function.
    inner = lambda x: gradient(lambda a, c: a * c * 3.0 + 3.0, 1)(x, 3.0)  # noqa: E731
    assert float(gradient(inner)(1.0)) == 3


def test_a_tensor_of_an_outer_tape_inside_a_new_one_is_an_error_not_a_wrong_answer():
    with pytest.raises(ValueError, match="an operand lies on another tape"):
        gradient(lambda x: x * gradient(lambda y: x + y)(1.0))(1.0)


def test_a_hessian_from_gradients_of_gradients():
    def rosenbrock(x):
        return (1 - x[0]) ** 2 + 100 * (x[1] - x[0] * x[0]) ** 2

    rows = [gradient(lambda x, i=i: gradient(rosenbrock)(x)[i])(np.array([1.0, 2.0])) for i in range(2)]
    assert np.array(rows).tolist() == [[2 - 400 * (2 - 3), -400], [-400, 200]]


@pytest.mark.parametrize("outcome", [3.0, None, "y", [1.0]])
def test_a_function_that_gives_no_tensor_is_an_error(outcome):
    with pytest.raises(TypeError, match="expected a tensor computed from its arguments"):
        gradient(lambda x: outcome)(1.0)


def test_a_function_of_whole_numbers_has_no_gradient_and_says_so():
    with pytest.raises(DTypeError, match="has no derivative: its dtype is bool"):
        gradient(lambda x: x > 0)(1.0)


@thorough
@given(st.data())
def test_random_compositions_agree_with_central_differences(data):
    """A random graph: each step takes earlier values, so that values branch, merge and are shared."""
    steps = [
        (1, lambda a: a.tanh()),
        (1, lambda a: functions.logistic(a) * 2),
        (1, lambda a: functions.sin(a)),
        (1, lambda a: a[::-1]),
        (1, lambda a: a.sum(0, keep=True).broadcast(a.shape)),
        (1, lambda a: functions.softmax(a)),
        (2, lambda a, b: a + b),
        (2, lambda a, b: a * b),
        (2, lambda a, b: a - b * 0.5),
        (2, lambda a, b: a / (1 + b * b)),
        (2, lambda a, b: a @ b.T @ a),
    ]
    plan = []
    for place in range(data.draw(st.integers(1, 5))):
        arity, step = data.draw(st.sampled_from(steps))
        plan.append((step, [data.draw(st.integers(0, place + 1)) for _ in range(arity)]))

    def function(x, y):
        values = [x, y]
        for step, places in plan:
            values.append(step(*[values[place] for place in places]))
        return values[-1]

    shape = data.draw(st.sampled_from([(1, 1), (2, 2), (1, 2)]))
    random = np.random.default_rng(data.draw(st.integers(0, 99)))
    check_derivatives(function, random.uniform(-1, 1, shape), random.uniform(-1, 1, shape))


# -- record ------------------------------------------------------------------------------------------------------------
def test_record_gives_the_tape_of_a_function():
    tape = record(lambda x, w: (x @ w).sum(), np.zeros((2, 3)), np.zeros((3, 1), np.float32).astype(np.float64))
    assert [call.operation.name for call in tape] == ["input", "input", "contract", "sum"]
    assert [call.shape for call in tape] == [(2, 3), (3, 1), (2, 1), ()]
    tape.validate()


def test_examples_may_be_numbers_and_lists_and_keep_float32():
    tape = record(lambda x, y, z: x, 3, [1, 2], np.float32(1))
    assert [(call.shape, call.dtype) for call in tape] == [((), "float64"), ((2,), "float64"), ((), "float32")]
