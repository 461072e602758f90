"""The README's Python runs as it stands, from top to bottom, beside the examples."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
BLOCK = re.compile(r"^```python[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)


def blocks(text: str) -> list[str]:
    """Return each Python block, moved down by empty lines so that a traceback names the line of the text."""
    return ["\n" * text.count("\n", 0, found.start(1)) + found.group(1) for found in BLOCK.finditer(text)]


def test_blocks_keep_their_order_and_their_lines() -> None:
    text = "# T\n```python\na = 1\n```\n```bash\nls\n```\n```python\nb = 2\n```\n"
    assert blocks(text) == ["\n\na = 1\n", "\n" * 8 + "b = 2\n"]


def test_the_code_of_the_readme_runs_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {"__name__": "readme"}
    for block in blocks(README.read_text(encoding="utf-8")):
        if not block.lstrip().startswith(">>>"):  # sessions are doctests, which pytest runs itself
            exec(compile(block, str(README), "exec"), names)
