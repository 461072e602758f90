"""What people bring along from other libraries and from haste: each is answered by name, and none changes anything."""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import glassnet as gn
from glassnet.errors import DataError, NotLearntError, SchemaError, SettingError, TargetError

X = np.arange(24.0).reshape(8, 3) / 24
NUMBERS = X.sum(axis=1)
WORDS = np.where(NUMBERS > 1.5, "yes", "no")
TABLE = {"a": list(range(60)), "b": [i % 7 for i in range(60)]}


def of_numbers(outputs: int = 1, **more: object) -> gn.Network:
    return gn.Network([gn.Dense(outputs)], loss="squared", seed=0, **more)


def of_classes(outputs: int = 2, **more: object) -> gn.Network:
    return gn.Network([gn.Dense(outputs)], loss="softmax log loss", seed=0, **more)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: gn.Dense(units=4), "Dense has no setting 'units'; here it is called 'outputs'"),
        (lambda: gn.Dropout(p=0.5), "Dropout has no setting 'p'; here it is called 'rate'"),
        (lambda: gn.LSTM(4, return_sequences=True), "here it is called 'sequences'"),
        (lambda: gn.Cosine(lr=0.1, steps=9), "Cosine has no setting 'lr'; here it is called 'rate'"),
        (lambda: gn.Plateau(patince=3), r"did you mean 'patience'\? It has patience, least"),
        (lambda: gn.Squared(weights=(1,)), "Squared has no setting 'weights'"),
        (lambda: gn.LayerNorm(64), r"LayerNorm: epsilon=64, expected a number in \(0, 1\)"),
        (lambda: gn.Input("3"), "Input: shape='3', expected whole numbers"),
        (lambda: gn.Input((2, -1)), "expected whole numbers"),
        (lambda: gn.Network("price.glass"), r"gn\.load\(path\)"),
        (lambda: of_numbers(classes=3), "classes=3: expected a list"),
        (lambda: of_numbers(epochs=3), r"Network has no argument 'epochs'; here it is epochs= of learn\. It has"),
    ],
)
def test_a_setting_is_answered_with_the_one_that_was_meant(make, said):
    with pytest.raises(SettingError, match=said):
        make()


@pytest.mark.parametrize(
    ("name", "ours"),
    [("Linear", "Dense"), ("SGD", "GradientDescent"), ("Sequential", "Network"), ("netwrok", "Network")],
)
def test_a_name_of_another_library_is_answered_with_ours(name, ours):
    with pytest.raises(AttributeError, match=f"no attribute '{name}'.*{ours}"):
        getattr(gn, name)


@pytest.mark.parametrize(("name", "ours"), [("fit", "learn"), ("evaluate", "test"), ("predictt", "predict")])
def test_a_method_of_another_library_is_answered_with_ours(name, ours):
    with pytest.raises(AttributeError, match=f"{name}.*{ours}"):
        getattr(of_numbers(), name)
    assert not hasattr(of_numbers(), name)


@pytest.mark.parametrize(
    ("network", "inputs", "targets", "error", "said"),
    [
        (of_numbers(), X, WORDS, TargetError, "the targets are words, such as 'no'.*softmax log loss"),
        (of_numbers(), X[:, :0], NUMBERS, DataError, r"shape \(8, 0\), which holds no number"),
        (of_classes(), X, ["a"] * 8, TargetError, "every target is 'a'; learning to tell classes needs two"),
        (of_classes(1), X, np.zeros(8), TargetError, r"every target is 0\.0"),
        (of_classes(3), X, WORDS, TargetError, r"3 outputs for the 2 classes.*gn\.Dense\(2\)"),
    ],
)
def test_targets_that_a_network_cannot_answer_with_are_refused(network, inputs, targets, error, said):
    with pytest.raises(error, match=said):
        network.learn(inputs, targets, epochs=1)
    with pytest.raises(NotLearntError):
        network.predict(X)


