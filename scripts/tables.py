"""The tables of docs/optimizers.md, written from the docstrings: name, formula and source of each block.

Run it as `python scripts/tables.py` where a docstring has changed; a test says when that is.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable
from pathlib import Path

from glassnet.optimizers import CLIPS, OPTIMIZERS, SCHEDULES

PAGE = Path(__file__).resolve().parent.parent / "docs" / "optimizers.md"
TABLES = {"optimizers": OPTIMIZERS, "schedules": SCHEDULES, "clips": CLIPS}
FORMULA = re.compile(r"\s*(?:\w\^?|rate\(t\)) = \S")  # how a paragraph of formulas begins
INLINE = re.compile(r": (rate\(t\) = \S.*?)\.(?:\s|$)")  # a formula within the first sentence


def page(text: str) -> str:
    """The page with each table, which stands between its two marks, written anew."""
    for name, classes in TABLES.items():
        begin, end = f"<!-- table: {name} -->\n", "<!-- end -->"
        before, rest = text.split(begin)
        text = before + begin + "\n".join(table(classes.values())) + "\n" + end + rest.split(end, 1)[1]
    return text


def table(classes: Iterable[type]) -> Iterable[str]:
    """The lines of a table, one for each class."""
    yield "| name | formula | source |"
    yield "|---|---|---|"
    for each in classes:
        doc = inspect.getdoc(each) or ""
        yield f"| `{each.__name__}` | {'<br>'.join(map(_code, formulas(doc)))} | {source(doc)} |"


def formulas(doc: str) -> list[str]:
    """The formulas of a docstring, each on one line, without the spaces that align them."""
    found = next((part for part in doc.split("\n\n") if FORMULA.match(part)), None)
    lines = INLINE.findall(doc) if found is None else found.splitlines()
    return [re.sub(r",?\s{2,}", ",  ", line.strip()) for line in lines]


def source(doc: str) -> str:
    """The source that a docstring names, on one line."""
    found = re.search(r"^Source: (.+?)(?:\n\n|\Z)", doc, re.MULTILINE | re.DOTALL)
    return " ".join(found.group(1).split()) if found else ""


def _code(formula: str) -> str:
    return "`" + formula.replace("`", "").replace("|", r"\|") + "`"


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
