"""Targets encoded, and answers decoded."""

from __future__ import annotations

import datetime
import json

import numpy as np
import pytest

from glassnet.data.frames import as_table
from glassnet.data.schema import Schema
from glassnet.data.table import Column
from glassnet.data.targets import TargetEncoding
from glassnet.errors import SchemaError, TargetError


def columns_of(**columns) -> dict[str, Column]:
    return dict(as_table(columns).columns)


def fitted(told=None, **columns) -> tuple[TargetEncoding, dict[str, Column]]:
    rows = len(next(iter(columns.values())))
    table = as_table({**columns, "input": np.arange(rows) ** 2})
    schema = Schema.decide(table, list(columns), {} if told is None else dict.fromkeys(columns, told))
    aims = {name: table.columns[name] for name in columns}
    return TargetEncoding.fit(aims, schema.targets), aims


DIGITS = list(range(10))


@pytest.mark.parametrize(
    ("values", "task", "labels"),
    [
        ([1.5, 2.5, 3.5], "regression", ()),
        ([10, 250, 37], "regression", ()),
        ([0, 2, 4, 6, 8], "regression", ()),
        ([0.5, 1.5] * 20, "regression", ()),
        ([5.0, 6.0] * 20, "regression", ()),
        ([3, 7], "regression", ()),
        ([3, 3, 3], "regression", ()),
        ([0, 1, 1, 0], "binary", (0, 1)),
        ([0.0, 1.0, np.nan], "binary", (0, 1)),
        ([-1, 1, 1], "binary", (-1, 1)),
        (["0", "1", "1"], "binary", ("0", "1")),
        (["1.0", "-1.0", "1", None], "binary", ("-1.0", "1.0")),
        ([3, 7] * 10, "binary", (3, 7)),
        ([True, False], "binary", (False, True)),
        ([True, None, False], "binary", (False, True)),
        (["yes", "no", "maybe"], "classes", ("maybe", "no", "yes")),
        (["+", "-", "+"], "binary", ("+", "-")),
        (["01", "02", "01"], "binary", ("01", "02")),
        (DIGITS * 20, "classes", tuple(DIGITS)),
        ([str(i) for i in DIGITS] * 20, "classes", tuple(map(str, DIGITS))),
        (["10", "9", "8", "7", "6", "5", "4", "3", "2", "1"] * 20, "classes", tuple(map(str, range(1, 11)))),
        ([1, 2, 3] * 50, "classes", (1, 2, 3)),
        ([1.0, 2.0, 3.0] * 50, "regression", ()),
        (["1.0", "2.0", "3.0"] * 50, "regression", ()),
        ([3, 4, 5] * 50, "regression", ()),
        ([1, 2, 3, 4, 5, 7] * 20, "classes", (1, 2, 3, 4, 5, 7)),  # codes, of which one was not met
        ([1, 2, 4, 8] * 20, "regression", ()),
        (["3", "4", "5"] * 4, "classes", ("3", "4", "5")),  # text was chosen for it: other columns are numbers
        (["12", "2"] * 3, "binary", ("2", "12")),
        (["3", "4", "5"], "regression", ()),
        (["3.5", "4.5"] * 9, "regression", ()),
        ([0, 1, 2], "regression", ()),
        (list(range(30)) * 20, "regression", ()),
        ([0] * 500 + [1] * 400 + [2] * 100 + [3] * 2, "regression", ()),  # counts of things
    ],
)
def test_the_task_follows_from_the_values(values, task, labels):
    encoding, columns = fitted(y=values)
    assert (encoding.task, encoding.labels) == (task, labels)
    assert encoding.decode(encoding.encode(columns)[:1]).dtype.kind in "fbiU"


def test_numbers_in_text_are_numbers_where_all_columns_are_text_as_the_csv_module_reads_them():
    table = as_table({"y": ["3", "4", "5"] * 50, "x": [str(i**2) for i in range(150)]})
    found = TargetEncoding.fit(dict(table.columns), Schema.decide(table, ["y"]).targets)
    assert found.task == "regression"


