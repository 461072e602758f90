"""Lists of labels as targets: read from whatever holds a table, encoded as marks, and decoded."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.data.chunks import joined
from glassnet.data.encode.match import matched
from glassnet.data.frames import as_table
from glassnet.data.label_lists import LabelLists
from glassnet.data.read import read_table
from glassnet.data.schema import Kind, Schema
from glassnet.data.several_targets import encoding_from_json
from glassnet.data.targets import TargetEncoding
from glassnet.errors import DataError, SettingError, TargetError

TAGS = [["red", "new"], [], ["old"], ["old", "red"], None]
MARKS = [[1, 0, 1], [0, 0, 0], [0, 1, 0], [0, 1, 1], [0, 0, 0]]  # of "new", "old", "red"


def table_of(tags):
    return as_table({"x": list(range(0, 3 * len(tags), 3)), "tags": list(tags)})


def fitted(tags) -> LabelLists:
    table = table_of(tags)
    schema = Schema.decide(table, ["tags"])
    return LabelLists.fit(schema.targets[0], table.columns["tags"])


def columns_of(tags):
    return dict(table_of(tags).columns)


def read_back(tmp_path, ending):
    path = tmp_path / f"a{ending}"
    rows = [{"x": 3 * row, "tags": tags} for row, tags in enumerate(TAGS)]
    if ending == ".parquet":
        pq.write_table(pa.Table.from_pylist(rows), path)
    else:
        path.write_text(json.dumps(rows), "utf-8")
    return read_table(path)


@pytest.mark.parametrize(
    "given",
    [
        lambda _: as_table(pd.DataFrame({"tags": TAGS})),
        lambda _: as_table(
            pd.DataFrame({"tags": [np.nan if each is None else np.array(each, object) for each in TAGS]})
        ),
        lambda _: as_table(pd.DataFrame({"tags": pd.Series(TAGS, dtype=pd.ArrowDtype(pa.list_(pa.string())))})),
        lambda _: as_table(pl.DataFrame({"tags": TAGS})),
        lambda _: as_table(pa.table({"tags": TAGS})),
        lambda _: as_table({"tags": TAGS}),
        lambda _: as_table({"tags": [None if each is None else {*each} for each in TAGS]}),
        lambda _: as_table({"tags": [None if each is None else (*each, *each) for each in TAGS]}),
        lambda _: as_table([{"tags": each} for each in TAGS]),
        lambda _: as_table({"tags": [*[[f" {tag}" for tag in each] for each in TAGS[:-1]], ""]}),
        lambda _: as_table({"tags": [*[[*each, None, ""] for each in TAGS[:-1]], None]}),
        lambda folder: read_back(folder, ".json"),
        lambda folder: read_back(folder, ".parquet"),
    ],
)
def test_lists_are_read_from_whatever_holds_a_table(given, tmp_path):
    columns = dict(given(tmp_path).columns)
    marks, present = fitted(TAGS).read(columns)
    assert columns["tags"].kind == "lists"
    assert marks.tolist() == MARKS
    assert present.tolist() == [True, True, True, True, False]


@st.composite
def label_lists(draw):
    labels = draw(st.sampled_from([st.integers(-(10**6), 10**20), st.text("abc ", min_size=1), st.booleans()]))
    return draw(st.lists(st.lists(labels, unique=True), min_size=2, max_size=15))


@given(label_lists())
def test_marks_decode_to_the_lists_they_came_from(tags):
    bare = [[each.strip() if isinstance(each, str) else each for each in row] for row in tags]
    expected = [sorted({label for label in row if label != ""}) for row in bare]
    if len({tuple(row) for row in expected}) == 1:
        with pytest.raises(TargetError):
            fitted(tags)
        return
    encoding = fitted(tags)
    marks, present = encoding.read(columns_of(tags))
    decoded = encoding.decode(marks).tolist()
    assert decoded == expected
    assert {type(label) for row in decoded for label in row} <= {type(encoding.held[0])}
    assert present.all()
    again = encoding_from_json(json.loads(json.dumps(encoding.to_json())), encoding.columns)
    assert again == encoding


def test_labels_are_in_order_and_a_half_is_no_label():
    encoding = fitted([[3, 1], [20], []])
    assert encoding.held == (1, 3, 20)
    assert encoding.decode(np.array([[0.5, 0.51, 0.9], [0.2, 0.1, 0.0]])).tolist() == [[3, 20], []]
    assert encoding.reason == "lists of labels 1, 3, 20"
    assert encoding.schema.kind is Kind.LABELS


def test_the_share_of_each_label_counts_the_weights_of_the_rows():
    encoding = fitted([["a"], ["a", "b"], []])
    marks, _ = encoding.read(columns_of([["a"], ["a", "b"], []]))
    assert encoding.shares(marks, np.array([1.0, 2.0, 1.0])).tolist() == [3 / 4, 2 / 4]


@pytest.mark.parametrize(
    ("tags", "said"),
    [
        ([[], [], None], "none of the 3 rows has a label of the target 'tags'"),
        ([["a"], [1]], "are of type int and str; expected one type"),
        ([[True], [1]], "are of type bool and int"),
        ([["a", "b"], ["b", "a", "a"], None], "each list of the target 'tags' holds the same labels, 'a', 'b'"),
        ([[0, 0, 1], [0, 1, 0]], "holds 3 values in each row, some row the same one twice, which is a vector"),
        ([[str(row)] for row in range(20)], "holds 20 labels, hardly one of them in two rows"),
    ],
)
def test_what_is_no_target_of_labels_is_said(tags, said):
    with pytest.raises(TargetError, match=said):
        fitted(tags)


def test_a_label_that_was_not_learnt_is_named_with_its_row():
    encoding = fitted(TAGS)
    with pytest.raises(TargetError, match=r"row 2 of the target 'tags' holds the label 'blue', which was not learnt"):
        encoding.read(columns_of([["red"], ["new", "blue"]]))
    with pytest.raises(TargetError, match="row 1 of the target 'tags' holds 'red'; expected lists of labels"):
        encoding.read(columns_of(["red", "new"]))
    with pytest.raises(TargetError, match="the label True, which was not learnt"):
        fitted([[1], [2]]).read(columns_of([[True], []]))
    assert encoding.read(columns_of([None, None]))[1].tolist() == [False, False]


@pytest.mark.parametrize("vector", [[0.5, 1.0], [[1], [2]], np.zeros((2, 2), int)])
def test_vectors_are_no_lists_of_labels(vector):
    with pytest.raises(DataError, match="column 'tags', row 1: cannot take a value of type"):
        table_of([vector, vector])


def test_lists_in_an_input_are_refused_where_they_are_used():
    lists = as_table({"words": TAGS, "y": [1.5, 2, 3, 4, 5], "x": [3, 1, 4, 1, 5]})
    with pytest.raises(DataError, match="the dictionary, column 'words', row 1: cannot take a list"):
        Schema.decide(lists, ["y"])
    assert Schema.decide(lists, ["y"], {"words": "ignored"}).columns[0].kind is Kind.IGNORED
    with pytest.raises(SettingError, match=r"columns=\{'words': 'category'\}: the column holds lists"):
        Schema.decide(lists, ["y"], {"words": "category"})
    plain = Schema.decide(as_table({"words": ["a", "b", "a"], "y": [1.5, 2, 3]}), ["y"])
    with pytest.raises(DataError, match="column 'words', row 1: cannot take a list"):
        matched(plain, lists)


def test_lists_are_learnt_alone():
    table = as_table({"tags": TAGS, "y": [1.5, 2, 3, 4, 5], "x": [3, 1, 4, 1, 5]})
    schema = Schema.decide(table, ["y", "tags"])
    with pytest.raises(TargetError, match="the target 'tags' holds lists of labels, which are learnt alone"):
        TargetEncoding.fit(table.columns, schema.targets)


def test_rows_one_after_the_other_are_lists_still():
    parts = [table_of(TAGS[:2]), table_of([None, None]), table_of(TAGS[2:])]
    marks, present = fitted(TAGS).read(joined(parts).columns)
    assert marks.tolist() == [*MARKS[:2], [0] * 3, [0] * 3, *MARKS[2:]]
    assert present.tolist() == [True, True, False, False, True, True, False]
    assert joined(parts).take(slice(1, 3)).columns["tags"].kind == "lists"
