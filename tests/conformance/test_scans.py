"""Scans within scans, on both engines: the reference against the unrolled tape, machine code against the reference."""

from __future__ import annotations

import numpy as np
import pytest

from glassnet.core import functions
from glassnet.core.check import check_derivatives
from glassnet.core.derivative import backpropagate
from glassnet.core.extent import n, t
from glassnet.core.interpret import Interpreter
from glassnet.core.program import Program
from glassnet.core.scan import scan
from glassnet.core.tape import Tape
from glassnet.engines.native.engine import Native

STEPS = (0, 1, 2, 7)
ROWS, LETTERS, WIDTH = 11, 3, 4


def of_words(x, w, u, h):
    """Words of letters: the last state of a scan over the letters of a word is an element of the scan over words."""

    def letter(carries, elements):
        return [(elements[0] @ w + carries[0] @ u).tanh()], []

    def word(carries, elements):
        (read,), _ = scan(letter, [carries[0] * 0.5], [elements[0]])
        return [(read + carries[0] @ w).tanh()], [read]

    (last,), (reads,) = scan(word, [h], [x])
    return last.sum() + (reads * reads).sum()


def there_and_back(x, w, u, h):
    """The letters read in both directions, their states handed on whole, in a scan that goes against time."""

    def letter(carries, elements):
        after = (elements[0] + carries[0] @ u).tanh()
        return [after], [after * after]

    def word(carries, elements):
        given = elements[0] @ w + carries[1]
        (first,), (there,) = scan(letter, [carries[0]], [given])
        (second,), (back,) = scan(letter, [first], [there], reverse=True)
        return [second, back[::-1]], [there.sum(0), second]

    start = h.reshape(1, *h.shape).broadcast((LETTERS, *h.shape)) * 0.1
    (last, states), stacks = scan(word, [h, start], [x], reverse=True)
    return last.sum() + (states * states).sum() + sum((stack * stack).sum() for stack in stacks)


def the_sequence_at_each_of_its_steps(x, w, u, h):
    """A scan over the whole sequence at every step of a scan over it: both are as long as there are time steps."""

    def step(carries, elements):
        inner = lambda s, y: ([(s[0] + y[0] * elements[0]).tanh()], [s[0] * u[0, 0]])  # noqa: E731
        (after,), (states,) = scan(inner, [carries[0]], [x[:, 0]])
        return [after], [after.sum(), states.sum(0)]

    (last,), stacks = scan(step, [h], [x[:, 1] @ w])
    return last.sum() + sum((stack * stack).sum() for stack in stacks)


def three_deep(x, w, u, h):
    """A scan in a scan in a scan, the innermost over what the outermost carries."""

    def innermost(carries, elements):
        return [carries[0] * elements[0] + w[0].broadcast(carries[0].shape) * u[0, 0]], [carries[0]]

    def inner(carries, elements):
        twice = functions.concatenate([(elements[0] * k).reshape(1, *elements[0].shape) for k in (1, 2)], 0)
        (after,), (states,) = scan(innermost, [carries[0].tanh()], [twice])
        return [after * 0.3], [states.sum(0)]

    def outer(carries, elements):
        (after,), (sums,) = scan(inner, [carries[0]], [elements[0]])
        return [after.tanh() + sums[0]], [after]

    (last,), (states,) = scan(outer, [h], [x])
    return last.sum() + (states * states).sum()


def the_same_at_every_step(x, w, u, h):
    """An inner scan that knows nothing of the outer time: it may run once."""

    def step(carries, elements):
        inner = lambda s, _: ([(s[0] @ u).tanh()], [s[0]])  # noqa: E731
        (fixed,), (states,) = scan(inner, [h @ w], steps=5)
        return [carries[0] * 0.5 + fixed * elements[0][0]], [states[2] + carries[0]]

    (last,), (states,) = scan(step, [h], [x])
    return last.sum() + (states * states).sum()


def in_pieces(keep, reverse):
    """Two carries, a sequence, fixed values and an output; of the way forward but some carries are kept."""

    def function(x, w, u, h):
        def step(carries, elements):
            now, memory = carries
            inside = elements[0] @ w + now @ u
            memory = memory * functions.logistic(inside) + inside.tanh()
            return [memory.tanh() * functions.logistic(-inside), memory], [now * now]

        (last, memory), (squares,) = scan(step, [h, h * 0.5], [x[:, 0]], reverse=reverse, keep=keep)
        return last.sum() + (memory * memory).sum() + (squares * squares).sum()

    function.__name__ = f"in_pieces_of_{keep}_{'backwards' if reverse else 'forwards'}"
    return function