def test_the_reason_is_said_and_the_caller_has_the_last_word():
    assert fitted(y=DIGITS * 20)[0].reason == (
        "whole numbers from 0 to 9, each in many rows: labels, unless you say columns={'y': 'number'}"
    )
    assert fitted(y=["good", "bad", "good"])[0].reason == "labels 'bad', 'good'"
    assert fitted("category", y=[3, 4, 5] * 5)[0].reason == "labels 3, 4, 5, as you said"
    assert fitted("number", y=DIGITS * 20)[0].task == "regression"
    assert fitted("category", y=[3, 4, 5] * 5)[0].labels == (3, 4, 5)
    assert fitted("category", y=[0.5, 1.5])[0].labels == (0.5, 1.5)


@pytest.mark.parametrize("values", [[3, 4, 5] * 10, [1.0, 2.0, 3.0] * 10, [10, 20, 30, 40, 50] * 10])
def test_numbers_that_could_be_labels_are_learnt_as_numbers_and_said(values):
    few = sorted(set(values))
    assert fitted(y=values)[0].notes == (
        f"the target 'y' is learnt as a number, and holds {len(few)} whole numbers from {few[0]:.0f} to {few[-1]:.0f} "
        "only; if they are classes, say columns={'y': 'category'}",
    )
    assert fitted("number", y=values)[0].notes == ()


@pytest.mark.parametrize("values", [[3, 4, 5], [0.5, 1, 2] * 10, [7] * 30, [3] * 500 + [4, 5], list(range(3, 24)) * 10])
def test_nothing_is_said_of_numbers_that_are_many_broken_or_rare(values):
    assert not any("class" in note for note in fitted(y=values)[0].notes)


@pytest.mark.parametrize(
    "values",
    [
        [3, 5, 3],
        [-1, 1, 1],
        [True, False, True],
        ["yes", "no", "yes"],
        [0, 2**63 + 1, 2**63 + 3],
        [0.5, 1.5, 0.5],
    ],
)
def test_labels_come_back_as_they_were_given(values):
    encoding, columns = fitted("category", y=values)
    answers = encoding.decode(encoding.encode(columns))
    assert answers.tolist() == values
    assert type(answers.tolist()[0]) is type(values[0])


def test_labels_are_found_in_other_types():
    encoding, _ = fitted(y=[0, 1, 2] * 20)
    for same in ([2, 0], [2.0, 0.0], ["2", "0.0"]):
        assert encoding.encode(columns_of(y=same)).tolist() == [2, 0]
    encoding, _ = fitted(y=["0", "1", "2"] * 20)
    for same in ([2, 0], [2.0, 0.0], ["2", "0.0"]):
        assert encoding.encode(columns_of(y=same)).tolist() == [2, 0]
    encoding, _ = fitted(y=[True, False])
    assert encoding.encode(columns_of(y=["yes", "FALSE", "1"])).tolist() == [1, 0, 1]


def test_numbers_are_standardised_in_float64_and_come_back():
    values = 1e9 + np.linspace(0, 1, 1000)
    encoding, columns = fitted(y=values)
    encoded = encoding.encode(columns)
    assert encoded.shape == (1000, 1)
    assert abs(encoded.mean()) < 1e-6
    assert encoded.std() == pytest.approx(1, rel=1e-6)
    np.testing.assert_allclose(encoding.decode(encoded.astype(np.float32))[:, 0] - 1e9, values - 1e9, atol=2e-7)


def test_several_numbers_are_standardised_each_by_its_own():
    encoding, columns = fitted(a=[1.0, 3.0], b=["10,5", "20,5"])
    assert encoding.encode(columns).tolist() == [[-1, -1], [1, 1]]
    assert encoding.decode(np.array([[0.0, 2.0]])).tolist() == [[2, 25.5]]
    assert encoding.names == ("a", "b")


def test_a_constant_number_is_answered_with_itself():
    encoding, columns = fitted(y=[14.62] * 5)
    assert encoding.encode(columns).tolist() == [[0.0]] * 5
    assert encoding.decode(np.zeros((1, 1))).tolist() == [[14.62]]


def test_dates_come_back_as_dates():
    values = [datetime.datetime(2021, 1, day) for day in (1, 3, 8)]
    encoding, columns = fitted(y=values)
    assert encoding.decode(encoding.encode(columns))[:, 0].tolist() == values


