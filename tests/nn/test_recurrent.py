"""Recurrent layers against PyTorch, the unrolled tape, central differences, and what a padded value may do."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import glassnet as gn
from glassnet.core.check import check_derivatives
from glassnet.core.derivative import backpropagate
from glassnet.core.interpret import evaluate
from glassnet.core.tape import Tape
from glassnet.errors import SettingError, ShapeError
from glassnet.nn.graph import LENGTHS, Graph
from glassnet.nn.initializers import Constant

# What PyTorch 2.13.0 (CPU, float64) gives for bidirectional layers of 2 units on the packed sequences X, with the
# weights of `weights_of`, and the derivatives of the sum of the squares of the last states; computed once.
TORCH = json.loads((Path(__file__).parent / "recurrent_torch.json").read_text(encoding="utf-8"))


def ramp(shape, pace):
    return 0.8 * np.sin(pace * np.arange(1, np.prod(shape) + 1)).reshape(shape)


X, LENGTHS_OF_X = ramp((2, 4, 3), 0.7), [4, 2]
MASK = np.arange(4) < np.array(LENGTHS_OF_X)[:, None]
LAYERS = {
    "RNN": lambda **more: gn.RNN(2, **more),
    "relu": lambda **more: gn.RNN(2, "relu", **more),
    "LSTM": lambda **more: gn.LSTM(2, **more),
    "GRU": lambda **more: gn.GRU(2, **more),
    "GRU before": lambda **more: gn.GRU(2, reset="before", **more),
    "LSTM in pieces": lambda **more: gn.LSTM(2, keep=3, **more),
    "GRU in pieces": lambda **more: gn.GRU(2, keep=1, **more),
}
every_layer = pytest.mark.parametrize("kind", LAYERS)


def weights_of(layer, shift=0.0):
    """Weights for three channels, fixed by a formula."""
    paces = {"weights": 1.1, "recurrent": 1.3, "bias": 1.7, "recurrent_bias": 1.9, "candidate": 2.3}
    declared = layer.parameters(Tape().input("x", (2, 4, 3), "float64"))
    return {name: ramp(what.shape, paces[name] + shift) for name, what in declared.items()}


def applied(layer, x, lengths, weights):
    """The output for sequences, and the derivatives of the sum of its squares by x and by each of the weights."""
    graph, tape, tensors = Graph.of(layer(gn.Input(("t", x.shape[2])))), Tape(), {}
    leaves = graph.leaves(tape, "float64")
    feed = {leaves["inputs"]: x, leaves[LENGTHS]: np.array(lengths)}

    def provide(name, what):
        part = name.split(".")[1]
        tensors[part] = tape.state(name, what.shape, "float64")
        feed[tensors[part]] = weights[part]
        return tensors[part]

    seed, step = tape.state("seed", (), "int64"), tape.state("step", (), "int64")
    output, _ = graph.forward(leaves, provide, training=True, seed=seed, step=step)
    deltas = backpropagate((output * output).sum(), [leaves["inputs"], *tensors.values()])
    found = evaluate([output, *deltas], feed)
    return found[0], dict(zip(["x", *tensors], found[1:], strict=True))


def both_ways(kind, sequences=False):
    """A bidirectional layer and its weights."""
    layer = LAYERS[kind](sequences=sequences)
    forward, backward = weights_of(layer), weights_of(layer, 0.05)
    names = {**{f"forward_{k}": v for k, v in forward.items()}, **{f"backward_{k}": v for k, v in backward.items()}}
    return gn.Bidirectional(layer), names


@pytest.mark.parametrize("kind", [*TORCH, *(f"{kind} in pieces" for kind in TORCH if f"{kind} in pieces" in LAYERS)])
def test_ragged_sequences_in_both_directions_give_what_pytorch_gives(kind):
    known = TORCH[kind.removesuffix(" in pieces")]
    layer, weights = both_ways(kind, sequences=True)
    whole, _ = applied(layer, X, LENGTHS_OF_X, weights)
    np.testing.assert_allclose(whole, known["whole"], rtol=1e-12, atol=1e-15)
    layer, _ = both_ways(kind)
    last, deltas = applied(layer, X, LENGTHS_OF_X, weights)
    np.testing.assert_allclose(last, known["last"], rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(deltas["x"], known["dx"], rtol=1e-11, atol=1e-14)
    np.testing.assert_allclose(deltas["forward_bias"], known["forward_bias"], rtol=1e-11, atol=1e-14)
    np.testing.assert_allclose(deltas["backward_recurrent"], known["backward_recurrent"], rtol=1e-11, atol=1e-14)


def test_a_gru_with_its_reset_before_the_product_follows_the_formula():
    layer = gn.GRU(2, reset="before")
    w = weights_of(layer)
    found, _ = applied(layer, X[:1], [4], w)
    h = np.zeros(2)
    for x in X[0]:
        a = x @ w["weights"] + w["bias"]
        r, z = (1 / (1 + np.exp(-(a[k : k + 2] + h @ w["recurrent"][:, k : k + 2]))) for k in (0, 2))
        h = (1 - z) * np.tanh(a[4:] + (r * h) @ w["candidate"]) + z * h
    np.testing.assert_allclose(found[0], h, rtol=1e-14)


@every_layer
@pytest.mark.parametrize("reverse", [False, True])
def test_derivatives_agree_with_central_differences(kind, reverse):
    layer = LAYERS[kind](sequences=True)
    weights = weights_of(layer)

    def function(x, *tensors):
        mask = x.tape.constant(MASK)
        return layer.over(x, dict(zip(weights, tensors, strict=True)), mask, reverse=reverse)

    check_derivatives(function, X, *weights.values())


@every_layer
def test_a_layer_equals_its_steps_on_one_tape_bit_for_bit(kind):
    layer = LAYERS[kind](sequences=True)
    weights = weights_of(layer)

    def unrolled(x, tensors, mask):
        x, in_pieces = x.transpose(1, 0, 2), layer.keep is not None
        z = None if in_pieces else x @ tensors["weights"] + tensors["bias"]
        carries = [x.tape.constant(np.zeros((2, 2)))] * layer.carries
        shown = []
        for name in {"recurrent_bias", "bias" if in_pieces else ""} & set(tensors):
            # What is the same at all steps is repeated for the rows once, as a scan does.
            tensors = {**tensors, name: tensors[name].broadcast((2, *tensors[name].shape))}
        for time in range(4):
            share = x[time] @ tensors["weights"] + tensors["bias"] if in_pieces else z[time]
            after = layer.step(tensors, share, carries)
            there = mask[:, time].reshape(2, 1).broadcast((2, 2))
            carries = [gn.functions.where(there, new, old) for new, old in zip(after, carries, strict=True)]
            shown.append(gn.functions.where(there, after[0], 0).reshape(1, 2, 2))
        return gn.functions.concatenate(shown, 0).transpose(1, 0, 2)

    found = []
    for way in (lambda x, tensors, mask: layer.over(x, tensors, mask), unrolled):
        tape = Tape()
        leaves = {name: tape.input(name, array.shape, "float64") for name, array in {"x": X, **weights}.items()}
        tensors = {name: leaves[name] for name in weights}
        output = way(leaves["x"], tensors, tape.constant(MASK))
        deltas = backpropagate((output * output).sum(), list(leaves.values()))
        feed = dict(zip(leaves.values(), [X, *weights.values()], strict=True))
        found.append(evaluate([output, *deltas], feed))
    for ours, theirs in zip(*found, strict=True):
        assert np.array_equal(ours, theirs)


@every_layer
@pytest.mark.parametrize("sequences", [False, True])
@settings(max_examples=15, deadline=None)
@given(padded=st.floats(-1e30, 1e30))
def test_a_padded_value_changes_nothing(kind, sequences, padded):
    layer, weights = both_ways(kind, sequences)
    changed = np.where(MASK[..., None], X, padded)
    output, deltas = applied(layer, X, LENGTHS_OF_X, weights)
    again, others = applied(layer, changed, LENGTHS_OF_X, weights)
    assert np.array_equal(output, again)
    for name, delta in deltas.items():
        assert np.array_equal(delta, others[name]), name
    assert not deltas["x"][~MASK].any()


@every_layer
@pytest.mark.parametrize("padded", [np.nan, np.inf])
def test_a_padded_value_that_is_no_number_stays_out(kind, padded):
    layer, weights = both_ways(kind, sequences=True)
    output, deltas = applied(layer, X, LENGTHS_OF_X, weights)
    again, others = applied(layer, np.where(MASK[..., None], X, padded), LENGTHS_OF_X, weights)
    assert np.array_equal(output, again)
    for name, delta in deltas.items():
        np.testing.assert_allclose(delta, others[name], rtol=1e-14, err_msg=name)  # NumPy adds in another order


@every_layer
def test_the_state_of_a_padded_row_is_that_of_the_row_alone(kind):
    layer, weights = both_ways(kind)
    together, _ = applied(layer, X, LENGTHS_OF_X, weights)
    alone, _ = applied(layer, X[1:, :2], [2], weights)
    np.testing.assert_allclose(together[1:], alone, rtol=1e-15)


@every_layer
def test_a_sequence_of_one_step_is_one_step(kind):
    layer = LAYERS[kind]()
    weights = weights_of(layer)
    found, _ = applied(layer, X[:1, :1], [1], weights)
    tape = Tape()
    z = tape.constant(X[:1, 0] @ weights["weights"] + weights["bias"])
    tensors = {name: tape.constant(array) for name, array in weights.items()}
    after = layer.step(tensors, z, [tape.constant(np.zeros((1, 2)))] * layer.carries)
    np.testing.assert_allclose(found, evaluate(after[:1], {})[0], rtol=1e-15)


def test_a_mean_over_time_divides_by_the_true_length():
    x = np.where(MASK[..., None], X, np.nan)
    found, deltas = applied(gn.MeanOverTime(), x, LENGTHS_OF_X, {})
    np.testing.assert_allclose(found, [X[0].mean(0), X[1, :2].mean(0)], rtol=1e-15)
    np.testing.assert_allclose(deltas["x"][1, 0], X[1, :2].mean(0), rtol=1e-15)
    assert not deltas["x"][~MASK].any()


def test_group_normalisation_looks_at_the_steps_that_are_there():
    x = np.where(MASK[..., None], X, 1e6)
    found, deltas = applied(gn.GroupNorm(1), x, LENGTHS_OF_X, {"gain": np.ones(3), "offset": np.zeros(3)})
    for row, length in enumerate(LENGTHS_OF_X):
        true = X[row, :length]
        expected = (true - true.mean()) / np.sqrt(true.var() + 1e-5)
        np.testing.assert_allclose(found[row, :length], expected, rtol=1e-12)
    whole, others = applied(gn.GroupNorm(1), X[:1], [4], {"gain": np.ones(3), "offset": np.zeros(3)})
    np.testing.assert_allclose(found[:1], whole, rtol=1e-13)
    np.testing.assert_allclose(deltas["x"][:1], others["x"], atol=1e-13)


def test_batch_normalisation_says_what_to_use_for_sequences():
    with pytest.raises(ShapeError, match=r"batch_norm_1: BatchNorm takes rows .* not \(n, t, 3\); .* use LayerNorm"):
        Graph.of(gn.BatchNorm()(gn.Input(("t", 3)))).declare("float32")


def test_the_forget_gate_starts_open():
    declared = gn.LSTM(2).parameters(Tape().input("x", (2, 4, 3), "float64"))
    assert declared["bias"].initializer.values((8,), 0, "bias").tolist() == [0, 0, 1, 1, 0, 0, 0, 0]
    declared = gn.LSTM(1, forget_bias=-2).parameters(Tape().input("x", (2, 4, 3), "float64"))
    assert declared["bias"].initializer.values((4,), 0, "bias").tolist() == [0, -2, 0, 0]


@pytest.mark.parametrize(
    ("layer", "blocks"),
    [
        (gn.RNN(3), {"recurrent": 1}),
        (gn.LSTM(3), {"recurrent": 4}),
        (gn.GRU(3), {"recurrent": 3}),
        (gn.GRU(3, reset="before"), {"recurrent": 2, "candidate": 1}),
    ],
)
def test_the_weights_of_the_state_start_orthogonal_gate_by_gate(layer, blocks):
    declared = layer.parameters(Tape().input("x", (2, 4, 5), "float64"))
    for name, gates in blocks.items():
        what = declared[name]
        assert what.shape == (3, 3 * gates)
        squares = np.split(what.initializer.values(what.shape, 7, f"layer.{name}"), gates, axis=1)
        for square in squares:
            np.testing.assert_allclose(square.T @ square, np.eye(3), atol=1e-14)
        assert not any(np.array_equal(squares[0], other) for other in squares[1:])


def test_another_start_of_the_state_is_for_each_gate_and_values_are_taken_as_they_are():
    made = gn.Network([gn.GRU(2), gn.Dense(1)], loss="squared", seed=0)
    made.learn([X[0], X[1, :2]], [0.0, 1.0], epochs=0)
    made.initialize({"gru_1.recurrent": "identity"})
    assert made.weights["gru_1.recurrent"].tolist() == [[1, 0, 1, 0, 1, 0], [0, 1, 0, 1, 0, 1]]
    values = ramp((2, 6), 0.3)
    made.initialize({"gru_1.recurrent": Constant(values)})
    np.testing.assert_array_equal(made.weights["gru_1.recurrent"], values.astype("float32"))
    made.initialize("glorot-uniform")
    assert np.abs(made.weights["gru_1.recurrent"]).max() > np.sqrt(6 / 8)  # the bound were all gates one matrix


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: gn.LSTM(0), "LSTM: units=0, expected a whole number of at least 1"),
        (lambda: gn.GRU(2, reset="behind"), "GRU: reset='behind', expected 'after' or 'before'"),
        (lambda: gn.RNN(2, "tahn"), "no activation function is called 'tahn'; did you mean 'tanh'"),
        (lambda: gn.RNN(2, sequences=1), "RNN: sequences=1, expected True or False"),
        (lambda: gn.LSTM(2, keep=0), "LSTM: keep=0, expected a whole number of at least 1"),
        (lambda: gn.LSTM(2, forget_bias=np.inf), "LSTM: forget_bias=inf, expected a finite number"),
        (lambda: gn.Bidirectional(gn.Dense(2)), "expected a recurrent layer, such as gn.LSTM"),
        (lambda: gn.Input(("time", 3)), "expected whole numbers, and 't' for the steps of a sequence"),
    ],
)
def test_settings_out_of_range_are_refused(make, message):
    with pytest.raises(SettingError, match=message):
        make()


@pytest.mark.parametrize("shape", [(3,), (0, 3), (2, 4, 3)])
def test_an_input_that_is_no_sequence_is_refused(shape):
    with pytest.raises(ShapeError, match=r"lstm_1: LSTM takes sequences of shape \(n, time, channels\), at least one"):
        Graph.of(gn.LSTM(2)(gn.Input(shape))).declare("float32")
    if len(shape) == 1:
        with pytest.raises(ShapeError, match=r"lstm_2: .* let a recurrent layer before it give whole sequences"):
            Graph.of(gn.LSTM(2)(gn.LSTM(2)(gn.Input((4, 3))))).declare("float32")
