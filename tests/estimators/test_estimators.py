"""The estimators in the hands of those who know scikit-learn: its tools, its habits, its bad input."""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys

import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.base import clone
from sklearn.datasets import load_iris
from sklearn.exceptions import ConvergenceWarning, DataConversionWarning, NotFittedError
from sklearn.model_selection import GridSearchCV, KFold, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import glassnet as gn

X, Y = load_iris(return_X_y=True)
SMALL = {"hidden_layer_sizes": (16,), "max_iter": 1000, "random_state": 0, "optimizer": gn.Adam(0.02), "tol": 1e-3}


def classifier(**settings):
    return gn.NetworkClassifier(**{**SMALL, **settings})


def regressor(**settings):
    return gn.NetworkRegressor(**{**SMALL, **settings})


@pytest.mark.parametrize(
    "labels", [[3, 4, 5], ["x", "b", "é"], [-1, 0, 7], [False, True, True], [0.5 * 2, 2.0, 4.0], [" a", "a", "b "]]
)
def test_labels_are_the_users_own_in_order(labels):
    y = np.array(labels)[Y]
    model = classifier().fit(X, y)
    assert model.classes_.tolist() == sorted(set(labels))
    assert model.classes_.dtype == y.dtype
    answers = model.predict(X)
    assert answers.dtype == y.dtype
    np.testing.assert_array_equal(answers, model.classes_[model.predict_proba(X).argmax(axis=1)])
    assert model.score(X, y) > 0.9


def test_a_fold_without_a_class_is_learnt_without_it():
    y = np.array(["a", "b"] * 44 + ["a", "only once"])
    x = (y == "a")[:, None] + np.random.default_rng(0).normal(size=(90, 1)) / 10
    assert "only once" not in classifier().fit(x[:89], y[:89]).classes_
    scores = cross_val_score(classifier(), x, y, cv=KFold(3), error_score="raise")
    assert scores.min() > 0.9


def test_without_settings_the_network_designs_itself():
    model = gn.NetworkClassifier(random_state=0).fit(X, Y)
    assert model.score(X, Y) > 0.95
    assert "ensemble" in str(model.network_.plan)
    assert model.report_.ranges["accuracy"][0] > 0.85
    np.testing.assert_allclose(model.predict_proba(X).sum(axis=1), 1, rtol=1e-12)
    again = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(again.predict_proba(X), model.predict_proba(X))


def test_a_weight_is_so_many_rows_and_their_order_is_nothing():
    random = np.random.default_rng(3)
    weights = random.integers(0, 4, len(X))
    order = random.permutation(len(X))
    weighted = classifier().fit(X, Y, sample_weight=weights)
    repeated = classifier().fit(np.repeat(X[order], weights[order], axis=0), np.repeat(Y[order], weights[order]))
    np.testing.assert_array_equal(weighted.predict_proba(X), repeated.predict_proba(X))
    assert (weighted.predict_proba(X) != classifier().fit(X, Y).predict_proba(X)).any()


def test_weights_that_are_no_whole_numbers_move_the_answer():
    x, y = np.zeros((40, 1)), np.repeat([0, 1], 20)
    x[:, 0] = np.arange(40) % 2
    model = classifier(tol=1e-6, n_iter_no_change=50).fit(x, y, sample_weight=np.where(y == 1, 1.5, 0.5))
    assert model.predict_proba(x)[:, 1].mean() == pytest.approx(0.75, abs=0.02)
    balanced = classifier(tol=1e-6, n_iter_no_change=50, class_weight="balanced").fit(x[:30], y[:30])
    assert balanced.predict_proba(x)[:, 1].mean() == pytest.approx(0.5, abs=0.02)


@pytest.mark.parametrize(
    ("weights", "expected"),
    [
        (["1"] * 150, "sample_weight holds values of dtype <U1; expected a number for each row"),
        ([1.0] * 149, "149 weights for 150 rows"),
        ([-1.0] + [1.0] * 149, "row 1 has the weight -1.0"),
        ([0.0] * 150, "every weight is zero"),
    ],
)
def test_bad_weights_are_named(weights, expected):
    with pytest.raises(ValueError, match=expected):
        classifier().fit(X, Y, sample_weight=weights)


