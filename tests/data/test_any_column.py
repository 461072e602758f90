"""Whatever stands in a column, it is taken for something, and its own rows can be read as that."""

from __future__ import annotations

import json

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from glassnet.data.encode import Encoding
from glassnet.data.frames import as_table
from glassnet.data.schema import ColumnSchema, Schema
from glassnet.data.targets import TargetEncoding
from glassnet.errors import DataError

WORDS = [
    *("", " ", "NA", "None", "-", "?", "n/a", "yes", "no", "Y", "true", "red", "a\nb", "x" * 99),
    *("1", "2", "0", "01", "007", "1.5", "1,5", "1,234", "1.234", "1 234,5", "1'234", "-3", "+4", "\u22122", "1e5"),
    *("12 kg", "7 lb", "1,5 kg", "$5", "-$1,234.50", "45 %", "007 kg", "0 kg"),
    *("inf", "-Infinity", "9007199254740993", "1_000", "\u0663"),
    *("2021-01-02", "03/04/2021", "25/12/2021", "12/25/2021", "3 Apr 2021", "9:30", "2021-01-02 10:00:00+02:00"),
]
TEXTS = st.lists(st.sampled_from(WORDS), min_size=2, max_size=40)
FEW = st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).flatmap(
    lambda few: st.lists(st.sampled_from(few), min_size=2, max_size=40)
)
ANY = st.lists(st.text(st.characters(exclude_characters="\0"), max_size=6), min_size=2, max_size=30)
FLOATS = st.lists(st.floats() | st.none(), min_size=2, max_size=30)
INTEGERS = st.lists(st.integers(-(2**63), 2**64 - 1) | st.integers(-2, 3) | st.none(), min_size=2, max_size=30)
VALUES = TEXTS | FEW | ANY | FLOATS | INTEGERS


@given(VALUES, st.booleans())
def test_every_column_can_be_read_as_what_it_was_taken_for(values, one_hot):
    table = as_table({"x": values, "z": np.arange(len(values)) ** 2.0, "y": np.arange(len(values)) / 7})
    try:
        schema = Schema.decide(table, ["y"])
    except DataError:  # numbers written in two ways
        return
    assert ColumnSchema.from_json(json.loads(json.dumps(schema.columns[0].to_json()))) == schema.columns[0]
    encoding = Encoding.fit(schema, table, one_hot=one_hot)
    encoded = encoding.apply(table)
    assert not any("never seen" in note for note in encoded.notes)
    for spec in encoding.inputs:
        array = encoded.inputs[spec.name]
        assert array.shape == (len(values), *spec.shape)
        assert np.isfinite(array).all()
        assert np.abs(array).max(initial=0) <= (8 if spec.levels is None else spec.levels - 1)


@given(VALUES)
@example([0.0] * 8 + [1.7976931348623157e308])
def test_every_target_is_learnt_or_refused_and_comes_back(values):
    table = as_table({"x": np.arange(len(values)) ** 2.0, "y": values})
    try:
        schema = Schema.decide(table, ["y"])
        encoding = TargetEncoding.fit({"y": table.columns["y"]}, schema.targets)
    except DataError:
        return
    encoded, present = encoding.read({"y": table.columns["y"]})
    assert present.any()
    assert np.isfinite(encoded).all()
    answers = encoding.decode(encoded)
    assert len(answers) == len(values)
    if encoding.task != "regression":
        assert set(answers[present].tolist()) == set(encoding.labels)
