"""A weight counts as the row so many times: in the encoders, in learning, in the scores and in their baseline."""

from __future__ import annotations

from dataclasses import astuple

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import glassnet as gn
from glassnet.data.encode.scale import Scale, moments
from glassnet.errors import DataError, SettingError
from glassnet.network.given import Given

RANDOM = np.random.default_rng(9)
ROWS = 12
X = RANDOM.normal(size=(ROWS, 2))
Y = RANDOM.normal(size=ROWS)
CLASSES = np.array([0, 1, 2] * 4)
TABLE = {"size": [float(value) for value in X[:, 0]], "kind": list("abcabdabcabd"), "cost": [float(y) for y in Y]}
counts_of = st.lists(st.integers(0, 3), min_size=ROWS, max_size=ROWS).filter(lambda counts: sum(map(bool, counts)) > 6)
few = settings(max_examples=8, derandomize=True)


def repeated(table, counts):
    return {name: np.repeat(np.array(column), counts).tolist() for name, column in table.items()}


def tabled(table, counts=None, **given):
    """A network that designs itself but for the layers, after two steps on all rows of a table."""
    network = gn.Network([gn.Dense(1)], loss="squared", optimizer=gn.GradientDescent(0.1), dtype="float64", seed=0,
                         engine="reference", columns={"kind": "category", "cost": "number"})  # fmt: skip
    network.learn(table, target="cost", mode="full-batch", epochs=2, sample_weight=counts, **given)
    return network


def same(one, other, **tolerance):
    for first, second in zip(one.weights.values(), other.weights.values(), strict=True):
        np.testing.assert_allclose(first, second, **tolerance)
    np.testing.assert_allclose(list(one.report.score.values()), list(other.report.score.values()), **tolerance)
    np.testing.assert_allclose(list(one.report.baseline.values()), list(other.report.baseline.values()), **tolerance)


# -- tables, with their encoders and scores ----------------------------------------------------------------------------
@few
@given(counts=counts_of)
def test_a_row_of_a_table_counts_as_often_as_its_weight_says(counts):
    same(tabled(TABLE, counts), tabled(repeated(TABLE, counts)), rtol=1e-9, atol=1e-12)


@few
@given(counts=counts_of, factor=st.sampled_from([0.1, 10, 1e9]))
def test_all_weights_times_a_number_change_nothing(counts, factor):
    same(tabled(TABLE, counts), tabled(TABLE, factor * np.array(counts)), rtol=1e-9, atol=1e-12)


def test_a_row_of_weight_0_is_not_even_read():
    kept = [1] * ROWS
    more = {name: [*column, wild] for (name, column), wild in zip(TABLE.items(), (-1e9, "unheard", 1e9), strict=True)}
    without, beside = tabled(TABLE), tabled(more, [*kept, 0])
    same(without, beside, rtol=0)
    assert without.schema == beside.schema
    assert without.report.notes == beside.report.notes


@pytest.mark.parametrize("counts", [[1, 1, 1], [2, 5, 1], [3, 1, 4]])
def test_the_moments_of_weighed_values_are_those_of_repeated_ones(counts):
    values = np.array([1e9 + 1, 1e9 + 2, 1e9 + 7])
    weighed = moments(values, np.array(counts, float))
    np.testing.assert_allclose(weighed, moments(np.repeat(values, counts)), rtol=1e-15)
    far = np.array([0.0, 1, 1e6])
    once, repeated_ones = Scale.of(far, np.array([9.0, 9, 1])), Scale.of(np.repeat(far, [9, 9, 1]))
    np.testing.assert_allclose(astuple(once), astuple(repeated_ones), rtol=1e-14)


# -- arrays ------------------------------------------------------------------------------------------------------------
@few
@given(counts=counts_of, engine=st.sampled_from(["native", "reference"]), loss=st.sampled_from(["Huber", "hinge"]))
def test_a_row_of_arrays_counts_as_often_as_its_weight_says(counts, engine, loss):
    networks = []
    targets = Y if loss == "Huber" else CLASSES
    for x, y, weights in ((X, targets, counts), (np.repeat(X, counts, 0), np.repeat(targets, counts), None)):
        network = gn.Network([gn.Dense(1 if loss == "Huber" else 3)], loss=loss, optimizer=gn.GradientDescent(0.1),
                             dtype="float64", seed=0, engine=engine,
                             classes=None if loss == "Huber" else [0, 1, 2])  # fmt: skip
        network.learn(x, y, mode="full-batch", epochs=2, sample_weight=weights)
        networks.append(network)
    same(*networks, rtol=1e-9, atol=1e-12)
    scores = networks[0].test(X, targets, sample_weight=counts)
    expected = networks[1].test(np.repeat(X, counts, 0), np.repeat(targets, counts))
    np.testing.assert_allclose(list(scores.values()), list(expected.values()), rtol=1e-9)


def test_rows_held_out_by_hand_may_have_weights():
    reports = [
        gn.Network([gn.Dense(1)], loss="squared", seed=0).learn(X, Y, epochs=2, validation=held)
        for held in ((X[:3], Y[:3], [2, 0, 1]), (X[[0, 0, 2]], Y[[0, 0, 2]]))
    ]
    np.testing.assert_allclose(reports[0].validation_losses, reports[1].validation_losses, rtol=1e-6)


def test_balanced_classes_have_equal_sums_of_weights_those_of_rows_included():
    classes = np.array([0] * 8 + [1] * 3 + [2])
    weights = np.array([1.0] * 11 + [2])
    sums = np.bincount(classes, weights)
    networks = []
    for how in ({"class_weight": "balanced", "sample_weight": weights}, {"sample_weight": (weights / sums[classes])}):
        network = gn.Network([gn.Dense(3)], loss="softmax log loss", dtype="float64", seed=0)
        network.learn(X, classes, mode="full-batch", epochs=3, **how)
        networks.append(network)
    same(*networks, rtol=1e-9)


