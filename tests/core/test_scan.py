from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glassnet.core import functions
from glassnet.core.check import check_derivatives
from glassnet.core.derivative import backpropagate, gradient
from glassnet.core.extent import n, t
from glassnet.core.interpret import Interpreter, evaluate
from glassnet.core.operation import Operation
from glassnet.core.operations import scan as operation
from glassnet.core.scan import scan
from glassnet.core.tape import Tape

RANDOM = np.random.default_rng(0)
X, U, W, H = (RANDOM.normal(size=size) for size in ((4, 2, 3), (5, 5), (3, 5), (2, 5)))


def unrolled(step, start, sequences=(), *, reverse=False, steps=None):
    """What a scan means, as calls on the one tape."""
    steps = steps if steps is not None else len(sequences[0])
    carries, rows = list(start), {}
    for time in reversed(range(steps)) if reverse else range(steps):
        carries, rows[time] = step(carries, [sequence[time] for sequence in sequences])
    stacks = [[rows[time][k].reshape(1, *rows[time][k].shape) for time in range(steps)] for k in range(len(rows[0]))]
    return carries, [functions.concatenate(stack, 0) for stack in stacks]


def recurrent(run, reverse=False):
    """The states of a recurrent network over time, all of them and the last, as one number."""

    def function(x, u, w, h):
        def step(carries, elements):
            (now,) = carries
            after = (elements[0] @ w + now @ u).tanh()
            return [after], [after]

        (last,), (states,) = run(step, [h], [x], reverse=reverse)
        return (states * states).sum() + last.sum()

    return function


def gates(run, reverse=False):
    """Two carries, two sequences, values that are the same at all steps, two outputs of other shapes."""

    def function(x, z, u, w, h, c):
        def step(carries, elements):
            h, c = carries
            inside = elements[0] @ w + h @ u
            c = c * functions.logistic(inside[:, 1:]) + inside[:, :2].tanh() * elements[1].broadcast(c.shape)
            h = c.tanh() * functions.logistic(inside[:, :2])
            return [h, c], [h * h, c.sum()]

        (h, c), (squares, sums) = run(step, [h, c], [x, z], reverse=reverse)
        return h.sum() + (c * c).sum() + (squares * squares).sum() + (sums * z * z).sum()

    return function


GATES = [RANDOM.normal(size=size) for size in ((3, 2, 2), (3,), (2, 3), (2, 3), (2, 2), (2, 2))]


# -- what it means -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("reverse", [False, True])
def test_a_scan_equals_the_unrolled_tape_bit_for_bit(reverse):
    found, expected = [], []
    for run, values in ((scan, found), (unrolled, expected)):
        tape = Tape()
        inputs = [tape.input(f"x{i}", array.shape, "float64") for i, array in enumerate((X, U, W, H))]
        loss = recurrent(run, reverse)(*inputs)
        slopes = backpropagate(loss, inputs)
        twice = backpropagate(sum(((slope * slope).sum() for slope in slopes[1:]), start=slopes[0].sum()), inputs)
        values += evaluate([loss, *slopes, *twice], dict(zip(inputs, (X, U, W, H), strict=True)))
        tape.validate()
    for a, b in zip(found[:5], expected[:5], strict=True):
        np.testing.assert_array_equal(a, b)
    for a, b in zip(found[5:], expected[5:], strict=True):  # sums of several deltas, taken in another order
        np.testing.assert_allclose(a, b, rtol=1e-11, atol=1e-13)


