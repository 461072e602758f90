from __future__ import annotations

import os

import numpy as np
import pytest

from glassnet.core import functions
from glassnet.core.body import Body
from glassnet.core.derivative import backpropagate
from glassnet.core.extent import n, t
from glassnet.core.interpret import evaluate
from glassnet.core.operations import scan as operation
from glassnet.core.scan import scan
from glassnet.core.tape import Tape
from glassnet.errors import DataError, DTypeError, ShapeError

HERE = os.path.basename(__file__)


def tensors(**shapes):
    tape = Tape()
    return [tape.input(name, shape, "float64") for name, shape in shapes.items()]


def test_a_carry_that_changes_its_shape_or_dtype_names_both():
    x, h = tensors(x=(3, n, 4), h=(n, 5))
    message = r"scan: the next value of carry 0 has shape \(n, 4\); expected \(n, 5\), as at its start; a carry keeps"
    with pytest.raises(ShapeError, match=rf"^{HERE}:\d+: {message}"):
        scan(lambda c, e: ([e[0]], []), [h], [x])
    with pytest.raises(DTypeError, match=r"the next value of carry 1 has dtype float32; expected float64, .*; cast it"):
        scan(lambda c, e: ([c[0], c[1].cast("float32")], []), [h, h], [x])


def test_sequences_of_different_lengths_name_both():
    x, y, h = tensors(x=(3, 4), y=(2, 4), h=(4,))
    message = (
        r"scan: sequence 1 has shape \(2, 4\); expected \(3, 4\), the steps of the scan along axis 0.*as many steps"
    )
    with x.tape.within("lstm_1"), pytest.raises(ShapeError, match=f"^lstm_1: {message}"):
        scan(lambda c, e: (c, []), [h], [x, y])
    with pytest.raises(ShapeError, match=r"sequence 0 has shape \(3, 4\); expected \(5, 4\)"):
        scan(lambda c, e: (c, []), [h], [x], steps=5)


def test_an_error_in_the_step_names_the_layer_or_the_line_within_the_step():
    x, h = tensors(x=(3, 4), h=(5,))
    with pytest.raises(ShapeError, match=rf"^{HERE}:\d+: add: shapes \(5,\) and \(4,\)"):
        scan(lambda c, e: ([c[0] + e[0]], []), [h], [x])
    with x.tape.within("rnn_1"), pytest.raises(ShapeError, match=r"^rnn_1: add: shapes \(5,\) and \(4,\)"):
        scan(lambda c, e: ([c[0] + e[0]], []), [h], [x])
    assert h.exp().shape == (5,)  # the tape around goes on


def test_values_that_do_not_fit_when_it_runs_name_the_place_once():
    tape = Tape()
    places, table = tape.input("places", (3,), "int64"), tape.input("table", (2,), "float64")
    with tape.within("lookup_1"):
        _, (picked,) = scan(lambda c, e: ([], [functions.gather(table, e[0])]), [], [places])
    with pytest.raises(DataError, match=r"^lookup_1: gather: the index 7 lies outside 0 to 1"):
        evaluate([picked], {places: [0, 7, 1], table: [0.0, 1.0]})


@pytest.mark.parametrize(
    ("step", "message"),
    [
        (lambda c, e: c, r"the step gave \[.*; expected a pair"),
        (lambda c, e: None, "the step gave None; expected a pair"),
        (lambda c, e: (c[0], []), r"the step gave Tensor\(.*; expected a list of tensors"),
        (lambda c, e: ([1.0], []), r"the step gave 1\.0, which is no tensor"),
        (lambda c, e: (c, [np.ones(2)]), r"the step gave array\(\[1\., 1\.\]\), which is no tensor"),
    ],
)
def test_a_step_that_gives_no_pair_of_lists_of_tensors_is_an_error(step, message):
    x, h = tensors(x=(3,), h=())
    with pytest.raises(TypeError, match=message):
        scan(step, [h], [x])


def test_starts_and_sequences_that_cannot_be_are_errors():
    x, h = tensors(x=(3,), h=())
    step = lambda c, e: (c, [])  # noqa: E731
    with pytest.raises(TypeError, match=r"start holds 0\.0, which is no tensor; record it with tape\.constant"):
        scan(step, [0.0], [x])
    with pytest.raises(TypeError, match=r"sequences hold Tensor.*; expected a list of tensors"):
        scan(step, [h], x)
    with pytest.raises(ShapeError, match=r"sequence 1 has shape \(\); expected time as axis 0"):
        scan(step, [h], [x, h])
    with pytest.raises(ShapeError, match="no sequence tells the number of steps; give steps="):
        scan(step, [h])
    with pytest.raises(ShapeError, match="scan: -1 steps; expected 0 or more"):
        scan(step, [h], steps=-1)
    with pytest.raises(ShapeError, match="neither a carry nor a sequence was given"):
        scan(step, [], steps=3)
    with pytest.raises(ShapeError, match="the step gave 2 next carries for 1 carries"):
        scan(lambda c, e: (c + e, []), [h], [x])


