"""What holds for every loss: derivatives, extreme outputs, targets out of its domain, both engines, a saved network."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import glassnet as gn
from glassnet.core.check import check_derivatives
from glassnet.core.derivative import backpropagate
from glassnet.core.interpret import evaluate
from glassnet.core.tape import Tape
from glassnet.errors import SettingError, ShapeError, TargetError
from glassnet.nn import LOSSES, PerOutput, as_loss

RANDOM = np.random.default_rng(4)
ROWS = 24
X = RANDOM.normal(size=(ROWS, 4))
NUMBERS = RANDOM.normal(size=(ROWS, 3))
CLASSES = np.arange(ROWS) % 3
RANKS = np.arange(ROWS) % 4
SHARES = RANDOM.dirichlet([1, 1, 1], ROWS)
LABELS = (NUMBERS > 0).astype(float)
TARGETS = {  # of three outputs
    "squared": NUMBERS, "absolute": NUMBERS, "Huber": NUMBERS, "log-cosh": NUMBERS, "quantile": NUMBERS,
    "Poisson": np.floor(np.exp(NUMBERS)), "gamma": np.exp(NUMBERS), "binary log loss": LABELS,
    "multi-label log loss": LABELS, "softmax log loss": CLASSES, "KL": SHARES, "focal": CLASSES, "hinge": CLASSES,
    "cosine": NUMBERS, "arg-max": CLASSES, "ordinal": RANKS,
}  # fmt: skip
LEARNING = [name for name in LOSSES if LOSSES[name].differentiable]
UNBOUNDED = ("Poisson", "gamma")  # their losses grow as e^|z|, beyond every float from |z| = 709 on
PER_OUTPUT = [name for name in LOSSES if issubclass(LOSSES[name], PerOutput)]
every = pytest.mark.parametrize("name", LOSSES)


def lossed(loss, output, target, dtype="float64"):
    """The loss of each row and the derivative of the total with respect to the raw output."""
    tape = Tape()
    x = tape.input("output", output.shape, dtype)
    t = tape.input("target", target.shape, "int64" if target.dtype.kind == "i" else dtype)
    rows = loss.rows(x, t)
    (delta,) = backpropagate(rows, [x])
    return evaluate(
        [rows, delta], {x: output.astype(dtype), t: target if target.dtype.kind == "i" else target.astype(dtype)}
    )


def learnt(name, **settings):
    """A network of three outputs after a few epochs."""
    layers = [gn.Dense(5, "tanh"), gn.Dense(3)]
    network = gn.Network(layers, loss=name, optimizer=gn.GradientDescent(0.05), seed=0, **settings)
    network.learn(X, TARGETS[name], epochs=3, batch_size=7)
    return network


@pytest.mark.parametrize("name", LEARNING)
def test_derivatives_agree_with_central_differences_to_second_order(name):
    target = TARGETS[name][:5]
    check_derivatives(lambda x: as_loss(name).rows(x, x.tape.constant(target)), RANDOM.normal(size=(5, 3)))


@pytest.mark.parametrize("name", ["focal", "hinge"])
def test_derivatives_of_one_output_for_two_classes(name):
    target = CLASSES[:6] % 2
    output = np.array([[0.3], [-0.4], [2.0], [-2.0], [0.9], [0.1]])
    check_derivatives(lambda x: as_loss(name).rows(x, x.tape.constant(target)), output)


@every
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_losses_and_deltas_of_extreme_outputs_are_finite(name, dtype):
    size = 80.0 if name in UNBOUNDED else 1e4
    output = RANDOM.choice([-size, 0.0, size], size=(ROWS, 3))
    rows, delta = lossed(as_loss(name), output, TARGETS[name], dtype)
    assert np.isfinite(rows).all()
    assert np.isfinite(delta).all()
    assert (rows >= 0).all()


def test_a_rate_beyond_every_float_is_infinite_and_one_that_vanishes_is_exact():
    rows, delta = lossed(as_loss("Poisson"), np.array([-1e4, -1e4, 1e4]), np.array([0.0, 2, 2]))
    np.testing.assert_allclose(rows, [0, 2 * (1e4 + np.log(2) - 1), np.inf], rtol=1e-14)
    assert delta.tolist() == [0, -2, np.inf]
    rows, delta = lossed(as_loss("gamma"), np.array([1e4]), np.array([1.0]))
    assert (rows.tolist(), delta.tolist()) == ([1e4 - 1], [1])


@pytest.mark.parametrize("name", LEARNING)
def test_both_engines_learn_the_same(name):
    networks = [learnt(name, engine=engine, dtype="float64") for engine in ("native", "reference")]
    first, second = (network.report for network in networks)
    assert first.training_losses[-1] < first.training_losses[0]
    np.testing.assert_allclose(first.training_losses, second.training_losses, rtol=1e-9)
    for one, other in zip(*(network.weights.values() for network in networks), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-12)
    answer = networks[0].predict if networks[0].labels is None else networks[0].predict_probabilities
    assert np.isfinite(answer(X)).all()


@pytest.mark.parametrize("name", LEARNING)
def test_a_saved_network_keeps_its_loss(name, tmp_path):
    network = learnt(name)
    loaded = gn.load(network.save(tmp_path / "box.glass"))
    assert loaded.test(X, TARGETS[name]) == network.test(X, TARGETS[name])


def test_arg_max_is_a_loss_to_test_with_alone():
    with pytest.raises(SettingError, match=r"loss=ArgMax\(\) has no derivative .*test_loss=ArgMax\(\)"):
        gn.Network([gn.Dense(3)], loss="arg-max")


# -- targets -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "row", "said"),
    [
        ("Poisson", [1, -2, 0], r"Poisson loss: row 6, column 2 of the targets holds -2\.0; expected counts or rates"),
        ("gamma", [1, 1, 0], r"gamma loss: row 6, column 3 of the targets holds 0\.0; expected amounts above 0"),
        ("binary log loss", [2, 0, 1], r"binary log loss: row 6, column 1 of the targets holds 2\.0; expected 0 or 1"),
        ("multi-label log loss", [0, -1, 1], r"multi-label log loss: row 6, column 2 of the targets holds -1\.0"),
        ("softmax log loss", 3, r"4 classes for a network of 3 outputs, the last of them in row 6 .*gn.Dense\(4\)"),
        ("focal", 3, r"focal loss: 4 classes for a network of 3 outputs, the last of them in row 6"),
        ("hinge", 3, r"hinge loss: 4 classes for a network of 3 outputs, the last of them in row 6"),
        ("ordinal", 4, r"5 classes for a network of 3 outputs, the last of them in row 6 .*gn.Dense\(4\)"),
        ("KL", [0.5, 0.6, 0], r"KL loss: row 6 of the targets, \[0\.5, 0\.6.*\], is no row of probabilities"),
        ("cosine", [0, 0, 0], "cosine loss: row 6 of the targets holds zeros alone"),
    ],
)
@pytest.mark.parametrize("unheard", [False, True])
def test_a_target_out_of_the_domain_is_named_with_its_row_and_column(name, row, said, unheard):
    targets = TARGETS[name].copy()
    targets[5] = row
    settings = {"sample_weight": [*[1] * (ROWS - 1), 0]} if unheard else {}
    network = gn.Network([gn.Dense(3)], loss=name, seed=0)
    with pytest.raises(TargetError, match=said):
        network.learn(X, targets, epochs=1, validation=0.2, **settings)
    assert repr(network).endswith("learnt nothing yet")
    if targets.dtype.kind == "f":  # a class that was not learnt is named as such
        network.learn(X, TARGETS[name], epochs=1)
        with pytest.raises(TargetError, match=said):
            network.test(X, targets)


@pytest.mark.parametrize("name", ["focal", "hinge"])
def test_rows_of_numbers_are_no_class_numbers(name):
    with pytest.raises(ShapeError, match=rf"{name} loss: .*\(n, 3\).*expected .* class numbers"):
        gn.Network([gn.Dense(3)], loss=name, seed=0).learn(X, NUMBERS)


# -- weights of outputs ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", PER_OUTPUT)
@given(counts=st.lists(st.integers(0, 3), min_size=3, max_size=3).filter(any), factor=st.sampled_from([0.1, 1, 10]))
def test_an_output_counts_as_often_as_its_weight_says(name, counts, factor):
    output, target = X[:, :3], TARGETS[name]
    weighed, delta = lossed(as_type(name, [factor * count for count in counts]), output, target)
    repeated = [np.repeat(array, counts, axis=1) for array in (output, target)]
    rows, parts = lossed(as_loss(name), *repeated)
    np.testing.assert_allclose(weighed, rows, rtol=1e-12)
    owners = np.repeat(range(3), counts)
    np.testing.assert_allclose(delta, [np.bincount(owners, row, 3) for row in parts], rtol=1e-12, atol=1e-15)


def as_type(name, weights):
    return type(as_loss(name))(output_weights=weights)


@pytest.mark.parametrize("wild", [np.nan, np.inf])
def test_an_output_of_weight_0_is_not_looked_at(wild):
    output = np.array([[1.0, wild, 3.0]])
    rows, delta = lossed(gn.Squared(output_weights=(1, 0, 1)), output, np.zeros((1, 3)))
    assert (rows.tolist(), delta.tolist()) == ([5], [[1, 0, 3]])


@pytest.mark.parametrize("weights", [(-1, 2), (0, 0), (np.nan, 1), (np.inf, 1), "ab", 3.0, ()])
def test_weights_of_outputs_that_are_none_are_refused(weights):
    with pytest.raises(SettingError, match=r"Huber: output_weights=.*expected a finite number of at least 0"):
        gn.Huber(output_weights=weights)


def test_weights_of_other_outputs_are_refused_when_the_network_is_made():
    network = gn.Network([gn.Dense(3)], loss=gn.Squared(output_weights=(1, 2)), seed=0)
    with pytest.raises(ShapeError, match=r"squared loss: 2 output_weights for an output of shape \(n, 3\)"):
        network.learn(X, NUMBERS)


@pytest.mark.parametrize("engine", ["native", "reference"])
def test_weights_of_outputs_are_learnt_by_and_saved(engine, tmp_path):
    loss = gn.Squared(output_weights=(1, 0, 2))
    network = gn.Network([gn.Dense(3)], loss=loss, optimizer=gn.GradientDescent(0.1), engine=engine, seed=0)
    network.learn(X, NUMBERS, epochs=0)
    before = network.weights["dense_1.weights"].copy()
    network.learn(X, NUMBERS, epochs=2)
    moved = (network.weights["dense_1.weights"] != before).any(axis=0)
    assert moved.tolist() == [True, False, True]
    loaded = gn.load(network.save(tmp_path / "box.glass"))
    assert loaded.test(X, NUMBERS)["loss"] == network.test(X, NUMBERS)["loss"]


# -- a loss to test with -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("engine", ["native", "reference"])
def test_another_loss_is_measured_than_the_one_that_is_learnt_by(engine, tmp_path):
    plain, tested = (
        gn.Network([gn.Dense(3)], loss="softmax log loss", engine=engine, seed=0, **settings)
        for settings in ({}, {"test_loss": "arg-max"})
    )
    for network in (plain, tested):
        network.learn(X, CLASSES, epochs=4, validation=(X, CLASSES), keep="last")
    np.testing.assert_array_equal(plain.weights["dense_1.weights"], tested.weights["dense_1.weights"])
    wrong = (tested.predict(X) != CLASSES).mean()
    assert tested.test(X, CLASSES)["loss"] == pytest.approx(wrong, rel=1e-12) != plain.test(X, CLASSES)["loss"]
    assert tested.report.training_losses == tested.report.validation_losses
    assert tested.report.training_losses[-1] == pytest.approx(wrong, rel=1e-12)
    assert "test loss" in str(tested.plan)
    loaded = gn.load(tested.save(tmp_path / "box.glass"))
    assert loaded.test(X, CLASSES) == tested.test(X, CLASSES)


def test_targets_must_suit_the_test_loss_too():
    network = gn.Network([gn.Dense(3)], loss="squared", test_loss="gamma", seed=0)
    with pytest.raises(TargetError, match="gamma loss: row"):
        network.learn(X, NUMBERS)
    with pytest.raises(TargetError, match="gamma loss: row 1, column 1"):
        network.online()(X[0], [-1.0, 1, 1])
