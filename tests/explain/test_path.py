"""Programs on a path: integrals that are known in closed form."""

from __future__ import annotations

import numpy as np
import pytest

from glassnet.core import functions as f
from glassnet.core.extent import n
from glassnet.core.program import Program
from glassnet.core.tape import Tape
from glassnet.engines.reference import Reference
from glassnet.errors import SettingError
from glassnet.explain.integral import Integral, Sums
from glassnet.explain.path import Path

X = np.array([[1.0, 5.0], [2.0, 1.0], [6.0, -3.0]])
CHOSEN = np.ones((3, 1))


def sums(program: Program, inputs: dict[str, np.ndarray], state: dict[str, np.ndarray]) -> Sums:
    path = Path.of(program, classes=False)
    return Integral(path, Reference().compile(path.program), path.state(state, inputs)).of(inputs, CHOSEN)


def test_a_product_is_shared_by_its_factors():
    """Of x0 x1 the path gives each factor its own way times the other's mean on the way."""
    tape = Tape()
    x = tape.input("x", (n, 2))
    found = sums(Program(tape, {"answer": (x[:, 0] * x[:, 1]).reshape(n, 1)}), {"x": X}, {})
    step, mean = X - X.mean(axis=0), (X + X.mean(axis=0)) / 2
    np.testing.assert_allclose(found.parts["x"], step * mean[:, ::-1], rtol=1e-12)
    np.testing.assert_allclose(found.start, X.mean(axis=0).prod(), rtol=1e-12)
    np.testing.assert_allclose(found.end, X.prod(axis=1), rtol=1e-12)


def test_a_kink_gets_as_many_points_as_it_needs():
    """The integral of the slope of |x| along the path is |x| - |a|."""
    tape = Tape()
    x = tape.input("x", (n, 2))
    found = sums(Program(tape, {"answer": f.absolute(x[:, :1])}), {"x": X - [2.3, 0]}, {})
    rows = X[:, 0] - 2.3
    difference = np.abs(rows) - abs(rows.mean())
    error = np.abs(found.parts["x"][:, 0] - difference)
    assert (error <= 0.01 * np.maximum(np.abs(difference), np.sqrt(np.mean(difference**2)))).all()


def test_one_input_looked_up_in_two_tables_with_an_axis_between():
    """A number is looked up for each of two members: what the tables say is added up."""
    tape = Tape()
    index = tape.input("k", (n, 2), "int64")
    first, second = tape.state("first", (3,)), tape.state("second", (3, 2))
    answer = f.gather(first, index).sum(1, keep=True) + f.gather(second, index).sum((1, 2)).reshape(n, 1)
    state = {"first": np.array([1.0, 2.0, 4.0]), "second": np.array([[0.0, 1], [0, 0], [5, 5]])}
    k = np.array([[0, 1], [2, 2], [0, 2]])
    found = sums(Program(tape, {"answer": answer}), {"k": k}, state)
    each = (state["first"] + state["second"].sum(axis=1))[k]
    np.testing.assert_allclose(found.parts["k"], each - each.mean(axis=0), rtol=1e-12)


def test_whole_numbers_that_are_not_looked_up_are_refused():
    tape = Tape()
    with tape.within(place="own_1"):
        answer = tape.input("k", (n,), "int64").cast("float32")
    with pytest.raises(SettingError, match="own_1 takes the whole numbers of 'k' otherwise than an Embedding does"):
        Path.of(Program(tape, {"answer": answer}), classes=False)
