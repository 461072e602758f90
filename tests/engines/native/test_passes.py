"""What the passes make of programs: which loops become one, what lies where, what runs once."""

from __future__ import annotations

import ctypes

import numpy as np
import pytest

import glassnet as gn
from glassnet.core import functions
from glassnet.core.derivative import backpropagate
from glassnet.core.extent import n, t
from glassnet.core.interpret import evaluate
from glassnet.core.operation import Operation
from glassnet.core.program import Program
from glassnet.core.scan import scan
from glassnet.core.tape import Tape
from glassnet.engines.native.build import nested
from glassnet.engines.native.engine import Native
from glassnet.engines.native.jit import Code, assembled, host
from glassnet.engines.native.module import Module
from glassnet.engines.native.nests import Buffer, Group, Line, Loop, Nests, Product, Scan, Turn, View, Write
from glassnet.engines.native.schedule import Share, scheduled, share_of
from glassnet.engines.native.waiting import offered
from glassnet.engines.reference import Reference
from glassnet.errors import UnsupportedError


def train_program(layers, loss="squared", rows=8, inputs=3, optimizer=None) -> Program:
    """The training program of a network."""
    network = gn.Network(layers, loss=loss, optimizer=optimizer, seed=0, engine="reference")
    network.learn(np.ones((rows, inputs)), np.arange(rows) % 2 if "log" in loss else np.ones((rows, 1)), epochs=0)
    return network._learnt.programs.train


def kinds(nodes) -> list[str]:
    return [type(node).__name__.lower() + (f" by {node.split}" if isinstance(node, Group) else "") for node in nodes]


def test_a_softmax_and_its_derivative_are_one_group_of_rows():
    nodes = nested(train_program([gn.Dense(2)], "softmax log loss")).nodes
    assert kinds(nodes)[:3] == ["product", "group by rows", "group by one"]


def test_a_layer_norm_is_one_group_on_the_way_forward():
    tape = Tape()
    x = tape.input("x", (n, 16))
    centred = x - x.mean(1, keep=True)
    output = centred / functions.sqrt((centred * centred).mean(1, keep=True) + 1e-5)
    assert kinds(nested(Program(tape, {"y": output})).nodes) == ["group by rows"]


def test_deltas_are_made_in_their_place_and_states_written_over_themselves():
    nests = nested(train_program([gn.Dense(4, "relu"), gn.Dense(1)]))
    products = [node for node in nests.nodes if isinstance(node, Product)]
    updates = [
        node for node in nests.nodes if isinstance(node, Group) and any(v.buffer.role == "state" for v in node.writes)
    ]
    written = {view.buffer.name for node in updates for view in node.writes if view.buffer.role == "state"}
    assert written == set(nests.next_state)
    read = {view.buffer for node in updates for view in node.reads if view.buffer.role == "inside"}
    assert products[-1].c.buffer in read  # no copy lies between the product and the update
    assert not any(
        len(loop.body) == 1
        for node in nests.nodes
        if isinstance(node, Group)
        for loop in node.loops
        if loop.domain == (12,)
    )


def copied(nests: Nests) -> bool:
    """Whether a loop does nothing but copy a next state over the old one."""
    loops = [loop for node in nests.nodes if isinstance(node, Group) for loop in node.loops]
    alone = [loop for loop in loops if [line.operation for line in loop.body] == ["load"]]
    return any(write.view.buffer.role == "state" for loop in alone for write in loop.writes)


def test_parts_of_a_state_are_each_written_over_themselves():
    assert not copied(nested(train_program([gn.Dense(8, "relu"), gn.Dense(1)], optimizer=gn.LAMB())))


