"""JSON as a table."""

from __future__ import annotations

import pytest

from glassnet.data.documents import read_json
from glassnet.errors import DataError, ReadError


def content(text: str) -> dict[str, list]:
    table = read_json(text, "a.json")
    assert table.file
    return {
        name: [None if gap else v for v, gap in zip(column.values.tolist(), column.missing, strict=True)]
        for name, column in table.columns.items()
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('[{"a": 1, "b": "x"}, {"b": null, "a": 2}]', {"a": [1, 2], "b": ["x", None]}),
        ('{"a": 1}\n\n{"a": 2, "b": true}\r\n', {"a": [1, 2], "b": [None, True]}),
        ('{"a": [1, 2], "b": ["x", "y"]}', {"a": [1, 2], "b": ["x", "y"]}),
        ('{"a": 1, "b": "x"}\n', {"a": [1], "b": ["x"]}),
        ("[]", {}),
        ('[{"Rate": 1, "rate": 2}]', {"Rate": [1], "rate": [2]}),
        ('[{"a": "007"}, {"a": 7}]', {"a": ["007", "7"]}),
        ('[{"a": 0.1}, {"a": NaN}, {"a": 1e3}]', {"a": [0.1, None, 1000.0]}),
    ],
)
def test_records_lines_and_columns_are_tables(text, expected):
    assert content(text) == expected


def test_whole_numbers_of_any_size_keep_every_digit():
    text = '[{"a": 9007199254740993, "b": 18446744073709551615, "c": 123456789012345678901234567890}]'
    assert content(text) == {"a": [2**53 + 1], "b": [2**64 - 1], "c": ["123456789012345678901234567890"]}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[{"a": 1},\n {"a": }]', r"a\.json, line 2, character 8 is no JSON: expecting value; expected an array of"),
        ('{"a": 1}\n{"a": \n', r"a\.json, line 2, character 7 is no JSON: expecting value"),
        ("x,y\n1,2\n", r"a\.json, line 1, character 1 is no JSON"),
        ("3", r"a\.json holds a single value; expected an array of objects, an object a line"),
        ('[{"a": 1}, [2]]', r"a\.json, row 2 is an array; expected an array of objects"),
        ('{"a": 1}\nnull\n', r"a\.json, row 2 is null"),
        ('["x"]', r'a\.json, row 1 is the single value "x"'),
        ('[{"a": 1, "b": 2, "a": 3}]', r"a\.json: columns 1 and 3 are both called 'a'"),
        ('{"a": 1}\n{"a": 1, "a": 3}\n', r"a\.json: columns 1 and 2 are both called 'a'"),
        ("[" * 100_000, r"a\.json cannot be read as JSON"),
    ],
)
def test_what_is_no_table_is_refused_with_its_place(text, message):
    with pytest.raises(ReadError, match=message):
        read_json(text, "a.json")


@pytest.mark.parametrize("nested", ['{"b": 1}', "[1, 2]"])
def test_nested_values_are_refused_with_column_and_row(nested):
    with pytest.raises(DataError, match=r"a\.json, column 'deep', row 2: cannot take a value of type (dict|list)"):
        read_json(f'[{{"deep": 1}}, {{"deep": {nested}}}]', "a.json")
