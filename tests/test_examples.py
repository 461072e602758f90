"""The examples run: pictures of the guide, why networks do not learn, a search by scikit-learn."""

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


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_networks_for_diamonds_are_searched(capsys):
    example = runpy.run_path(str(EXAMPLES / "diamonds_search.py"), run_name="diamonds_search")
    found = example["main"](every=100)
    assert found["designs itself"] > 0.9
    assert found["laid out"] > 0.8
    assert "standard error" in capsys.readouterr().out


def test_diamonds_are_a_stream(capsys, monkeypatch):
    example = runpy.run_path(str(EXAMPLES / "diamonds_stream.py"), run_name="diamonds_stream")
    every = list(example["diamonds"]())[::20]
    monkeypatch.setitem(example["main"].__globals__, "diamonds", lambda: iter(every))
    example["main"]()
    score, drift, last = capsys.readouterr().out.splitlines()
    assert score.startswith("mean absolute error ")
    assert drift == "no drift seen" or drift.startswith("the errors have risen")
    assert last.startswith("A diamond of ")