@pytest.mark.parametrize("reverse", [False, True])
def test_several_carries_and_sequences_equal_the_unrolled_tape(reverse):
    for a, b in zip(*[gradient(gates(run, reverse), range(6))(*GATES) for run in (scan, unrolled)], strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize("reverse", [False, True])
def test_derivatives_agree_with_central_differences_to_the_second_order(reverse):
    check_derivatives(recurrent(scan, reverse), X[:3], U, W, H)
    check_derivatives(gates(scan, reverse), *GATES)


def test_the_third_order_too():
    def function(x, w):
        (last,), (states,) = scan(lambda h, x: ([functions.sin(h[0] * w + x[0])], h), [x.sum()], [x])
        return last * w + (states * states).sum()

    check_derivatives(function, np.array([0.3, -0.5]), np.array(0.7), order=3, tolerance=1e-4)


def test_a_sum_over_time_written_out():
    tape = Tape()
    x = tape.input("x", (3,), "float64")
    for reverse, sums in ((False, [1, 3, 7]), (True, [7, 6, 4])):
        (last,), (totals,) = scan(lambda c, x: ([c[0] + x[0]], [c[0] + x[0]]), [x.sum() * 0], [x], reverse=reverse)
        values = evaluate([last, totals, *backpropagate((totals * [1.0, 10, 100]).sum(), [x])], {x: [1.0, 2, 4]})
        assert values[0] == 7
        assert values[1].tolist() == sums
        assert values[2].tolist() == ([1, 11, 111] if reverse else [111, 110, 100])


@settings(deadline=None, max_examples=25, derandomize=True, database=None)
@given(st.data())
def test_a_random_step_equals_the_unrolled_tape(data):
    """Each part of the step takes earlier values, which branch, merge, and come from around it; any may be carried."""
    parts = [
        (1, lambda a: a.tanh()),
        (1, lambda a: a[::-1]),
        (1, lambda a: functions.softmax(a)),
        (1, lambda a: functions.relu(a) * 2),
        (1, lambda a: a[:1].broadcast(a.shape)),
        (2, lambda a, b: a + b),
        (2, lambda a, b: a * b),
        (2, lambda a, b: a / (1 + b * b)),
        (2, lambda a, b: a @ b.T @ a),
        (2, lambda a, b: scan(lambda h, x: ([h[0] * x[0]], h), [a[0]], [b])[1][0]),
    ]
    plan = []
    for place in range(data.draw(st.integers(1, 5))):
        arity, part = data.draw(st.sampled_from(parts))
        plan.append((part, [data.draw(st.integers(0, place + 4)) for _ in range(arity)]))
    after = [data.draw(st.integers(0, len(plan) + 4)) for _ in range(2)]
    outputs = [data.draw(st.integers(0, len(plan) + 4)) for _ in range(2)]
    reverse, steps = data.draw(st.booleans()), data.draw(st.integers(1, 3))

    def function(run):
        def total(x, a, b, w):
            def step(carries, elements):
                values = [*carries, *elements, w, w.tanh()]
                for part, places in plan:
                    values.append(part(*[values[place] for place in places]))
                return [values[k] for k in after], [values[k] for k in outputs]

            last, stacks = run(step, [a, b], [x], reverse=reverse)
            return sum(((k + 2) * (y * y).sum() for k, y in enumerate((*last, *stacks))), start=w.sum())

        return total

    random = np.random.default_rng(data.draw(st.integers(0, 99)))
    arrays = [random.uniform(-1, 1, size) for size in ((steps, 2, 2), (2, 2), (2, 2), (2, 2))]
    found, expected = (gradient(function(run), range(4))(*arrays) for run in (scan, unrolled))
    for a, b in zip(found, expected, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-11)


# -- steps -------------------------------------------------------------------------------------------------------------
def test_one_tape_serves_every_number_of_steps_and_rows():
    tape = Tape()
    x, h = tape.input("x", (t, n, 3), "float64"), tape.input("h", (n, 5), "float64")
    u, w = tape.state("u", U.shape, "float64"), tape.state("w", W.shape, "float64")
    loss = recurrent(scan)(x, u, w, h)
    slopes = backpropagate(loss, [x, u, w, h])
    (twice,) = backpropagate((slopes[1] * slopes[1]).sum(), [u])
    tape.validate()
    interpreter = Interpreter(tape, [tensor.position for tensor in (loss, *slopes, twice)])
    for steps, rows in ((4, 2), (2, 1), (1, 2), (4, 2), (3, 0)):
        values = [X[:steps, :rows], U, W, H[:rows]]
        given_values = {leaf.position: value for leaf, value in zip((x, u, w, h), values, strict=True)}
        found = interpreter.run(given_values, {"t": steps, "n": rows})
        expected = gradient(recurrent(unrolled), range(4))(*values)
        for a, b in zip(found[1:5], expected, strict=True):
            np.testing.assert_array_equal(a, b)


def test_the_length_of_the_tape_does_not_depend_on_the_number_of_steps():
    lengths = set()
    for steps in (0, 1, 2, 50, t):
        tape = Tape()
        inputs = [tape.input("x", (steps, 2, 3), "float64")]
        inputs += [tape.input(f"x{i}", array.shape, "float64") for i, array in enumerate((U, W, H))]
        (slope,) = backpropagate(recurrent(scan)(*inputs), [inputs[1]])
        backpropagate((slope * slope).sum(), inputs)
        lengths.add((len(tape), *[len(call.body.tape) for call in tape if call.body is not None]))
    assert len(lengths) == 1


@pytest.mark.parametrize("steps", [0, t])
@pytest.mark.parametrize("reverse", [False, True])
def test_without_steps_the_last_carries_are_the_first_and_the_stacks_are_empty(steps, reverse):
    tape = Tape()
    x, h, w = (tape.input(name, shape, "float64") for name, shape in (("x", (steps, 3)), ("h", (3,)), ("w", (3,))))
    (last,), (states,) = scan(lambda h, x: ([h[0] * w + x[0]], [h[0].sum()]), [h], [x], reverse=reverse)
    slopes = backpropagate((last * [1.0, 2, 3]).sum() + states.sum(), [h, x, w])
    values = evaluate([last, states, *slopes], {x: np.ones((0, 3)), h: [4.0, 5, 6], w: np.ones(3)})
    assert values[0].tolist() == [4, 5, 6]
    assert values[1].shape == (0,)
    assert values[2].tolist() == [1, 2, 3]
    assert values[3].shape == (0, 3)
    assert values[4].tolist() == [0, 0, 0]


@pytest.mark.parametrize("steps", [3, t])
def test_a_scan_without_sequences_takes_its_steps_from_the_caller(steps):
    tape = Tape()
    x, clock = tape.input("x", (), "float64"), tape.input("clock", (steps,), "bool")
    (last,), powers = scan(lambda h, _: ([h[0] * x], h), [x], steps=steps)
    slopes = backpropagate(last + clock.cast("float64").sum(), [x])
    assert powers[0].shape == (steps,)
    found = evaluate([last, *powers, *slopes], {x: 2.0, clock: np.zeros(3, bool)})
    assert [value.tolist() for value in found] == [16, [2, 4, 8], 32]


def test_a_scan_without_carries_maps_each_step():
    check_derivatives(lambda x, w: scan(lambda _, x: ([], [x[0] @ w]), [], [x])[1][0], X, W)


# -- what a step may use -----------------------------------------------------------------------------------------------
def test_a_value_used_in_the_step_and_around_it_gets_the_sum_of_the_deltas():
    tape = Tape()
    x, w = tape.input("x", (2,), "float64"), tape.input("w", (), "float64")
    (last,), (states,) = scan(lambda h, x: ([h[0] * w + x[0] * w], [h[0] * w]), [w], [x])
    loss = last + states.sum() + w * w
    # with x = (1, 10): last = (w w + w) w + 10 w, states = w w, (w w + w) w
    (slope,) = backpropagate(loss, [w])
    w_ = 3.0
    expected = (3 * w_**2 + 2 * w_ + 10) + 2 * w_ + (3 * w_**2 + 2 * w_) + 2 * w_
    assert evaluate([slope], {x: [1.0, 10.0], w: w_}) == [expected]


def test_what_does_not_depend_on_time_is_computed_once_outside():
    tape = Tape()
    x, w = tape.input("x", (4, 2), "float64"), tape.input("w", (2, 2), "float64")
    scan(lambda h, x: ([h[0] @ w.T.exp() + x[0].reshape(1, 2)], h), [w[:1]], [x])
    (call,) = [call for call in tape if call.body is not None]
    assert "exp" not in {inner.operation.name for inner in call.body.tape}
    assert "exp" in {outer.operation.name for outer in tape}


def test_whole_numbers_are_carried_and_index_and_have_no_derivative():
    places = np.array([2, 0, 2, 1])

    def function(run):
        def total(table, h):
            def step(carries, elements):
                h, count = carries
                h = functions.where(h > 0.5, h * functions.gather(table, elements[0]), h + 1)
                return [h, count + elements[0]], [h * count.cast("float64"), count]

            index = table.tape.constant(places)
            (h, count), (weighted, counts) = run(step, [h, index[0] * 0], [index])
            return h.sum() + weighted.sum() + (counts + count.broadcast(counts.shape)).cast("float64").sum() * h.sum()

        return total

    arrays = RANDOM.uniform(0.1, 2, (3, 2)), RANDOM.uniform(0.1, 1, 2)
    for a, b in zip(*[gradient(function(run), (0, 1))(*arrays) for run in (scan, unrolled)], strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-14)
    check_derivatives(function(scan), *arrays, tolerance=1e-5)


@pytest.mark.parametrize("reverse", [False, True])
def test_a_scan_within_the_step_of_a_scan(reverse):
    def function(x, w, h):
        def across(carries, elements):
            return [(carries[0] * w + elements[0]).tanh()], carries

        def step(carries, elements):
            last, states = scan(across, [carries[0].sum()], elements, reverse=reverse)
            return [carries[0] * last[0] + states[0]], [last[0] * w]

        (h,), (lasts,) = scan(step, [h], [x])
        return (h * h).sum() + (lasts * lasts).sum()

    check_derivatives(function, X[:2, 0], np.array(0.6), H[0, :3])


def test_a_scan_over_the_outer_sequence_at_every_step_of_another():
    def function(x, w):
        def step(carries, elements):
            (sum_,), _ = scan(lambda s, y: ([s[0] + y[0] * elements[0]], []), [carries[0]], [x * w])
            return [sum_.tanh()], [sum_]

        return sum((y * y).sum() for y in scan(step, [w], [x])[1])

    check_derivatives(function, np.array([0.2, -0.4, 0.3]), np.array(0.5))


def test_a_carry_may_be_handed_on_replaced_by_an_element_or_by_a_fixed_value():
    def function(run):
        def total(x, w, a, b):
            step = lambda c, e: ([e[0], c[0], w, c[3] * c[1] * c[2]], [c[1]])  # noqa: E731
            last, outputs = run(step, [a, b, a, b], [x])
            return sum(((k + 1.5) * y * y for k, y in enumerate(last)), start=(outputs[0] * x).sum())

        return total

    arrays = np.array([0.5, -1.5, 2.0]), np.array(0.3), np.array(-0.7), np.array(1.1)
    for a, b in zip(*[gradient(function(run), range(4))(*arrays) for run in (scan, unrolled)], strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-14)
    check_derivatives(function(scan), *arrays)


def test_a_delta_of_zero_wins_in_a_step_too():
    def function(x, w):
        step = lambda h, x: ([functions.where(x[0] > 0, h[0] * x[0].log() * w, h[0])], [])  # noqa: E731
        return scan(step, [w], [x])[0][0]

    found = gradient(function, (0, 1))(np.array([-1.0, 2.0, 0.0]), 3.0)
    np.testing.assert_allclose(found[0], [0, 4.5, 0])
    np.testing.assert_allclose(found[1], 6 * np.log(2))


# -- what is kept ------------------------------------------------------------------------------------------------------
def counting(counts):
    def evaluated(a):
        counts.append(1)
        return a + 1

    return Operation("counted", "elementwise", lambda a: (a.shape, a.dtype), evaluated, lambda delta, y, a: (delta,))


def test_only_what_is_read_is_computed_and_kept():
    counts = []
    tape = Tape()
    x, h = tape.input("x", (3,), "float64"), tape.input("h", (), "float64")
    counted = counting(counts)
    step = lambda c, e: ([c[0] + e[0], counted(c[1])], [c[0] * 2, counted(e[0])])  # noqa: E731
    last, outputs = scan(step, [h, h], [x])
    given_values = {x: [1.0, 2.0, 3.0], h: 0.0}
    assert evaluate([last[0], outputs[0]], given_values)[0] == 6
    assert counts == []
    assert evaluate([last[1]], given_values) == [3]
    assert len(counts) == 3
    assert evaluate([outputs[1]], given_values)[0].tolist() == [2, 3, 4]
    assert len(counts) == 6


def test_the_derivative_of_a_sequence_that_nobody_wants_is_not_computed():
    tape = Tape()
    x, h = tape.input("x", (3,), "float64"), tape.input("h", (), "float64")
    (last,), _ = scan(lambda c, e: ([c[0] * functions.sin(e[0])], []), [h], [x])
    (slope,) = backpropagate(last, [h])
    (call,) = [call for call in tape if call.body is not None and call.origin.phase == "backward"]
    reads = [
        c.attributes["what"]
        for c in tape
        if call.position in c.inputs and c.position in tape.ancestors([slope.position])
    ]
    assert reads == [("last", 0)]
    assert evaluate([slope], {x: [1.0, 2, 3], h: 5.0})[0] == pytest.approx(np.sin([1, 2, 3]).prod())


def test_a_carry_that_is_needed_by_way_of_others_is_computed():
    tape = Tape()
    x, h = tape.input("x", (5,), "float64"), tape.input("h", (), "float64")
    (third, *_), _ = scan(lambda c, e: ([c[1], c[2], e[0]], []), [h, h, h], [x])
    assert evaluate([third], {x: [1.0, 2, 3, 4, 5], h: 0.0}) == [3]


def test_views_and_what_is_the_same_at_all_steps_are_made_again_rather_than_kept():
    tape = Tape()
    x, h = tape.input("x", (3, 1), "float64"), tape.input("h", (4,), "float64")
    (last,), _ = scan(lambda c, e: ([c[0] * 2 + e[0].exp().broadcast((4,)) * h], []), [h], [x])
    (slope,) = backpropagate(last, [h])
    trace = last.call.inputs[0]
    kept = [call.shape for call in tape if trace in call.inputs and call.origin.phase == "backward"]
    assert kept == [(3, 1)]  # the exponentials, not what they were broadcast to
    assert evaluate([slope], {x: [[0.0], [0.0], [0.0]], h: np.ones(4)})[0].tolist() == [15.0] * 4


def test_any_position_of_the_step_can_be_read_at_any_time():
    tape = Tape()
    x, h = tape.input("x", (2,), "float64"), tape.input("h", (), "float64")
    (last,), _ = scan(lambda c, e: ([(c[0] * e[0]).exp()], []), [h], [x])
    trace = tape.tensor(last.call.inputs[0])
    names = [call.operation.name for call in trace.call.body.tape]
    product = operation.read(trace, what=names.index("multiply"))
    (slope,) = backpropagate(product.sum(), [h])
    found = evaluate([product, slope], {x: [2.0, 3.0], h: 0.5})
    np.testing.assert_allclose(found[0], [1, 3 * np.e])
    np.testing.assert_allclose(found[1], 2 + 3 * np.e * 2)


def test_a_trace_itself_has_no_value():
    tape = Tape()
    x = tape.input("x", (2,), "float64")
    (last,), _ = scan(lambda c, e: ([c[0] * e[0]], []), [x.sum()], [x])
    with pytest.raises(ValueError, match="a trace is no array; read a position of its step, or a last carry"):
        Interpreter(tape, last.call.inputs)