def test_a_tensor_of_the_step_used_after_it_is_an_error_that_says_what_to_do():
    x, h = tensors(x=(3,), h=())
    kept = []
    scan(lambda c, e: (kept.append(e[0]) or c, []), [h], [x])
    for use in (lambda: kept[0] + h, lambda: h + kept[0], lambda: kept[0].exp()):
        with pytest.raises(ValueError, match=r"a tensor of a scan's step is used after the step.*among its outputs"):
            use()


def test_a_tensor_of_a_tape_that_is_not_around_the_step_is_an_error():
    (x,), (h,), (other,) = tensors(x=(3,)), tensors(h=()), tensors(other=())
    with pytest.raises(ValueError, match=r"another tape"):
        scan(lambda c, e: ([c[0] + other], []), [x[0]], [x])
    with pytest.raises(ValueError, match=r"another tape"):
        scan(lambda c, e: (c, []), [h], [x])


def test_a_leaf_recorded_in_the_step_is_an_error():
    x, h = tensors(x=(3,), h=())
    with pytest.raises(ValueError, match=r"record inputs, state and settings outside the step, and use them in it"):
        scan(lambda c, e: ([c[0] * c[0].tape.state("w", (), "float64")], []), [h], [x])


def test_a_body_has_a_next_value_for_each_carry():
    tape = Tape()
    h = tape.input("h", (), "float64")
    with pytest.raises(ValueError, match="0 next carries for 1; expected one for each"):
        Body(tape, (h.position,), (), (), ())


def test_reads_that_cannot_be_are_errors():
    x, h = tensors(x=(3,), h=())
    (last,), _ = scan(lambda c, e: (scan(lambda c, e: (c, []), c, steps=2)[0], []), [h], [x])
    trace = x.tape.tensor(last.call.inputs[0])
    inner = next(call.position for call in trace.call.body.tape if call.body is not None)
    for what, error, message in (
        (("last", 1), ShapeError, "the scan has no carry 1; it has 1"),
        (99, ShapeError, "the step of the scan has no position 99"),
        (-1, ShapeError, "the step of the scan has no position -1"),
        (inner, DTypeError, f"position {inner} of the step is itself a trace; read it within the step"),
    ):
        with pytest.raises(error, match=message):
            operation.read(trace, what=what)
    with pytest.raises(DTypeError, match="read: an operand of dtype float64; expected the trace of a scan"):
        operation.read(x, what=0)
    with pytest.raises(DTypeError, match="add: dtype trace is not among"):
        trace + trace
    with pytest.raises(ShapeError, match="scan: 1 operands for a step that takes 2"):
        operation.scan(h, **trace.attributes)


# -- printing and checking ---------------------------------------------------------------------------------------------
def test_a_scan_prints_with_its_step_indented_beneath_it():
    tape = Tape()
    x, w = tape.input("x", (t, n), "float64"), tape.state("w", (n,), "float64")
    with tape.within("rnn_1"):
        scan(lambda c, e: ([c[0] * w + e[0]], c), [w], [x], reverse=True)
    assert [" ".join(row.split()) for row in str(tape).splitlines()[2:]] == [
        "2 scan 1 0 1 () trace carry=0 each=1 fixed=2 next=4 steps=t reverse=True forward: rnn_1",
        "| 0 input (n,) float64 name=carry 0 forward: rnn_1",
        "| 1 input (n,) float64 name=element 0 forward: rnn_1",
        "| 2 input (n,) float64 name=fixed 0 forward: rnn_1",
        "| 3 multiply 0 2 (n,) float64 forward: rnn_1",
        "| 4 add 3 1 (n,) float64 forward: rnn_1",
        "3 read 2 (n,) float64 what=(last, 0) forward: rnn_1",
        "4 read 2 (t, n) float64 what=0 forward: rnn_1",
    ]


def test_the_way_back_bears_the_name_of_the_layer_of_the_scan_and_its_steps_too():
    tape = Tape()
    x = tape.input("x", (3,), "float64")
    with tape.within("rnn_1"):
        (last,), _ = scan(lambda c, e: ([c[0] * e[0]], []), [x.sum()], [x])
    backpropagate(last * 2, [x])
    (call,) = [call for call in tape if call.body is not None and call.origin.phase == "backward"]
    assert call.origin.place == "rnn_1"
    assert {inner.origin.place for inner in call.body.tape} == {"rnn_1"}
    assert {inner.origin.phase for inner in call.body.tape if inner.operation.name == "chain"} == {"backward"}


def test_a_step_that_does_not_follow_is_found_when_the_tape_is_checked():
    x, h = tensors(x=(3,), h=())
    (last,), _ = scan(lambda c, e: ([c[0] * e[0]], []), [h], [x])
    inner = x.tape[last.call.inputs[0]].body.tape
    x.tape.validate()
    inner._calls[2] = inner[2]._replace(inputs=(2, 1))
    with pytest.raises(ValueError, match=r"call 2 \(multiply\): its inputs"):
        x.tape.validate()