# -- what is refused ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("given", "error", "said"),
    [
        ({"sample_weight": [*[1] * 5, -2, *[1] * 6]}, DataError, r"sample_weight: row 6 has the weight -2\.0"),
        ({"sample_weight": [*[1] * 5, np.nan, *[1] * 6]}, DataError, "sample_weight: row 6 has the weight nan"),
        ({"sample_weight": [*[1] * 5, np.inf, *[1] * 6]}, DataError, "sample_weight: row 6 has the weight inf"),
        ({"sample_weight": ["a"] * 12}, DataError, "sample_weight holds values of dtype <U1"),
        (
            {"sample_weight": "weight"},
            DataError,
            "'weight' names a column, and the columns of the inputs have no names",
        ),
        ({"sample_weight": [0] * 12}, DataError, "every weight is zero"),
        ({"sample_weight": [1] * 11}, DataError, "sample_weight has 11 weights for 12 rows"),
        ({"class_weight": {0: 0, 1: 0, 2: 0}}, DataError, "leave no row with a target"),
        ({"class_weight": {0: 1, 7: 2}}, SettingError, "no class is 7; the classes are 0, 1, 2"),
        ({"class_weight": {0: -1}}, SettingError, "class 0 has the weight -1"),
        ({"class_weight": {0: np.nan}}, SettingError, "class 0 has the weight nan"),
        ({"class_weight": {0: "much"}}, SettingError, "class 0 has the weight 'much'"),
        ({"class_weight": "even"}, SettingError, "class_weight='even': expected 'balanced' or a mapping"),
    ],
)
def test_weights_that_are_none_are_named_and_nothing_is_changed(given, error, said):
    network = gn.Network([gn.Dense(3)], loss="softmax log loss", seed=0)
    with pytest.raises(error, match=said):
        network.learn(X, CLASSES, epochs=1, **given)
    assert repr(network).endswith("learnt nothing yet")


@pytest.mark.parametrize("targets", [np.arange(12.0), np.arange(24.0).reshape(12, 2)], ids=["one", "two"])
def test_numbers_have_no_weights_of_classes(targets):
    network = gn.Network([gn.Dense(1 if targets.ndim == 1 else 2)], loss="squared", seed=0)
    with pytest.raises(SettingError, match="the target is a number or lists of labels, not a class; use"):
        network.learn(X, targets, epochs=1, class_weight={0: 1.0})


# -- targets of a table as they are ------------------------------------------------------------------------------------
def test_a_loss_of_counts_takes_the_targets_of_a_table_unscaled():
    table = {"x": np.linspace(0, 2, 60), "calls": np.floor(np.exp(np.linspace(0, 3, 60)))}
    network = gn.Network(loss="Poisson", seed=0, columns={"calls": "number"})
    report = network.learn(table, target="calls", epochs=80)
    assert report.score["r2"] > 0.9
    assert (network.predict({"x": [-50.0, 0.0]}) >= 0).all()
    with pytest.raises(DataError, match=r"Poisson loss: row 2, column 1 of the targets holds -1\.0"):
        network.learn({"x": [1.0, 2, 3], "calls": [3.0, -1, 2]}, target="calls")


# -- ensembles ---------------------------------------------------------------------------------------------------------
def planned(weight, **terms):
    """What an ensemble answers that learns categories and a number with one weight for all rows."""
    random = np.random.default_rng(0)
    rows = 200
    table = {"x": random.normal(size=rows), "k": np.char.add("l", random.integers(0, 30, rows).astype(str))}
    table["y"] = table["x"] + np.char.str_len(table["k"]) + 0.1 * random.normal(size=rows)
    network = gn.Network(seed=0, columns={"k": "category"})
    network.learn(table, target="y", epochs=5, sample_weight=None if weight is None else np.full(rows, weight), **terms)
    return network.predict(table)


@pytest.mark.parametrize("weight", [1 / 200, 1e-50, 0.3, 1e39, 1e300])
def test_the_unit_of_weights_does_not_matter_to_an_ensemble(weight):
    """Statistics of levels are smoothed by so many rows, and float32 has no 1e39."""
    np.testing.assert_array_equal(planned(weight), planned(None))


def test_weights_that_are_whole_numbers_count_rows_in_an_ensemble():
    given = Given.checked([[1.0]] * 3, [1.0, 2.0, 3.0], None, [1, 2, 3])
    assert given.weights.scaled() is given.weights
    others = Given.checked([[1.0]] * 3, [1.0, 2.0, 3.0], None, [0.1, 0.2, 0.3]).weights.scaled()
    np.testing.assert_allclose(others.rows, [0.5, 1, 1.5])


@pytest.mark.parametrize(
    "column",
    [
        pd.Series(["low", "mid", "high"] * 4, name="grade").astype(pd.CategoricalDtype(["low", "mid", "high"], True)),
        pl.Series("grade", ["low", "mid", "high"] * 4, pl.Enum(["low", "mid", "high"])),
    ],
)
def test_a_row_of_weight_0_takes_neither_the_name_nor_the_order_of_the_targets(column):
    kept = Given.checked(np.arange(12.0)[:, None], column, None, [0] + [1] * 11).counting().targets
    assert type(kept) is type(column)
    assert (kept.name, len(kept)) == ("grade", 11)
    assert kept.dtype == column.dtype
