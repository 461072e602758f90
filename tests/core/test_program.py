from __future__ import annotations

import pytest

from glassnet.core.derivative import backpropagate
from glassnet.core.extent import n
from glassnet.core.interpret import Interpreter
from glassnet.core.program import Program
from glassnet.core.tape import Tape
from glassnet.errors import DTypeError, ShapeError


def training():
    """One step of gradient descent on (w x - y)^2."""
    tape = Tape()
    x, y = tape.input("x", (n,), "float64"), tape.input("y", (n,), "float64")
    w = tape.state("w", (), "float64")
    rate = tape.setting("rate")
    loss = ((w * x - y) ** 2).sum()
    (delta,) = backpropagate(loss, [w])
    tape.input("unused", (n,), "int64")
    return tape, {"loss": loss}, {"w": w - rate * delta}


def test_roles_are_read_off_the_tape_by_name():
    tape, outputs, next_state = training()
    program = Program(tape, outputs, next_state)
    assert list(program.inputs) == ["x", "y", "unused"]
    assert list(program.state) == ["w"]
    assert list(program.settings) == ["rate"]
    assert program.inputs["x"].shape == (n,)
    assert program.settings["rate"].dtype == "float64"
    assert program.wanted == [outputs["loss"].position, next_state["w"].position]


def test_a_step_lowers_the_loss():
    program = Program(*training())
    interpreter = Interpreter(program.tape, program.wanted)
    roles = {**program.inputs, **program.state, **program.settings}
    given = {"x": [0.0, 1, 2, 3, 4], "y": [0.0, 2, 4, 6, 8], "w": 3.0, "rate": 0.01}
    values = {roles[name].position: value for name, value in given.items()}
    loss, w = interpreter.run(values, {"n": 5})
    assert loss == 30
    assert w == pytest.approx(3 - 60 * 0.01)


def test_live_calls_are_those_that_outputs_and_next_state_depend_on():
    tape, outputs, next_state = training()
    everything = Program(tape, outputs, next_state).live()
    names = [
        call.attributes["name"] for call in everything if call.operation.kind == "leaf" and "name" in call.attributes
    ]
    assert names == ["x", "y", "w", "rate"]
    assert [call.position for call in everything] == sorted(call.position for call in everything)
    forward = Program(tape, outputs).live()
    assert {call.origin.phase for call in forward} == {"forward"}
    assert len(forward) < len(everything) < len(tape)


@pytest.mark.parametrize("leaf", ["input", "state", "setting"])
def test_two_leaves_of_one_role_may_not_bear_one_name(leaf):
    tape = Tape()
    for _ in range(2):
        tape.setting("a") if leaf == "setting" else getattr(tape, leaf)("a", (2,))
    with pytest.raises(ValueError, match=rf"two leaves of kind {leaf} are called 'a', at 0 and 1"):
        Program(tape, {})


def test_a_next_state_fits_the_state_that_it_replaces():
    tape = Tape()
    w = tape.state("w", (n, 2), "float32")
    with pytest.raises(ValueError, match="next state 'v': the program has no state of that name"):
        Program(tape, {}, {"v": w})
    with pytest.raises(ShapeError, match=r"next state 'w': shape \(n,\), expected \(n, 2\)"):
        Program(tape, {}, {"w": w[:, 0]})
    with pytest.raises(DTypeError, match="next state 'w': dtype float64, expected float32"):
        Program(tape, {}, {"w": w.cast("float64")})
    assert Program(tape, {}, {"w": w * 2}).next_state["w"].shape == (n, 2)


def test_values_of_another_tape_are_an_error():
    w = Tape().state("w", (2,), "float64")
    other = Tape()
    v = other.state("w", (2,), "float64")
    for outputs, next_state in (({"y": v}, {}), ({}, {"w": v})):
        with pytest.raises(ValueError, match="lies on another tape than the program's"):
            Program(w.tape, outputs, next_state)
