"""Scans as counted loops: what is moved, shared and kept around them and within them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

import glassnet as gn
from glassnet.core import functions
from glassnet.core.derivative import backpropagate
from glassnet.core.extent import n, t
from glassnet.core.program import Program
from glassnet.core.scan import scan
from glassnet.core.tape import Tape
from glassnet.engines.native.build import built, nested
from glassnet.engines.native.engine import Native
from glassnet.engines.native.jit import host
from glassnet.engines.native.memory import placed
from glassnet.engines.native.nests import Product, Scan, Turn, every
from glassnet.errors import DataError
from glassnet.nn.initializers import GlorotUniform
from glassnet.nn.layer import Parameter

X = np.arange(6.0).reshape(3, 2)


def doubling():
    """h' = 2 h + x from h / 2: the tape, its inputs, the start, the last state and the states before each step."""
    tape = Tape()
    x, h = tape.input("x", (3, 2), "float64"), tape.input("h", (2,), "float64")
    start = h * 0.5
    (last,), (states,) = scan(lambda c, e: ([c[0] * 2 + e[0]], [c[0]]), [start], [x])
    return tape, x, start, last, states


STATES = [[0.5, 0.5], [1.0, 2.0], [4.0, 7.0]]
LAST = [12.0, 19.0]


def outputs(tape, **named):
    return Native().compile(Program(tape, named)).step({}, {"x": X, "h": np.ones(2)}, {})


def test_the_start_of_a_carry_that_is_read_later_is_not_written_over():
    tape, _, start, last, _ = doubling()
    assert outputs(tape, y=last + start)["y"].tolist() == [LAST[0] + 0.5, LAST[1] + 0.5]


def test_a_stack_that_belongs_in_a_concatenation_is_stacked_there():
    tape, x, _, _, states = doubling()
    assert outputs(tape, y=functions.concatenate([x, states], 0))["y"].tolist() == [*X.tolist(), *STATES]


def test_a_stack_may_be_the_next_state():
    tape = Tape()
    x, kept = tape.input("x", (3, 2), "float64"), tape.state("kept", (3, 2), "float64")
    _, (states,) = scan(lambda c, e: ([c[0] * 2 + e[0]], [c[0]]), [kept[0]], [x])
    state = {"kept": np.full((3, 2), 0.5)}
    Native().compile(Program(tape, {"y": x.sum()}, {"kept": states})).step(state, {"x": X}, {})
    assert state["kept"].tolist() == STATES


@pytest.mark.parametrize("deep", [False, True])
@pytest.mark.parametrize("wrong", [0, 2])
def test_an_index_outside_its_table_is_said_at_whichever_step_and_changes_nothing(deep, wrong):
    tape = Tape()
    x, table = tape.input("x", (3, 2), "int64"), tape.state("table", (2,), "float64")

    def inner(carries, elements):
        return [carries[0] + functions.gather(table, elements[0])], []

    def outer(carries, elements):
        return (scan(inner, carries, elements)[0], []) if deep else inner(carries, [elements[0][0]])

    with tape.within("lookup_1"):
        (last,), _ = scan(outer, [table.sum()], [x])
    executable = Native().compile(Program(tape, {"loss": last}, {"table": table * 2}))
    places, state = np.array([[0, 1], [1, 1], [0, 0]]), {"table": np.ones(2)}
    assert executable.step(state, {"x": places}, {})["loss"] == (8 if deep else 5)
    assert state["table"].tolist() == [2, 2]
    places[wrong, 0] = 7
    with pytest.raises(DataError, match=r"^lookup_1: gather: the index 7 lies outside 0 to 1"):
        executable.step(state, {"x": places}, {})
    assert state["table"].tolist() == [2, 2]


# -- scans within scans ------------------------------------------------------------------------------------------------
def words(steps):
    """States over letters, begun anew in each word, and over words; the deltas of the recurrent weights of both."""
    tape = Tape()
    x, u, v = tape.input("x", (steps, 5, n, 4), "float64"), *(tape.state(name, (4, 4), "float64") for name in "uv")
    start = tape.constant(np.zeros((), "float64")).reshape(1, 1).broadcast((n, 4))

    def letter(carries, elements):
        return [(elements[0] + carries[0] @ u).tanh()], []

    def word(carries, elements):
        (read,), _ = scan(letter, [start], [elements[0]])
        return [(read + carries[0] @ v).tanh()], []

    (last,), _ = scan(word, [start], [x])
    du, dv = backpropagate(last.sum(), [u, v])
    return Program(tape, {"du": du, "dv": dv})


def test_sums_of_products_over_time_are_one_product_in_both_loops_and_weights_are_turned_once():
    nodes = nested(words(t)).nodes
    backwards = [node for node in nodes if isinstance(node, Scan)][1]
    after = [node for node in nodes[nodes.index(backwards) :] if isinstance(node, Product)]
    assert [node.a.shape[-1] for node in after] == [t * n]  # the delta of v
    assert sum(isinstance(node, Turn) for node in nodes) == 2
    assert not any(isinstance(node, Turn) for node in every(backwards.nodes))
    again, inner = [node for node in backwards.nodes if isinstance(node, Scan)]
    assert [sum(isinstance(node, Product) for node in loop.nodes) for loop in (again, inner)] == [1, 1]
    of_a_word = [node for node in backwards.nodes if isinstance(node, Product)]
    assert [node.a.shape[-1] for node in of_a_word].count(5 * n) == 1  # the delta of u, a product a word


