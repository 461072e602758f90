"""The table of needs: every need has its row, and every test that is named there exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROWS = [line for line in (ROOT / "docs/needs.md").read_text("utf-8").splitlines() if re.match(r"\| \d+ \|", line)]
NAMED = sorted(set(re.findall(r"`(tests/[\w/.:]+)`", "\n".join(ROWS))))


def test_there_is_a_row_for_each_need_in_their_order():
    assert [int(row.split("|")[1]) for row in ROWS] == list(range(1, 49))


def test_a_need_that_is_met_names_what_shows_it():
    unshown = [row for row in ROWS if row.split("|")[3].strip() == "yes" and not row.split("|")[4].strip()]
    assert unshown == []


@pytest.mark.parametrize("name", NAMED)
def test_a_test_that_is_named_exists(name: str):
    path, _, function = name.partition("::")
    assert (ROOT / path).exists()
    assert not function or f"def {function}(" in (ROOT / path).read_text("utf-8")