@pytest.mark.parametrize(
    ("name", "parts", "aside"),
    [
        ("halves that trade places", [(4, 4), (0, 4)], True),
        ("a part read again for a later one", [(0, 4), (2, 4)], True),
        ("each half from itself", [(0, 4), (4, 4)], False),
    ],
)
def test_a_state_is_made_aside_where_a_later_part_reads_what_is_written(name, parts, aside):
    tape = Tape()
    w, x = tape.state("w", (8,), "float64"), tape.input("x", (n, 4), "float64")
    first, second = (w.narrow(0, start, size) for start, size in parts)
    made = functions.exp(first) * x.sum(0).max()
    # The second part waits for a sum over the first, so that this is written when that is begun.
    program = Program(tape, {}, {"w": functions.concatenate([made, second + made.sum()], 0)})
    assert copied(nested(program)) == aside, name
    states = [{"w": np.linspace(-1, 1, 8)} for _ in range(2)]
    for engine, state in zip((Native(1), Reference()), states, strict=True):
        engine.compile(program).step(state, {"x": np.arange(12.0).reshape(3, 4)}, {})
    np.testing.assert_allclose(states[0]["w"], states[1]["w"], rtol=1e-14)


def test_weights_are_turned_once_for_the_way_back():
    nodes = nested(train_program([gn.Dense(4), gn.Dense(4), gn.Dense(2)], "softmax log loss")).nodes
    assert sum(isinstance(node, Turn) for node in nodes) == 2


def test_threads_do_not_meet_while_each_works_on_its_own_rows():
    nests = nested(train_program([gn.Dense(64, "tanh"), gn.Dense(64, "tanh"), gn.Dense(2)], "softmax log loss"))
    schedule = scheduled(nests)
    forward = next(i for i, node in enumerate(nests.nodes) if isinstance(node, Group) and node.split == "one")
    assert set(schedule.phases[:forward]) == {0}


def recurrent(steps) -> tuple[Tape, list, Program]:
    """h' = tanh(x + h W), and the derivative of the total of the last h with respect to W."""
    tape = Tape()
    x, w = tape.input("x", (steps, n, 4), "float64"), tape.state("w", (4, 4), "float64")
    start = tape.constant(np.zeros((), "float64")).reshape(1, 1).broadcast((n, 4))
    (last,), _ = scan(lambda carries, elements: ([functions.tanh(elements[0] + carries[0] @ w)], []), [start], [x])
    (slope,) = backpropagate(last.sum(), [w])
    return tape, [x, w], Program(tape, {"last": last, "slope": slope})


@pytest.mark.parametrize(
    ("strides", "unit"),
    [((512,), 1), ((4,), 4), ((n * 32,), 1), ((n * 8,), 2), ((n,), 16), ((64, 24), 2), ((1,), 16)],
)
def test_threads_divide_what_a_loop_writes_where_a_cache_line_of_sixteen_begins(strides, unit):
    views = [View(Buffer(n * 4096, np.dtype(np.float32)), (6, 8), (stride, 1)) for stride in strides]
    loop = Loop((6, 8), [Line("number", np.dtype(np.float32), value=1.0)], [Write(0, view) for view in views])
    assert share_of(Group([loop], "rows")) == Share(6, unit)


def test_the_delta_of_a_recurrent_weight_is_one_product_over_all_time_steps():
    nodes = nested(recurrent(6)[2]).nodes
    scans = [i for i, node in enumerate(nodes) if isinstance(node, Scan)]
    assert len(scans) == 2
    after = [node for node in nodes[scans[1] :] if isinstance(node, Product)]
    assert [node.a.shape[-1] for node in after] == [6 * n]
    inside = nodes[scans[1]]
    assert isinstance(inside, Scan)
    assert sum(isinstance(node, Product) for node in inside.nodes) == 1
    assert not any(isinstance(node, Turn) for node in inside.nodes)  # the weight is turned once, before the loop


@pytest.mark.parametrize("steps", [0, 1, 7])
def test_one_compilation_serves_sequences_of_any_length(steps):
    _, (x, w), program = recurrent(t)
    random = np.random.default_rng(0)
    weights = random.normal(size=(4, 4))
    executable = Native().compile(program)
    for length in (steps, 3, steps):
        sequence = random.normal(size=(length, 2, 4))
        expected = evaluate([program.outputs["last"], program.outputs["slope"]], {x: sequence, w: weights})
        found = executable.step({"w": weights}, {"x": sequence}, {})
        np.testing.assert_allclose(found["last"], expected[0], rtol=1e-12, atol=1e-15)
        np.testing.assert_allclose(found["slope"], expected[1], rtol=1e-12, atol=1e-14)


