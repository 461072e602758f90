"""Batches of a map that have something in common: it is found once, and none of them can tell."""

from __future__ import annotations

import numpy as np
import pytest

from glassnet.core import functions as f
from glassnet.core.extent import n
from glassnet.core.program import Program
from glassnet.core.tape import Tape
from glassnet.engines.native.build import nested
from glassnet.engines.native.engine import Native
from glassnet.engines.native.nests import Group, Product
from glassnet.errors import ShapeError

CORNERS, ROWS = 5, 23


def answering() -> Program:
    """Rows that are looked up in a product of a table, whose weights are made ready first, and added to their mean."""
    tape = Tape()
    w, scale = tape.state("w", (4, 3), "float64"), tape.state("scale", (), "float64")
    table, places = tape.input("table", (CORNERS, 4), "float64"), tape.input("places", (n, 2), "int64")
    ready = f.exp(w) * scale.reshape(1, 1)
    found = f.gather(table @ ready, places).sum(1)
    return Program(tape, {"answer": found + ready.sum(0).reshape(1, 3)})


def numbers(seed: int) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """A state and data."""
    random = np.random.default_rng(seed)
    state = {"w": random.normal(size=(4, 3)), "scale": np.array(random.normal())}
    data = {"table": random.normal(size=(CORNERS, 4)), "places": random.integers(0, CORNERS, (ROWS, 2))}
    return state, data


def expected(state: dict[str, np.ndarray], data: dict[str, np.ndarray]) -> np.ndarray:
    ready = np.exp(state["w"]) * state["scale"]
    return (data["table"] @ ready)[data["places"]].sum(axis=1) + ready.sum(axis=0)


def test_what_no_row_bears_on_stands_first():
    nests = nested(answering())
    still, moving = nests.nodes[: nests.still], nests.nodes[nests.still :]
    assert any(isinstance(node, Product) for node in still)
    assert not any(isinstance(node, Product) for node in moving)
    assert all(isinstance(node, Group) and any(n in loop.domain for loop in node.loops) for node in moving[1:])


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("batch", [1, 7, ROWS, 100])
def test_every_batch_has_it_whatever_other_state_or_data_came_before(threads, batch):
    executable = Native(threads, measured=False, checked=True).compile(answering())
    for seed in range(3):
        state, data = numbers(seed)
        np.testing.assert_allclose(executable.map(state, data, batch)["answer"], expected(state, data), rtol=1e-13)
        state["w"] += 0.5  # in place: nothing of before may be taken for it
        np.testing.assert_allclose(executable.map(state, data, batch)["answer"], expected(state, data), rtol=1e-13)


def test_a_step_finds_it_anew():
    executable = Native(1).compile(answering())
    for seed in range(2):
        state, data = numbers(seed)
        executable.map(state, data, 4)
        other = numbers(seed + 5)[0]
        np.testing.assert_allclose(executable.step(other, data, {})["answer"], expected(other, data), rtol=1e-13)


def test_what_depends_on_how_many_rows_there_are_is_no_such_thing():
    """The mean of the rows of each batch, and a number of the state divided by how many they are."""
    tape = Tape()
    x, w = tape.input("x", (n, 2), "float64"), tape.state("w", (2,), "float64")
    rows = tape.constant(np.ones((), "float64")).reshape(1).broadcast((n,)).sum(0)
    share = (w / rows.reshape(1)).reshape(1, 2)
    program = Program(tape, {"answer": x - x.mean(0, keep=True) + share})
    state, data = {"w": np.array([6.0, 12.0])}, np.arange(10.0).reshape(5, 2) ** 2
    found = Native(1).compile(program).map(state, {"x": data}, 3)["answer"]
    for part in (data[:3], data[3:]):
        shown, found = found[: len(part)], found[len(part) :]
        np.testing.assert_allclose(shown, part - part.mean(axis=0) + state["w"] / len(part), rtol=1e-14)


def test_a_step_that_changes_a_state_has_nothing_that_is_still():
    tape = Tape()
    w, x = tape.state("w", (3,), "float64"), tape.input("x", (n, 3), "float64")
    program = Program(tape, {"y": x * w.reshape(1, 3)}, {"w": f.exp(w)})
    assert nested(program).still == 0


def test_an_output_without_rows_is_no_map():
    """Written where batches put their rows it would lie outside of its room."""
    tape = Tape()
    x = tape.input("x", (n, 2), "float64")
    executable = Native(1).compile(Program(tape, {"turned": x.transpose(1, 0)}))
    with pytest.raises(ShapeError, match=r"map: the output 'turned' of shape \(2, n\) has no row for each"):
        executable.map({}, {"x": np.ones((9, 2))}, 4)
