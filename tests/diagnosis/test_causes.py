"""Set-ups that are broken in one thing: the cause is named first."""

from __future__ import annotations

import numpy as np
import pytest

import glassnet as gn
from glassnet.nn.initializers import Constant, Uniform


def cause(found) -> str:
    """The name of the likeliest cause, which is wrong."""
    assert found.likely is not None, str(found)
    assert found.likely.verdict == "wrong"
    assert found.likely.remedy
    return found.likely.name


def test_a_sound_network_has_nothing_wrong(rows, of_numbers, of_classes):
    x, y, kinds = rows
    for found in (of_numbers().diagnose(x, y), of_classes().diagnose(x, kinds)):
        assert found.causes == (), str(found)
        assert found.likely is None
        assert "no check found anything wrong" in str(found)


def test_a_rate_that_is_too_high(rows, of_classes):
    x, _, kinds = rows
    found = of_classes(gn.Dense(16, "tanh"), gn.Dense(3), optimizer=gn.GradientDescent(30.0)).diagnose(x, kinds)
    assert cause(found) == "rate"
    assert "too high" in found["rate"].words
    numbers = found["rate"].numbers
    assert numbers["rate"] == 30.0
    assert numbers["own"] > numbers["start"] > numbers["best"]


def test_a_rate_that_is_too_low(rows, of_classes):
    x, _, kinds = rows
    found = of_classes(optimizer=gn.GradientDescent(1e-7)).diagnose(x, kinds)
    assert cause(found) == "rate"
    assert "too low" in found["rate"].words
    assert found["rate"].numbers["suggested"] > 1e-3


def test_the_highest_rate_of_a_schedule_counts_not_that_of_its_warm_up(rows, of_numbers):
    x, y, _ = rows
    found = of_numbers(optimizer=gn.Adam(gn.Warmup(gn.Cosine(0.01, 2000), 500))).diagnose(x, y)
    assert found["rate"].verdict == "fine"
    assert found["rate"].numbers["rate"] == pytest.approx(0.01, rel=0.05)


@pytest.mark.parametrize(
    ("layers", "words", "remedy"),
    [
        (
            [gn.Dense(1, "tanh"), gn.Dense(1)],
            "too small for them, with 5 weights for 10 targets, and 1 unit in dense_1, its narrowest hidden layer",
            "more units in dense_1, or one more hidden layer",
        ),
        ([gn.Dense(1)], "too small for them, with 3 weights for 10 targets, and no hidden layer", "larger: a hidden"),
    ],
    ids=["one unit", "no hidden layer"],
)
def test_a_network_that_is_too_small_is_called_so_and_not_slow(layers, words, remedy):
    """Whether the signs of two numbers agree: no single line parts these."""
    x = np.random.default_rng(0).uniform(-1, 1, (200, 2))
    agree = (x[:, 0] * x[:, 1] > 0).astype(int)
    found = gn.Network(layers, loss="binary log loss", optimizer=gn.Adam(0.01), seed=0).diagnose(x, agree)
    assert found.likely is not None
    assert found.likely.name == "ten rows"
    assert words in found["ten rows"].words
    assert remedy in found["ten rows"].remedy
    assert found["rate"].verdict == "fine"
    large = gn.Network([gn.Dense(16, "tanh"), gn.Dense(1)], loss="binary log loss", optimizer=gn.Adam(0.01), seed=0)
    assert large.diagnose(x, agree)["ten rows"].verdict == "fine"


def test_units_that_are_dead_from_a_bias(rows, of_classes):
    x, _, kinds = rows
    found = of_classes(gn.Dense(16, "relu", bias_initializer=Constant(-50.0)), gn.Dense(3)).diagnose(x, kinds)
    assert cause(found) == "dead units"
    assert found["dead units"].words == "16 of the 16 units of dense_1 are 0 in all rows: no delta passes them"
    assert found["dead units"].numbers == {"dense_1": 1.0}
    assert found["layers without effect"].verdict == "wrong"


def test_inputs_that_are_too_large(rows, of_numbers):
    x, y, _ = rows
    found = of_numbers().diagnose(1e6 * x, y)
    assert cause(found) == "inputs"
    largest = np.sqrt(((1e6 * x) ** 2).mean(axis=0)).max()
    assert found["inputs"].numbers["largest"] == pytest.approx(largest)


def test_inputs_that_are_too_large_are_fine_where_the_first_layer_scales_them(rows, of_numbers):
    x, y, _ = rows
    found = of_numbers(gn.BatchNorm(), gn.Dense(16, "tanh"), gn.Dense(1)).diagnose(1e6 * x, y)
    assert found["inputs"].verdict == "fine"


def test_targets_that_are_too_large(rows, of_numbers):
    x, y, _ = rows
    found = of_numbers().diagnose(x, 1e5 * y + 3e5)
    assert cause(found) == "targets"
    numbers = found["targets"].numbers
    assert numbers["standard deviation"] == pytest.approx((1e5 * y).std())
    assert "at a rate of 0.01" in found["targets"].words


