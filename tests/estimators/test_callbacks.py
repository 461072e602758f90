"""Scikit-learn's callbacks are told of each epoch, with an estimator that answers."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.datasets import load_iris

import glassnet as gn

pytest.importorskip("sklearn.callback", reason="releases before 1.9 have no callbacks")


class Told:
    """Notes what it is told."""

    def __init__(self):
        self.begun, self.ended, self.scores = [], [], []

    def setup(self, estimator, context):
        self.begun.append("setup")

    def teardown(self, estimator, context):
        self.ended.append("teardown")

    def on_fit_task_begin(self, estimator, context, *, X=None):
        self.begun.append(context.task_name)

    def on_fit_task_end(self, estimator, context, *, X=None, y=None, fitted_estimator=None):
        self.ended.append(context.task_name)
        self.scores.append(fitted_estimator.score(X, y))


def test_callbacks_are_told_of_epochs():
    X, y = load_iris(return_X_y=True)
    told = Told()
    model = gn.NetworkClassifier((8,), max_iter=500, optimizer=gn.Adam(0.02), tol=0.01, random_state=0)
    model.set_callbacks(told).fit(X, y)
    epochs = ["epoch"] * model.n_iter_
    assert told.begun == ["setup", "fit", *epochs]
    assert told.ended == [*epochs, "fit", "teardown"]
    assert told.scores[-1] == model.score(X, y) > 0.9 > told.scores[0]
    np.testing.assert_array_equal(
        model.predict(X), gn.NetworkClassifier(**model.get_params()).fit(X, y).predict(X), "looking changes nothing"
    )