def test_an_operation_without_a_rule_is_named_with_its_place_and_the_engine_that_has_it():
    ranked = Operation("ranked", "other", lambda a: (a.shape, a.dtype), np.argsort, None)
    tape = Tape()
    x = tape.input("x", (3,), "float64")
    with tape.within("ranks_1"):
        y = ranked(x)
    with pytest.raises(
        UnsupportedError, match=r"no rule for the operation 'ranked' \(ranks_1\); use engine='reference'"
    ):
        Native().compile(Program(tape, {"y": y}))


@pytest.mark.parametrize("wild", [np.inf, -np.inf, np.nan])
def test_a_delta_of_zero_wins_in_compiled_products_too(wild):
    random = np.random.default_rng(0)
    rows, weights = random.normal(size=(9, 5)), random.normal(size=(5, 4))
    rows[3, [0, 2]] = wild
    counts = np.ones((9, 1), bool)
    counts[3] = False
    tape = Tape()
    x, w = tape.input("x", (9, 5), "float64"), tape.input("w", (5, 4), "float64")
    chosen = functions.where(tape.constant(counts).broadcast((9, 4)), x @ w, 0.0)
    (slope,) = backpropagate((chosen * chosen).sum(), [w])
    found = Native().compile(Program(tape, {"slope": slope})).step({}, {"x": rows, "w": weights}, {})["slope"]
    kept = rows[counts[:, 0]]
    np.testing.assert_allclose(found, 2 * kept.T @ kept @ weights, rtol=1e-12)


def test_a_step_whose_loss_is_not_finite_changes_no_state():
    network = gn.Network([gn.Dense(3), gn.BatchNorm(), gn.Dense(1)], loss="squared", seed=0)
    network.learn(np.ones((4, 2)), np.ones((4, 1)), epochs=1)
    learnt = network._learnt
    before = {name: array.copy() for name, array in learnt.state.items()}
    batch = {"inputs": np.full((4, 2), np.inf), "target": np.ones((4, 1)), "row weight": np.ones(4)}
    outputs = learnt.train.step(learnt.state, batch, {"rate scale": 1.0, "mean weight": 1.0})
    assert not np.isfinite(outputs["loss"])
    for name, array in learnt.state.items():
        np.testing.assert_array_equal(array, before[name])


@pytest.mark.parametrize(("elements", "outside"), [(4, 0), (3, 1)])
def test_code_that_checks_its_addresses_notes_one_outside_its_buffer(elements, outside):
    """A loop over four elements of a buffer that holds as many, or one fewer."""
    source, target = Buffer(elements, "float64", "state", "source"), Buffer(4, "float64", "state", "target")
    loop = Loop((4,), [Line("load", "float64", view=View(source, (4,), (1,)))], [Write(0, View(target, (4,), (1,)))])
    nests = Nests([Group([loop], "rows")], {("state", "source"): source, ("state", "target"): target}, {}, {})
    module = Module(nests, scheduled(nests), "loss", "weight", host().manners, checked=True)
    offered()
    code = Code(assembled(module.text, host()), host())
    given, taken = np.arange(float(elements)), np.zeros(4)
    table = np.zeros(len(module.slots), np.int64)
    table[module.slots[source]], table[module.slots[target]] = given.ctypes.data, taken.ctypes.data
    step = ctypes.CFUNCTYPE(ctypes.c_int64, ctypes.c_void_p, *[ctypes.c_int64] * 3)(code.address("step"))
    assert step(table.ctypes.data, 1, 1, 1) == 0
    assert ctypes.CFUNCTYPE(ctypes.c_int64)(code.address("was_outside"))() == outside
    assert taken.tolist() == [*given, *[0.0] * outside]  # where it lay outside, the first element was taken
