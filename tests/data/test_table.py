"""Columns and tables."""

from __future__ import annotations

import numpy as np
import pytest

from glassnet.data.table import Column, Table, check_names, filled, text_column
from glassnet.errors import DataError, DTypeError, ReadError, SchemaError, ShapeError


def numbers(*values: float) -> Column:
    return Column(np.array(values), np.zeros(len(values), np.bool_))


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (np.array(["a"], object), "text"),
        (np.array([True]), "bool"),
        (np.array([1]), "int"),
        (np.array([2**63], np.uint64), "int"),
        (np.array([0.5]), "float"),
        (np.array(["2024-02-29"], "datetime64[us]"), "datetime"),
    ],
)
def test_a_column_tells_what_its_values_are(values, kind):
    column = Column(values, np.array([False]))
    assert column.kind == kind
    assert len(column) == 1


def test_a_column_refuses_other_shapes_and_dtypes():
    with pytest.raises(ShapeError, match=r"\(2, 1\) and \(2,\)"):
        Column(np.zeros((2, 1)), np.zeros(2, np.bool_))
    with pytest.raises(ShapeError, match=r"\(2,\) and \(3,\)"):
        Column(np.zeros(2), np.zeros(3, np.bool_))
    with pytest.raises(DTypeError, match="values of float32 with gaps of bool"):
        Column(np.zeros(2, np.float32), np.zeros(2, np.bool_))


def test_gaps_are_filled_by_kind_and_the_callers_array_stays_as_it_was():
    values = np.array([1, 2])
    assert filled(values, np.array([True, False])).values.tolist() == [0, 2]
    assert values.tolist() == [1, 2]
    moments = filled(np.array(["2024-01-01", "2024-01-02"], "datetime64[us]"), np.array([False, True]))
    assert np.isnat(moments.values).tolist() == [False, True]


def test_no_text_and_nothing_are_both_missing():
    column = text_column(["007", "", None, " "])
    assert column.values.tolist() == ["007", "", "", " "]
    assert column.missing.tolist() == [False, True, True, False]


def test_rows_and_columns_are_picked_in_the_order_asked_for():
    table = Table({"a": numbers(1, 2, 3), "b": numbers(4, 5, 6)}, "the dictionary")
    picked = table.select(["b", "a"]).take(np.array([2, 0]))
    assert picked.names == ("b", "a")
    assert picked.columns["b"].values.tolist() == [6, 4]
    assert (len(table), len(picked), len(Table({}, "the list"))) == (3, 2, 0)


def test_what_a_table_knows_of_itself_survives_picking():
    table = Table({"0": numbers(1)}, "sales.csv", named=False, file=True)
    for other in (table.take(slice(None)), table.select(["0"])):
        assert (other.source, other.named, other.file) == ("sales.csv", False, True)


def test_columns_of_unequal_length_are_refused_with_both_lengths():
    with pytest.raises(DataError, match="column 'b' has 1 value where column 'a' has 2"):
        Table({"a": numbers(1, 2), "b": numbers(3)}, "the dictionary")


def test_a_name_that_is_not_there_is_answered_with_the_nearest():
    table = Table({"price": numbers(1), "carat": numbers(2)}, "diamonds.csv")
    message = r"diamonds.csv has no column 'Price'; did you mean 'price'\? \(its columns are 'price', 'carat'\)"
    with pytest.raises(SchemaError, match=message):
        table.require("Price")
    with pytest.raises(SchemaError, match="no column 'depth'"):
        table.select(["carat", "depth"])


def test_the_names_of_a_wide_table_are_not_all_listed():
    table = Table({f"x{i}": numbers(i) for i in range(1_000)}, "wide.csv")
    with pytest.raises(SchemaError, match="'x11' and 988 more"):
        table.require("target")


def test_equal_names_are_refused_with_both_places_and_case_counts():
    check_names(["Rate", "rate"], "case.csv")
    with pytest.raises(ReadError, match=r"case\.csv: columns 2 and 4 are both called 'a'"):
        check_names(["b", "a", "c", "a"], "case.csv", ReadError)
