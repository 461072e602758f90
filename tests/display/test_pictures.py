"""Curves drawn with signs."""

from __future__ import annotations

from glassnet.display import pictures
from glassnet.display.pictures import as_picture


def test_a_line_goes_from_corner_to_corner(monkeypatch):
    monkeypatch.setattr(pictures, "WIDTH", 9)
    monkeypatch.setattr(pictures, "HEIGHT", 5)
    assert as_picture("y", [0, 1, 2, 3, 4], [4, 3, 2, 1, 0], ("a", "b")).split("\n") == [
        "y",
        "4 |*",
        "  |  *",
        "  |    *",
        "  |      *",
        "0 |        *",
        "  +---------",
        "   a       b",
    ]


def test_what_lies_above_the_ceiling_is_in_the_top_line_and_a_mark_is_a_column(monkeypatch):
    monkeypatch.setattr(pictures, "WIDTH", 9)
    monkeypatch.setattr(pictures, "HEIGHT", 3)
    drawn = as_picture("y", [0, 1, 2, 3, 4], [1.5, 1, 0.5, 1e9, 1.5], ("a", "b"), mark=1.4, ceiling=1.5)
    assert drawn.split("\n")[1:4] == ["1.5 |*  :  ^ *", "    |  *:", "0.5 |   :*"]


def test_points_of_one_height_and_a_single_point_are_drawn():
    flat = as_picture("y", [0, 1], [2.0, 2.0], ("a", "b")).split("\n")
    assert flat[-3].count("*") == 2
    assert as_picture("y", [0], [2.0], ("a", "a")).count("*") == 1
    assert flat[1].startswith("2 |")