def test_deltas_that_vanish_in_a_deep_network_of_sigmoids(rows, of_classes):
    x, _, kinds = rows
    deep = of_classes(*[gn.Dense(16, "sigmoid") for _ in range(11)], gn.Dense(3))
    found = deep.diagnose(x, kinds)
    assert cause(found) == "deltas"
    assert found["deltas"].numbers["dense_1"] < 1e-5
    assert found["deltas"].numbers["dense_12"] == 1
    sizes = [layer.delta for layer in found.layers]
    assert sizes[:8] == sorted(sizes[:8])


def test_deltas_that_explode(rows, of_numbers):
    x, y, _ = rows
    wide = [gn.Dense(16, initializer=Uniform(-20.0, 20.0)) for _ in range(6)]
    found = of_numbers(*wide, gn.Dense(1)).diagnose(x, y)
    assert found["deltas"].verdict == "wrong"
    assert "explode: that of dense_1" in found["deltas"].words


def test_labels_that_were_shuffled(rows, of_numbers):
    x, y, _ = rows
    found = of_numbers().diagnose(x, np.random.default_rng(5).permutation(y))
    assert cause(found) == "labels"
    assert abs(found["labels"].numbers["z"]) < 4
    assert found["labels"].numbers["learnt"] < 0.05


@pytest.mark.parametrize(("shift", "way"), [(1, "1 row off: moved up"), (-2, "2 rows off: moved down")])
def test_labels_that_lie_some_rows_off(rows, of_numbers, shift, way):
    x, y, _ = rows
    found = of_numbers().diagnose(x, np.roll(y, shift))
    assert cause(found) == "labels"
    assert way in found["labels"].words


def test_labels_that_lie_a_row_off_in_more_rows_than_are_looked_at(of_numbers):
    x = np.random.default_rng(2).normal(size=(3_000, 3))
    found = of_numbers().diagnose(x, np.roll(x[:, 0] + x[:, 1] ** 2, 3))
    assert cause(found) == "labels"
    assert "3 rows off: moved up" in found["labels"].words


def test_a_link_that_hides_among_many_features_is_not_called_wrong():
    """The target is whether two of thirty features have one sign: neither one of them nor a neighbour tells it."""
    x = np.random.default_rng(3).normal(size=(250, 30))
    y = (x[:, 0] * x[:, 1] > 0).astype(int)
    wide = gn.Network([gn.Dense(32, "relu"), gn.Dense(2)], loss="softmax log loss", optimizer=gn.Adam(0.01), seed=0)
    assert wide.diagnose(x, y)["labels"].verdict != "wrong"


def test_a_target_among_the_inputs(rows, of_numbers):
    x, y, _ = rows
    found = of_numbers().diagnose(np.c_[x, 2 * y - 1], y)
    assert cause(found) == "leakage"
    assert "'number 5' is the target" in found["leakage"].words


def test_a_target_among_the_columns_of_a_table(rows):
    x, y, _ = rows
    table = {"size": x[:, 0].tolist(), "weight": x[:, 1].tolist(), "paid": (3 * y).tolist(), "price": y.tolist()}
    found = gn.Network([gn.Dense(8, "tanh"), gn.Dense(1)], loss="squared", seed=0).diagnose(table, target="price")
    assert cause(found) == "leakage"
    assert "column 'paid' is the target 'price' in other words" in found["leakage"].words


def test_a_class_without_rows(rows, of_classes):
    x, _, kinds = rows
    found = of_classes(gn.Dense(16, "relu"), gn.Dense(4), classes=[0, 1, 2, 3]).diagnose(x, kinds)
    assert cause(found) == "classes"
    assert found["classes"].words == "there are no rows of 3, among 4 classes"
    assert found["classes"].numbers == {str(k): float((kinds == k).sum()) for k in range(4)}


def test_a_class_with_hardly_a_row_is_suspect(rows, of_classes):
    x, _, kinds = rows
    rare = np.where(kinds == 2, np.arange(400) % 2, kinds)
    rare[:3] = 2
    assert of_classes().diagnose(x, rare)["classes"].verdict == "suspect"


@pytest.mark.parametrize(
    ("last", "loss", "words"),
    [("sigmoid", "softmax log loss", "from 0 to 1"), ("tanh", "softmax log loss", "from -1 to 1")],
)
def test_a_last_layer_before_a_loss_that_takes_raw_outputs(rows, of_classes, last, loss, words):
    """With outputs of 1 for the class and 0 for the others, -log(e / (e + 2)) is the least loss of three classes."""
    x, _, kinds = rows
    found = of_classes(gn.Dense(16, "relu"), gn.Dense(3, last), loss=loss).diagnose(x, kinds)
    assert cause(found) == "output"
    assert words in found["output"].words
    assert "SoftmaxLogLoss applies its own softmax" in found["output"].words
    if last == "sigmoid":
        assert f"the best loss that can be had is {-np.log(np.e / (np.e + 2)):.4g}" in found["output"].words


