from __future__ import annotations

import inspect
import os
import re

import numpy as np
import pytest

from glassnet.core.derivative import backpropagate
from glassnet.core.extent import n
from glassnet.core.interpret import evaluate
from glassnet.core.operations import elementwise, leaves
from glassnet.core.tape import MERGED_ELEMENTS, Tape, line
from glassnet.errors import DTypeError, ShapeError

HERE = os.path.basename(__file__)


def number_of_this_line():
    return inspect.currentframe().f_back.f_lineno


# -- recording ---------------------------------------------------------------------------------------------------------
def test_a_call_holds_what_is_needed_to_undo_it():
    tape = Tape()
    x = tape.input("x", (n, 3), "float64")
    y = x.sum((1,))
    call = tape[1]
    assert (call.position, call.operation.name, call.inputs, dict(call.attributes)) == (1, "sum", (0,), {"axes": (1,)})
    assert (call.shape, call.dtype) == (y.shape, y.dtype) == ((n,), "float64")
    assert [call.operation for call in tape] == [leaves.input_, call.operation]
    assert len(tape) == 2


def test_operands_on_two_tapes_are_an_error():
    x, y = (Tape().input("x", (2,), "float64") for _ in range(2))
    with pytest.raises(ValueError, match=rf"{HERE}:\d+: add: an operand lies on another tape"):
        x + y


def test_leaves_are_never_merged_and_equal_constants_are():
    tape = Tape()
    assert tape.input("x", (2,)).position != tape.input("x", (2,)).position
    assert tape.state("w", (2,)).position != tape.state("w", (2,)).position
    assert tape.constant(2.0).position == tape.constant(2.0).position
    assert tape.constant([1, 2]).position == tape.constant(np.array([1, 2])).position


@pytest.mark.parametrize(
    ("a", "b"),
    [(2.0, 2), (2.0, np.float32(2)), (0.0, -0.0), ([1.0, 2.0], [2.0, 1.0]), ([1.0], 1.0), ([[1.0]], [1.0]), (1, True)],
)
def test_constants_that_differ_in_value_sign_dtype_or_shape_stay_apart(a, b):
    tape = Tape()
    assert tape.constant(a).position != tape.constant(b).position


def test_nan_is_merged_by_its_bits_and_byte_orders_are_not_mixed_up():
    tape = Tape()
    assert tape.constant(np.nan).position == tape.constant(np.nan).position
    swapped = np.array([1.0, 2.0], ">f8")
    looks_alike = np.frombuffer(swapped.tobytes(), "<f8")
    a, b = tape.constant(swapped), tape.constant(looks_alike)
    assert [value.tolist() for value in evaluate([a, b], {})] == [[1.0, 2.0], looks_alike.tolist()]


def test_a_long_constant_is_recorded_anew_and_none_can_be_changed_afterwards():
    tape = Tape()
    for size in (3, MERGED_ELEMENTS + 1):
        array = np.arange(float(size))
        tensor = tape.constant(array)
        array[0] = 9.0
        assert evaluate([tensor], {})[0][0] == 0
        with pytest.raises(ValueError, match="read-only"):
            tensor.call.attributes["value"][0] = 9.0
    long = np.arange(MERGED_ELEMENTS + 1.0)
    assert tape.constant(long).position != tape.constant(long).position


def test_a_constant_of_a_dtype_that_operations_do_not_know_is_an_error():
    for value in ("text", 1j, np.float16(1), None, [object()]):
        with pytest.raises(DTypeError):
            Tape().constant(value)


def test_shapes_may_be_lists_and_an_axis_of_iota_counts_from_the_end_too():
    tape = Tape()
    assert tape.input("x", [2, 3]).shape == tape.state("w", [2, 3]).shape == (2, 3)
    assert evaluate([tape.iota((2, 3), -1)], {})[0].tolist() == [[0, 1, 2]] * 2
    with pytest.raises(ShapeError):
        tape.iota((2, 3), 2)


# -- where a call came from --------------------------------------------------------------------------------------------
def test_a_call_bears_the_users_file_and_line():
    tape = Tape()
    x = tape.input("x", (2,), "float64")
    y, here = (x * 2).tanh(), number_of_this_line()
    assert {call.origin.place for call in tape if call.position > x.position} == {f"{HERE}:{here}"}
    assert y.call.origin.phase == "forward"


def test_within_a_layer_calls_bear_its_name_and_outside_the_line_again():
    tape = Tape()
    x = tape.input("x", (2,), "float64")
    with tape.within("dense_1"):
        inside = x.exp()
        with tape.within("activation_1", phase="loss"):
            deepest = x.exp()
        after = x.exp()
    outside, here = x.exp(), number_of_this_line()
    origins = [tuple(tensor.call.origin) for tensor in (inside, deepest, after, outside)]
    forward = "forward"
    assert origins == [
        ("dense_1", forward),
        ("activation_1", "loss"),
        ("dense_1", forward),
        (f"{HERE}:{here}", forward),
    ]


def test_an_error_within_a_layer_ends_its_name():
    tape = Tape()
    x = tape.input("x", (2,), "float64")
    with pytest.raises(ShapeError, match=r"^dense_1: reshape: "), tape.within("dense_1", phase="loss"):
        x.reshape(3)
    assert tuple(x.exp().call.origin)[1] == "forward"
    assert tape.place is None


