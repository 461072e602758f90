from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Command = Callable[..., Any]  # the fixture that runs a command line


def test_columns_stand_in_the_order_of_what_the_answers_depend_on(
    glassnet: Command, numbers: Path, table: Path
) -> None:
    ended = glassnet("explain", numbers, table)  # the target is twice the number, whatever the category
    assert ended.code == 0
    lines = ended.out.splitlines()
    places = {word: n for n, line in enumerate(lines) for word in ("größe", "art") if line.strip().startswith(word)}
    assert lines[0].startswith("How much worse root_mean_squared_error gets")
    assert places["größe"] < places["art"]
    assert lines[-1] == "None of the 120 rows lies outside what was learnt."


@pytest.mark.parametrize("header", ["größe,art,klasse", "größe,art,klasse,preis"])  # one column of gaps alone
def test_without_the_target_it_is_what_each_column_adds(
    glassnet: Command, numbers: Path, tmp_path: Path, header: str
) -> None:
    rows, gap = tmp_path / "new.csv", "," if header.endswith("preis") else ""
    rows.write_text(f"{header}\n3,a,klein{gap}\n900,b,groß{gap}\n", encoding="utf-8")
    ended = glassnet("explain", numbers, rows)
    assert ended.code == 0
    assert "What each column adds to 'preis'" in ended.out
    assert "900" in ended.out.split("lies outside")[-1]


def test_rows_and_columns_that_are_asked_about_are_told(glassnet: Command, numbers: Path, table: Path) -> None:
    ended = glassnet("explain", numbers, table, "--row", "120", "--column", "größe")
    assert ended.code == 0
    reasons, _, dependence = ended.out.partition("\n\n")
    assert reasons.startswith("preis 2")
    assert "größe 119 adds" in reasons  # the last row holds 119 and the target 238
    assert dependence.startswith("preis where all rows have one value of 'größe'")
    assert "How much worse" not in ended.out


def test_what_there_is_not_is_said(glassnet: Command, numbers: Path, table: Path) -> None:
    for words, code, said in (
        (("--row", "121"), 2, "--row 121: größen.csv has 120 rows"),
        (("--row", "0"), 2, "0 is not in the range"),
        (("--column", "grösse"), 3, "größe"),
        (("--target", "klasse"), 2, "preis"),
    ):
        ended = glassnet("explain", numbers, table, *words)
        assert ended.code == code, (words, ended)
        assert said in ended.err
        assert not ended.out
