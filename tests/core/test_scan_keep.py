"""Scans that keep every k-th carry and make the other values again: the same bits, in less memory."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

from glassnet.core import functions
from glassnet.core.check import check_derivatives
from glassnet.core.derivative import backpropagate
from glassnet.core.extent import n, t
from glassnet.core.interpret import Interpreter, evaluate
from glassnet.core.operations import scan as operation
from glassnet.core.scan import scan
from glassnet.core.tape import Tape
from glassnet.errors import SettingError

RANDOM = np.random.default_rng(0)
WIDTH = 4


def gates(keep, reverse):
    """Two carries, one of them behind a gate, values that are the same at all steps, a sequence, and an output."""

    def function(x, u, w, h):
        def step(carries, elements):
            h, c = carries
            inside = elements[0] @ w + h @ u
            c = c * functions.logistic(inside) + inside.tanh()
            return [c.tanh() * functions.logistic(-inside), c], [h * h]

        (h, c), (squares,) = scan(step, [h, h * 0.5], [x], reverse=reverse, keep=keep)
        return h.sum() + (c * c).sum() + (squares * squares).sum()

    return function


def of_words(keep, reverse):
    """A scan within the step of a scan, both of which keep but some of their carries."""

    def function(x, u, w, h):
        def letter(carries, elements):
            return [(elements[0] @ w + carries[0] @ u).tanh()], [carries[0] * 0.5]

        def word(carries, elements):
            letters = elements[0].reshape(1, *elements[0].shape)
            (read,), (seen,) = scan(letter, [carries[0]], [functions.concatenate([letters] * 3, 0)], keep=keep)
            return [(read + carries[0] @ w).tanh()], [seen.sum(0)]

        (last,), (reads,) = scan(word, [h], [x], reverse=reverse, keep=keep)
        return last.sum() + (reads * reads).sum()

    return function


def a_map(keep, reverse):
    """No carry at all."""

    def function(x, u, w, h):
        _, (products,) = scan(lambda _, x: ([], [(x[0] @ w).tanh() @ u]), [], [x], reverse=reverse, keep=keep)
        return (products * products).sum() + h.sum()

    return function


CASES = [gates, of_words, a_map]


def recorded(function):
    """A function with its derivatives of first and second order, for any number of steps and rows."""
    tape = Tape()
    shapes = {"x": (t, n, WIDTH), "u": (WIDTH, WIDTH), "w": (WIDTH, WIDTH), "h": (n, WIDTH)}
    inputs = [tape.input(name, shape, "float64") for name, shape in shapes.items()]
    total = function(*inputs)
    slopes = backpropagate(total, inputs)
    twice = backpropagate(sum(((slope * slope).sum() for slope in slopes[1:]), start=slopes[0].sum()), inputs)
    tape.validate()
    return Interpreter(tape, [tensor.position for tensor in (total, *slopes, *twice)])


def arrays(steps, rows=3):
    return [RANDOM.uniform(-1, 1, size) for size in ((steps, rows, WIDTH), (4, 4), (4, 4), (rows, WIDTH))]


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_every_bit_is_that_of_the_scan_that_keeps_all(case, reverse):
    plain = recorded(case(None, reverse))
    kept = {keep: recorded(case(keep, reverse)) for keep in (1, 2, 3, 7, 10)}
    for steps in (0, 1, 2, 7):
        values = arrays(steps)
        expected = plain.run(dict(enumerate(values)), {"t": steps, "n": 3})
        for keep, interpreter in kept.items():
            found = interpreter.run(dict(enumerate(values)), {"t": steps, "n": 3})
            for a, b in zip(found, expected, strict=True):
                np.testing.assert_array_equal(a, b, err_msg=f"keep={keep}, {steps} steps")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_derivatives_agree_with_central_differences(case):
    check_derivatives(case(2, False), *arrays(3, rows=1), tolerance=1e-5)


def peak(keep, steps, width=1000):
    """The most bytes that NumPy holds while the derivatives of a scan are worked out."""
    tape = Tape()
    x, h = tape.input("x", (steps,), "float64"), tape.input("h", (width,), "float64")
    step = lambda c, e: ([functions.sin(c[0] * e[0].broadcast((width,))).tanh() * c[0].exp()], [])  # noqa: E731
    (last,), _ = scan(step, [h], [x], keep=keep)
    slopes = backpropagate(last.sum(), [x, h])
    interpreter = Interpreter(tape, [slope.position for slope in slopes])
    given = {x.position: np.full(steps, 0.1), h.position: np.full(width, 0.1)}
    interpreter.run(given, {})
    tracemalloc.start()
    try:
        interpreter.run(given, {})
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_memory_is_that_of_every_kth_carry_and_of_k_steps():
    row = 8 * 1000
    assert peak(None, 400) > 4 * 400 * row  # four values of each step
    assert peak(20, 400) < (20 + 4 * 20 + 20) * row  # 20 carries, four values of 20 steps, and what one step takes
    assert peak(20, 1600) - peak(20, 400) < 1.2 * 60 * row  # sixty carries more
    assert peak(40, 1600) < 0.06 * peak(None, 1600)


def test_values_that_one_reads_are_kept_and_those_made_again_are_the_same():
    tape = Tape()
    x, h = tape.input("x", (5,), "float64"), tape.input("h", (), "float64")
    (last,), _ = scan(lambda c, e: ([(c[0] * e[0]).exp()], []), [h], [x], keep=2)
    trace = tape.tensor(last.call.inputs[0])
    product = [call.operation.name for call in trace.call.body.tape].index("multiply")
    both = [operation.read(trace, what=what) for what in (product, ("again", product))]
    found = evaluate(both, {x: [0.1, 0.2, 0.3, 0.4, 0.5], h: 0.5})
    np.testing.assert_array_equal(*found)
    assert found[0].shape == (5,)


@pytest.mark.parametrize("keep", [0, -3, 2.5, True, "all"])
def test_what_cannot_be_a_number_of_steps_is_refused(keep):
    tape = Tape()
    x = tape.input("x", (5,), "float64")
    with pytest.raises(SettingError, match=r"scan: keep=.*; expected a whole number of 1 or more, or None"):
        scan(lambda c, e: ([c[0] * e[0]], []), [x.sum()], [x], keep=keep)
    assert len(tape) == 2
