"""A class in each of several columns of targets, by one network, with scikit-learn's customs for it."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import load_iris
from sklearn.model_selection import KFold, cross_val_score
from sklearn.tree import DecisionTreeClassifier

import glassnet as gn

X, Y = load_iris(return_X_y=True)
WORDS = np.array([["a", "x"], ["b", "y"], ["c", "x"]])[Y]
NUMBERS = np.stack([Y, 5 - Y, Y > 0], axis=1).astype(int)
SMALL = {"hidden_layer_sizes": (16,), "max_iter": 300, "random_state": 0, "optimizer": gn.Adam(0.02), "tol": 1e-3}


def classifier(**settings):
    return gn.NetworkClassifier(**{**SMALL, **settings})


@pytest.mark.parametrize("y", [WORDS, NUMBERS, WORDS.astype(object), NUMBERS.astype(float)])
def test_answers_have_the_form_that_trees_give_them(y):
    ours, tree = classifier().fit(X, y), DecisionTreeClassifier(random_state=0).fit(X, y)
    assert isinstance(ours.classes_, list)
    assert [each.tolist() for each in ours.classes_] == [each.tolist() for each in tree.classes_]
    assert [each.dtype for each in ours.classes_] == [each.dtype for each in tree.classes_]
    answers, probabilities = ours.predict(X), ours.predict_proba(X)
    assert (answers.shape, answers.dtype) == (y.shape, y.dtype)
    assert [each.shape for each in probabilities] == [each.shape for each in tree.predict_proba(X)]
    for place, each in enumerate(probabilities):
        np.testing.assert_allclose(each.sum(axis=1), 1, rtol=1e-12)
        np.testing.assert_array_equal(answers[:, place], ours.classes_[place][each.argmax(axis=1)])
    np.testing.assert_allclose(ours.predict_log_proba(X)[0], np.log(probabilities[0]))
    assert [each.ndim for each in ours.decision_function(X)] == [
        1 if each.shape[1] == 2 else 2 for each in probabilities
    ]
    assert ours.score(X, y) > 0.93


def test_the_score_is_the_share_of_rows_right_in_every_column():
    model = classifier().fit(X, WORDS)
    known = WORDS.copy()
    known[:30, 1] = "z"  # right in one column, wrong in the other
    right = (model.predict(X) == known).all(axis=1)
    assert right.sum() == (model.predict(X) == WORDS).all(axis=1)[30:].sum()
    assert model.score(X, known) == right.mean()
    weights = np.arange(150.0)
    assert model.score(X, known, weights) == pytest.approx((right * weights).sum() / weights.sum())
    assert cross_val_score(classifier(), X, WORDS, cv=KFold(3, shuffle=True, random_state=0)).min() > 0.8


def test_a_network_that_designs_itself_learns_them_together():
    model = gn.NetworkClassifier(time_limit=0.5, random_state=0).fit(X, NUMBERS)
    assert model.score(X, NUMBERS) > 0.9
    again = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(again.predict(X), model.predict(X))


def test_columns_of_two_classes_other_than_0_and_1_are_no_labels():
    y = np.stack([Y > 0, Y > 1], axis=1) + 1
    model = classifier().fit(X, y)
    assert [each.tolist() for each in model.classes_] == [[1, 2], [1, 2]]
    assert [each.shape for each in model.predict_proba(X)] == [(150, 2), (150, 2)]


def test_partial_fit_knows_classes_of_each_column_that_have_not_come():
    model = classifier(batch_size=10)
    model.partial_fit(X[Y != 1], WORDS[Y != 1], classes=[["c", "b", "a"], ["x", "y"]])
    assert [each.shape for each in model.predict_proba(X)] == [(150, 3), (150, 2)]
    for _ in range(60):
        model.partial_fit(X, WORDS)
    assert model.score(X, WORDS) > 0.9
    with pytest.raises(ValueError, match=r"y, column 2 holds the class 'q', which was not learnt.*'x', 'y'"):
        model.partial_fit(X[:1], [["a", "q"]])
    with pytest.raises(ValueError, match="a class in each of 2 columns"):
        model.partial_fit(X[:2], ["a", "b"])
    with pytest.raises(ValueError, match="the classes learnt are 'a', 'b', 'c' and 'x', 'y'"):
        model.partial_fit(X, WORDS, classes=[["a", "b"], ["x", "y"]])
    with pytest.raises(ValueError, match="y has 2 columns; expected a list with the classes of each"):
        clone(model).partial_fit(X, WORDS, classes=["a", "b", "c"])


def test_what_shows_0_and_1_alone_is_still_one_of_several_columns():
    first = np.stack([Y, Y], axis=1)
    model = classifier(batch_size=10).partial_fit(X, first, classes=[[0, 1, 2], [0, 1, 2]])
    model.partial_fit(X[:100], first[:100])
    assert [each.shape for each in model.predict_proba(X)] == [(150, 3), (150, 3)]
    labels = classifier(batch_size=10).partial_fit(X[:100], first[:100], classes=[0, 1])
    with pytest.raises(ValueError, match="2 labels a row, each 0 or 1"):
        labels.partial_fit(X, first)


def test_weights_of_classes_are_those_of_each_column():
    x, y = (np.arange(80) % 2)[:, None].astype(float), np.repeat([[0, 3], [1, 2], [2, 3], [1, 3]], 20, axis=0)
    settings = {"tol": 1e-6, "n_iter_no_change": 30}
    plain = classifier(**settings).fit(x, y).predict_proba(x)
    np.testing.assert_allclose(plain[0].mean(axis=0), [0.25, 0.5, 0.25], atol=0.03)
    balanced = classifier(class_weight="balanced", **settings).fit(x, y).predict_proba(x)
    np.testing.assert_allclose(balanced[0].mean(axis=0), 1 / 3, atol=0.03)
    np.testing.assert_allclose(balanced[1].mean(axis=0), 1 / 2, atol=0.03)
    one = classifier(class_weight=[None, {3: 1, 2: 9}], **settings).fit(x, y).predict_proba(x)
    np.testing.assert_allclose(one[0].mean(axis=0), [0.25, 0.5, 0.25], atol=0.03)
    np.testing.assert_allclose(one[1].mean(axis=0), [0.75, 0.25], atol=0.03)
    for wrong in ({0: 1}, ["balanced"]):
        with pytest.raises(ValueError, match="y has 2 columns; expected 'balanced', or a list"):
            classifier(class_weight=wrong).fit(x, y)


def test_rows_that_lack_a_class_are_left_out_and_bad_targets_are_named():
    y = WORDS.astype(object)
    y[3, 1] = None
    with pytest.warns(gn.DataWarning, match="1 row without a target is left out"):
        assert classifier().fit(X, y).score(X[10:], WORDS[10:]) > 0.9
    with pytest.raises(ValueError, match="y, column 2 holds one class only, 7"):
        classifier().fit(X, np.stack([Y, np.full(150, 7)], axis=1))
    with pytest.raises(ValueError, match="a class in each of 2 columns"):
        classifier().fit(X, WORDS).score(X, Y)