def test_a_softmax_of_one_output(rows, of_classes):
    x, _, kinds = rows
    found = of_classes(gn.Dense(16, "relu"), gn.Dense(1, "softmax"), loss="binary log loss").diagnose(x, kinds % 2)
    assert cause(found) == "output"


def test_a_last_layer_whose_range_the_targets_leave(rows, of_numbers):
    x, y, _ = rows
    sigmoid = gn.Dense(16, "relu"), gn.Dense(1, "sigmoid")
    assert cause(of_numbers(*sigmoid).diagnose(x, y)) == "output"
    inside = (y - y.min()) / (y.max() - y.min())
    assert of_numbers(*sigmoid).diagnose(x, inside)["output"].verdict == "fine"


@pytest.mark.parametrize("value", [0.0, 0.1])
def test_weights_that_all_start_alike(rows, of_numbers, value):
    x, y, _ = rows
    alike = gn.Dense(16, "tanh", initializer=Constant(value)), gn.Dense(1, initializer=Constant(value))
    found = of_numbers(*alike).diagnose(x, y)
    assert cause(found) == "symmetry"
    assert "all units of dense_1" in found["symmetry"].words


def test_a_last_layer_that_starts_at_0_is_sound(rows, of_classes):
    x, _, kinds = rows
    found = of_classes(gn.Dense(16, "relu"), gn.Dense(3, initializer=Constant(0.0))).diagnose(x, kinds)
    assert found["symmetry"].verdict == "fine"


def test_units_that_are_saturated(rows, of_numbers):
    x, y, _ = rows
    found = of_numbers(gn.Dense(16, "tanh", initializer=Uniform(-50.0, 50.0)), gn.Dense(1)).diagnose(x, y)
    assert cause(found) == "saturated units"
    assert found["saturated units"].numbers["dense_1"] > 0.9


def test_layers_that_the_optimizer_leaves_alone(rows, of_numbers):
    x, y, _ = rows
    frozen = gn.Adam(0.01, rates={"dense_1": 0.0, "dense_2": 0.0})
    assert cause(of_numbers(optimizer=frozen).diagnose(x, y)) == "layers without effect"
    half = of_numbers(optimizer=gn.Adam(0.01, rates={"dense_1": 0.0})).diagnose(x, y)["layers without effect"]
    assert half.verdict == "fine"
    assert "dense_1 is left alone by the optimizer, as asked" in half.words


def test_inputs_that_are_all_the_same(rows, of_numbers):
    x, y, _ = rows
    found = of_numbers().diagnose(np.ones_like(x), y)
    assert cause(found) == "inputs"
    assert found["constant output"].verdict == "wrong"


def test_targets_that_are_all_the_same(rows, of_numbers):
    x, y, _ = rows
    assert cause(of_numbers().diagnose(x, np.full_like(y, 3.0))) == "targets"


def test_weights_that_have_run_away(rows, of_numbers):
    x, y, _ = rows
    lost = of_numbers(gn.Dense(16), gn.Dense(16), gn.Dense(1))
    lost.learn(x, y, epochs=0, verbose=0)
    for name in ("dense_1.weights", "dense_2.weights"):
        lost.weights[name] = np.full(lost.weights[name].shape, 1e30)
    found = lost.diagnose(x, y)
    assert found["deltas"].verdict == "wrong"
    assert "dense_2" in found["deltas"].words
    assert "is not finite" in str(found)
    assert found["loss at the start"].verdict == "wrong"


@pytest.mark.parametrize("optimizer", [gn.Adam(1e-6), gn.GradientDescent(1e-5)], ids=["Adam", "gradient descent"])
def test_a_rate_a_thousand_times_too_low_gains_nothing_however_unlike_the_batches_are(rows, of_numbers, optimizer):
    x, y, _ = rows
    found = of_numbers(optimizer=optimizer).diagnose(x, y)
    assert cause(found) == "rate"
    numbers = found["rate"].numbers
    assert abs(numbers["start"] - numbers["own"]) < 0.02 * (numbers["start"] - numbers["best"])
    mended = of_numbers(optimizer=type(optimizer)(round(numbers["suggested"], 2)))
    assert mended.learn(x, y, epochs=60, batch_size=20, verbose=0).training_losses[-1] < 0.5 * y.var()


def test_targets_far_from_0_are_the_cause_and_the_loss_at_the_start_what_follows(rows, of_numbers):
    x, y, _ = rows
    found = of_numbers().diagnose(x, 500 + y)
    assert cause(found) == "targets"
    assert [each.name for each in found.causes if each.verdict == "wrong"] == ["targets", "loss at the start"]
    assert of_numbers().diagnose(x, 5 + y)["targets"].verdict == "fine"


def test_classes_that_are_spelt_alike_are_suspect(rows, of_classes):
    x, _, kinds = rows
    names = np.array(["oak", "Oak ", "elm"])[kinds]
    found = of_classes().diagnose(x, names)
    assert (found.likely.name, found.likely.verdict) == ("classes", "suspect")
    assert found.likely.words == "'Oak ', 'oak' differ in capitals or spaces alone, among 3 classes"
    assert of_classes().diagnose(x, kinds)["classes"].verdict == "fine"
