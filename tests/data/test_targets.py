"""Targets encoded, and answers decoded."""

from __future__ import annotations

import json

import numpy as np
import pytest

from glassnet.data.frames import as_table
from glassnet.data.schema import decide
from glassnet.data.targets import TargetEncoding
from glassnet.errors import TargetError


def fitted(**columns) -> tuple[TargetEncoding, dict]:
    table = as_table(columns)
    schemas = [decide(name, column, target=True) for name, column in table.columns.items()]
    return TargetEncoding.fit(table.columns, schemas), dict(table.columns)


@pytest.mark.parametrize(
    ("values", "task", "labels"),
    [
        ([1.5, 2.5, 3.5], "regression", ()),
        ([10, 250, 37], "regression", ()),
        ([0, 1, 1, 0], "binary", (0, 1)),
        ([-1, 1, 1], "binary", (-1, 1)),
        ([True, False], "binary", (False, True)),
        (["yes", "no", "maybe"], "classes", ("maybe", "no", "yes")),
        ([0, 1, 2] * 10, "classes", (0, 1, 2)),
    ],
)
def test_the_task_follows_from_the_values(values, task, labels):
    encoding, _ = fitted(y=values)
    assert encoding.task == task
    assert encoding.labels == labels


def test_numbers_are_standardised_and_come_back_exactly_enough():
    values = 1e9 + np.linspace(0, 1, 1000)
    encoding, columns = fitted(y=values)
    encoded = encoding.encode(columns)
    assert abs(encoded.mean()) < 1e-6
    assert encoded.std() == pytest.approx(1, rel=1e-6)
    np.testing.assert_allclose(encoding.decode(encoded)[:, 0], values, rtol=1e-15)


def test_a_constant_number_has_deviation_one():
    encoding, columns = fitted(y=[14.62] * 5)
    assert encoding.encode(columns).ravel().tolist() == pytest.approx([0] * 5, abs=1e-12)
    assert encoding.decode(np.zeros((1, 1)))[0, 0] == pytest.approx(14.62)


def test_labels_are_numbered_in_order_and_come_back():
    encoding, columns = fitted(y=["b", "a", "c", "a"])
    ids = encoding.encode(columns)
    assert ids.tolist() == [1, 0, 2, 0]
    assert encoding.decode(ids).tolist() == ["b", "a", "c", "a"]


def test_rows_without_a_target_are_marked():
    encoding, columns = fitted(y=["b", "n/a", None, "a"])
    assert encoding.present(columns).tolist() == [True, False, False, True]
    encoding, columns = fitted(y=[1.0, np.nan, 2.0, np.inf])
    assert encoding.present(columns).tolist() == [True, False, True, False]


def test_a_label_that_was_not_learnt_names_the_row():
    encoding, _ = fitted(y=["a", "b"])
    with pytest.raises(TargetError, match=r"row 2 .*'c'"):
        encoding.encode(dict(as_table({"y": ["a", "c"]}).columns))


def test_one_class_and_no_targets_are_refused():
    with pytest.raises(TargetError, match="one class only"):
        fitted(y=["a", "a"])
    with pytest.raises(TargetError, match="no value in any row"):
        fitted(y=[None, None])


def test_the_encoding_survives_json():
    for values in (["b", "a"], [0.1, 0.2, 0.7], [True, False]):
        encoding, _ = fitted(y=values)
        assert TargetEncoding.from_json(json.loads(json.dumps(encoding.to_json()))) == encoding


def test_an_infinite_number_as_text_is_no_target():
    encoding, columns = fitted(y=["1,5", "inf", "2,5"])
    assert encoding.present(columns).tolist() == [True, False, True]
    assert encoding.means == (2.0,)


def test_truth_values_as_text_are_the_labels_that_they_mean():
    encoding, _ = fitted(y=[True, False])
    assert encoding.encode(dict(as_table({"y": ["true", "no", "Yes"]}).columns)).tolist() == [1, 0, 1]
