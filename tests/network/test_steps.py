"""Networks that answer after each step of a sequence: against PyTorch, on both engines, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

import glassnet as gn
from glassnet.errors import GlassnetError

RANDOM = np.random.default_rng(5)
RAGGED = [RANDOM.normal(size=(steps, 2)) for steps in RANDOM.integers(1, 9, 80)]
TOTALS = [np.cumsum(x.sum(axis=1)) / 4 for x in RAGGED]
SIGNS = [np.where(total > 0, "up", "down") for total in TOTALS]
every_engine = pytest.mark.parametrize("engine", ["native", "reference"])


def ramp(shape, pace):
    return 0.8 * np.sin(pace * np.arange(1, np.prod(shape) + 1)).reshape(shape)


# What PyTorch 2.13.0 (CPU, float64) gives for a GRU of 2 units and a linear layer on these two sequences, packed, with
# the weights set below: the answers, the loss of each sequence being the mean over its true steps and that of both the
# mean over the two, and the derivatives of it; computed once.
X = [ramp((2, 4, 3), 0.7)[0], ramp((2, 4, 3), 0.7)[1, :2]]
Y = [ramp((2, 4), 0.9)[0], ramp((2, 4), 0.9)[1, :2]]
CLASSES = [[0, 2, 1, 1], [2, 0]]
WEIGHTS = {
    "weights": ramp((3, 6), 1.1), "recurrent": ramp((2, 6), 1.3), "bias": ramp(6, 1.7), "recurrent_bias": ramp(2, 1.9),
}  # fmt: skip
TORCH_ANSWERS = [
    [0.5621996179376342, 0.4627147629134052, 0.419647326763105, 0.7601020431227982],
    [0.38872248179750335, 0.3980038437943048],
]
TORCH = {
    "gru_1.bias": [0.015305621645715597, -0.0032679544297233507, -0.06611982700503619, 0.12472406290133455,
                   0.13189288932261067, 0.195603877341934],
    "gru_1.recurrent": [
        [0.0038956748528700047, 0.002092891907124921, -0.00839628373780567, 0.007273843993860612, 0.054057837894695,
         0.08072940839724443],
        [-0.0016121991020195052, -0.00095708234546157, 0.003594641438919086, -0.0027044030127495967,
         -0.024655876043354126, -0.037636135078500124],
    ],
    "dense_1.weights": [[0.751982641714718], [-0.2220690698005627]],
    "dense_1.bias": [1.2962401470796423],
}  # fmt: skip
TORCH_LOSS = 0.7697784564829884
TORCH_OF_CLASSES = {
    "gru_1.bias": [0.001102400755060062, 0.0010442252851892736, -0.0074340836494218975, -0.0006769003065777595,
                   0.01685711005555595, -0.01946162849960382],
    "dense_1.bias": [-0.16099535770767034, 0.09068721464214732, 0.07030814306552301],
}  # fmt: skip
TORCH_LOSS_OF_CLASSES = 1.158742410048784


def known(outputs, loss, targets, engine):
    """A network with the weights that PyTorch was given."""
    layers = [gn.GRU(2, sequences=True), gn.Dense(outputs)]
    made = gn.Network(layers, loss=loss, optimizer=gn.GradientDescent(1.0), engine=engine, dtype="float64", seed=0)
    made.learn(X, targets, epochs=0)
    for name, values in WEIGHTS.items():
        made.weights[f"gru_1.{name}"] = values
    made.weights["dense_1.weights"], made.weights["dense_1.bias"] = ramp((2, outputs), 0.4), ramp(outputs, 0.5)
    return made


def check_a_step(made, targets, loss, deltas):
    """The loss, and the derivatives that a step of gradient descent with rate 1 shows."""
    assert made.test(X, targets)["loss"] == pytest.approx(loss, rel=1e-14)
    before = {name: made.weights[name].copy() for name in deltas}
    made.learn(X, targets, mode="full-batch", epochs=1, keep="last")
    for name, delta in deltas.items():
        np.testing.assert_allclose(before[name] - made.weights[name], delta, rtol=1e-12, atol=1e-15, err_msg=name)


@every_engine
def test_answers_loss_and_derivatives_are_those_of_pytorch(engine):
    made = known(1, "squared", Y, engine)
    for answers, theirs in zip(made.predict(X), TORCH_ANSWERS, strict=True):
        np.testing.assert_allclose(answers, theirs, rtol=1e-14)
    check_a_step(made, Y, TORCH_LOSS, TORCH)


@every_engine
def test_classes_of_steps_have_the_loss_and_derivatives_of_pytorch(engine):
    check_a_step(known(3, "softmax log loss", CLASSES, engine), CLASSES, TORCH_LOSS_OF_CLASSES, TORCH_OF_CLASSES)


@every_engine
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_running_totals_of_ragged_sequences_are_learnt(engine, dtype):
    layers = [gn.LSTM(8, sequences=True), gn.Dense(1)]
    made = gn.Network(layers, loss="squared", optimizer=gn.Adam(0.02), engine=engine, dtype=dtype, seed=1)
    report = made.learn(RAGGED, TOTALS, epochs=30, batch_size=16, validation=(RAGGED[:9], TOTALS[:9]))
    assert report.score["r2"] > 0.9
    assert report.baseline["r2"] < 0.1
    together, alone = made.predict(RAGGED[:5]), [made.predict([x])[0] for x in RAGGED[:5]]
    for one, other, x in zip(together, alone, RAGGED[:5], strict=True):
        assert one.shape == (len(x),)
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-5)


@every_engine
def test_the_class_of_each_step_is_learnt_saved_and_opened(engine, tmp_path):
    layers = [gn.Bidirectional(gn.GRU(6, sequences=True)), gn.Dense(2)]
    made = gn.Network(layers, loss="softmax log loss", optimizer=gn.Adam(0.03), engine=engine, seed=1)
    report = made.learn(RAGGED, SIGNS, epochs=30, batch_size=16, validation=0.2)
    assert report.score["accuracy"] > 0.85
    assert [set(answers) <= {"up", "down"} for answers in made.predict(RAGGED[:3])] == [True] * 3
    assert made.predict_probabilities(RAGGED[:2])[0].shape == (len(RAGGED[0]), 2)
    loaded = gn.load(made.save(tmp_path / "steps.glass"))
    assert all(np.array_equal(a, b) for a, b in zip(loaded.predict(RAGGED), made.predict(RAGGED), strict=True))
    assert loaded.learn(RAGGED, SIGNS, epochs=1).epochs == 1
    assert "bidirectional_1" in str(made.open(RAGGED[:3], SIGNS[:3]))


def test_scores_are_those_of_the_steps_that_are_there():
    made = gn.Network([gn.RNN(3, sequences=True), gn.Dense(1)], loss="squared", seed=0)
    made.learn(RAGGED, TOTALS, epochs=1)
    errors = np.concatenate([a - b for a, b in zip(made.predict(RAGGED), TOTALS, strict=True)])
    found = made.test(RAGGED, TOTALS)
    assert found["mean_absolute_error"] == pytest.approx(np.abs(errors).mean(), rel=1e-6)
    means = [((a - b) ** 2).mean() for a, b in zip(made.predict(RAGGED), TOTALS, strict=True)]
    assert found["loss"] == pytest.approx(np.mean(means), rel=1e-6)


def test_a_sequence_of_weight_two_counts_as_two_and_one_of_weight_nothing_as_left_out():
    def learnt(data, targets, **more):
        made = gn.Network([gn.RNN(3, sequences=True), gn.Dense(1)], loss="squared", dtype="float64", seed=0)
        made.learn(data, targets, mode="full-batch", epochs=3, **more)
        return made.weights["rnn_1.recurrent"]

    weighed = learnt(RAGGED[:4], TOTALS[:4], sample_weight=[1, 2, 0, 1])
    again = learnt([*RAGGED[:2], RAGGED[1], RAGGED[3]], [*TOTALS[:2], TOTALS[1], TOTALS[3]])
    np.testing.assert_allclose(weighed, again, rtol=1e-12)


def test_targets_come_in_every_form():
    def answers(targets):
        made = gn.Network([gn.RNN(3, sequences=True), gn.Dense(1)], loss="squared", seed=0)
        made.learn(sequences, targets, epochs=1)
        return made.predict(RAGGED[:6])

    sequences = gn.Sequences(RAGGED[:6])
    room = np.full((6, sequences.values.shape[1]), np.nan)
    for row, total in zip(room, TOTALS, strict=False):
        row[: len(total)] = total
    forms = [TOTALS[:6], [t.tolist() for t in TOTALS[:6]], room, room[..., None], gn.Sequences(TOTALS[:6])]
    for found in map(answers, forms):
        for one, other in zip(found, answers(TOTALS[:6]), strict=True):
            assert np.array_equal(one.reshape(-1), other)


def several(targets):
    made = gn.Network([gn.RNN(3, sequences=True), gn.Dense(1)], loss="squared", seed=0)
    made.learn(RAGGED[:5], targets)


@pytest.mark.parametrize(
    ("act", "message"),
    [
        (lambda: several([1.0] * 5), "the network answers after each step, and the targets are not so"),
        (lambda: several(TOTALS[:4]), "5 rows of inputs and 4 targets"),
        (
            lambda: several([*TOTALS[:4], TOTALS[4][:-1]]),
            f"sequence 5 has {len(TOTALS[4])} steps and {len(TOTALS[4]) - 1} targets; expected a list",
        ),
        (
            lambda: several([*TOTALS[:4], TOTALS[4][:, None]]),
            r"sequence 5 has targets of shape \(1,\) where sequence 1",
        ),
        (lambda: several([*TOTALS[:4], TOTALS[4] * np.nan]), "row .* is NaN"),
    ],
)
def test_targets_that_do_not_fit_are_refused(act, message):
    with pytest.raises(GlassnetError, match=message):
        act()


@pytest.mark.parametrize(
    ("act", "message"),
    [
        (
            lambda made: made.test(RAGGED, [*SIGNS[:-1], np.full(len(SIGNS[-1]), "left")]),
            "sequence 80: row 1: the class 'left' was not learnt",
        ),
        (lambda made: made.learn(RAGGED, SIGNS, class_weight="balanced"), "each step of a sequence has a class"),
    ],
)
def test_a_call_that_is_refused_changes_nothing(act, message):
    made = gn.Network([gn.RNN(3, sequences=True), gn.Dense(2)], loss="softmax log loss", seed=0)
    made.learn(RAGGED, SIGNS, epochs=1)
    before = made.weights["rnn_1.recurrent"].copy()
    with pytest.raises(GlassnetError, match=message):
        act(made)
    assert np.array_equal(made.weights["rnn_1.recurrent"], before)


def test_a_class_beyond_the_outputs_is_named_by_its_sequence():
    made = gn.Network([gn.RNN(3, sequences=True), gn.Dense(2)], loss="softmax log loss", classes=[0, 1, 2], seed=0)
    with pytest.raises(GlassnetError, match=r"sequence 2: .* 3 classes .* of 2 outputs, .* in row 3 of"):
        made.learn(RAGGED[:2], [np.zeros(len(RAGGED[0]), int), np.arange(len(RAGGED[1])).clip(1, 2)])
