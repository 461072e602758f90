"""The reference says what the docstrings say, and leaves no public name out."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest

import glassnet

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def reference(script) -> ModuleType:
    return script("reference")


def test_every_page_is_up_to_date_and_there_is_no_other(reference):
    pages = reference.pages()
    for path, text in pages.items():
        assert path.read_text(encoding="utf-8") == text, f"{path.name} is behind; run python scripts/reference.py"
    assert {*reference.FOLDER.iterdir()} == {*pages}


def test_every_public_name_has_one_entry_and_a_line_in_the_index(reference):
    pages = reference.pages()
    index = pages[reference.FOLDER / reference.INDEX]
    names = [name for name in (*glassnet.__all__, *reference.EXTRAS) if not name.startswith("_")]
    everything = "\n".join(text for path, text in pages.items() if path.name != reference.INDEX)
    for name in names:
        assert everything.count(f"\n## {name}\n") == 1, name
        assert index.count(f"| [`{name}`](") == 1, name


def test_every_link_of_the_index_leads_to_a_heading(reference):
    pages = {path.name: text for path, text in reference.pages().items()}
    for page, anchor in reference.re.findall(r"\]\((\w+\.md)#(\w+)\)", pages[reference.INDEX]):
        assert any(line.lower() == f"## {anchor}" for line in pages[page].splitlines()), (page, anchor)


def test_a_signature_has_types_defaults_and_the_star_but_not_self(reference):
    assert reference.signature("f", lambda x, *, y=1: x) == "f(x, *, y=1)"

    def several(data: int, *more: float, name: str = "a" * 100, **others: object) -> None: ...

    told = reference.signature("several", several)
    assert told.splitlines() == [
        "several(", "    data: int,", "    *more: float,", f"    name: str = '{'a' * 100}',", "    **others: object,",
        ") -> None",
    ]  # fmt: skip
    assert reference.signature("Dense", glassnet.Dense).startswith("Dense(")
    assert "self" not in reference.signature("learn", glassnet.Network.learn)
    assert reference.signature("DataWarning", glassnet.DataWarning) == ""


def test_a_docstring_becomes_markdown(reference):
    doc = "First _line_ of x[0].\nSecond.\n\nw = w - z        with z\n\n    y = f(x)\n\n>>> 1 + 1\n2"
    assert [*reference.in_markdown(doc)] == [
        "First \\_line\\_ of x\\[0\\].", "Second.", "", "```text", "w = w - z        with z", "```", "", "```text",
        "y = f(x)", "```", "", "```python", ">>> 1 + 1", "2", "```", "",
    ]  # fmt: skip
