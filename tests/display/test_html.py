"""Parts as HTML: what a notebook shows."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest

from glassnet.display.html import as_html
from glassnet.display.parts import Picture, as_table
from glassnet.display.svg import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH
from glassnet.display.tables import as_text

TABLE = as_table("What & why", ("name", "size"), [["a <b>", "1,200"], ["total", "-3.5e+02"]])


def words(page: str) -> list[str]:
    """The text of a page without its tags, as a reader without HTML has it."""
    return re.sub(r"<[^>]*>", " ", page).split()


def curve(*values: float, **more: object) -> Picture:
    return Picture("y", np.arange(len(values)), {"y": np.array(values, float)}, ("first", "last"), **more)  # type: ignore[arg-type]


def points(page: str) -> list[tuple[float, float]]:
    found = re.search(r'<polyline points="([^"]*)"', page)
    assert found is not None
    return [(float(x), float(y)) for x, y in (pair.split(",") for pair in found[1].split())]


def test_a_table_is_one_with_its_title_and_its_text_is_no_markup():
    page = as_html([TABLE])
    assert "<strong>What &amp; why</strong><table" in page
    assert words(page) == ["What", "&amp;", "why", "name", "size", "a", "&lt;b&gt;", "1,200", "total", "-3.5e+02"]
    assert page.count("<th ") == 4, "the headers, and the row of totals"


def test_numbers_stand_to_the_right_and_words_to_the_left():
    cells = re.findall(r"text-align: (\w+)\">([^<]*)", as_html([TABLE]))
    assert {text: side for side, text in cells} == {
        "name": "left", "size": "right", "a &lt;b&gt;": "left", "1,200": "right", "total": "left", "-3.5e+02": "right",
    }  # fmt: skip


def test_long_tables_can_be_folded_away_and_say_what_is_left_out():
    page = as_html([as_table("t", ["x"], [[i] for i in range(50)])])
    assert page.count("<details open") == page.count("</details>") == 1
    assert "and 10 more" in page
    assert "<details" not in as_html([TABLE])


def test_lines_of_text_stay_lines_and_signs_that_turn_the_writing_are_gone():
    assert ">one\ntwo  &quot;3&quot;</p>" in as_html(['one\ntwo\u202e "3"'])


def test_a_curve_goes_from_corner_to_corner_of_its_field():
    across, down = (LEFT, WIDTH - RIGHT), (TOP, HEIGHT - BOTTOM)
    assert points(as_html([curve(0, 1, 2)])) == [
        (across[0], down[1]), (sum(across) / 2, sum(down) / 2), (across[1], down[0]),
    ]  # fmt: skip


def test_positive_values_far_apart_are_drawn_by_their_logarithms():
    page = as_html([curve(1, 10, 100)])
    assert "y, logarithmic" in page
    assert points(page)[1][1] == (TOP + HEIGHT - BOTTOM) / 2
    assert "logarithmic" not in as_html([curve(0, 10, 100)])


def test_what_lies_above_the_ceiling_is_drawn_at_it_and_a_single_point_is_a_dot():
    page = as_html([curve(0, 1, 1e9, ceiling=2.0)])
    assert points(page)[2][1] == TOP
    assert "1e+09" not in page
    assert as_html([curve(3.0)]).count("<circle") == 1
    assert len(points(as_html([curve(3.0, 3.0)]))) == 2


def test_several_curves_have_a_legend_and_a_mark_its_name():
    lines = {"training": np.array([2.0, 1]), "validation": np.array([3.0, 2])}
    page = as_html([Picture("Losses", np.arange(2.0), lines, ("epoch 0", "epoch 1"), 1.0, mark_name="best")])
    assert words(page) == ["Losses", "3", "1", "epoch", "0", "epoch", "1", "best", "training", "validation"]
    assert page.count("<polyline") == 2
    assert page.count("stroke-dasharray=") == 3, "the second curve, its piece in the legend, and the mark"


def test_a_picture_of_several_curves_prints_one_below_the_other():
    lines = {"one": np.array([2.0, 1]), "two": np.array([3.0, 2])}
    text = str(Picture("Losses", np.arange(2.0), lines, ("a", "b")))
    assert [line for line in text.splitlines() if "Losses" in line] == ["Losses: one", "Losses: two"]


@pytest.mark.parametrize("part", [TABLE, curve(1, 2, mark=1.0), "text"])
def test_the_page_needs_nothing_from_elsewhere_and_fits_any_ground(part):
    page = as_html([part])
    assert not re.search(r"<script|javascript:|https?://(?!www\.w3\.org/2000/svg)|url\(|@import|\son\w+=", page)
    assert not re.search(r"black|white(?!-space)|#000|#fff|background", page)


def test_numbers_in_square_brackets_are_no_markup_for_the_terminal():
    assert as_text(["[red]x[/red]"]) == "[red]x[/red]"
    assert "[bold]" in as_text([as_table("t", ["[bold]"], [["[/x]"]])])


def test_the_colours_of_curves_stand_out_on_white_and_on_near_black():
    from glassnet.display.svg import COLOURS

    def light(colour: str) -> float:
        """The relative luminance of sRGB, WCAG 2.1."""
        channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return math.fsum(share * each for share, each in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    for colour in COLOURS:
        assert 1.05 / (light(colour) + 0.05) >= 3
        assert (light(colour) + 0.05) / (light("#111111") + 0.05) >= 3


def test_a_legend_lies_below_the_field_and_within_the_picture_however_long_its_names():
    names = ["the first direction", "the second direction", "one more of them all", "x"]
    picture = Picture(
        "y", np.arange(2.0), {name: np.array([0.0, place]) for place, name in enumerate(names)}, ("a", "b")
    )
    page = as_html([picture])
    height = int(re.search(r'viewBox="0 0 \d+ (\d+)"', page)[1])  # type: ignore[index]
    for name in names:
        x, y = map(float, re.search(rf'x="([\d.]+)" y="([\d.]+)" text-anchor="start">{name}\n', page).groups())  # type: ignore[union-attr]
        assert HEIGHT < y < height
        assert x + 6 * len(name) < WIDTH


def test_a_picture_is_told_in_words_too():
    assert 'aria-label="y: y from 0 to 2.5"' in as_html([curve(0, 1, 2.5)])


def test_bars_join_and_are_not_read_out_sign_by_sign():
    page = as_html([as_table("t", ("name", "size", ""), [["a-b", "2", "####"], ["#1", "-1", "--"]])])
    assert words(page) == ["t", "name", "size", "a-b", "2", "████", "#1", "-1", "░░"]
    assert page.count('aria-hidden="true"') == 2
