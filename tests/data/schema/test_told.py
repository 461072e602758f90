"""What a column is taken for because the caller says so."""

from __future__ import annotations

import numpy as np
import pytest

from glassnet.data.frames import as_table
from glassnet.data.schema import ColumnSchema, Kind, Schema
from glassnet.errors import DataError, SettingError


def told(values, saying) -> tuple[ColumnSchema, tuple[str, ...]]:
    table = as_table({"x": values, "z": list(range(len(values))), "y": np.arange(len(values)) / 7})
    schema = Schema.decide(table, ["y"], {"x": saying})
    return schema.columns[0], schema.notes


@pytest.mark.parametrize(
    ("values", "saying", "kind", "levels"),
    [
        ([3, 1, 2], "category", Kind.CATEGORY, ("1", "2", "3")),
        ([3.0, 1.5, np.nan], "category", Kind.CATEGORY, ("1.5", "3")),
        ([True, False, True], "category", Kind.CATEGORY, ("false", "true")),
        (["3", "3.0", "NA"], "category", Kind.CATEGORY, ("3", "3.0", "NA")),
        (["a", "b", "c"], "ignored", Kind.IGNORED, ()),
        (["007", "12", "3"], "number", Kind.NUMBER, ()),
        (["1", "0", "NA"], "boolean", Kind.BOOLEAN, ()),
        ([1, 0, 1], "boolean", Kind.BOOLEAN, ()),
        ([20210403, 20210404, 20210405], "date", Kind.DATE, ()),
    ],
)
def test_the_caller_has_the_last_word(values, saying, kind, levels):
    schema, _ = told(values, saying)
    assert (schema.kind, schema.levels, schema.told) == (kind, levels, True)
    assert schema.reason.endswith("as you said")


def test_a_decimal_comma_and_an_order_of_dates_can_be_told():
    schema, notes = told(["1,234", "5,678", "9"], "decimal comma")
    assert (schema.decimal, schema.thousands, notes) == (",", "", ())
    schema, notes = told(["03/04/2021", "05/06/2021", "07/08/2021"], "month first")
    assert (schema.order, notes) == ("month first", ())
    schema, notes = told(["03/04/2021", "05/06/2021", "07/08/2021"], "date")
    assert (schema.order, schema.reason) == ("day first", "dates, day first, as you said")
    assert "can have the day or the month first" in notes[0]


def test_words_in_a_column_that_is_to_be_a_number_are_missing_and_said():
    schema, notes = told(["1", "tall", "3"], "number")
    assert schema.gaps == ("tall",)
    assert notes == ("column 'x': 1 value is no number and taken as missing, such as 'tall' in row 2",)


def test_what_cannot_be_so_is_refused_with_a_row():
    with pytest.raises(DataError, match=r"the dictionary, column 'x', row 1: 'a' is no number, nor is any other value"):
        told(["a", "b", "c"], "number")
    with pytest.raises(DataError, match=r"column 'x', row 1: 'a' is no date"):
        told(["a", "b", "c"], "date")
    with pytest.raises(DataError, match=r"column 'x', row 3: '2' is no truth value"):
        told([0, 1, 2], "boolean")


def test_names_and_sayings_that_are_not_known_bring_the_nearest():
    table = as_table({"code": [1, 2, 3], "y": [1.0, 2.0, 4.0]})
    with pytest.raises(SettingError, match=r"the dictionary has no column 'cod'; did you mean 'code'\?"):
        Schema.decide(table, ["y"], {"cod": "category"})
    with pytest.raises(SettingError, match=r"did you mean 'category'\?"):
        Schema.decide(table, ["y"], {"code": "categry"})
    with pytest.raises(SettingError, match="'y' is the target"):
        Schema.decide(table, ["y"], {"y": "ignored"})
