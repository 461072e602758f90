"""The examples that draw the pictures of the guides, and that find out why networks do not learn."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
PNG = b"\x89PNG\r\n\x1a\n"  # what each file of that kind begins with


@pytest.mark.parametrize(
    ("name", "pictures"),
    [
        ("diamonds_pictures", ["diamonds-explained.png", "diamonds-intervals.png"]),
        ("notebook_pictures", ["diamonds-cuts.png", "diamonds-learnt.png", "wave-opened.png"]),
    ],
)
def test_the_pictures_of_a_guide_are_drawn(name, pictures, tmp_path):
    pytest.importorskip("matplotlib")
    example = runpy.run_path(str(EXAMPLES / f"{name}.py"), run_name=name)
    example["main"](tmp_path / "pictures", every=200)
    drawn = sorted(tmp_path.glob("pictures/*"))
    assert [each.name for each in drawn] == pictures
    assert all(each.read_bytes().startswith(PNG) for each in drawn)


def test_what_is_broken_is_found(capsys):
    example = runpy.run_path(str(EXAMPLES / "does_not_learn.py"), run_name="does_not_learn")
    assert example["main"]() == ["rate", "dead units", "inputs", "deltas", "labels"]
    assert "the rate is 30: the rate is too high" in capsys.readouterr().out
