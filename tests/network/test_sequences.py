"""Networks of recurrent layers on sequences of unequal length: both engines, every door, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

import glassnet as gn
from glassnet.errors import DataError, GlassnetError, ShapeError
from glassnet.training.glass import step_settings

RANDOM = np.random.default_rng(3)
RAGGED = [RANDOM.normal(size=(steps, 2)) for steps in RANDOM.integers(1, 9, 96)]
SUMS = np.array([x.sum() / 4 for x in RAGGED])
SIGNS = ["up" if x[-1, 0] > 0 else "down" for x in RAGGED]
LAYERS = {
    "RNN": lambda: [gn.RNN(8)],
    "LSTM": lambda: [gn.LSTM(8)],
    "GRU": lambda: [gn.GRU(8)],
    "GRU before": lambda: [gn.GRU(8, reset="before")],
    "both ways": lambda: [gn.Bidirectional(gn.GRU(6))],
    "stacked": lambda: [gn.LSTM(8, sequences=True), gn.Dropout(0.05), gn.GRU(8)],
    "mean": lambda: [gn.Bidirectional(gn.RNN(6, sequences=True)), gn.Dense(6, "tanh"), gn.MeanOverTime()],
}
every_stack = pytest.mark.parametrize("kind", LAYERS)
every_engine = pytest.mark.parametrize("engine", ["native", "reference"])


def network(kind, engine="native", **more):
    settings = {"loss": "squared", "optimizer": gn.Adam(0.02), "seed": 1, **more}
    return gn.Network([*LAYERS[kind](), gn.Dense(1)], engine=engine, **settings)


@every_engine
@every_stack
def test_every_layer_learns_the_sum_of_a_ragged_sequence(kind, engine):
    made = network(kind, engine)
    report = made.learn(RAGGED, SUMS, epochs=60, batch_size=16)
    assert report.score["r2"] > 0.9
    np.testing.assert_allclose(made.predict(RAGGED)[:5], [made.predict(x)[0] for x in RAGGED[:5]], rtol=1e-4, atol=1e-5)


@every_engine
def test_the_sign_of_the_last_step_is_learnt_as_a_class(engine):
    made = gn.Network(
        [gn.LSTM(8), gn.Dense(2)], loss="softmax log loss", optimizer=gn.Adam(0.03), engine=engine, seed=2
    )
    report = made.learn(RAGGED, SIGNS, epochs=60, batch_size=16)
    assert report.score["accuracy"] > 0.95
    assert set(made.predict([np.array([[-3.0, 0]]), np.array([[-3.0, 0], [3.0, 0]])])) == {"up", "down"}


@every_stack
@pytest.mark.parametrize(("dtype", "tolerance"), [("float32", 2e-4), ("float64", 1e-10)])
def test_both_engines_agree_after_a_step_of_gradient_descent(kind, dtype, tolerance):
    found = []
    for engine in ("native", "reference"):
        made = network(kind, engine, dtype=dtype, optimizer=gn.GradientDescent(0.1))
        made.learn(RAGGED, SUMS, epochs=2, batch_size=40)
        found.append(dict(made.weights))
    for name, array in found[0].items():
        np.testing.assert_allclose(array, found[1][name], rtol=tolerance, atol=tolerance / 10, err_msg=name)


@every_engine
@every_stack
def test_a_padded_value_changes_nothing_in_a_step(kind, engine):
    states = []
    for padded in (0.0, 1e6):
        made = network(kind, engine, optimizer=gn.GradientDescent(0.1))
        made.learn(RAGGED, SUMS, epochs=0)
        learnt = made._learnt
        inputs, _ = learnt.contract.inputs(RAGGED)
        beyond = np.arange(8) >= inputs["sequence lengths"][:, None]
        inputs["inputs"] = np.where(beyond[..., None], padded, inputs["inputs"]).astype("float32")
        targets, weights = SUMS[:, None].astype("float32"), np.ones(len(SUMS), "float32")
        answers = learnt.answers(inputs)
        batch = {**inputs, "target": targets, "row weight": weights}
        learnt.train.step(learnt.state, batch, step_settings())
        states.append({"answers": answers, **learnt.state})
    for name, array in states[0].items():
        assert np.array_equal(array, states[1][name]), name


@every_engine
def test_room_for_longer_sequences_changes_nothing(engine):
    made = network("LSTM", engine)
    made.learn(RAGGED, SUMS, epochs=1)
    padded = gn.Sequences(RAGGED)
    room = np.concatenate([padded.values, np.full((96, 5, 2), np.nan)], axis=1)
    wide = gn.Sequences(room, lengths=padded.lengths)
    masked = gn.Sequences(room, mask=np.arange(13) < padded.lengths[:, None])
    for given in (wide, masked):
        np.testing.assert_allclose(made.predict(given), made.predict(RAGGED), rtol=1e-6, atol=1e-7)


@every_engine
def test_sequences_of_one_step_and_a_batch_of_one(engine):
    made = network("both ways", engine)
    made.learn(RAGGED[:7], SUMS[:7], mode="online", epochs=1)
    made.learn([RAGGED[0][:1]], SUMS[:1], epochs=1)
    assert made.predict([RAGGED[0][:1]]).shape == (1,)


def test_sequences_are_saved_opened_and_tested(tmp_path):
    made = network("stacked")
    made.learn(RAGGED, SUMS, epochs=2, validation=(RAGGED[:9], SUMS[:9]))
    loaded = gn.load(made.save(tmp_path / "sequences.glass"))
    assert np.array_equal(loaded.predict(RAGGED), made.predict(RAGGED))
    assert loaded.test(RAGGED, SUMS) == made.test(RAGGED, SUMS)
    assert "lstm_1" in str(made.open(RAGGED[:3], SUMS[:3]))
    assert loaded.learn(RAGGED, SUMS, epochs=1).epochs == 1


def test_a_graph_may_take_sequences():
    x = gn.Input(("t", 2))
    output = gn.Dense(1)(gn.Concatenate()(gn.LSTM(4)(x), gn.MeanOverTime()(x)))
    made = gn.Network(output, loss="squared", optimizer=gn.Adam(0.02), seed=0)
    assert made.learn(RAGGED, SUMS, epochs=60, batch_size=16).score["r2"] > 0.9


def test_whole_arrays_are_learnt_as_they_are():
    x = RANDOM.normal(size=(40, 5, 2))
    made = network("GRU")
    made.learn(x, x.sum((1, 2)), epochs=1)
    with pytest.raises(DataError, match=r"rows of shape \(5, 2\) .* give them as gn.Sequences"):
        made.predict(x[:, :3])
    again = network("GRU")
    again.learn(gn.Sequences(x), x.sum((1, 2)), epochs=1)
    assert np.array_equal(made.weights["gru_1.recurrent"], again.weights["gru_1.recurrent"])
    assert again.predict(x[:, :3]).shape == (40,)


def test_sequences_say_what_they_hold():
    made = gn.Sequences([[1.0, 2.0, 3.0], [4.0]])
    assert made.values.tolist() == [[[1], [2], [3]], [[4], [0], [0]]]
    assert made.lengths.tolist() == [3, 1]
    assert repr(made) == "Sequences(2 of 1 to 3 steps, channels=1)"


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: gn.Sequences([RAGGED[0], np.zeros((0, 2))]), "sequence 2 has no steps; leave it out"),
        (lambda: gn.Sequences([]), "there are no sequences"),
        (lambda: gn.Sequences([RAGGED[0], np.zeros((3, 4))]), "sequence 2 has 4 channels where sequence 1 has 2"),
        (lambda: gn.Sequences([[[1.0], [np.nan]]]), "sequence 1: row 2, column 1 is NaN"),
        (lambda: gn.Sequences([["a"]]), "sequence 1: text where numbers are expected"),
        (
            lambda: gn.Sequences([np.zeros((2, 2, 2))]),
            r"sequence 1 has shape \(2, 2, 2\); expected \(steps, channels\)",
        ),
        (lambda: gn.Sequences(np.zeros(3)), r"an array of shape \(3,\); expected \(sequences, steps, channels\)"),
        (lambda: gn.Sequences(np.zeros((2, 3, 1)), lengths=[3]), r"lengths of shape \(1,\); expected \(2,\)"),
        (lambda: gn.Sequences(np.zeros((2, 3, 1)), lengths=[3, 0]), "sequence 2 has length 0; expected a whole number"),
        (lambda: gn.Sequences(np.zeros((2, 3, 1)), lengths=[4, 1]), "sequence 1 has length 4; expected a whole number"),
        (lambda: gn.Sequences(np.zeros((2, 3, 1)), lengths=[1.5, 1]), "sequence 1 has length 1.5; expected"),
        (
            lambda: gn.Sequences(np.zeros((2, 3, 1)), mask=np.ones((2, 2), bool)),
            r"mask of shape \(2, 2\) and dtype bool",
        ),
        (lambda: gn.Sequences(np.zeros((2, 3, 1)), mask=np.ones((2, 3))), r"dtype float64; expected \(2, 3\) and bool"),
        (
            lambda: gn.Sequences(np.zeros((1, 3, 1)), mask=[[True, False, True]]),
            "sequence 1: step 3 is there and step 2",
        ),
        (lambda: gn.Sequences(np.zeros((1, 3, 1)), mask=[[False] * 3]), "sequence 1 has length 0"),
        (lambda: gn.Sequences(np.zeros((1, 1, 1)), lengths=[1], mask=[[True]]), "both lengths and a mask"),
    ],
)
def test_sequences_that_make_no_sense_are_refused(make, message):
    with pytest.raises((DataError, ShapeError), match=message):
        make()


@pytest.mark.parametrize(
    ("act", "message"),
    [
        (lambda made: made.predict([np.zeros((3, 4))]), "sequences of 4 channels were given; the network learnt"),
        (lambda made: made.learn(RAGGED, SUMS[:-1]), "96 rows of inputs and 95 targets"),
        (lambda made: made.learn([*RAGGED, np.zeros((0, 2))], [*SUMS, 0]), "sequence 97 has no steps"),
        (lambda made: made.learn(RAGGED[0], 0.5), r"learn from a list of one: learn\(\[x\], \[y\]\)"),
        (lambda made: made.online()(RAGGED[0], 0.5), "has no step on one example"),
        (
            lambda made: network("LSTM").learn(RAGGED, [x[:, :1] for x in RAGGED]),
            "a network that gives one answer for each sequence",
        ),
        (lambda made: gn.Network().learn(RAGGED, SUMS), r"sequences need layers laid out and targets beside them"),
    ],
)
def test_a_call_that_is_refused_changes_nothing(act, message):
    made = network("LSTM")
    made.learn(RAGGED, SUMS, epochs=1)
    before = made.predict(RAGGED)
    with pytest.raises(GlassnetError, match=message):
        act(made)
    assert np.array_equal(made.predict(RAGGED), before)