def test_rows_without_a_target_are_marked():
    encoding, columns = fitted(y=["b", "n/a", None, "a", "b"])
    assert encoding.present(columns).tolist() == [True, False, False, True, True]
    assert encoding.notes == (
        "the target 'y' is 'n/a' (row 2) or such in 1 row, taken as without a target: say columns={'y': 'category'} "
        "if it is a class",
    )
    encoding, columns = fitted(y=[1.0, np.nan, 2.0, np.inf])
    assert encoding.present(columns).tolist() == [True, False, True, False]
    assert encoding.notes == ("the target 'y' is infinite in 1 row, taken as without a target",)
    encoding, columns = fitted(y=["1,5", "NA", "2,5"])
    assert encoding.present(columns).tolist() == [True, False, True]
    encoding, columns = fitted(y=[1, None, 0])
    assert encoding.read(columns)[0].tolist() == [1, 0, 0]
    assert encoding.read(columns)[1].tolist() == [True, False, True]


def test_a_word_for_a_gap_is_a_class_where_it_can_be_one():
    assert fitted(y=["None", "dent", "None"])[0].labels == ("None", "dent")
    assert fitted("category", y=["NA", "EU", "NA"])[0].labels == ("EU", "NA")


def test_a_label_that_was_not_learnt_names_row_label_and_classes():
    encoding, _ = fitted(y=["a", "b"])
    with pytest.raises(TargetError, match=r"row 2 of the target 'y' holds the class 'c', .* the classes are 'a', 'b'"):
        encoding.encode(columns_of(y=["a", "c"]))
    encoding, _ = fitted(y=[0, 1])
    for wrong in ([7], [0.5], ["7"]):
        with pytest.raises(TargetError, match="which was not learnt; the classes are 0, 1"):
            encoding.encode(columns_of(y=wrong))
    encoding, _ = fitted(y=[0.5, 1.7, 2.9])
    with pytest.raises(SchemaError, match="the targets, column 'y', row 1: 'tall' is no number"):
        encoding.encode(columns_of(y=["tall"]))


def test_what_cannot_be_learnt_is_refused():
    with pytest.raises(TargetError, match=r"the target 'y' holds one class only, 'a'"):
        fitted(y=["a", "a"])
    for nothing in ([None, None], ["NA", "NA"], [np.nan, np.nan]):
        with pytest.raises(TargetError, match=r"none of the 2 rows has a value of the target 'y'"):
            fitted(y=nothing)
    with pytest.raises(TargetError, match=r"none of the 2 rows has a value of the target 'b'"):
        fitted(a=[1.5, 2.5], b=[None, None])
    with pytest.raises(TargetError, match=r"the target 'y' holds 30 different values in 30 rows"):
        fitted(y=[f"person {i}" for i in range(30)])
    with pytest.raises(TargetError, match=r"the target 'b' is a category .*all are numbers"):
        fitted(a=[1.5, 2.5], b=["x", "y"])


@pytest.mark.parametrize("values", [["b", "a"], [0.1, 0.2, 0.7], [True, False], [2**60, 2**60 + 1], ["1,5", "2,5"]])
def test_the_encoding_survives_json(values):
    encoding, _ = fitted(y=values)
    assert TargetEncoding.from_json(json.loads(json.dumps(encoding.to_json())), encoding.columns) == encoding


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ([0.0] * 8 + [1.7976931348623157e308], "up to 1.8e\\+308.*in a larger unit"),
        ([-1e200, 0.0, 1e200] * 3, "up to 1e\\+200"),
        ([5e-324] * 5 + [0.0] * 5, "differ by 4.94e-324 at most.*in a smaller unit"),
    ],
)
def test_numbers_that_cannot_be_squared_are_refused(values, said):
    table = as_table({"x": np.arange(len(values)) ** 2.0, "y": values})
    schema = Schema.decide(table, ["y"])
    with pytest.raises(TargetError, match=f"the target 'y'.* {said}"):
        TargetEncoding.fit({"y": table.columns["y"]}, schema.targets, classes=False)
