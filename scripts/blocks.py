"""Write docs/blocks.md, a table of every layer, activation function and initializer, from their docstrings.

The form is the first paragraph of a docstring, the source what follows "Source:" up to the end of that sentence.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from glassnet.nn import LAYERS
from glassnet.nn.activations import ACTIVATIONS
from glassnet.nn.initializers import INITIALIZERS

PAGE = Path(__file__).resolve().parent.parent / "docs" / "blocks.md"
HEAD = """# Every building block

Written by `scripts/blocks.py` from the docstrings, which say more: shapes, settings, errors, and what other systems do.
"""
SECTIONS: tuple[tuple[str, str, Mapping[str, Any]], ...] = (
    ("Layers", "`glassnet.NAME(...)`; `n` stands for the rows of a batch.", LAYERS),
    (
        "Activation functions",
        'By name: `gn.Dense(64, "relu")`, `gn.Activation("relu")`, or just "relu" in a list of layers; z is the input.',
        ACTIVATIONS,
    ),
    (
        "Initializers",
        'By name, `gn.Dense(64, initializer="he-normal")`, or as a class of `glassnet.nn.initializers` with settings.',
        INITIALIZERS,
    ),
)
SOURCE = re.compile(r"\s*Source: (?P<source>.*?)\.(?= [A-Z]|$)")


def described(block: Any) -> tuple[str, str]:
    """The form and the source of a class or a function; the source is empty where none is named."""
    text = inspect.cleandoc(block.__doc__)
    source = SOURCE.search(" ".join(text.split()))
    form = " ".join(text.split("\n\n")[0].split())
    return SOURCE.sub("", form), source["source"] if source else ""


def escaped(text: str) -> str:
    """Text as a cell of a table in Markdown shows it, sign by sign."""
    return re.sub(r"([|*_<\\])", r"\\\1", text)


def page() -> str:
    """The whole page."""
    return "\n".join([HEAD, *lines()])


def lines() -> Iterator[str]:
    """The sections, line by line."""
    for title, how, blocks in SECTIONS:
        yield from (f"## {title}", "", how, "", "| name | form | source |", "|---|---|---|")
        for name, block in sorted(blocks.items(), key=lambda item: item[0].casefold()):
            form, source = map(escaped, described(block))
            yield f"| `{name}` | {form} | {source} |"
        yield ""


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
