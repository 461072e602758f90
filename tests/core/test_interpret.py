from __future__ import annotations

import os
import warnings
import weakref

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glassnet.core import functions
from glassnet.core.derivative import backpropagate
from glassnet.core.extent import Extent, n
from glassnet.core.interpret import Interpreter, evaluate, symbol_sizes
from glassnet.core.operation import Operation
from glassnet.core.tape import Tape
from glassnet.errors import DataError, ShapeError

HERE = os.path.basename(__file__)
thorough = settings(deadline=None, max_examples=40, derandomize=True, database=None)


def test_one_tape_serves_every_number_of_rows():
    tape = Tape()
    x, w = tape.input("x", (n, 3), "float64"), tape.state("w", (3, 2), "float64")
    y = (x @ w).tanh()
    twice = functions.concatenate([y, y * 2], axis=0)
    loss = (y * y).mean(0).sum()
    flat, rows = y.reshape(-1), functions.extent(x)
    places = tape.iota((n, 2), 0)
    slope_x, slope_w = backpropagate(loss + twice.sum(), [x, w])
    assert twice.shape == (n * 2, 2)
    assert flat.shape == (n * 2,)
    interpreter = Interpreter(tape, [t.position for t in (twice, loss, flat, rows, places, slope_x, slope_w)])
    weights = np.arange(6.0).reshape(3, 2) / 10
    for size in (0, 1, 2, 7):
        rows_given = np.arange(3.0 * size).reshape(size, 3) / 20
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            found = interpreter.run({x.position: rows_given, w.position: weights}, {"n": size})
        expected = np.tanh(rows_given @ weights)
        np.testing.assert_allclose(found[0], np.concatenate([expected, expected * 2]), rtol=1e-14)
        assert found[1] == pytest.approx((expected**2).sum() / size if size else np.nan, nan_ok=True)
        assert found[2].shape == (2 * size,)
        assert found[3] == size
        assert found[4].tolist() == [[i, i] for i in range(size)]
        assert found[5].shape == (size, 3)
        assert found[6].shape == (3, 2)
        if size:
            delta = (2 * expected / size + 3) * (1 - expected**2)
            np.testing.assert_allclose(found[5], delta @ weights.T, rtol=1e-13)
            np.testing.assert_allclose(found[6], rows_given.T @ delta, rtol=1e-13)


@thorough
@given(st.lists(st.sampled_from([0, 1, 2, 7]), min_size=1, max_size=8))
def test_sizes_may_come_in_any_order_and_again(sizes):
    tape = Tape()
    x = tape.input("x", (n,), "float64")
    interpreter = Interpreter(tape, [functions.concatenate([x, x[::-1]]).position])
    for size in sizes:
        values = np.arange(float(size))
        (found,) = interpreter.run({x.position: values}, {"n": size})
        assert found.tolist() == [*values, *values[::-1]]


def test_values_are_let_go_as_soon_as_nothing_needs_them():
    class Large(np.ndarray):
        """An array that can be watched."""

    seen = []

    def watched(a):
        alive = sum(reference() is not None for reference in seen)
        result = (np.asarray(a) + 1).view(Large)
        seen.append(weakref.ref(result))
        assert alive <= 1
        return result

    step = Operation("step", "elementwise", lambda a: (a.shape, a.dtype), watched, None)
    tape = Tape()
    x = tape.input("x", (4,), "float64")
    y = x
    for _ in range(20):
        y = step(y)
    assert evaluate([y], {x: np.zeros(4)})[0].tolist() == [20] * 4


def test_a_wanted_value_that_others_need_too_is_kept():
    tape = Tape()
    x = tape.input("x", (), "float64")
    y = x * x
    z = y + y
    assert evaluate([y, z, x, y], {x: 3.0}) == [9, 18, 3, 9]


def test_nan_and_infinity_are_results_without_a_warning():
    tape = Tape()
    x = tape.input("x", (3,), "float64")
    found = evaluate([1 / x, x.log(), (x * 1e300) * 1e300], {x: [0.0, -1.0, 1.0]})
    assert found[0].tolist() == [np.inf, -1, 1]
    assert np.isnan(found[1][1])
    assert np.isnan(found[2][0]) is np.False_
    assert found[2][2] == np.inf


