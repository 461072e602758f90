"""The example that draws the pictures of the guide."""

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


def test_diamonds_are_a_stream(capsys, monkeypatch):
    example = runpy.run_path(str(EXAMPLES / "diamonds_stream.py"), run_name="diamonds_stream")
    every = list(example["diamonds"]())[::20]
    monkeypatch.setitem(example["main"].__globals__, "diamonds", lambda: iter(every))
    example["main"]()
    score, drift, last = capsys.readouterr().out.splitlines()
    assert score.startswith("mean absolute error ")
    assert drift == "no drift seen" or drift.startswith("the errors have risen")
    assert last.startswith("A diamond of ")
