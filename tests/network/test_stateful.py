"""Networks that keep the states of sequences: step by step, in pieces, and across calls, on both engines."""

from __future__ import annotations

import numpy as np
import pytest

import glassnet as gn
from glassnet.errors import GlassnetError, NotLearntError

RANDOM = np.random.default_rng(8)
LONG = [RANDOM.normal(size=(steps, 2)) for steps in (12, 9, 5, 12, 7)]
TOTALS = [np.cumsum(x.sum(axis=1)) / 8 for x in LONG]
every_engine = pytest.mark.parametrize("engine", ["native", "reference"])
LAYERS = {
    "RNN": lambda **more: gn.RNN(3, **more),
    "LSTM": lambda **more: gn.LSTM(3, **more),
    "GRU": lambda **more: gn.GRU(3, **more),
    "GRU before": lambda **more: gn.GRU(3, reset="before", **more),
}
every_layer = pytest.mark.parametrize("kind", LAYERS)


def network(kind="LSTM", streams=1, engine="native", optimizer=None, **more):
    layer = LAYERS[kind](sequences=True, stateful=True, streams=streams)
    settings = {"loss": "squared", "optimizer": optimizer or gn.GradientDescent(0.5), "dtype": "float64", "seed": 2}
    return gn.Network([layer, gn.Dense(1)], engine=engine, **{**settings, **more})


def states(made):
    """What the layers keep."""
    return {name: array.copy() for name, array in made._learnt._states().items()}


@every_engine
@every_layer
def test_a_sequence_in_parts_is_answered_as_in_one(kind, engine):
    made = network(kind, 2, engine)
    made.learn(gn.Sequences(LONG), TOTALS, epochs=1)
    made.reset_state()
    whole = made.predict(LONG[:2])
    made.reset_state()
    first = made.predict([LONG[0][:4], LONG[1][:1]])
    second = made.predict([LONG[0][4:], LONG[1][1:]])
    for one, start, end in zip(whole, first, second, strict=True):
        np.testing.assert_allclose(np.concatenate([start, end]), one, rtol=1e-14)
    made.reset_state()
    steps = [made.predict(LONG[0][step : step + 1])[0] for step in range(12)]  # one stream alone, a step at a time
    # NumPy's products sum one row in another order than two: 1e-16 of answers of up to 0.6, some of them near 0.
    np.testing.assert_allclose(np.concatenate(steps), whole[0], rtol=1e-14, atol=1e-15)


@every_engine
def test_streams_that_are_not_asked_about_keep_their_state(engine):
    made = network("GRU", 3, engine)
    made.learn(gn.Sequences(LONG), TOTALS, epochs=0)
    made.predict(LONG[:3])
    before = states(made)["running/gru_1.carry_1"]
    made.predict([LONG[3]])
    after = states(made)["running/gru_1.carry_1"]
    assert not np.array_equal(before[0], after[0])
    assert np.array_equal(before[1:], after[1:])


@every_engine
@every_layer
def test_pieces_of_whole_sequences_are_the_steps_of_batches_without_state(kind, engine):
    made = network(kind, 2, engine)
    made.learn(gn.Sequences(LONG[:4]), TOTALS[:4], epochs=3)
    plain = gn.Network(
        [LAYERS[kind](sequences=True), gn.Dense(1)], loss="squared", optimizer=gn.GradientDescent(0.5),
        engine=engine, dtype="float64", seed=2,
    )  # fmt: skip
    plain.learn(LONG[:4], TOTALS[:4], epochs=0)
    for _ in range(3):
        for begin in (0, 2):
            plain.learn(LONG[begin : begin + 2], TOTALS[begin : begin + 2], mode="full-batch", epochs=1, keep="last")
    for name, array in plain.weights.items():
        np.testing.assert_allclose(made.weights[name], array, rtol=1e-11, atol=1e-13, err_msg=name)


