"""The schema of a whole table."""

from __future__ import annotations

import json

import numpy as np
import pytest

from glassnet.data.frames import as_table
from glassnet.data.read import read_table
from glassnet.data.schema import Kind, Schema
from glassnet.errors import DataError, SchemaError


def decide(columns, **overrides) -> Schema:
    rows = len(next(iter(columns.values())))
    return Schema.decide(as_table({**columns, "y": np.arange(rows) / 7}), ["y"], overrides)


def kinds(schema: Schema) -> dict[str, Kind]:
    return {column.name: column.kind for column in schema.columns}


def test_what_one_column_leaves_open_is_decided_as_in_the_others():
    schema = decide(
        {"a": ["1,234", "5", "6"], "b": ["2,5", "7", "8"], "c": ["03/04/2021"] * 2 + ["05/06/2021"],
         "d": ["12/25/2021", "01/02/2021", "01/03/2021"], "e": ["1.234", "5", "6"]}
    )  # fmt: skip
    found = {column.name: column for column in schema.columns}
    assert [found[name].decimal for name in "abe"] == [",", ",", ","]
    assert found["e"].thousands == "."
    assert [found[name].order for name in "cd"] == ["month first"] * 2
    assert schema.notes == ()


def test_columns_that_disagree_decide_nothing_for_the_others():
    schema = decide({"a": ["1,234", "5", "6"], "b": ["2,5", "7", "8"], "c": ["2.5", "7", "8"]})
    assert schema.columns[0].decimal == "."
    assert "'1,234'" in schema.notes[0]


def test_left_out_columns_are_said():
    schema = decide({"x": [1, 5, 3], "constant": [14.62] * 3, "empty": [None] * 3, "rownames": [1, 2, 3]})
    assert schema.notes == (
        "column 'constant' is left out: one value throughout, 14.62: constant",
        "column 'empty' is left out: every value is missing",
        "column 'rownames' is left out: it numbers the rows",
    )


def test_a_numbering_of_the_rows_is_kept_where_nothing_else_is_left():
    assert kinds(decide({"index": [1, 2, 3], "constant": [2] * 3})) == {"index": Kind.NUMBER, "constant": Kind.IGNORED}


def test_nothing_left_to_learn_from_is_said_with_the_reasons():
    with pytest.raises(DataError, match=r"the dictionary: no column is left to learn the target from \('x': one value"):
        decide({"x": [1.0] * 30})
    with pytest.raises(DataError, match=r"there is no other\); give a column that differs from row to row"):
        Schema.decide(as_table({"y": [1.0, 2.0]}), ["y"])


def test_texts_that_may_be_names_of_rows_are_learnt_where_they_are_said_to_be_text():
    texts = {"said": [f"{word} number {row}" for row, word in enumerate("abcdefghijklmnopqrstuvwxyz")]}
    with pytest.raises(
        DataError, match=r"or free text\); say what one is, as in Network\(columns=\{'said': 'text'\}\)"
    ):
        decide(texts)
    assert kinds(decide(texts, said="text")) == {"said": Kind.TEXT}


@pytest.mark.parametrize(("rows", "said"), [(0, "no rows"), (1, "one row")])
def test_a_table_needs_two_rows(rows, said):
    with pytest.raises(DataError, match=f"the dictionary has {said}"):
        decide({"x": [1.0] * rows})


def test_no_column_of_the_targets_name_brings_the_nearest():
    with pytest.raises(SchemaError, match="did you mean 'price'"):
        Schema.decide(as_table({"x": [1, 2], "price": [3, 4]}), ["prise"])


def test_names_that_differ_in_case_are_two_columns_and_said():
    schema = decide({"Rate": [1, 2, 1], "rate": [3, 4, 5]})
    assert list(kinds(schema)) == ["Rate", "rate"]
    assert schema.notes == ("'Rate' and 'rate' differ in case alone; they are two columns",)


def test_a_european_export_is_read_as_numbers(tmp_path):
    path = tmp_path / "euro.csv"
    rows = [f"{i / 2:.1f};{'ab'[i % 2]};{i:.2f}".replace(".", ",") for i in range(1, 201)]
    path.write_text("width;kind;price\n" + "\n".join(rows) + "\n", encoding="utf-8")
    schema = Schema.decide(read_table(path), ["price"])
    assert kinds(schema) == {"width": Kind.NUMBER, "kind": Kind.CATEGORY}
    assert schema.targets[0].reason == "numbers with decimal commas"


def test_a_schema_survives_json():
    schema = decide({"x": ["1,5", "2", "NA"], "c": ["a", "b", "a"], "d": ["25/12/2021", "", "1/1/2021"]}, c="category")
    assert Schema.from_json(json.loads(json.dumps(schema.to_json()))) == schema