def test_one_class_of_several_that_were_named_is_learnt():
    network = of_classes(classes=["a", "b"], optimizer=gn.Adam(0.1))
    network.learn(X, ["a"] * 8, epochs=50)
    assert set(network.predict(X)) == {"a"}


@pytest.mark.parametrize(
    ("validation", "said"),
    [
        ([X, NUMBERS], r"validation=\[array.*: expected a share"),
        ((), "validation=0 things"),
        ((X, NUMBERS, NUMBERS, NUMBERS), "validation=4 things"),
        (True, "validation=True: expected a share"),
        ((X,), "no targets were given"),
        ((X, NUMBERS[:3]), "8 rows of inputs and 3 targets"),
    ],
)
def test_validation_is_a_share_or_rows(validation, said):
    with pytest.raises((SettingError, DataError), match=said) as raised:
        of_numbers().learn(X, NUMBERS, validation=validation, epochs=1)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("form", [dict, pd.DataFrame, pl.DataFrame, lambda table: pa.record_batch(table)])
def test_a_table_to_validate_on_is_given_as_it_is(form):
    alone, beside = of_numbers(), of_numbers()
    rows = {"x": [0.0, 1.0, 2.0], "b": [5.0, 6.0, 7.0]}
    report = alone.learn(rows, target="b", validation=form({"b": [1.0, 2.0], "x": [3.0, 4.0]}), epochs=3)
    expected = beside.learn(rows, target="b", validation=({"x": [3.0, 4.0]}, [1.0, 2.0]), epochs=3)
    assert report.validation_losses == expected.validation_losses
    with pytest.raises(SchemaError, match="has no column 'b'"):
        alone.learn(rows, validation=form({"x": [3.0, 4.0]}), epochs=1)


def test_rows_to_be_tested_on_need_a_target_each():
    network = of_numbers()
    network.learn(X, NUMBERS, epochs=1)
    with pytest.raises(TargetError, match="no targets were given"):
        network.test(X)
    with pytest.raises(DataError, match="8 rows of inputs and 3 targets"):
        network.test(X, NUMBERS[:3])


def test_the_target_is_said_once_and_stays():
    network = gn.Network(seed=0)
    for given, said in (
        ({"targets": "a"}, "name the column with target='a'"),
        ({"targets": TABLE["a"], "target": "a"}, "target='a': the targets were given beside"),
        ({"target": ["a", "a"]}, "'a' is there twice"),
        ({"target": 0}, "names are text, such as '0'"),
    ):
        with pytest.raises(SettingError, match=said):
            network.learn(TABLE, **given, epochs=1)
    network.learn(TABLE, target="a", epochs=1)
    with pytest.raises(SettingError, match=r"target='b': this network has learnt 'a'; .* reset\(\)"):
        network.learn(TABLE, target="b", epochs=1)
    assert network.learn(TABLE, target=["a"], epochs=1).steps > 0


def test_whole_numbers_of_numpy_count_rows_and_epochs():
    report = of_numbers().learn(X, NUMBERS, batch_size=np.int64(4), epochs=np.int64(3))
    assert (report.steps, report.epochs) == (6, 3)


@pytest.mark.parametrize("given", [{"epochs": 3.0}, {"epochs": "3"}, {"time_limit": "3"}, {"time_limit": -1}])
def test_what_ends_a_run_is_answered_by_the_name_that_it_was_given_by(given):
    ((name, value),) = given.items()
    with pytest.raises(SettingError, match=f"{name}={value!r}: expected a"):
        of_numbers().learn(X, NUMBERS, **given)


def test_an_unknown_parameter_is_named_beside_those_that_there_are():
    network = of_numbers()
    network.learn(X, NUMBERS, epochs=1)
    with pytest.raises(KeyError, match=r"no parameter is called 'dense1\.bias'; there are dense_1\.weights"):
        network.weights["dense1.bias"]
