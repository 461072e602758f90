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


def test_whole_numbers_are_refused():
    tape = Tape()
    answer = tape.input("k", (n,), "int64").cast("float32")
    with pytest.raises(SettingError, match="the network takes whole numbers as 'k', which have no way from an average"):
        Path.of(Program(tape, {"answer": answer}), classes=False)
