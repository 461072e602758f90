"""Parts as HTML for a notebook: no script, no file from elsewhere, and readable with its tags taken away.

Nothing has a colour of its own but the curves, whose colours stand out on light and on dark ground alike; all else is
drawn in the colour of the text around it, so that a notebook in dark mode stays dark.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from glassnet.display.parts import TOTAL, Part, Picture, Table
from glassnet.display.svg import as_svg
from glassnet.display.words import escaped

LONG: Final = 16  # rows from which on a table can be folded away
NEWLINE: Final = "\n"
SHORT: Final = 24  # signs up to which a cell stays on one line
CELL: Final = "padding: 0.1em 0.7em; vertical-align: top; border: none"
BARS: Final = str.maketrans("#-", "\N{FULL BLOCK}\N{LIGHT SHADE}")  # which join to a bar, as # and - do not
NUMBER: Final = re.compile(r"[-+]?[\d,.]+(?:e[-+]?\d+)?(?: %)?|nan|-?inf|")  # what stands to the right in its column


def as_html(parts: Sequence[Part]) -> str:
    """Parts from top to bottom."""
    return f"<div>{''.join(map(_part, parts))}</div>"


def _part(part: Part) -> str:
    if isinstance(part, Table):
        return _table(part)
    if isinstance(part, Picture):
        return as_svg(part)
    return f'<p style="white-space: pre-wrap; margin: 0.4em 0">{escaped(part.strip(NEWLINE))}</p>'


def _table(part: Table) -> str:
    """A table under its title; a long one can be folded away, and scrolls."""
    right = [_is_of_numbers([row[place] for row in part.rows]) for place in range(len(part.headers))]
    head = "".join(_cell("th", header, side) for header, side in zip(part.headers, right, strict=True))
    rows = "".join(_row(row, right, part.headers) for row in part.rows)
    remark = f"<div>{escaped(part.remark)}</div>" if part.remark else ""
    grid = (
        f'<table style="border-collapse: collapse; margin: 0.2em 0"><thead><tr style="border-bottom: 1px solid '
        f'currentColor">{head}</tr></thead><tbody>{rows}</tbody></table>{remark}'
    )
    title = f"<strong>{escaped(part.title)}</strong>"
    if len(part.rows) < LONG:
        return f'<div style="margin: 0.4em 0">{title}{grid}</div>'
    return (
        f'<details open style="margin: 0.4em 0"><summary>{title}</summary>'
        f'<div style="max-height: 32em; overflow: auto">{grid}</div></details>'
    )


def _row(row: Sequence[str], right: Sequence[bool], headers: Sequence[str]) -> str:
    """A row; a column without a header holds bars, of which the number beside them tells those who hear the page."""
    tag = "th" if row[:1] == (TOTAL,) else "td"
    cells = zip(row, right, headers, strict=True)
    return f"<tr>{''.join(_cell(tag, cell, side) if header else _bar(cell) for cell, side, header in cells)}</tr>"


def _bar(text: str) -> str:
    return f'<td aria-hidden="true" style="{CELL}; white-space: pre; opacity: 0.6">{escaped(text.translate(BARS))}</td>'


def _cell(tag: str, text: str, right: bool) -> str:
    wraps = "pre-wrap" if len(text) > SHORT else "pre"
    style = f"{CELL}; white-space: {wraps}; text-align: {'right' if right else 'left'}"
    return f'<{tag} style="{style}">{escaped(text)}</{tag}>'


def _is_of_numbers(cells: Sequence[str]) -> bool:
    return all(NUMBER.fullmatch(cell) for cell in cells)
