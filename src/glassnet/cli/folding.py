"""Lines for people that fit a narrow terminal: broken between words, under what they belong to."""

from __future__ import annotations

import re
import shutil
import sys
from typing import Final

LABEL: Final = re.compile(r"\s*\S+(?: \S+)* {2,}(?=\S)")  # words, and the gap between them and what is said of them
WITHIN: Final = re.compile(r"[^(=/_]+[(=/_]*\s*|[(=/_]+\s*")  # where a word that is too long is broken
ROOM: Final = 20  # signs beside a label that are worth a column of their own
FEWEST: Final = 20  # signs of a line below which nothing can be read


def terminal_width() -> int | None:
    """The signs of a line of the terminal, None where what is printed goes elsewhere and is not to be broken."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def folded(text: str, width: int) -> str:
    """Text whose lines have at most `width` signs: what a longer one says goes on under its beginning.

    >>> print(folded("  steps  15 (the rate rises, then falls along a cosine)", 32))
      steps  15 (the rate rises,
             then falls along a
             cosine)
    >>> print(folded("  size in square metres  number (numbers)", 32))
      size in square metres
          number (numbers)
    """
    return "\n".join(line for long in text.split("\n") for line in _lines(long, max(width, FEWEST)))


def _lines(line: str, width: int) -> list[str]:
    """One line in lines that are short enough."""
    if len(line) <= width:
        return [line]
    indent = len(line) - len(line.lstrip())
    label = LABEL.match(line)
    if label is None:
        return _wrapped(line, width, indent + 2)
    said, room = line[label.end() :], width - label.end()
    if room >= ROOM and max(map(len, said.split())) <= room:
        return _wrapped(line, width, label.end())
    beneath = " " * (indent + 4) + said
    return [*_wrapped(label.group().rstrip(), width, indent + 2), *_wrapped(beneath, width, indent + 4)]


def _wrapped(line: str, width: int, hanging: int) -> list[str]:
    """A line broken so that those after the first begin at `hanging`; a word that is too long begins one."""
    hanging = min(hanging, width // 2)
    lines, begun = list[str](), line[: len(line) - len(line.lstrip())]
    for word in re.findall(r"\S+\s*", line):
        parts = _parts(word, width - hanging)
        for part in parts:
            long = len(parts) > 1 and part is parts[0]
            if begun.strip() and (long or len(begun) + len(part.rstrip()) > width):
                lines.append(begun.rstrip())
                begun = " " * hanging
            begun += part
    return [*lines, begun.rstrip()]


def _parts(word: str, width: int) -> list[str]:
    """A word with the gap after it, in parts where it is longer than that."""
    if len(word.rstrip()) <= width:
        return [word]
    return [part[at : at + width] for part in WITHIN.findall(word) for at in range(0, len(part), width)]