def test_an_inner_scan_prints_the_time_of_each_loop():
    text = str(nested(words(3)))
    assert "scan of 3 steps forwards" in text
    assert "  scan of 5 steps backwards" in text
    assert "input x + 20n time + 4n time1[4, 1]" in text


# -- scans in pieces ---------------------------------------------------------------------------------------------------
def long_memory(keep):
    """The last state of an LSTM-like step over sequences, and the deltas of its weights."""
    tape = Tape()
    x, u = tape.input("x", (t, n, 8)), tape.input("u", (8, 16))
    start = tape.constant(np.zeros((), "float32")).reshape(1, 1).broadcast((n, 8))

    def step(carries, elements):
        inside = carries[0] @ u
        memory = functions.logistic(inside[:, :8]) * carries[1] + (inside[:, 8:] + elements[0]).tanh()
        return [memory.tanh(), memory], []

    (last, _), _ = scan(step, [start, start], [x], keep=keep)
    (slope,) = backpropagate((last * last).sum(), [u])
    return Program(tape, {"last": last, "slope": slope})


def states_of_room(program, steps, rows=32):
    """The memory inside of a program, in states of the scan."""
    manifest, _ = built(program, host().manners, checked=False)
    return placed(manifest, {"t": steps, "n": rows})[1] / (4 * 8 * rows)


def test_memory_is_that_of_every_kth_carry_and_of_k_steps():
    all_kept, pieces = long_memory(None), long_memory(20)
    assert states_of_room(all_kept, 400) > 5 * 400
    assert (
        states_of_room(pieces, 400) < 2 * 20 + 6 * 20 + 40
    )  # two carries a piece, some values of 20 steps, and a step
    assert states_of_room(pieces, 1600) - states_of_room(pieces, 400) == 2 * 60
    assert states_of_room(pieces, 1601) - states_of_room(pieces, 1600) == 2


def test_a_scan_of_which_nothing_is_made_again_is_a_plain_loop():
    program = long_memory(20)
    forward = Program(program.tape, {"last": program.outputs["last"]})
    (loop,) = [node for node in nested(forward).nodes if isinstance(node, Scan)]
    assert loop.keep is None


def test_weights_are_turned_once_before_all_pieces_and_the_pieces_are_printed():
    nodes = nested(long_memory(20)).nodes
    loops = [node for node in nodes if isinstance(node, Scan)]
    assert sum(isinstance(node, Turn) for node in nodes) == 1
    assert not any(isinstance(node, Turn) for node in every(loops))
    assert str(loops[1]).startswith("scan of t steps in pieces of 20 backwards")
    assert "  scan of the steps of a piece of 20 forwards" in str(loops[1])


@dataclass(frozen=True, eq=False)
class Reader(gn.Layer):
    """Words of letters (n, words, letters, inputs): a scan within the step of a scan, both in pieces of `keep`."""

    units: int
    keep: int | None = None

    def parameters(self, *inputs):
        units = (self.units, self.units)
        return {"weights": Parameter((self.width(inputs[0]), self.units), GlorotUniform())} | {
            name: Parameter(units, GlorotUniform()) for name in ("letters", "words")
        }

    def forward(self, own, *inputs):
        words = inputs[0].transpose(1, 2, 0, 3) @ own.weights
        start = words.tape.constant(np.zeros((), words.dtype)).broadcast((words.shape[2], self.units))

        def letter(carries, elements):
            return [(elements[0] + carries[0] @ own.letters).tanh()], []

        def word(carries, elements):
            (read,), _ = scan(letter, [carries[0] * 0.5], elements, keep=self.keep)
            return [(read + carries[0] @ own.words).tanh()], []

        return scan(word, [start], [words], keep=self.keep)[0][0]


LETTERS = np.random.default_rng(0).normal(size=(70, 5, 3, 2))


def learnt(keep, **how):
    """The weights of a network after thirty steps, and what it answers."""
    layers = [Reader(6, keep), gn.Dense(1)]
    network = gn.Network(layers, loss="squared", optimizer=gn.Momentum(0.05), seed=1, dtype="float64", **how)
    report = network.learn(LETTERS, LETTERS[:, -1].sum((1, 2)), epochs=6, batch_size=16, validation=None, verbose=0)
    assert report.training_losses[-1] < 0.5 * report.training_losses[0]
    return [*network.weights.values(), network.predict(LETTERS)]


def test_a_network_with_a_scan_within_a_scan_learns_the_same_on_both_engines_and_in_pieces():
    expected = learnt(None, engine="reference")
    for found in (learnt(None), learnt(2), learnt(2, threads=2)):
        for a, b in zip(found, expected, strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-11)
    for a, b in zip(learnt(2, engine="reference"), expected, strict=True):
        np.testing.assert_array_equal(a, b)
