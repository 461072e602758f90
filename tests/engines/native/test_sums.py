"""Sums over an axis that lies before the last: many rows are added at once, in their order."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.core import functions as f
from glassnet.core.extent import n
from glassnet.core.program import Program
from glassnet.core.tape import Tape
from glassnet.engines.native.engine import Native


@given(terms=st.integers(1, 40), columns=st.integers(2, 35), rows=st.integers(1, 9), seed=st.integers(0, 99))
def test_sums_of_terms_are_those_of_numpy(terms, columns, rows, seed):
    tape = Tape()
    x, y = tape.input("x", (n, terms, columns), "float64"), tape.input("y", (n, terms), "float64")
    program = Program(tape, {"sum": (x * y.reshape(n, terms, 1)).sum(1), "most": x.max(1)})
    random = np.random.default_rng(seed)
    data = {"x": random.normal(size=(rows, terms, columns)), "y": random.normal(size=(rows, terms))}
    found = Native(1, checked=True).compile(program).step({}, data, {})
    np.testing.assert_allclose(found["sum"], (data["x"] * data["y"][..., None]).sum(1), rtol=1e-12, atol=1e-13)
    np.testing.assert_array_equal(found["most"], data["x"].max(1))


@pytest.mark.parametrize("rows", [*range(1, 20), 47, 48, 49, 333])
@pytest.mark.parametrize("threads", [1, 2])
def test_sums_over_rows_are_those_of_numpy_for_any_number_of_them(rows, threads):
    tape = Tape()
    x = tape.input("x", (n, 37), "float64")
    program = Program(tape, {"sum": x.sum(0), "long": f.exp(f.tanh(x) - x).sum(0)})
    data = np.random.default_rng(rows).normal(size=(rows, 37))
    found = Native(threads, measured=False, checked=True).compile(program).step({}, {"x": data}, {})
    np.testing.assert_allclose(found["sum"], data.sum(0), rtol=1e-12, atol=1e-13)
    np.testing.assert_allclose(found["long"], np.exp(np.tanh(data) - data).sum(0), rtol=1e-12)