def test_only_what_is_wanted_is_computed():
    tape = Tape()
    x, y = tape.input("x", (), "float64"), tape.input("y", (), "float64")
    total = x + x
    y * y
    interpreter = Interpreter(tape, [total.position])
    assert interpreter.given == (x.position,)
    assert evaluate([total], {x: 1.0}) == [2]
    assert evaluate([total], {x: 1.0, y: 5.0}) == [2]


# -- shapes that are given ---------------------------------------------------------------------------------------------
def test_sizes_of_symbols_are_read_off_in_any_order_of_the_leaves():
    arrays = {"both": np.zeros((6, 2)), "rows": np.zeros(3)}
    t = Extent(1, ("t",))
    assert symbol_sizes({"both": (n * 2, 2), "rows": (n,)}, arrays) == {"n": 3}
    assert symbol_sizes({"a": (n, t)}, {"a": np.zeros((4, 0))}) == {"n": 4, "t": 0}
    assert symbol_sizes({"a": (2,)}, {"a": np.zeros(2)}) == {}


@pytest.mark.parametrize(
    ("declared", "shapes", "words"),
    [
        ({"x": (n, 3)}, {"x": (2, 4)}, r"x: an array of shape \(2, 4\) was given; expected \(n, 3\) with n = 2"),
        ({"x": (n, 3)}, {"x": (3,)}, r"x: an array of shape \(3,\) was given; expected \(n, 3\)"),
        ({"x": (n,), "y": (n,)}, {"x": (2,), "y": (3,)}, r"y: .*\(3,\) was given; expected \(n,\) with n = 2"),
        ({"x": (n, n)}, {"x": (2, 3)}, r"x: .*expected \(n, n\) with n = 2"),
        ({"x": (n * 2,), "y": (n,)}, {"x": (5,), "y": (2,)}, r"x: .*expected \(2n,\) with n = 2"),
        ({"x": (3,)}, {"x": (4,)}, r"x: an array of shape \(4,\) was given; expected \(3,\)$"),
        ({"x": (n * 2,)}, {"x": (4,)}, "the size of n is not known"),
    ],
)
def test_an_array_that_does_not_fit_names_its_leaf_and_both_shapes(declared, shapes, words):
    with pytest.raises(ShapeError, match=words):
        symbol_sizes(declared, {name: np.zeros(shape) for name, shape in shapes.items()})


def test_a_leaf_without_a_value_is_named():
    tape = Tape()
    x, y = tape.input("x", (), "float64"), tape.input("price", (), "float64")
    with pytest.raises(ValueError, match=r"Tensor\(input at 1.*needs a value.*name=price"):
        evaluate([x + y], {x: 1.0})


def test_values_for_another_tape_are_an_error():
    x, y = (Tape().input("x", (), "float64") for _ in range(2))
    with pytest.raises(ValueError, match="the tensors lie on several tapes"):
        evaluate([x], {y: 1.0})


def test_a_slice_that_fits_only_some_numbers_of_rows_is_an_error_for_the_others():
    tape = Tape()
    x = tape.input("x", (n,), "float64")
    first_two = x.narrow(0, 0, 2)
    assert evaluate([first_two], {x: [1.0, 2.0, 3.0]})[0].tolist() == [1, 2]
    with pytest.raises(ShapeError, match=rf"^{HERE}:\d+: slice: 2 elements from 0 by 1 do not lie in axis 0 of \(1,\)"):
        evaluate([first_two], {x: [1.0]})


def test_a_symbol_that_no_leaf_tells_is_named():
    with pytest.raises(ShapeError, match="the size of n is not known"):
        evaluate([Tape().extent(n)], {})


def test_values_that_nothing_given_can_change_are_fresh_each_time():
    tape = Tape()
    steps = tape.iota((3,), 0, "float64") * 2
    interpreter = Interpreter(tape, [steps.position])
    (first,) = interpreter.run({}, {})
    first[:] = 7
    assert interpreter.run({}, {})[0].tolist() == [0, 2, 4]


def test_an_error_in_what_can_be_worked_out_early_comes_when_it_runs():
    tape = Tape()
    table, index = tape.constant(np.ones(20)), tape.constant(np.full(20, 30))
    picked = functions.gather(table, index)
    interpreter = Interpreter(tape, [picked.position])
    with pytest.raises(DataError, match="30"):
        interpreter.run({}, {})
