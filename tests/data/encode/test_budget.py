"""Wide tables within so many features."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from glassnet.data.encode.budget import within_budget
from glassnet.data.encode.column_encoder import Aims, fitted
from glassnet.data.encode.member_encoding import MemberEncoding
from glassnet.data.encode.relation import Relations
from glassnet.data.folds import folds_of
from glassnet.data.frames import as_table
from glassnet.data.schema import Schema

ROWS = 200


def wide(numbers: int, categories: int = 0):
    """A table in which n0 and c0 alone have to do with the target."""
    random = np.random.default_rng(0)
    columns = {f"n{i}": random.normal(size=ROWS) for i in range(numbers)}
    levels = [f"l{i}" for i in range(10)]
    columns |= {f"c{i}": random.choice(levels, ROWS) for i in range(categories)}
    target = columns["n0"] + (columns["c0"] == "l3" if categories else 0) + 0.1 * random.normal(size=ROWS)
    frame = pd.DataFrame({**columns, "flag": random.choice([0.0, 1.0], ROWS), "y": target})
    table = as_table(frame)
    aims = Aims((target - target.mean())[:, None] / target.std(), folds_of(None, ROWS, 4, seed=0), None)
    return Schema.decide(table, ["y"]), table, aims


def widths(encoders):
    return {name: len(encoder.linear) for name, encoder in encoders.items()}


def test_a_table_that_is_not_wide_keeps_all():
    schema, table, aims = wide(5)
    encoders, _, notes = within_budget(schema, table, aims, most=46)
    assert widths(encoders) == {**{f"n{i}": 9 for i in range(5)}, "flag": 1}  # 8 bins are for 200 rows
    assert notes == ()


@pytest.mark.parametrize(("most", "bins", "words"), [(45, 7, "at most 7 bins each"), (16, 2, "at most 2 bins each"),
                                                     (15, 0, "no bins"), (6, 0, "no bins")])  # fmt: skip
def test_numbers_get_fewer_bins_first(most, bins, words):
    schema, table, aims = wide(5)
    encoders, _, notes = within_budget(schema, table, aims, most)
    assert widths(encoders) == {**{f"n{i}": 1 + bins for i in range(5)}, "flag": 1}
    assert notes == (f"numbers have {words}, as all columns together give at most {most} features",)


def test_then_the_columns_that_say_least_are_left_out():
    schema, table, aims = wide(30, categories=3)
    encoders, _, notes = within_budget(schema, table, aims, most=20)
    assert {"n0", "c0"} <= set(encoders)
    assert sum(widths(encoders).values()) <= 20
    left = [name for name in schema_names(schema) if name not in encoders]
    shown = ", ".join(map(repr, left[:12]))
    assert notes[1] == (
        f"{len(left)} of 34 columns are not used, as they are related least to the target and all together give at "
        f"most 20 features: {shown} and {len(left) - 12} more"
    )


def schema_names(schema):
    return [column.name for column in schema.columns]


def test_a_number_is_related_by_its_squared_correlation_outside_each_fold():
    schema, table, aims = wide(3)
    column = table.require("n0")
    encoder = fitted(schema.columns[0], column, "t", aims)
    clipped = encoder.scale.clip(column.values)
    expected = [np.corrcoef(clipped[rows], aims.targets[rows, 0])[0, 1] ** 2 for rows in outside(aims)]
    np.testing.assert_allclose(Relations(aims).of(encoder, column, "t"), expected, rtol=1e-10)
    doubled = np.repeat(np.arange(ROWS), 1 + np.arange(ROWS) % 2)
    weighted = Relations(aims._replace(weights=1.0 + np.arange(ROWS) % 2)).of(encoder, column, "t")
    more = Relations(Aims(aims.targets[doubled], aims.folds[doubled], None))
    np.testing.assert_allclose(weighted, more.of(encoder, column.take(doubled), "t"), rtol=1e-10)


def test_of_several_outputs_the_one_that_is_related_most_counts_and_of_one_fold_all_rows():
    schema, table, aims = wide(3)
    column, random = table.require("n0"), np.random.default_rng(1)
    encoder = fitted(schema.columns[0], column, "t", aims)
    more = aims._replace(targets=np.column_stack([random.normal(size=ROWS), aims.targets]))
    np.testing.assert_allclose(*(Relations(each).of(encoder, column, "t") for each in (more, aims)), rtol=1e-12)
    alone = Relations(aims._replace(folds=np.zeros(ROWS, np.int64))).of(encoder, column, "t")
    expected = np.corrcoef(encoder.scale.clip(column.values), aims.targets[:, 0])[0, 1] ** 2
    np.testing.assert_allclose(alone, [expected], rtol=1e-10)


def outside(aims):
    return [np.flatnonzero(aims.folds != fold) for fold in range(4)]


def test_a_category_is_related_by_its_means_out_of_fold():
    schema, table, aims = wide(1, categories=2)
    schemas = {column.name: column for column in schema.columns}
    found = {}
    for name in ("c0", "c1"):
        encoder = fitted(schemas[name], table.require(name), "t", aims)
        found[name] = Relations(aims).of(encoder, table.require(name), "t")
    held, targets = table.require("c0").values, aims.targets[:, 0]
    for fold, rows in enumerate(outside(aims)):
        means = []
        for level, own in zip(held[rows], aims.folds[rows], strict=True):
            others = (aims.folds != own) & (aims.folds != fold)
            same = others & (held == level)
            means.append((targets[same].sum() + 10 * targets[others].mean()) / (same.sum() + 10))
        assert found["c0"][fold] == pytest.approx(np.corrcoef(means, targets[rows])[0, 1] ** 2, rel=1e-9)
    assert (found["c1"] < 0.03).all()  # an identifier or noise goes against the target out of fold


def test_thousands_of_columns_are_encoded_within_2000_features():
    schema, table, aims = wide(2500)
    encoding = MemberEncoding.fit(schema, table, *aims)
    (width,) = encoding.inputs[0].shape
    assert 1990 < width <= 2000  # each of four folds has as many of its own
    assert "n0" in encoding.features
    assert encoding.notes[1].startswith(f"{2501 - width} of 2,501 columns are not used, ")
    again = MemberEncoding.from_json(encoding.to_json(), schema)
    np.testing.assert_array_equal(*(each.apply(table).inputs["numbers"] for each in (again, encoding)))
    assert again.notes == encoding.notes
    assert again.gated
    assert encoding.gates.seen.shape == encoding.gates.chosen.shape == (4, width)
    assert encoding.gates.share < 0.01
    first = encoding.features.index("n0")
    assert encoding.gates.chosen[:, first].all()
    assert (encoding.gates.chosen <= encoding.gates.seen).all()


def test_rows_of_next_to_no_weight_do_not_make_chance_look_sure():
    """A tenth of the rows have the weight: among 100 columns of noise few are taken to tell beyond chance."""
    schema, table, aims = wide(100)
    noise = np.random.default_rng(1).normal(size=(ROWS, 1))
    weights = np.where(np.arange(ROWS) % 10 == 0, 1.0, 1e-3)
    _, gates, _ = within_budget(schema, table, Aims(noise, aims.folds, weights))
    assert gates.share * gates.columns <= 5