@every_engine
def test_a_piece_has_the_derivative_of_its_own_steps_from_the_state_before_it(engine):
    """For h' = h u + x w, a loss (v h - y)^2 and pieces of two steps, the derivatives are written out by hand."""
    x, y, rate = np.array([0.5, -1.0, 2.0, 0.25]), np.array([0.1, 0.2, -0.3, 0.4]), 0.1
    w, u, v = 0.7, 0.6, 0.9
    layers = [gn.RNN(1, "linear", sequences=True, stateful=True), gn.Dense(1, bias=False)]
    made = gn.Network(
        layers, loss="squared", optimizer=gn.GradientDescent(rate), engine=engine, dtype="float64", seed=0
    )
    data, targets = gn.Sequences([x[:, None]]), [y]
    made.learn(data, targets, epochs=0)
    made.weights["rnn_1.weights"], made.weights["rnn_1.recurrent"] = [[w]], [[u]]
    made.weights["dense_1.weights"] = [[v]]
    made.learn(data, targets, epochs=1, truncate=2)
    h, b = 0.0, 0.0
    for piece in (slice(0, 2), slice(2, 4)):
        (x1, x2), (y1, y2) = x[piece], y[piece]
        h1 = h * u + x1 * w + b
        h2 = h1 * u + x2 * w + b
        e1, e2 = 2 * (v * h1 - y1) / 4, 2 * (v * h2 - y2) / 4  # each step is a quarter of the sequence
        delta2 = e2 * v
        delta1 = e1 * v + delta2 * u
        scale = rate / 0.5  # the mean weight of a piece is half that of its sequence
        dv, du, dw, db = e1 * h1 + e2 * h2, delta1 * h + delta2 * h1, delta1 * x1 + delta2 * x2, delta1 + delta2
        w, u, v, b, h = w - scale * dw, u - scale * du, v - scale * dv, b - scale * db, h2
    np.testing.assert_allclose(made.weights["rnn_1.weights"], [[w]], rtol=1e-13)
    np.testing.assert_allclose(made.weights["rnn_1.recurrent"], [[u]], rtol=1e-13)
    np.testing.assert_allclose(made.weights["rnn_1.bias"], [b], rtol=1e-13)
    np.testing.assert_allclose(made.weights["dense_1.weights"], [[v]], rtol=1e-13)
    np.testing.assert_allclose(states(made)["running/rnn_1.carry_1"], [[h]], rtol=1e-13)


@every_engine
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("streams", [1, 2, 8])
def test_ragged_sequences_are_learnt_in_pieces(engine, dtype, streams):
    made = network("GRU", streams, engine, gn.Adam(0.02), dtype=dtype)
    report = made.learn(gn.Sequences(LONG), TOTALS, epochs=80, truncate=4, validation=(LONG[:2], TOTALS[:2]))
    assert report.score["r2"] > 0.8
    assert report.training_losses[-1] < report.training_losses[0] / 4


@every_engine
def test_one_target_for_each_sequence_counts_in_its_last_piece(engine):
    layer = gn.GRU(4, stateful=True, streams=2)
    made = gn.Network([layer, gn.Dense(1)], loss="squared", optimizer=gn.Adam(0.03), engine=engine, seed=0)
    ends = [total[-1] for total in TOTALS]
    report = made.learn(gn.Sequences(LONG), ends, epochs=100, truncate=5)
    assert report.training_losses[-1] < report.training_losses[0] / 4
    with pytest.raises(GlassnetError, match="targets of unequal length"):
        gn.Network([gn.GRU(4, stateful=True), gn.Dense(1)], loss="squared").learn(gn.Sequences(LONG), TOTALS)


@every_engine
def test_a_time_step_at_a_time_is_learnt_and_answered(engine):
    made = network("GRU", engine=engine)
    step = made.online()
    losses = [step(x, y) for x, y in zip(LONG[0], TOTALS[0], strict=True)]
    other = network("GRU", engine=engine)
    other.learn(gn.Sequences([LONG[0][:1]]), [TOTALS[0][:1]], epochs=0)
    other.learn(gn.Sequences(LONG[:1]), TOTALS[:1], epochs=1, truncate=1, keep="last")
    for name, array in other.weights.items():
        np.testing.assert_allclose(made.weights[name], array, rtol=1e-10, atol=1e-12, err_msg=name)
    for name, array in states(other).items():
        np.testing.assert_allclose(states(made)[name], array, rtol=1e-10)
    assert len(losses) == 12
    assert np.isfinite(losses).all()
    assert made.predict(LONG[0][:1])[0].shape == (1,)


@every_engine
def test_classes_of_steps_are_learnt_one_at_a_time(engine):
    layers = [gn.GRU(4, sequences=True, stateful=True), gn.Dense(2)]
    made = gn.Network(layers, loss="softmax log loss", classes=["no", "yes"], engine=engine, seed=0)
    step = made.online()
    assert step(LONG[0][0], "yes") > 0
    assert made.predict(LONG[0][1:3])[0].shape == (2,)
    report = made.learn(LONG[0][1], "no")
    assert report.steps == 1


