"""Categories as centred columns, as what the target was at each level, or as both."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.data.encode.category import Category
from glassnet.data.encode.cut import Cut
from glassnet.data.encode.level_targets import LevelTargets
from glassnet.data.frames import as_table
from glassnet.data.schema import ColumnSchema, Kind
from glassnet.data.table import Column


def column(values) -> Column:
    return as_table({"x": values}).columns["x"]


def category(*levels: str) -> ColumnSchema:
    return ColumnSchema("x", Kind.CATEGORY, "", given="text", levels=levels)


def fitted(words, *levels, weights=None, targets=None, folds=None) -> Category:
    count = len(words)
    targets = np.arange(float(count))[:, None] if targets is None else targets
    folds = np.arange(count) % 2 if folds is None else folds
    return Category.fit(category(*levels), column(words), targets, folds, weights)


def encode(encoder, words, folds=None):
    values, notes = encoder.read(column(words), "t")
    into = np.empty((len(words), len(encoder.features)))
    encoder.write(values, into, folds)
    return into, notes


# -- centred columns ---------------------------------------------------------------------------------------------------
def test_a_level_is_centred_by_its_share_and_a_gap_is_a_level():
    encoder = fitted(["a", "a", "b", "b", "b", None, None, "c"], "a", "b", "c")
    assert encoder.features == ("x=a", "x=b", "x missing")  # one c cannot be told from that row
    assert encoder.linear == (True, True, True)
    rows, notes = encode(encoder, ["a", None, "c", "z"])
    shares = np.array([2, 3, 2]) / 8
    np.testing.assert_array_equal(rows, np.array([[1, 0, 0], [0, 0, 1], [0, 0, 0], [0, 0, 0]]) - shares)
    assert notes == ["x: 1 value never seen when learnt ('z')"]


def test_two_levels_are_one_column_and_one_level_is_none():
    assert fitted(["a", "b", "a", "b"], "a", "b").features == ("x=a",)
    assert fitted(["a", None, "a", None], "a").features == ("x=a",)
    assert fitted(["a", "a", "b", "b", None, None], "a", "b").features == ("x=a", "x=b", "x missing")
    assert fitted(["a", "a"], "a", "b").features == ()


@given(st.lists(st.sampled_from(["a", "b", "c", None]), min_size=1, max_size=20), st.data())
def test_levels_have_mean_0_and_a_row_of_weight_2_is_the_row_twice(words, data):
    words = ["a", *words]  # a column of gaps alone is no category
    weights = data.draw(st.lists(st.sampled_from([1, 2]), min_size=len(words), max_size=len(words)))
    one = fitted(words, "a", "b", "c", weights=np.array(weights, float))
    twice = [word for word, times in zip(words, weights, strict=True) for _ in range(times)]
    assert one == fitted(twice, "a", "b", "c")
    np.testing.assert_allclose(encode(one, twice)[0].mean(axis=0), 0, atol=1e-12)


# -- statistics --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("count", "hot", "targets"), [(12, 12, False), (13, 13, True), (64, 64, True), (65, 0, True)])
def test_few_levels_are_columns_and_many_are_statistics(count, hot, targets):
    levels = [f"{i:02}" for i in range(count)]
    targets_of, folds = np.tile(np.arange(float(count)), 4)[:, None], np.repeat([0, 1, 0, 1], count)
    encoder = fitted(levels * 4, *levels, targets=targets_of, folds=folds)
    assert len(encoder.hot) == hot
    assert ("target where x" in encoder.features) is targets


def test_a_category_becomes_standardised_statistics_and_their_bins():
    numbers, targets = np.tile([1, 2, 3, 4], 10), np.tile([[0.0], [1.0], [2.0], [9.0]], (10, 1))
    folds = np.repeat([0, 1], 20)
    encoder = LevelTargets.fit(numbers, targets, folds, 5)
    assert encoder.features("x")[:2] == ("target where x", "target where x from 2 to 2.33333")
    assert len(encoder.features("x")) == 4  # counts are the same everywhere, so that they give nothing
    assert encoder.linear == (True, False, False, False)
    # Each half has five rows of each level and the mean 3, so that what is seen is (5 y + 30) / 15.
    values = np.array([30.0, 35, 40, 75]) / 15
    into = np.empty((40, 4))
    encoder.write(numbers, into, folds)
    np.testing.assert_allclose(into[:4, 0], (values - values.mean()) / values.std(), rtol=1e-12)
    np.testing.assert_allclose(into[:, 1:].mean(axis=0), 0, atol=1e-12)
    new = np.empty((2, 4))
    encoder.write(np.array([4, 0]), new)
    means = np.array([(90 + 30) / 20, 3])
    np.testing.assert_allclose(new[:, 0], np.clip((means - values.mean()) / values.std(), -4, 4), rtol=1e-12)


def test_a_far_value_is_cut_at_four_deviations():
    cut = Cut.of(np.array([0.0, 1.0] * 20))
    into = np.empty((3, len(cut.features("x"))))
    cut.write(np.array([100.0, 0.5, -1e300]), into)
    assert into[:, 0].tolist() == [4, 0, -4]


@pytest.mark.parametrize(("classes", "binned"), [(5, True), (6, False)])
def test_each_class_has_a_mean_of_its_own_and_many_classes_have_no_bins(classes, binned):
    labels = np.arange(60) % classes
    numbers = np.where(np.arange(60) % 4, labels, np.arange(60) % 7)  # a level says which class, most of the time
    encoder = LevelTargets.fit(numbers, np.eye(classes)[labels], np.arange(60) // 30, 9)
    names = encoder.features("x")
    for i in range(classes):
        assert f"target {i + 1} where x" in names
    assert any(" from " in name for name in names) is binned
    assert len(names) == len(encoder.linear)


def test_a_level_for_each_row_tells_nothing():
    levels = [f"{i:02}" for i in range(80)]
    assert fitted(levels, *levels).features == ()
    again = fitted([*levels, "79"], *levels, folds=np.append(np.arange(80) % 2, 0))  # beside row 79, whose fold is 1
    assert "target where x" in again.features


def test_a_mean_that_does_not_rise_with_the_target_out_of_fold_is_left_out():
    levels = [f"{i:02}" for i in range(13)] * 40
    noise = np.random.default_rng(0).normal(size=(520, 1))
    folds = np.arange(520) % 8
    assert fitted(levels, *levels[:13], targets=noise, folds=folds).features == tuple(
        f"x={each}" for each in levels[:13]
    )
    told = noise + np.tile(np.arange(13.0), 40)[:, None]
    assert "target where x" in fitted(levels, *levels[:13], targets=told, folds=folds).features


def test_weights_count_in_statistics():
    words = [f"{i:02}" for i in range(13)] * 4
    weights = np.tile([1.0, 2.0], 26)
    encoder = fitted(words, *sorted(set(words)), weights=weights)
    targets, held = np.arange(52.0), np.array([word == "00" for word in words])
    prior = (weights * targets).sum() / weights.sum()
    expected = ((weights * targets)[held].sum() + 10 * prior) / (weights[held].sum() + 10)
    assert encoder.targets.statistics.encode(np.array([1]))[0, 0] == pytest.approx(expected, rel=1e-14)


def test_what_is_written_is_read_back_with_the_same_numbers():
    levels = [f"{i:02}" for i in range(20)]
    words = [*levels * 3, None, None]
    encoder = fitted(words, *levels, targets=np.linspace(0, 1, 62)[:, None] ** 2)
    again = Category.from_json(category(*levels), json.loads(json.dumps(encoder.to_json())))
    assert (again.features, again.linear) == (encoder.features, encoder.linear)
    for folds in (None, np.arange(62) % 2):
        np.testing.assert_array_equal(encode(again, words, folds)[0], encode(encoder, words, folds)[0])
    assert encode(again, ["z"])[1] == encode(encoder, ["z"])[1]
