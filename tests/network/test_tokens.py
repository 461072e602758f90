"""Sequences of whole numbers, looked up in a table by a first `Embedding`: both engines, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

import glassnet as gn
from glassnet.data.contracts import contract_from
from glassnet.errors import DataError, GlassnetError
from glassnet.training.glass import step_settings

RANDOM = np.random.default_rng(0)
TOKENS = [RANDOM.integers(0, 6, steps).tolist() for steps in RANDOM.integers(1, 9, 300)]
KINDS = ["high" if np.mean(tokens) > 2.5 else "low" for tokens in TOKENS]
every_engine = pytest.mark.parametrize("engine", ["native", "reference"])


def listed():
    return [gn.Embedding(6, 8), gn.LSTM(16), gn.Dense(2)]


def drawn():
    tokens = gn.Input(("t",), dtype="int64", name="tokens")
    return gn.Dense(2)(gn.LSTM(16)(gn.Embedding(6, 8)(tokens)))


def network(layers, engine="native", **more):
    settings = {"loss": "softmax log loss", "optimizer": gn.Adam(0.03), "seed": 0, **more}
    return gn.Network(layers(), engine=engine, **settings)


@every_engine
@pytest.mark.parametrize("layers", [listed, drawn])
def test_lists_of_tokens_of_unequal_length_are_learnt_and_saved(layers, engine, tmp_path):
    made = network(layers, engine)
    assert made.learn(TOKENS, KINDS, epochs=30, batch_size=16, validation=0.2).score["accuracy"] > 0.9
    assert made.predict([[5, 5, 4], [0, 1]]).tolist() == ["high", "low"]
    loaded = gn.load(made.save(tmp_path / "tokens.glass"), engine=engine)
    np.testing.assert_array_equal(loaded.predict(TOKENS), made.predict(TOKENS))
    assert loaded.test(TOKENS, KINDS) == made.test(TOKENS, KINDS)
    assert "embedding_1" in str(made.open(TOKENS[:3], KINDS[:3]))


def test_the_same_tokens_in_any_form_have_the_same_answers():
    made = network(listed)
    made.learn(TOKENS, KINDS, epochs=2)
    expected = made.predict_probabilities([[3, 1, 4], [1, 5]])
    room = np.array([[3, 1, 4], [1, 5, 99]])
    for form in (
        [np.array([3, 1, 4]), np.array([1.0, 5.0])],
        gn.Sequences([[3, 1, 4], [1, 5]]),
        gn.Sequences(room, lengths=[3, 2]),
        gn.Sequences(room[..., None], mask=room < 99),
    ):
        np.testing.assert_array_equal(made.predict_probabilities(form), expected)
    for form in (np.array([3, 1, 4]), np.array([[3, 1, 4]]), [[3, 1, 4]]):
        np.testing.assert_allclose(made.predict_probabilities(form), expected[:1], rtol=1e-6)


@every_engine
def test_a_mean_of_rows_has_the_answers_and_the_derivatives_worked_out_by_hand(engine):
    tokens, targets = [[2, 0, 2], [1]], np.array([1.0, -1.0])
    layers = [gn.Embedding(4, 2), gn.MeanOverTime(), gn.Dense(1)]
    made = gn.Network(layers, loss="squared", optimizer=gn.GradientDescent(1.0), dtype="float64", engine=engine, seed=0)
    made.learn(tokens, targets, epochs=0)
    table, w = np.array([[0.1, 0.2], [0.3, -0.4], [-0.5, 0.6], [0.7, 0.8]]), np.array([[0.5], [-0.25]])
    made.weights["embedding_1.weights"], made.weights["dense_1.weights"] = table, w
    means = np.array([(table[0] + 2 * table[2]) / 3, table[1]])
    errors = means @ w[:, 0] - targets
    np.testing.assert_allclose(made.predict(tokens), errors + targets, rtol=1e-14)
    made.learn(tokens, targets, mode="full-batch", epochs=1, keep="last")
    slopes = (2 * errors / 2)[:, None] * w[:, 0]  # of the mean of two squares, by the mean of each sequence
    expected = table - np.array([slopes[0] / 3, slopes[1], slopes[0] * 2 / 3, [0, 0]])
    np.testing.assert_allclose(made.weights["embedding_1.weights"], expected, rtol=1e-13)


@every_engine
def test_a_padded_token_changes_nothing_in_a_step(engine):
    states = []
    for padded in (0, 3, 5):
        made = network(listed, engine, optimizer=gn.GradientDescent(0.1))
        made.learn(TOKENS, KINDS, epochs=0)
        learnt = made._learnt
        inputs, _ = learnt.contract.inputs(TOKENS)
        beyond = np.arange(inputs["inputs"].shape[1]) >= inputs["sequence lengths"][:, None]
        inputs["inputs"] = np.where(beyond, padded, inputs["inputs"])
        targets, weights = learnt.contract.targets(TOKENS, KINDS)[0], np.ones(len(KINDS), "float32")
        answers = learnt.answers(inputs)
        learnt.train.step(learnt.state, {**inputs, "target": targets, "row weight": weights}, step_settings())
        states.append({"answers": answers, **learnt.state})
    for name, array in states[0].items():
        for other in states[1:]:
            assert np.array_equal(array, other[name]), name


def test_a_class_for_each_token_is_learnt():
    def layers():
        return [gn.Embedding(6, 8), gn.GRU(8, sequences=True), gn.Dense(2)]

    made = network(layers)
    sides = [["high" if token > 2 else "low" for token in tokens] for tokens in TOKENS]
    assert made.learn(TOKENS, sides, epochs=20, batch_size=16).score["accuracy"] > 0.95
    assert [answers.tolist() for answers in made.predict([[5, 0], [4]])] == [["high", "low"], ["high"]]


def test_tokens_come_one_at_a_time_where_states_are_kept():
    def layers():
        return [gn.Embedding(6, 8), gn.GRU(8, sequences=True, stateful=True), gn.Dense(1)]

    made = network(layers, loss="squared")
    step = made.online()
    losses = [step(token, token / 5) for tokens in TOKENS for token in tokens]
    assert np.mean(losses[-20:]) < 0.1 * np.mean(losses[:20])
    with pytest.raises(DataError, match="sequence 1, step 1 is 6; expected a whole number from 0 to 5"):
        step(6, 1.0)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ([[1, 2], [3, 6, 1]], "sequence 2, step 2 is 6; expected a whole number from 0 to 5"),
        ([[1, -1], [3]], "sequence 1, step 2 is -1; expected a whole number from 0 to 5"),
        ([[1], [3, 0.5]], r"sequence 2, step 2 is 0\.5; expected a whole number"),
        ([[1, 2], []], "sequence 2 has no steps; leave it out"),
        ([[1, 2], ["a"]], "sequence 2: text where numbers are expected"),
        (
            [np.zeros((2, 3)), np.zeros((1, 3))],
            "sequences of 3 channels were given; the network learnt one number a step",
        ),
    ],
)
def test_what_are_no_tokens_is_refused_and_changes_nothing(wrong, message):
    made = network(listed)
    made.learn(TOKENS, KINDS, epochs=1)
    before = {name: array.copy() for name, array in made.weights.items()}
    for call in (lambda: made.predict(wrong), lambda: made.learn(wrong, ["high", "low"], epochs=1)):
        with pytest.raises(GlassnetError, match=message):
            call()
    for name, array in before.items():
        np.testing.assert_array_equal(made.weights[name], array)


def test_a_contract_of_an_earlier_file_is_read():
    made = gn.Network([gn.GRU(4), gn.Dense(1)], loss="squared", seed=0)
    made.learn([np.ones((2, 3)), np.ones((1, 3))], [0.0, 1.0], epochs=0)
    document = made._learnt.contract.to_json()
    del document["levels"]
    assert contract_from(document).to_json() == made._learnt.contract.to_json()


def test_a_first_call_names_the_token_outside_the_table():
    with pytest.raises(
        DataError, match="sequence 300, step 2 is 9; expected a whole number from 0 to 5, which is a row"
    ):
        network(listed).learn([*TOKENS[:-1], [0, 9]], KINDS)