def test_test_and_open_look_at_no_state_and_change_none():
    made = network("LSTM", 2)
    made.learn(gn.Sequences(LONG), TOTALS, epochs=2, truncate=3)
    before = states(made)
    found = made.test(gn.Sequences(LONG), TOTALS)
    made.open(gn.Sequences(LONG[:2]), TOTALS[:2])
    for name, array in states(made).items():
        assert np.array_equal(array, before[name])
    made.reset_state()
    assert made.test(gn.Sequences(LONG), TOTALS) == found
    errors = []
    for x, total in zip(LONG, TOTALS, strict=True):
        made.reset_state()
        errors.append(((made.predict([x])[0] - total) ** 2).mean())
    assert found["loss"] == pytest.approx(np.mean(errors), rel=1e-12)


def test_states_are_saved_and_reset_begins_anew(tmp_path):
    made = network("LSTM")
    made.learn(gn.Sequences(LONG), TOTALS, epochs=1)
    fresh = network("LSTM")
    fresh.learn(gn.Sequences(LONG), TOTALS, epochs=1)
    fresh.reset_state()
    beginning = fresh.predict(LONG[0])[0]
    made.reset_state()
    made.predict(LONG[1])
    loaded = gn.load(made.save(tmp_path / "states.glass"))
    assert np.array_equal(loaded.predict(LONG[0])[0], made.predict(LONG[0])[0])
    loaded.reset_state()
    assert np.array_equal(loaded.predict(LONG[0])[0], beginning)


def learnt(**more):
    made = network(**more)
    made.learn(gn.Sequences(LONG), TOTALS, epochs=1)
    return made


@pytest.mark.parametrize(
    ("act", "message"),
    [
        (lambda: gn.LSTM(2, streams=2), "LSTM: streams=2, expected 1, or stateful=True beside it"),
        (lambda: gn.LSTM(2, stateful=True, streams=0), "LSTM: streams=0, expected a whole number of at least 1"),
        (lambda: gn.LSTM(2, stateful=1), "LSTM: stateful=1, expected True or False"),
        (lambda: gn.Bidirectional(gn.LSTM(2, stateful=True)), "no state to go on from; leave stateful out"),
        (
            lambda: network().learn(np.zeros((3, 4, 2)), np.zeros((3, 4, 1))),
            r"give a list of arrays .* as gn.Sequences",
        ),
        (
            lambda: learnt().learn(gn.Sequences(LONG), TOTALS, truncate=0),
            "truncate=0: expected a whole number of steps",
        ),
        (
            lambda: learnt().learn(gn.Sequences(LONG), TOTALS, batch_size=2),
            "keep the states of 1 sequences, which are a",
        ),
        (lambda: learnt().predict(LONG), "5 sequences were given, and the layers keep the states of 1"),
        (lambda: learnt(streams=2).online()(LONG[0][0], 0.5), "the layers keep the states of 2 sequences, and a step"),
        (
            lambda: gn.Network(
                [gn.RNN(2, sequences=True, stateful=True), gn.RNN(2, stateful=True, streams=2)], loss="squared"
            ).learn(gn.Sequences(LONG), np.zeros((5, 2))),
            "rnn_1.carry_1 of 1, rnn_2.carry_1 of 2; give all the same streams=",
        ),
        (
            lambda: gn.Network([gn.RNN(1)], loss="squared").learn(gn.Sequences(LONG), np.zeros(5), truncate=2),
            "truncate=2: states have to be kept between pieces; give a recurrent layer stateful=True",
        ),
    ],
)
def test_what_makes_no_sense_is_refused(act, message):
    with pytest.raises(GlassnetError, match=message):
        act()


def test_a_network_without_states_has_none_to_reset():
    made = gn.Network([gn.RNN(1)], loss="squared", seed=0)
    with pytest.raises(NotLearntError):
        made.reset_state()
    made.learn(gn.Sequences(LONG), np.zeros(5), epochs=0)
    with pytest.raises(GlassnetError, match="no layer keeps its state"):
        made.reset_state()


def test_a_call_that_fails_leaves_the_states_as_they_were():
    made = learnt()
    made.predict(LONG[0])
    before = states(made)
    made.weights["dense_1.bias"] = np.array([1e308])
    made.weights["dense_1.weights"] = np.full((3, 1), 1e308)
    with pytest.raises(GlassnetError):
        made.predict(LONG[0] * 1e6)
    for name, array in states(made).items():
        assert np.array_equal(array, before[name])