def test_rows_without_a_target_are_left_out_and_said():
    y = Y.astype(float)
    y[[3, 80]] = np.nan
    with pytest.warns(gn.DataWarning, match="2 rows without a target are left out"):
        model = classifier().fit(X, y)
    assert model.classes_.tolist() == [0.0, 1.0, 2.0]
    words = np.array(["a", "b", None], object)[Y]
    with pytest.warns(gn.DataWarning, match="50 rows without a target are left out"):
        assert classifier().fit(X, words).classes_.tolist() == ["a", "b"]


def test_a_column_vector_is_one_target_with_scikit_learns_own_warning():
    for model, y in ((classifier(), Y), (regressor(), X[:, 0])):
        with pytest.warns(DataConversionWarning):
            answers = model.fit(X, y[:, None]).predict(X)
        np.testing.assert_array_equal(answers, clone(model).fit(X, y).predict(X))


@pytest.mark.parametrize("frame", [pd.DataFrame, pl.DataFrame])
def test_frames_with_words_gaps_and_a_column_called_target(frame):
    size = [1.0, 2.0, None, 4.0] * 30
    table = frame({"target": ["red", "blue", None] * 40, "size": size})
    y = np.array(["red", "blue", None] * 40, object) == "red"
    model = classifier().fit(table, y)
    assert list(model.feature_names_in_) == ["target", "size"]
    assert model.score(table, y) == 1.0
    assert isinstance(model.predict(table), np.ndarray)
    with pytest.raises(ValueError, match="same order"):
        model.predict(table[["size", "target"]])
    with pytest.raises(ValueError, match="missing"):
        model.predict(table[["size"]])


def test_several_numbers_and_several_labels_a_row():
    both = np.stack([X[:, 0], 2 - 3 * X[:, 1]], axis=1)
    model = regressor().fit(X, both)
    assert model.predict(X).shape == (150, 2)
    assert model.score(X, both) > 0.95
    labels = np.stack([Y == 0, Y > 0, Y == 2], axis=1).astype(int)
    several = classifier().fit(X, labels)
    np.testing.assert_array_equal(several.predict(X), several.predict_proba(X).round())
    assert several.predict(X).dtype.kind == "i"
    assert several.score(X, labels) > 0.9


def test_pipeline_with_pandas_output_and_a_grid_of_joblib_workers():
    frame = pd.DataFrame(X, columns=["a", "b", "c", "d"])
    pipeline = make_pipeline(StandardScaler(), classifier()).set_output(transform="pandas")
    grid = {"networkclassifier__optimizer": [gn.Adam(1e-5), gn.Adam(0.02)]}
    search = GridSearchCV(pipeline, grid, cv=2, n_jobs=2).fit(frame, Y)
    assert search.best_params_["networkclassifier__optimizer"].learning_rate == 0.02
    assert search.best_estimator_[-1].feature_names_in_.tolist() == ["a", "b", "c", "d"]
    assert search.best_score_ > 0.9


def test_partial_fit_goes_on_and_knows_classes_that_have_not_come():
    model = classifier(batch_size=10)
    with pytest.raises(ValueError, match="classes="):
        model.partial_fit(X[:10], Y[:10])
    model.partial_fit(X[Y != 1], Y[Y != 1], classes=[0, 1, 2])
    assert model.predict_proba(X).shape == (150, 3)
    for _ in range(30):
        model.partial_fit(X, Y)
    assert model.n_iter_ == 31
    assert model.score(X, Y) > 0.9
    with pytest.raises(ValueError, match="the class 9, which was not learnt"):
        model.partial_fit(X[:2], [0, 9])
    with pytest.raises(ValueError, match="the classes learnt are 0, 1, 2"):
        model.partial_fit(X[:2], Y[:2], classes=[0, 1])
    assert model.score(X, Y) > 0.9


