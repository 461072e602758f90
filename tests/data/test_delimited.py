"""Delimited text: what is written is what is read."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.data.delimited import read_delimited
from glassnet.errors import ReadError


def content(text: str, **settings) -> dict[str, list[str]]:
    table = read_delimited(text, "a.csv", **settings)
    return {name: column.values.tolist() for name, column in table.columns.items()}


def refusal(text: str) -> str:
    with pytest.raises(ReadError) as caught:
        read_delimited(text, "a.csv")
    return str(caught.value)


def test_values_are_kept_as_they_are_written():
    values = ["007", "1_000", "1e400", "NULL", "nan", " x ", "3.0", "9007199254740993", "TRUE", "'q'"]
    assert content("v,w\n" + "".join(f"{value},1\n" for value in values))["v"] == values


def test_a_value_unlike_the_rest_far_down_survives():
    text = "v,y\n" + "1,2\n" * 20_500 + "12.75,n/a\n"
    assert content(text)["v"][-2:] == ["1", "12.75"]
    assert content(text)["y"][-1] == "n/a"


def test_quotes_are_honoured_wherever_they_first_occur():
    text = "name,v\n" + "p,1\n" * 20_600 + '"Smith, Co.",2\n"two\nlines",3\n"say ""hi""",4\n'
    read = content(text)
    assert read["name"][-3:] == ["Smith, Co.", "two\nlines", 'say "hi"']
    assert read["v"][-3:] == ["2", "3", "4"]
    assert len(read["v"]) == 20_603


def test_a_quote_within_a_bare_field_is_a_character_as_any_other():
    assert content('size,n\n5" pipe,1\n')["size"] == ['5" pipe']


def test_nothing_and_an_empty_quoted_text_are_both_missing():
    table = read_delimited('a,b\n,""\n', "a.csv")
    assert [column.missing.tolist() for column in table.columns.values()] == [[True], [True]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a,b\n1,2\n", {"a": ["1"], "b": ["2"]}),
        ("a;b\n1,5;2,25\n", {"a": ["1,5"], "b": ["2,25"]}),
        ("width;kind\n10,5;b", {"width": ["10,5"], "kind": ["b"]}),
        ("width\n10,5\n", {"width": ["10,5"]}),
        ("a\tb\n1,5\t2;3\n", {"a": ["1,5"], "b": ["2;3"]}),
        ("a|b\n1|2\n", {"a": ["1"], "b": ["2"]}),
        ('id,tags\n1,a;b\n2,"c;d,e"\n', {"id": ["1", "2"], "tags": ["a;b", "c;d,e"]}),
        ('"a;b",c\n1,2\n', {"a;b": ["1"], "c": ["2"]}),
        ("width;price,EUR\n1,5;2,5\n", {"width": ["1,5"], "price,EUR": ["2,5"]}),
        ("sep=;\na;b\n1,2;3\n", {"a": ["1,2"], "b": ["3"]}),
        ('"sep=\t"\na\tb\n1\t2\n', {"a": ["1"], "b": ["2"]}),
        ("only\n1\n", {"only": ["1"]}),
    ],
)
def test_the_delimiter_is_told_from_header_and_rows(text, expected):
    assert content(text) == expected


def test_text_meant_to_be_divided_by_tabs_is_if_it_holds_any():
    assert content("a\tb,c,d\n1\t2,3,4\n", tabs=True) == {"a": ["1"], "b,c,d": ["2,3,4"]}
    assert content("a,b\n1,2\n", tabs=True) == {"a": ["1"], "b": ["2"]}


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_may_end_in_any_way_and_blank_ones_are_passed_over(end):
    text = end.join(["", "  ", "a,b", "1,2", "", " ", "3,4", "", ""])
    assert content(text) == {"a": ["1", "3"], "b": ["2", "4"]}


def test_line_ends_of_several_kinds_in_one_text():
    assert content("a,b\r\n1,2\n3,4\r\n") == {"a": ["1", "3"], "b": ["2", "4"]}


def test_a_row_of_gaps_is_a_row_and_so_is_an_empty_text_in_the_only_column():
    assert content("a,b\n1,2\n,\n") == {"a": ["1", ""], "b": ["2", ""]}
    assert content('a\n1\n\n""\n') == {"a": ["1", ""]}


def test_spaces_before_quotes_are_minded():
    assert content('a, "b"\n1, "x, y"\n 2, z\n') == {"a": ["1", "2"], "b": ["x, y", "z"]}
    late = "a,b\n" + "1, 2\n" * 1_500 + '3, "x, y"\n'
    assert content(late)["b"][-2:] == ["2", "x, y"]
    assert content("a, b\n1, 2\n") == {"a": ["1"], " b": [" 2"]}


def test_columns_without_a_name_are_called_after_their_place():
    assert content(",a, \n0,1,2\n") == {"column 1": ["0"], "a": ["1"], "column 3": ["2"]}


def test_names_are_kept_as_written_and_case_counts():
    assert content("Rate,rate,Größe €\n1,2,3\n") == {"Rate": ["1"], "rate": ["2"], "Größe €": ["3"]}


def test_a_header_alone_is_a_table_of_no_rows():
    table = read_delimited("a,b\n", "a.csv")
    assert (table.names, len(table), table.file) == (("a", "b"), 0, True)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a,b\n1,2\n\n1,2,3\n", "a.csv, line 4: 3 fields where the header has 2 (the file is divided by commas); "),
        ('a;b\n"1\n2";3\n4\n', "a.csv, line 4: 1 field where the header has 2 (the file is divided by semicolons)"),
        ("a,b\n1,2,\n", "a.csv, line 2: 3 fields where the header has 2"),
        ("a,b,a\n1,2,3\n", "a.csv: columns 1 and 3 are both called 'a'; give each column a name of its own"),
        ('a,b\n1,2\n3,"x\n4,5\n', "a.csv, line 3: a field opens with a double quote that is never closed, "
                                  "sought over 1 more line; close or remove it"),
        ('a,b\n1,"', "a.csv, line 2: a field opens with a double quote that is never closed; close or remove it"),
        ('a,b\n1,"x"y\n', "a.csv, line 2: text follows a closing double quote; within a quoted field write"),
        ('a,b\n1,"' + "x,\n" * 50_000, "a.csv, line 2: a field is longer than 131,072 characters; is a double quote"),
        ("\n  \n", "a.csv is empty; expected a header line and rows below it"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_with_its_line(text, message):
    assert refusal(text).startswith(message)


def test_a_row_too_long_far_down_is_refused_with_its_line():
    assert "line 30,002: 3 fields" in refusal("a,b\n" + "1,2\n" * 30_000 + "1,2,3\n")


texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)
fields = texts.filter(lambda text: not text.startswith(" "))
rows = st.lists(st.tuples(fields, fields, fields), max_size=6)


@given(rows, st.sampled_from(",;\t|"), st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
def test_any_text_written_by_rfc_4180_is_read_back(rows, delimiter, quoting):
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=delimiter, quoting=quoting).writerows([("a", "b", "c"), *rows])
    read = content(file.getvalue())
    assert list(zip(*read.values(), strict=True)) == rows