def words_in_pieces(x, w, u, h):
    """A scan within the step of a scan, each of which keeps every second carry."""

    def letter(carries, elements):
        return [(elements[0] @ w + carries[0] @ u).tanh()], [carries[0] * 0.5]

    def word(carries, elements):
        (read,), (seen,) = scan(letter, [carries[0]], [elements[0]], keep=2)
        return [(read + carries[0] @ w).tanh()], [seen.sum(0)]

    (last,), (reads,) = scan(word, [h], [x], keep=2)
    return last.sum() + (reads * reads).sum()


def a_map_in_pieces(x, w, u, h):
    """No carry at all."""
    _, (products,) = scan(lambda _, x: ([], [(x[0] @ w).tanh() @ u]), [], [x[:, 0]], keep=3)
    return (products * products).sum() + h.sum()


def picked_letters(x, w, u, h):
    """Rows of a table picked by whole numbers that are counted on in both loops, and added back in the way back."""

    def letter(carries, elements):
        row = functions.gather(w, carries[1])
        return [carries[0] * 0.7 + elements[0] * row.broadcast(elements[0].shape), 3 - carries[1]], []

    def word(carries, elements):
        (after, count), _ = scan(letter, [carries[0], carries[1]], [elements[0]])
        return [(after @ u).tanh(), (count + 1) - (count > 2).cast("int64") * 4], [after]

    (last, _), (states,) = scan(word, [h, x.tape.constant(1)], [x])
    return last.sum() + (states * states).sum()


CASES = [
    of_words,
    there_and_back,
    the_sequence_at_each_of_its_steps,
    three_deep,
    the_same_at_every_step,
    picked_letters,
    in_pieces(3, False),
    in_pieces(2, True),
    in_pieces(1, False),
    in_pieces(10, True),
    words_in_pieces,
    a_map_in_pieces,
]


def arrays(steps, dtype, rows=ROWS):
    random = np.random.default_rng(steps)
    shapes = {"x": (steps, LETTERS, rows, WIDTH), "w": (WIDTH, WIDTH), "u": (WIDTH, WIDTH), "h": (rows, WIDTH)}
    return {name: random.uniform(-0.8, 0.8, shape).astype(dtype) for name, shape in shapes.items()}


def recorded(function, dtype):
    """A function of x, w, u and h with its derivatives of first and second order, for any number of steps and rows."""
    tape = Tape()
    x = tape.input("x", (t, LETTERS, n, WIDTH), dtype)
    given = [x, *(tape.input(name, (WIDTH, WIDTH), dtype) for name in "wu"), tape.input("h", (n, WIDTH), dtype)]
    total = function(*given)
    slopes = backpropagate(total, given)
    twice = backpropagate(sum(((slope * slope).sum() for slope in slopes[1:]), start=slopes[0].sum()), given)
    names = ["total", *(f"d{name}" for name in "xwuh"), *(f"dd{name}" for name in "xwuh")]
    return Program(tape, dict(zip(names, (total, *slopes, *twice), strict=True)))


def interpreted(program, batch):
    positions = {tensor.call.attributes["name"]: tensor.position for tensor in leaves(program)}
    interpreter = Interpreter(program.tape, [output.position for output in program.outputs.values()])
    steps, rows = batch["x"].shape[0], batch["x"].shape[2]
    found = interpreter.run({positions[name]: value for name, value in batch.items()}, {"t": steps, "n": rows})
    return dict(zip(program.outputs, found, strict=True))


def leaves(program):
    return [program.tape.tensor(call.position) for call in program.tape if call.operation.name == "input"]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("function", CASES, ids=lambda case: case.__name__)
def test_scans_within_scans_mean_the_same_as_machine_code(function, dtype):
    program = recorded(function, dtype)
    engines = [Native(threads, measured=False) for threads in (1, 2, 3)]
    *shared, checked = [engine.compile(program) for engine in (*engines, Native(checked=True))]
    for steps in STEPS:
        batch = arrays(steps, dtype)
        expected = interpreted(program, batch)
        first, *others = (executable.step({}, batch, {}) for executable in shared)
        for name, value in expected.items():
            which, size = f"{name}, {steps} steps", max(1.0, float(np.abs(value).max(initial=0)))
            for found in (first, checked.step({}, batch, {})):
                np.testing.assert_allclose(
                    found[name], value, rtol=0, atol=256 * size * np.finfo(dtype).eps, err_msg=which
                )
            for other in others:
                np.testing.assert_array_equal(other[name], first[name], err_msg=which)


@pytest.mark.parametrize("function", CASES, ids=lambda case: case.__name__)
def test_derivatives_of_scans_within_scans_agree_with_central_differences(function):
    check_derivatives(function, *arrays(2, "float64", rows=2).values(), tolerance=1e-5)