def test_partial_fit_of_numbers():
    model = gn.NetworkRegressor(random_state=0, batch_size=10, optimizer=gn.Adam(0.01))
    for _ in range(30):
        model.partial_fit(X, X[:, 0] * 2 + 1)
    assert model.score(X, X[:, 0] * 2 + 1) > 0.9


def test_fit_starts_afresh_and_warm_start_goes_on():
    model = classifier(tol=0, max_iter=5, n_iter_no_change=100)
    with pytest.warns(ConvergenceWarning):
        first = model.fit(X, Y).predict_proba(X)
    with pytest.warns(ConvergenceWarning):
        np.testing.assert_array_equal(model.fit(X, Y).predict_proba(X), first)
    assert (model.n_iter_, len(model.loss_curve_)) == (5, 5)
    model.set_params(warm_start=True)
    with pytest.warns(ConvergenceWarning):
        assert (model.fit(X, Y).predict_proba(X) != first).any()
    assert (model.n_iter_, len(model.loss_curve_)) == (10, 10)
    assert model.loss_curve_ == sorted(model.loss_curve_, reverse=True)


def test_rows_to_validate_on():
    held, rest = slice(0, None, 3), np.arange(150) % 3 > 0
    model = classifier().fit(X[rest], Y[rest], X_val=X[held], y_val=Y[held])
    assert "50 rows held out" in str(model.report_)
    assert len(model.report_.validation_losses) == model.n_iter_ + 1
    stopped = classifier(early_stopping=True, validation_fraction=0.2).fit(X, Y)
    assert "30 rows held out" in str(stopped.report_)


def test_copies_are_whole_and_hold_no_code():
    model = regressor(hidden_layer_sizes=(8, gn.Dropout(0.1), 8)).fit(X, X[:, 0])
    for other in (copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
        np.testing.assert_array_equal(other.predict(X), model.predict(X))
        assert other.network_ is not model.network_
    assert not hasattr(clone(model), "network_")
    with pytest.raises(NotFittedError):
        clone(model).predict(X)


def test_wrong_settings_are_answered_when_fitted():
    with pytest.raises(ValueError, match="expected the units of each hidden layer"):
        classifier(hidden_layer_sizes=(16, 0)).fit(X, Y)
    with pytest.raises(ValueError, match="n_jobs=0"):
        classifier(n_jobs=0).fit(X, Y)
    with pytest.raises(ValueError, match="no loss is called"):
        classifier(loss="softmx").fit(X, Y)


def test_a_call_that_fails_leaves_an_estimator_as_it_was():
    fresh = classifier(hidden_layer_sizes=(16, 0))
    with pytest.raises(ValueError, match="expected the units"):
        fresh.fit(X, Y)
    with pytest.raises(ValueError, match="expected the units"):
        fresh.partial_fit(X, Y, classes=[0, 1, 2])
    assert vars(fresh) == fresh.get_params()
    model = classifier().fit(X, Y)
    before = model.predict_proba(X)
    for bad in ({"hidden_layer_sizes": (16, 0)}, {"loss": "softmx"}):
        with pytest.raises(ValueError, match=r"units|no loss"):
            model.set_params(**bad).fit(X[:, :2], np.stack([Y, Y], axis=1))
    with pytest.raises(ValueError, match="one class only"):
        model.fit(X[:, :1], Y * 0)
    np.testing.assert_array_equal(model.predict_proba(X), before)
    assert (model.n_features_in_, model.classes_.tolist()) == (4, [0, 1, 2])


def test_infinite_targets_are_named_by_their_row():
    y = X[:, 0].copy()
    y[6] = np.inf
    with pytest.raises(ValueError, match="infinite in row 7"):
        regressor().fit(X, y)


def test_a_missing_scikit_learn_is_said_with_its_install_line():
    code = (
        "import sys; sys.modules['sklearn'] = None\n"
        "import glassnet as gn\n"
        "from glassnet import *\n"
        "try:\n    gn.NetworkClassifier\n"
        "except ImportError as error:\n    print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "pip install 'glassnet[sklearn]'" in done.stdout
