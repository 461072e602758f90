"""A table turned into the numbers that the members of an ensemble share."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from glassnet.data.encode.member_encoding import MemberEncoding
from glassnet.data.folds import folds_of
from glassnet.data.frames import as_table
from glassnet.data.schema import Schema
from glassnet.errors import SchemaError

ROWS = 300


def frame(rows: int = ROWS) -> pd.DataFrame:
    """Columns of every kind, with gaps and infinite numbers, and a target that goes by both wide categories."""
    random = np.random.default_rng(5)
    wide, wider = random.integers(0, 30, rows), random.integers(0, 80, rows)
    return pd.DataFrame(
        {
            "x": np.where(random.random(rows) < 0.1, np.nan, random.normal(size=rows)),
            "wild": np.where(random.random(rows) < 0.05, np.inf, random.standard_cauchy(rows)),
            "same": np.ones(rows),
            "t": pd.Timestamp("2021-01-01") + pd.to_timedelta(random.integers(0, 40, rows), "D"),
            "b": random.choice(["yes", "no"], rows),
            "small": random.choice(["a", "b", "c"], rows),
            "wide": [f"w{i}" for i in wide],
            "wider": [f"v{i}" for i in wider],
            "y": random.normal(size=rows) + wide / 10 + wider / 20,
        }
    )


def targets_of(table: pd.DataFrame):
    return ((table.y - table.y.mean()) / table.y.std()).to_numpy()[:, None]


def fitted(rows=None, targets=None, weights=None, folds=None, dtype="float64"):
    rows = frame() if rows is None else rows
    table = as_table(rows)
    folds = folds_of(None, len(rows), 4, seed=0) if folds is None else folds
    targets = targets_of(rows) if targets is None else targets
    schema = Schema.decide(table, ["y"], {"wide": "category", "wider": "category"})
    return MemberEncoding.fit(schema, table, targets, folds, weights, dtype=dtype), folds


def test_every_column_gives_what_its_kind_has():
    encoding, folds = fitted(dtype="float32")
    spec, ridge = encoding.inputs
    names = encoding.features
    assert (ridge.name, ridge.shape, ridge.dtype) == ("ridge", (1,), "float32")
    assert (spec.name, spec.shape, spec.dtype, spec.levels) == ("numbers", (len(names),), "float32", None)
    assert spec.columns == ("x", "wild", "t", "b", "small", "wide", "wider")
    numbers = encoding.apply(as_table(frame()), folds).inputs["numbers"]
    assert (numbers.shape, numbers.dtype) == ((ROWS, len(names)), np.float32)
    plain = tuple(name for name, linear in zip(names, encoding.linear, strict=True) if linear)
    levels = tuple(f"wide=w{i}" for i in sorted(range(30), key=str))
    assert plain == (
        "x", "x missing", "wild", "t", "t in the week (sine)", "t in the week (cosine)", "b", "small=a", "small=b",
        "small=c", *levels, "target where wide", "count of wide", "target where wider", "count of wider",
        "target by a ridge",
    )  # fmt: skip
    assert "wider=v1" not in names
    assert names[1].startswith("x from ")


def test_what_is_given_is_bounded_whatever_comes():
    encoding, folds = fitted()
    asked = frame()
    asked["x"], asked["wild"] = [np.inf, -np.inf, np.nan] * 100, [1e308, -1e308, np.nan] * 100
    asked["wide"], asked["wider"], asked["b"] = "never", None, None
    for rows, own in ((frame(), folds), (asked, None)):
        numbers = encoding.apply(as_table(rows), own).inputs["numbers"]
        assert np.isfinite(numbers).all()
        assert np.abs(numbers).max() <= 4
    notes = encoding.apply(as_table(asked)).notes
    assert "x: 200 infinite values taken as beyond every other" in notes
    assert "wide: 300 values never seen when learnt ('never')" in notes
    assert "wider: 300 missing values, none when learnt: taken as never seen" in notes


def test_a_training_row_is_encoded_by_its_fold_and_a_new_one_without():
    encoding, folds = fitted()
    table = as_table(frame())
    own, new = (encoding.apply(table, each).inputs["numbers"] for each in (folds, None))
    differ = {
        name.split(" from ")[0] for name, column in zip(encoding.features, (own != new).T, strict=True) if column.any()
    }
    assert differ == {"target where wide", "count of wide", "target where wider", "count of wider", "target by a ridge"}
    np.testing.assert_array_equal(encoding.apply(table, np.full(ROWS, -1)).inputs["numbers"], new)
    some = np.array([5, 200, 17])
    np.testing.assert_array_equal(encoding.apply(table.take(some), folds[some]).inputs["numbers"], own[some])


def test_a_new_row_does_not_depend_on_the_folds_but_for_the_scale_of_statistics():
    rows = frame()
    one, two = (fitted(rows, folds=folds_of(None, ROWS, count, seed=count))[0] for count in (4, 7))
    for first, second in zip(one.encoders.values(), two.encoders.values(), strict=True):
        if not hasattr(first, "targets") or first.targets is None:
            assert first.to_json() == second.to_json()
        else:
            levels = np.arange(first.levels.count)
            np.testing.assert_allclose(
                first.targets.statistics.encode(levels), second.targets.statistics.encode(levels), rtol=1e-9, atol=1e-12
            )


def test_a_row_of_weight_2_is_the_row_twice():
    rows, weights = frame(), np.where(np.arange(ROWS) % 3 == 0, 2.0, 1.0)
    folds, targets = folds_of(None, ROWS, 4, seed=0), targets_of(rows)
    twice = np.repeat(np.arange(ROWS), weights.astype(int))
    one, _ = fitted(rows, targets, weights, folds)
    # Counts of rows decide how many bins there are, so that the same number of rows is compared.
    more, _ = fitted(rows.iloc[twice].reset_index(drop=True), targets[twice], None, folds[twice])
    of_one, of_more = (dict(zip(each.features, each.apply(as_table(rows), folds).inputs["numbers"].T, strict=True))
                       for each in (one, more))  # fmt: skip
    shared = [name for name in of_one if " from " not in name]
    assert len(shared) > 40
    for name in shared:
        np.testing.assert_allclose(of_one[name], of_more[name], rtol=1e-9, atol=1e-9)


def test_what_is_written_is_read_back_bit_for_bit():
    encoding, folds = fitted()
    again = MemberEncoding.from_json(json.loads(json.dumps(encoding.to_json())), encoding.schema)
    assert (again.features, again.linear, again.inputs) == (encoding.features, encoding.linear, encoding.inputs)
    for own in (folds, None):
        found, expected = (each.apply(as_table(frame()), own) for each in (again, encoding))
        np.testing.assert_array_equal(found.inputs["numbers"], expected.inputs["numbers"])
        assert found.notes == expected.notes


def test_columns_are_matched_by_name_and_missing_ones_are_named():
    encoding, _ = fitted()
    rows = frame()
    expected = encoding.apply(as_table(rows)).inputs["numbers"]
    turned = as_table(rows[list(rows.columns[::-1])])
    np.testing.assert_array_equal(encoding.apply(turned).inputs["numbers"], expected)
    with pytest.raises(SchemaError, match="lacks 1 column that the network learnt: 'wide'"):
        encoding.apply(as_table(rows.drop(columns="wide")))
    assert encoding.apply(as_table(rows.iloc[:0])).inputs["numbers"].shape == (0, len(encoding.features))


def test_columns_of_one_value_in_the_training_rows_give_nothing():
    rows = frame(20)
    table = as_table(rows)
    schema = Schema.decide(table, ["y"])
    few = table.take(np.zeros(8, np.int64))
    encoding = MemberEncoding.fit(schema, few, np.arange(8.0)[:, None], np.arange(8) % 2)
    assert (encoding.inputs, encoding.features, encoding.apply(table).inputs) == ((), (), {})


def test_a_target_that_has_nothing_to_do_with_the_levels_does_not_leak_into_them():
    random = np.random.default_rng(8)
    rows = pd.DataFrame({name: random.choice([f"l{i}" for i in range(400)], 2000) for name in ("wide", "wider")})
    rows["y"] = random.normal(size=2000)
    encoding, folds = fitted(rows, folds=folds_of(None, 2000, 8, seed=3))
    own, new = (encoding.apply(as_table(rows), each).inputs["numbers"] for each in (folds, None))
    for place, name in enumerate(encoding.features):
        if encoding.linear[place] and name.startswith("target"):
            assert np.corrcoef(own[:, place], rows.y)[0, 1] < 3 / np.sqrt(2000)
            assert np.corrcoef(new[:, place], rows.y)[0, 1] > 0.3  # as new rows they would meet their own targets


def test_rows_are_encoded_alike_however_many_come_together():
    encoding, _ = fitted(dtype="float32")
    asked = as_table(frame(5000))
    whole = encoding.apply(asked).inputs
    parts = [encoding.apply(asked.take(slice(start, start + 700))).inputs for start in range(0, 5000, 700)]
    for name, array in whole.items():
        np.testing.assert_array_equal(array, np.concatenate([part[name] for part in parts]))


def test_a_ridge_for_all_folds_is_not_made_of_columns_that_only_some_of_them_chose():
    """110 columns of 20 levels have more than 2,000 features, so that each fold leaves some out."""
    random = np.random.default_rng(0)
    rows = pd.DataFrame({f"c{i}": np.char.add("l", random.integers(0, 20, 1200).astype(str)) for i in range(110)})
    table, folds = as_table(rows.assign(y=0.0)), folds_of(None, 1200, 4, seed=0)
    schema = Schema.decide(table, ["y"])
    encoding = MemberEncoding.fit(schema, table, random.normal(size=(1200, 1)), folds, dtype="float64")
    assert encoding.gates is not None
    assert not encoding.gates.seen.all()
    assert encoding.ridge is None
    assert [spec.name for spec in encoding.inputs] == ["numbers"]
    assert encoding.apply(as_table(rows), folds).inputs["numbers"].shape == (1200, len(encoding.features))
