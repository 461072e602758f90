"""The diagnosis of a network of several targets: what is asked for is looked at by target, and told with its name."""

from __future__ import annotations

import math

import numpy as np
import pytest

import glassnet as gn
from glassnet.diagnosis.finding import Finding, together
from glassnet.errors import SettingError

ROWS = 300
RANDOM = np.random.default_rng(4)
X, Z = RANDOM.normal(size=(2, ROWS))
PRICE = [None if row < 30 else float(value) for row, value in enumerate(5 * (X * Z + X).round(3))]
SOLD = np.where(Z + 0.3 * X > 0.4, "yes", "no").astype(object)
NAMES = ("price", "sold")
LOSS = gn.Several([gn.Squared(), gn.BinaryLogLoss()], weights=(2, 3))


def table(**changed):
    columns = {"x": X, "z": Z, "price": PRICE, "sold": SOLD} | changed
    return {name: list(values) for name, values in columns.items()}


def made(*layers, loss=LOSS, **settings):
    layers = layers or (gn.Dense(16, "tanh"), gn.Dense(2))
    return gn.Network(list(layers), loss=loss, **{"optimizer": gn.Adam(0.01), "seed": 0} | settings)


@pytest.fixture(scope="module")
def sound():
    return made().diagnose(table(), target=NAMES)


# -- sound networks ----------------------------------------------------------------------------------------------------
def test_a_sound_network_has_nothing_wrong_and_targets_are_named(sound):
    assert sound.causes == ()
    assert sound["output"].words == "each target: dense_2, the last layer, may give any number"
    for name in ("labels", "loss at the start", "ten rows"):
        assert "'price': " in sound[name].words
        assert "'sold': " in sound[name].words
    assert sound["targets"].words.startswith("'price': ")
    yes = int((SOLD == "yes").sum())
    assert sound["classes"].words == f"'sold': 2 classes, from {yes} rows of 'yes' to {ROWS - yes} of 'no'"
    assert str(sound).startswith("Diagnosis of 300 rows in ")


def test_a_network_that_lays_itself_out_is_diagnosed_before_learning_and_after():
    network = gn.Network(seed=0)
    assert not [each for each in network.diagnose(table(), target=NAMES).causes if each.verdict == "wrong"]
    network.learn(table(), target=NAMES, epochs=20, verbose=0)
    found = network.diagnose(table())
    assert not [each for each in found.causes if each.verdict == "wrong"]
    assert found["ten rows"].verdict == "not asked"
    assert found["ten rows"].words.startswith("each target: the network plans its layers and rates by itself")


# -- numbers that are known --------------------------------------------------------------------------------------------
def test_the_loss_at_the_start_is_that_of_each_part_by_what_it_counts_in_the_whole():
    numbers = made(gn.Dense(2, initializer="zeros")).diagnose(table(), target=NAMES)["loss at the start"].numbers
    share = float((SOLD == "yes").mean())
    entropy = -share * math.log(share) - (1 - share) * math.log(1 - share)
    assert numbers["price start"] == pytest.approx(2 / 2 * 1, rel=1e-5)  # of standardised numbers, answered by 0
    assert numbers["price constant answer"] == pytest.approx(2 / 2 * 1, rel=1e-5)
    assert numbers["sold start"] == pytest.approx(3 / 2 * math.log(2), rel=1e-5)
    assert numbers["sold constant answer"] == pytest.approx(3 / 2 * entropy, rel=1e-5)


def test_weights_of_rows_and_classes_count_in_the_loss_of_their_target():
    weights = np.where(X > 0, 3.0, 1.0)
    found = made(gn.Dense(2, initializer="zeros")).diagnose(
        table(), target=NAMES, sample_weight=weights, class_weight={"sold": "balanced"}
    )
    numbers = found["loss at the start"].numbers
    assert numbers["sold constant answer"] == pytest.approx(3 / 2 * math.log(2), rel=0.02)  # even classes, nearly
    assert numbers["price constant answer"] == pytest.approx(1, rel=1e-4)  # standardised by the same weights


def test_the_link_of_inputs_and_targets_is_that_of_each_target_alone(sound):
    there = [row for row, value in enumerate(PRICE) if value is not None]
    price = {name: [values[row] for row in there] for name, values in table().items() if name != "sold"}
    alone = made(gn.Dense(16, "tanh"), gn.Dense(1), loss="squared").diagnose(price, target="price")
    assert sound["labels"].numbers["price z"] == pytest.approx(alone["labels"].numbers["z"], rel=0.02)
    sold = {name: values for name, values in table().items() if name != "price"}
    alone = made(gn.Dense(16, "tanh"), gn.Dense(1), loss="binary log loss").diagnose(sold, target="sold")
    assert sound["labels"].numbers["sold z"] == pytest.approx(alone["labels"].numbers["z"], rel=1e-6)


# -- one thing at a time -----------------------------------------------------------------------------------------------
def test_a_target_that_was_shuffled_is_named_and_no_other():
    found = made().diagnose(table(sold=RANDOM.permutation(SOLD)), target=NAMES)["labels"]
    assert found.verdict == "wrong"
    assert found.words.startswith("'sold': nothing in the inputs tells of the targets")
    assert "'price'" not in found.words


