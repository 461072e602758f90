"""Targets that are rows of probabilities, such as a 1 for one class and 0 for the others, and their scores."""

from __future__ import annotations

import numpy as np
import pytest

import glassnet as gn
from glassnet.errors import SettingError

ENGINES = ("reference", "native")
X = np.sin(np.arange(360.0).reshape(90, 4) ** 1.5)
CLASSES = (X[:, 0] > 0).astype(int) + (X[:, 1] > 0.5)
ONE_HOT = np.eye(3)[CLASSES]


def network(engine: str = "reference", loss: str = "softmax log loss") -> gn.Network:
    layers = [gn.Dense(6, "tanh"), gn.Dense(3)]
    return gn.Network(layers, loss=loss, optimizer=gn.Adam(0.05), engine=engine, seed=1)


@pytest.mark.parametrize("engine", ENGINES)
def test_one_hot_targets_are_learnt_and_scored_as_class_numbers_are(engine):
    one_hot, numbers = network(engine), network(engine)
    settings = {"epochs": 20, "batch_size": 16, "verbose": 0}
    report, other = (mine.learn(X, t, **settings) for mine, t in ((one_hot, ONE_HOT), (numbers, CLASSES)))
    assert report.score == pytest.approx(other.score)
    assert report.score["accuracy"] == np.mean(one_hot.predict(X).argmax(axis=1) == CLASSES)
    assert report.baseline == other.baseline == {"accuracy": np.bincount(CLASSES).max() / 90}
    assert set(report.score) == {"loss", "accuracy"}
    assert one_hot.test(X[:9], ONE_HOT[:9]) == pytest.approx(numbers.test(X[:9], CLASSES[:9]))


def test_the_likeliest_class_of_a_row_of_probabilities_is_the_right_one():
    soft = 0.8 * ONE_HOT + 0.2 / 3
    mine = network()
    report = mine.learn(X, soft, epochs=20, verbose=0)
    assert report.score["accuracy"] == np.mean(mine.predict(X).argmax(axis=1) == CLASSES)


def test_scores_of_classes_and_of_numbers_may_be_named(tmp_path):
    mine = network()
    report = mine.learn(X, ONE_HOT, epochs=5, metric=["log_loss", "mean_squared_error"], verbose=0)
    assert report.score["log_loss"] == pytest.approx(report.score["loss"], rel=1e-5)
    assert report.score["mean_squared_error"] == pytest.approx(np.mean((mine.predict(X) - ONE_HOT) ** 2), rel=1e-5)
    assert gn.load(mine.save(tmp_path / "mine.glass")).test(X, ONE_HOT) == pytest.approx(report.score)


def test_scores_of_other_targets_are_refused_as_before():
    with pytest.raises(SettingError, match="metric='r2': the target is a class; the scores of labels or probabilities"):
        network().learn(X, CLASSES, metric="r2", verbose=0)
    with pytest.raises(SettingError, match="metric='accuracy': the target is a number; the scores of numbers are r2"):
        network(loss="squared").learn(X, ONE_HOT, metric="accuracy", verbose=0)
