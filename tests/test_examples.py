"""The examples that draw the pictures of the guide, and that find out why networks do not learn."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
PNG = b"\x89PNG\r\n\x1a\n"  # what each file of that kind begins with


def test_the_pictures_of_diamonds_are_drawn(tmp_path):
    pytest.importorskip("matplotlib")
    example = runpy.run_path(str(EXAMPLES / "diamonds_pictures.py"), run_name="diamonds_pictures")
    example["main"](tmp_path / "pictures", every=200)
    drawn = sorted(tmp_path.glob("pictures/*"))
    assert [each.name for each in drawn] == ["diamonds-explained.png", "diamonds-intervals.png"]
    assert all(each.read_bytes().startswith(PNG) for each in drawn)


def test_what_is_broken_is_found(capsys):
    example = runpy.run_path(str(EXAMPLES / "does_not_learn.py"), run_name="does_not_learn")
    assert example["main"]() == ["rate", "dead units", "inputs", "deltas", "labels"]
    assert "the rate is 30: the rate is too high" in capsys.readouterr().out
