"""The page that lists every building block says what the docstrings say."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture(scope="module")
def blocks() -> ModuleType:
    spec = importlib.util.spec_from_file_location("blocks", ROOT / "scripts" / "blocks.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_is_up_to_date(blocks):
    written = (ROOT / "docs" / "blocks.md").read_text(encoding="utf-8")
    assert written == blocks.page(), "docs/blocks.md is not what the docstrings say; run python3 scripts/blocks.py"


def test_form_and_source_are_taken_from_a_docstring(blocks):
    def block() -> None:
        pass

    block.__doc__ = """z |z|, over
    two lines.

    More of it. Source: Maas, Hannun and Ng, "On a thing", 2013. Raises nothing.
    """
    assert blocks.described(block) == ("z |z|, over two lines.", 'Maas, Hannun and Ng, "On a thing", 2013')
    block.__doc__ = "1 / z. Source: Nobody, 2000."
    assert blocks.described(block) == ("1 / z.", "Nobody, 2000")
    block.__doc__ = "z itself."
    assert blocks.described(block) == ("z itself.", "")
    assert blocks.escaped("|z| a_b * c") == r"\|z\| a\_b \* c"


def test_every_block_has_a_row(blocks):
    rows = [line for line in blocks.page().splitlines() if line.startswith("| `")]
    assert len(rows) == sum(len(section[2]) for section in blocks.SECTIONS)
    assert all(len(row.replace(r"\|", "").split("|")) == 5 for row in rows)
