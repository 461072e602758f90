"""The numbers that findings go by, worked out another way."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import glassnet as gn
from glassnet.diagnosis.chance import chance_of
from glassnet.nn import as_loss

ONES = np.ones(6)
KINDS = np.array([0, 0, 0, 1, 1, 2])
VALUES = np.array([[1.0], [2.0], [2.5], [4.0], [7.0], [9.0]])


def test_the_constant_answer_of_classes_has_the_entropy_of_their_shares():
    shares = np.array([3, 2, 1]) / 6
    found = chance_of(as_loss("softmax log loss"), KINDS, ONES, 3)
    assert found.constant == pytest.approx(-(shares * np.log(shares)).sum())
    assert found.least == pytest.approx(0, abs=1e-10)
    two = chance_of(as_loss("binary log loss"), np.minimum(KINDS, 1), ONES, 1)
    assert two.constant == pytest.approx(np.log(2))


def test_the_constant_answer_of_numbers_is_their_mean_or_their_median():
    squared = chance_of(as_loss("squared"), VALUES, ONES, 1)
    assert squared.constant == pytest.approx(VALUES.var())
    absolute = chance_of(as_loss("absolute"), VALUES, ONES, 1)
    assert absolute.constant == pytest.approx(np.abs(VALUES - np.median(VALUES)).mean())
    assert squared.least == absolute.least == 0


def test_the_constant_answer_of_counts_is_the_logarithm_of_their_mean():
    """With z = log mean, the mean of e^z - t z + t log t - t is that of t log t, less mean log mean."""
    found = chance_of(as_loss("poisson"), VALUES, ONES, 1)
    assert found.constant == pytest.approx((VALUES * np.log(VALUES)).mean() - VALUES.mean() * np.log(VALUES.mean()))
    assert found.least < found.constant


def test_weights_count():
    weights = np.array([1.0, 1, 1, 0, 0, 0])
    found = chance_of(as_loss("squared"), VALUES, weights, 1)
    assert found.constant <= ((VALUES[:3] - VALUES[:3].mean()) ** 2).mean() + ((VALUES.mean() - 1.8) ** 2)


def test_progress_goes_from_the_constant_answer_to_the_best():
    found = chance_of(as_loss("squared"), VALUES, ONES, 1)
    assert found.progress(VALUES.var()) == pytest.approx(0)
    assert found.progress(0.0) == 1
    assert found.progress(2 * VALUES.var()) == pytest.approx(-1)


@given(arrays(np.float64, (12, 1), elements=st.floats(-100, 100)), st.permutations(range(12)))
def test_a_constant_answer_is_no_better_in_another_order_and_no_better_than_the_best(values, order):
    one, other = (chance_of(as_loss("squared"), each, np.ones(12), 1) for each in (values, values[list(order)]))
    assert one.constant == pytest.approx(other.constant, abs=1e-9)
    assert one.constant == pytest.approx(values.var(), rel=1e-9, abs=1e-9)
    assert one.least <= one.constant


def test_a_loss_that_takes_no_such_output_has_no_chance():
    assert chance_of(as_loss("squared"), VALUES, ONES, 3) is None


def network(**settings) -> gn.Network:
    layers = [gn.Dense(4, "relu"), gn.Dense(3, "tanh"), gn.Dense(1)]
    return gn.Network(layers, loss="squared", dtype="float64", seed=1, engine="reference", **settings)


def test_layers_are_seen_as_numpy_sees_them():
    """z = x W + b by hand, forward and back; the second unit is silenced by its bias."""
    x = np.sin(np.arange(60.0).reshape(20, 3) ** 1.5)
    y = x @ [1.0, -1.0, 2.0]
    mine = network()
    mine.learn(x, y, epochs=0, verbose=0)
    mine.weights["dense_1.bias"] = np.array([0.1, -50.0, 0.2, 0.3])
    views = {each.name: each for each in mine.diagnose(x, y).layers}
    w = dict(mine.weights)
    first = np.maximum(x @ w["dense_1.weights"] + w["dense_1.bias"], 0)
    second = np.tanh(first @ w["dense_2.weights"] + w["dense_2.bias"])
    output = second @ w["dense_3.weights"] + w["dense_3.bias"]
    last = 2 * (output - y[:, None])
    middle = last @ w["dense_3.weights"].T
    early = (middle * (1 - second**2)) @ w["dense_2.weights"].T
    for name, values, delta in (("dense_1", first, early), ("dense_2", second, middle), ("dense_3", output, last)):
        assert views[name].size == pytest.approx(np.sqrt((values**2).mean()))
        assert views[name].spread == pytest.approx(np.sqrt(((values - values.mean(axis=0)) ** 2).mean()))
        assert views[name].delta == pytest.approx(np.sqrt((delta**2).sum(axis=1).mean()))
    assert views["dense_1"].dead == (first == 0).all(axis=0).mean() > 0
    assert views["dense_2"].saturated == (np.abs(second) >= 0.98).mean()
    assert np.isnan(views["dense_3"].dead)
    assert [each.last for each in views.values()] == [False, False, True]


def test_what_is_padded_of_sequences_counts_nothing():
    sequences = [np.ones((2, 1)), np.ones((40, 1))]
    mine = gn.Network([gn.RNN(3, sequences=True), gn.MeanOverTime(), gn.Dense(1)], loss="squared", seed=0)
    mine.learn(sequences, [0.0, 1.0], epochs=0, verbose=0)
    values = [mine.forward([each], stop="rnn_1")[0] for each in sequences]
    (view,) = (each for each in mine.diagnose(sequences, [0.0, 1.0]).layers if each.name == "rnn_1")
    assert view.units == 3
    assert view.size == pytest.approx(np.sqrt((np.concatenate(values) ** 2).mean()), rel=1e-5)