def test_the_way_back_bears_the_name_of_the_layer_that_it_goes_through():
    tape = Tape()
    x = tape.input("x", (2,), "float64")
    with tape.within("dense_1"):
        y = x.tanh()
    with tape.within("dense_2"):
        z = y.exp()
    forward = len(tape)
    backpropagate(z.sum(), [x])
    back = [call.origin for call in tape if call.position > forward]
    assert {origin.phase for origin in back} == {"backward"}
    places = [origin.place for origin in back if origin.place.startswith("dense")]
    assert places == sorted(places, reverse=True)
    assert set(places) == {"dense_1", "dense_2"}


# -- printing ----------------------------------------------------------------------------------------------------------
def test_a_tape_prints_a_line_a_call():
    tape = Tape()
    x = tape.input("x", (n, 3), "float64")
    with tape.within("dense_1"):
        y = x @ tape.constant(np.ones((3, 2)))
    with tape.within("squared", phase="loss"):
        (y * y).sum()
    assert [" ".join(row.split()) for row in str(tape).splitlines()[1:]] == [
        "1 constant (3, 2) float64 value=array(3, 2) forward: dense_1",
        "2 contract 0 1 (n, 2) float64 batch=((), ()) summed=((1,), (0,)) forward: dense_1",
        "3 multiply 2 2 (n, 2) float64 loss: squared",
        "4 sum 3 () float64 axes=(0, 1) loss: squared",
    ]
    first = str(tape).splitlines()[0]
    assert re.fullmatch(rf" +0 +input +\(n, 3\) +float64 +name=x +forward: {HERE}:\d+", first)


def test_a_number_prints_with_its_value_and_an_array_with_its_shape():
    tape = Tape()
    tape.constant(0.5)
    tape.constant([1.0, 2.0])
    assert "value=0.5" in line(tape[0])
    assert "value=array(2,)" in line(tape[1])


# -- checking and searching --------------------------------------------------------------------------------------------
def chain_of_three():
    tape = Tape()
    x = tape.input("x", (2, 3), "float64")
    x.tanh().reshape(3, 2)
    return tape


def test_a_tape_as_recorded_is_valid():
    tape = chain_of_three()
    backpropagate(tape.tensor(2), [tape.tensor(0)])
    tape.validate()


@pytest.mark.parametrize(
    ("position", "change", "message"),
    [
        (1, {"inputs": (1,)}, r"call 1 \(tanh\): its inputs \(1,\) do not come before it"),
        (1, {"inputs": (2,)}, r"call 1 \(tanh\): its inputs"),
        (1, {"inputs": (-1,)}, r"call 1 \(tanh\): its inputs"),
        (1, {"position": 2}, r"call 1 \(tanh\): its inputs"),
        (1, {"shape": (3, 2)}, r"call 1 \(tanh\): its shape or dtype does not follow"),
        (2, {"dtype": "float32"}, r"call 2 \(reshape\): its shape or dtype does not follow"),
        (2, {"attributes": {"shape": (4, 2)}}, r"call 2: reshape: \(2, 3\) has 6 elements"),
        (0, {"dtype": "int64"}, r"call 0 \(input\): its shape or dtype does not follow"),
    ],
)
def test_a_call_that_does_not_follow_from_its_inputs_is_found(position, change, message):
    tape = chain_of_three()
    tape._calls[position] = tape[position]._replace(**change)
    with pytest.raises(ValueError, match=message):
        tape.validate()


def test_ancestors_and_what_lies_between():
    tape = Tape()
    a, b = (tape.input(name, (), "float64") for name in "ab")  # 0, 1
    c = a.tanh()  # 2
    d = c * b  # 3
    unused = c.exp()  # 4
    e = d + a  # 5
    assert tape.ancestors([d.position]) == {0, 1, 2, 3}
    assert tape.ancestors([b.position, unused.position]) == {0, 1, 2, 4}
    assert tape.between([a], e) == [0, 2, 3, 5]
    assert tape.between([b], e) == [1, 3, 5]
    assert tape.between([c], e) == [2, 3, 5]
    assert tape.between([a, b], d) == [0, 1, 2, 3]
    assert tape.between([unused], e) == []
    assert tape.between([e], e) == [5]
    assert tape.between([], e) == []


def test_a_tape_of_100_000_calls_records_goes_back_prints_and_runs():
    tape = Tape()
    x = tape.input("x", (), "float64")
    y = x
    for _ in range(100_000):
        y = elementwise.sin(y)
    (slope,) = backpropagate(y, [x])
    assert len(tape) > 300_000
    assert str(tape).count("\n") == len(tape) - 1
    expected, value = 1.0, 0.5
    for _ in range(100_000):
        expected *= np.cos(value)
        value = np.sin(value)
    found, found_slope = evaluate([y, slope], {x: 0.5})
    np.testing.assert_allclose([found, found_slope], [value, expected], rtol=1e-9)
    tape.validate()


def test_a_wide_tape_where_one_value_is_used_100_000_times_goes_back():
    tape = Tape()
    x = tape.input("x", (), "float64")
    total = x
    for _ in range(50_000):
        total = elementwise.add(total, x)
    (slope,) = backpropagate(total, [x])
    assert evaluate([slope], {x: 1.0}) == [50_001.0]