def test_a_target_that_lies_a_row_off_is_named():
    found = made().diagnose(table(sold=np.roll(SOLD, 1)), target=NAMES)["labels"]
    assert found.words.startswith("'sold': the targets lie 1 row off: moved up")


def test_a_target_whose_output_is_the_same_for_all_rows_is_named():
    network = made()
    network.learn(table(), target=NAMES, epochs=0, verbose=0)
    weights = network.weights["dense_2.weights"].copy()
    weights[:, 1] = 0
    network.weights["dense_2.weights"], network.weights["dense_2.bias"] = weights, np.array([0.0, 1.0])
    found = network.diagnose(table())["constant output"]
    assert found.verdict == "wrong"
    assert found.words.startswith("'sold': the output differs from row to row by 0 of its size")
    assert "'price'" not in found.words
    assert found.numbers["price share"] > 0.5


def test_a_target_that_its_outputs_cannot_reach_is_named():
    found = made(gn.Dense(16, "tanh"), gn.Dense(2, "sigmoid")).diagnose(table(), target=NAMES)["output"]
    assert found.verdict == "wrong"
    assert "'price': dense_2 ends in sigmoid" in found.words
    assert "let the last layer be linear" in found.remedy


def test_a_rare_class_and_a_column_that_tells_a_target_are_named():
    rare = np.where(np.arange(ROWS) < 2, "rare", "usual")
    assert made().diagnose(table(sold=rare), target=NAMES)["classes"].words.startswith("'sold': 2 classes, from 2 rows")
    paid = [0.0 if value is None else 2 * value + 1 for value in PRICE]
    assert "column 'paid' is the target 'price'" in made().diagnose(table(paid=paid), target=NAMES)["leakage"].words


def test_what_one_target_learns_in_spite_of_is_only_suspect_for_it():
    network = made(gn.LayerNorm(), gn.Dense(16, "tanh"), gn.Dense(2))
    targets = np.stack([3e3 * X, RANDOM.permutation(Z > 0), np.ones(ROWS), np.ones(ROWS)], axis=1)
    network.learn(np.stack([X, Z], axis=1), targets, epochs=1, verbose=0)
    found = network.diagnose(np.stack([X, Z], axis=1), targets)
    assert found["targets"].verdict == "wrong"
    assert found["targets"].words.startswith("'target 1': the targets have a root mean square of")
    assert found["labels"].words.startswith("'target 2': nothing in the inputs tells of the targets")


def test_features_of_arrays_that_tell_a_target_are_named():
    sold = (Z > 0).astype(float)
    targets = np.stack([X * Z, sold, np.ones(ROWS), (np.arange(ROWS) % 3 > 0)], axis=1)
    found = made().diagnose(np.stack([X, Z, sold], axis=1), targets)
    assert found["leakage"].words.startswith("column 'number 2' is the target 'target 2' in other words")
    assert found["classes"].words.startswith("'target 2': 2 classes, from ")


# -- what is left out --------------------------------------------------------------------------------------------------
def test_many_targets_are_not_each_tried_and_that_is_said():
    names = [f"y{place}" for place in range(6)]
    columns = {"x": list(X), "z": list(Z)} | {name: list(X * place + Z > 0) for place, name in enumerate(names)}
    found = made(gn.Dense(6), loss=gn.Several([gn.BinaryLogLoss()] * 6)).diagnose(columns, target=names)
    assert found["ten rows"].words == "each target: there are 6 targets, too many to try each by itself"
    assert found["labels"].words.endswith("; and 3 targets more")
    assert found["rate"].verdict != "not asked"  # which is that of the whole network


def test_a_target_that_no_row_has_is_said():
    network = made()
    network.learn(table(), target=NAMES, epochs=2, verbose=0)
    found = network.diagnose(table(sold=[None] * ROWS))
    assert found["classes"].words == "'price': the targets are numbers; no row has 'sold'"
    assert found["labels"].words.endswith("; no row has 'sold'")
    assert all(math.isfinite(value) for value in found["loss at the start"].numbers.values())


def test_a_test_loss_that_tells_no_target_from_another_is_refused():
    class First(gn.Loss):
        def rows(self, output, target):
            return (output[:, 0] - target[:, 0]) ** 2

    with pytest.raises(SettingError, match=r"diagnose: test_loss=First\(\) does not say what each of several targets"):
        made(test_loss=First()).diagnose(table(), target=NAMES)


# -- several findings as one -------------------------------------------------------------------------------------------
def test_findings_come_together_by_the_verdict_that_weighs_most():
    fine, wrong = (Finding("x", verdict, f"it is {verdict}", "mend it", {"size": 2.0}) for verdict in ("fine", "wrong"))
    left = Finding("x", "not asked", "it is a class")
    both = together({"a": fine, "b": wrong, "c": left})
    assert both == Finding("x", "wrong", "'b': it is wrong", "mend it", {"a size": 2.0, "b size": 2.0})
    assert together({"a": fine, "c": left}).words == "'a': it is fine"
    assert together({"a": left, "c": left}).words == "each target: it is a class"
    four = together({name: Finding("x", "fine", name) for name in "abcd"})
    assert four.words == "'a': a; 'b': b; 'c': c; and 1 target more"
