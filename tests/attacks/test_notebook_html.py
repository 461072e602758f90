"""Tables made to break out of the page that a notebook shows: names, labels and values stay text, everywhere."""

from __future__ import annotations

import html.parser
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import glassnet as gn
from glassnet.display.html import as_html
from glassnet.display.parts import Picture, as_table

EVIL = "</td></svg><script>alert(1)</script><img src=x onerror='alert(2)'>\""
TAGS = {
    "div", "p", "table", "thead", "tbody", "tr", "th", "td", "strong", "details", "summary",
    "svg", "path", "text", "polyline", "circle",
}  # fmt: skip
ATTRIBUTES = {
    "style", "open", "role", "viewbox", "width", "xmlns", "fill", "d", "stroke", "stroke-opacity", "stroke-width",
    "stroke-dasharray", "x", "y", "text-anchor", "points", "cx", "cy", "r",
    "aria-label", "aria-hidden",
}  # fmt: skip


class Page(html.parser.HTMLParser):
    """The tags, the attributes and the text of a page; every tag that is opened is closed in turn."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags, self.attributes, self.text, self._open = set[str](), set[str](), "", list[str]()
        self.feed(page)
        self.close()
        assert not self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def check(page: str) -> Page:
    found = Page(page)
    assert found.tags <= TAGS
    assert found.attributes <= ATTRIBUTES
    return found


@given(st.text(), st.text(), st.text())
def test_any_text_stays_text_in_every_kind_of_part(title, cell, line):
    lines = {cell: np.array([1.0, 2.0]), line: np.array([2.0, 3.0])}
    picture = Picture(title, np.arange(2.0), lines, (cell, line), 1.0, mark_name=title)
    bars = as_table(title, (cell, ""), [[line, title]])
    check(as_html([as_table(title, (cell, line), [[line, cell]]), bars, picture, line]))


def test_text_is_shown_sign_by_sign():
    assert EVIL in check(as_html([EVIL])).text
    assert EVIL in check(as_html([as_table("t", ["x"], [[EVIL]])])).text


@pytest.fixture(scope="module")
def shown() -> dict[str, Any]:
    """All that a network shows which learnt from a table of such names, levels and labels."""
    rows = 40
    table = {
        EVIL: list(range(rows)),
        f"kind {EVIL}": [EVIL, "plain"] * (rows // 2),
        f"target {EVIL}": [EVIL if i % 3 else "other" for i in range(rows)],
    }
    layers = [gn.Dense(3, "tanh", name="<img src=x>"), gn.Dense(2)]
    network = gn.Network(layers, loss="softmax log loss", seed=0)
    report = network.learn(table, target=f"target {EVIL}", epochs=2, validation=0.2)
    explanation = network.explain(table)
    return {
        "network": network, "plan": network.plan, "layers": network.layers, "report": report,
        "explanation": explanation, "importance": explanation.importance("accuracy", repeats=2),
        "attributions": explanation.attributions(), "dependence": explanation.dependence(f"kind {EVIL}"),
        "curve": explanation.dependence(EVIL), "outside": explanation.outside(), "opened": network.open(table),
        "compared": network.compare(table), "rates": gn.Network(layers, loss="softmax log loss").find_rate(
            table, target=f"target {EVIL}", steps=20
        ),
    }  # fmt: skip


def test_nothing_that_a_network_shows_holds_markup_of_the_table(shown):
    for name, thing in shown.items():
        text = check(thing._repr_html_()).text
        assert len(text) > 20, name
    assert EVIL in check(shown["plan"]._repr_html_()).text
    assert "<img src=x>" in check(shown["layers"]._repr_html_()).text
