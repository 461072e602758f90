"""What scikit-learn asks of every estimator: nothing is skipped, nothing is expected to fail."""

from __future__ import annotations

import warnings

import pytest
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils.estimator_checks import parametrize_with_checks

import glassnet as gn

# As they are made, and of layers laid out by hand.
ESTIMATORS = [
    kind(**settings)
    for kind in (gn.NetworkClassifier, gn.NetworkRegressor)
    for settings in ({}, {"hidden_layer_sizes": (32,), "max_iter": 300})
]


@parametrize_with_checks(ESTIMATORS)
def test_scikit_learn_finds_nothing(estimator, check):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # the checks give few epochs and look at other things
        try:
            check(estimator)
        except pytest.skip.Exception as skipped:
            pytest.fail(f"skipped: {skipped}")
