"""Encoders of a whole column: numbers in bins, centred levels, and what the target was at a level."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.data.encode.binned import BinnedQuantity
from glassnet.data.encode.centred import CentredHot
from glassnet.data.encode.level_targets import LevelTargets
from glassnet.data.encode.statistics import LevelStatistics, out_of_fold
from glassnet.data.frames import as_table
from glassnet.data.schema import ColumnSchema, Kind
from glassnet.data.table import Column


def column(values) -> Column:
    return as_table({"x": values}).columns["x"]


def category(*levels: str) -> ColumnSchema:
    return ColumnSchema("x", Kind.CATEGORY, "", given="text", levels=levels)


NUMBER = ColumnSchema("x", Kind.NUMBER, "", given="float")


def again(encoder, schema):
    return type(encoder).from_json(schema, json.loads(json.dumps(encoder.to_json())))


# -- numbers -----------------------------------------------------------------------------------------------------------
def test_a_number_stands_clipped_beside_its_bins_and_its_gap():
    encoder = BinnedQuantity.fit(NUMBER, column([1.0, 2.0, 3.0, 4.0, None]), "t")
    assert encoder.features == ("x", "x from 1 to 2", "x from 2 to 3", "x from 3 to 4", "x missing")
    blocks, notes = encoder.encode(column([2.5, None]), "t")
    z = 0.5 / (2 / 1.35)  # the median is 2, the quartiles are 1 and 3
    np.testing.assert_allclose([block[0] for block in blocks], [
        z / np.sqrt(1 + z * z / 9), 1.5 * (1 - 0.75), 1.5 * (0.5 - 0.5), 1.5 * (0 - 0.25), 0,
    ])  # fmt: skip
    assert [block[1] for block in blocks] == [0, 0, 0, 0, 1]
    assert notes == []


def test_a_new_gap_is_the_median_and_said_and_infinity_is_said():
    encoder = BinnedQuantity.fit(NUMBER, column([1.0, 2.0, 3.0, 4.0]), "t")
    blocks, notes = encoder.encode(column([None, np.inf]), "t")
    assert [block[0] for block in blocks] == [0] * len(encoder.features)
    assert blocks[0][1] == 3
    assert notes == [
        "x: 1 missing value, none when learnt: the median stands in",
        "x: 1 infinite value taken as beyond every other",
    ]


# -- levels ------------------------------------------------------------------------------------------------------------
def test_a_level_is_centred_by_its_share_and_a_gap_is_a_level():
    encoder = CentredHot.fit(category("a", "b", "c"), column(["a", "a", "b", "b", "b", None, None, "c"]))
    assert encoder.features == ("x=a", "x=b", "x missing")  # one c cannot be told from that row
    blocks, notes = encoder.encode(column(["a", None, "c", "z"]), "t")
    shares = np.array([2, 3, 2]) / 8
    expected = np.array([[1, 0, 0], [0, 0, 1], [0, 0, 0], [0, 0, 0]]) - shares
    np.testing.assert_array_equal(np.stack(blocks, axis=1), expected)
    assert notes == ["x: 1 value never seen when learnt ('z')"]


def test_two_levels_are_one_column():
    assert CentredHot.fit(category("a", "b"), column(["a", "b", "a", "b"])).features == ("x=a",)
    assert CentredHot.fit(category("a"), column(["a", None, "a", None])).features == ("x=a",)
    three = column(["a", "a", "b", "b", None, None])
    assert CentredHot.fit(category("a", "b"), three).features == ("x=a", "x=b", "x missing")


@given(st.lists(st.sampled_from(["a", "b", "c", None]), min_size=1, max_size=20), st.data())
def test_levels_have_mean_0_and_a_row_of_weight_2_is_the_row_twice(words, data):
    words = ["a", *words]  # a column of gaps alone is no category
    weights = data.draw(st.lists(st.sampled_from([1, 2]), min_size=len(words), max_size=len(words)))
    schema = category("a", "b", "c")
    one = CentredHot.fit(schema, column(words), np.array(weights, float))
    twice = column([word for word, times in zip(words, weights, strict=True) for _ in range(times)])
    assert one == CentredHot.fit(schema, twice)
    for block in one.encode(twice, "t").blocks:
        assert abs(block.mean()) < 1e-12


# -- targets of levels -------------------------------------------------------------------------------------------------
def test_the_mean_of_a_level_is_smoothed_by_ten_rows_of_the_mean():
    levels, targets = np.array([1, 1, 1, 2]), np.array([[6.0], [6.0], [0.0], [4.0]])
    found = LevelStatistics.of(levels, targets, 4)
    prior = 16 / 4
    expected = [[prior, 0], [(12 + 10 * prior) / 13, np.log(4)], [(4 + 10 * prior) / 11, np.log(2)], [prior, 0]]
    np.testing.assert_allclose(found.encode(np.arange(4)), expected, rtol=1e-14)
    doubled = LevelStatistics.of(levels, targets, 4, np.array([2.0, 1, 1, 1]))
    repeated = LevelStatistics.of(np.array([1, 1, 1, 1, 2]), targets[[0, 0, 1, 2, 3]], 4)
    np.testing.assert_array_equal(doubled.encode(levels), repeated.encode(levels))


def test_a_row_sees_the_other_folds_and_one_held_out_sees_all_folds():
    levels, folds = np.array([1, 1, 1, 1]), np.array([0, 1, 1, -1])
    whole, seen = out_of_fold(levels, np.array([[1.0], [2.0], [6.0], [100.0]]), folds, 2)
    # Of the first row's other fold: a sum of 8 over 2 rows with the mean 4. Of fold 1's: one row of 1.
    expected = [[(8 + 40) / 12, np.log(3)], [1, np.log(2)], [1, np.log(2)], [(9 + 30) / 13, np.log(4)]]
    np.testing.assert_allclose(seen, expected, rtol=1e-14)
    np.testing.assert_allclose(whole.encode(np.array([1])), expected[3:], rtol=1e-14)


rows = st.lists(
    st.tuples(st.integers(0, 3), st.integers(-9, 9).map(float), st.integers(-1, 2)), min_size=1, max_size=25
)


@given(rows, st.data())
def test_what_a_row_sees_does_not_depend_on_its_own_target_nor_on_one_that_is_held_out(rows, data):
    rows = [*rows, (0, 1.0, 0), (1, 2.0, 1)]  # two folds at the least
    levels, targets, folds = (np.array(each) for each in zip(*rows, strict=True))
    place = data.draw(st.integers(0, len(rows) - 1))
    other = targets.copy()
    other[place] += 1000
    before, after = (out_of_fold(levels, each[:, None], folds, 4)[1] for each in (targets, other))
    blind = folds == folds[place] if folds[place] >= 0 else np.ones(len(rows), bool)
    np.testing.assert_array_equal(before[blind], after[blind])


def test_a_category_becomes_standardised_statistics_and_their_bins():
    words = ["a", "b", "c", "d"] * 10
    targets = np.tile([[0.0], [1.0], [2.0], [9.0]], (10, 1))
    folds = np.repeat([0, 1], 20)
    encoder, seen = LevelTargets.fit(category("a", "b", "c", "d"), column(words), targets, folds)
    # Each half has five rows of each level and the mean 3, so that what is seen is (5 y + 30) / 15.
    values = np.array([30.0, 35, 40, 75]) / 15
    scaled = (values - values.mean()) / values.std()
    np.testing.assert_allclose(seen.blocks[0][:4], scaled, rtol=1e-12)
    assert not seen.blocks[1].any()  # counts are the same everywhere
    assert encoder.features[:3] == ("target where x", "count of x", "target where x from 2 to 2.33333")
    assert len(seen.blocks) == len(encoder.features) == 5
    new = encoder.encode(column(["d", None, "z"]), "t")
    means = np.array([(90 + 30) / 20, 3, 3])
    np.testing.assert_allclose(new.blocks[0], np.clip((means - values.mean()) / values.std(), -4, 4), rtol=1e-12)
    assert new.notes[0] == "x: 1 value never seen when learnt ('z')"


def test_a_far_level_is_cut_at_four_deviations():
    words = ["b"] + ["a"] * 40 + ["b"] * 3
    targets = np.array([[float(word == "b") * 1000] for word in words])
    encoder, _ = LevelTargets.fit(category("a", "b"), column(words), targets, np.arange(44) % 2)
    assert max(abs(encoder.encode(column(["b"]), "t").blocks[0])) <= 4


def test_each_class_has_a_mean_of_its_own():
    classes = np.eye(3)[[0, 1, 2, 0, 1, 2]]
    encoder, seen = LevelTargets.fit(category("a", "b"), column(list("aababb")), classes, np.array([0, 0, 0, 1, 1, 1]))
    names = ("target 1 where x", "target 2 where x", "target 3 where x", "count of x")
    assert encoder.features[:4] == names
    assert len(seen.blocks) == len(encoder.features)


WORDS = ["a", "b", None, "c", "a", "b", "c", "a"]


def test_encoders_are_written_and_read_back_with_the_same_numbers():
    schema = category("a", "b", "c")
    targets = np.linspace(0, 1, 8)[:, None] ** 2
    of_levels = [CentredHot.fit(schema, column(WORDS)),
                 LevelTargets.fit(schema, column(WORDS), targets, np.arange(8) % 2)[0]]  # fmt: skip
    of_numbers = BinnedQuantity.fit(NUMBER, column([*np.linspace(0, 1, 30) ** 3, None]), "t")
    cases = [(encoder, schema, [*WORDS, "z"]) for encoder in of_levels]
    for encoder, own, values in [*cases, (of_numbers, NUMBER, [0.1, 0.7, None, 5.0])]:
        other = again(encoder, own)
        assert other.features == encoder.features
        found, expected = (each.encode(column(values), "t") for each in (other, encoder))
        assert found.notes == expected.notes
        for one, block in zip(found.blocks, expected.blocks, strict=True):
            np.testing.assert_array_equal(one, block)


@pytest.mark.parametrize("weights", [None, np.array([2.0, 1, 1, 1, 1, 1, 1, 1])])
def test_weights_of_rows_count_in_statistics(weights):
    schema = category("a", "b", "c")
    targets = np.arange(8.0)[:, None]
    encoder, _ = LevelTargets.fit(schema, column(WORDS), targets, np.arange(8) % 2, weights)
    shares = np.ones(8) if weights is None else weights
    held = np.array([word == "a" for word in WORDS])
    prior = (shares * targets[:, 0]).sum() / shares.sum()
    expected = ((shares * targets[:, 0])[held].sum() + 10 * prior) / (shares[held].sum() + 10)
    assert encoder.statistics.encode(np.array([1]))[0, 0] == pytest.approx(expected, rel=1e-14)
