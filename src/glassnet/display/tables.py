"""Parts on a terminal and as plain text, made with rich."""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from glassnet.display.parts import TOTAL, Part, Table, as_table

if TYPE_CHECKING:
    from rich.console import Group

__all__ = ["as_rich", "as_table", "as_text"]

WIDEST: Final = 1000  # no terminal is wider: text is cut nowhere when it goes to a file


def as_rich(*parts: Part) -> Group:
    """Parts from top to bottom, in the width and the colours of the terminal where rich prints them."""
    from rich.console import Group
    from rich.text import Text

    return Group(*[_table(part) if isinstance(part, Table) else Text(str(part)) for part in parts])


def as_text(parts: Sequence[Part], encoding: str | None = None) -> str:
    """Parts as plain text: no colours, and lines of plain dashes where the encoding has no others.

    `encoding` is that of stdout where it is None.

    >>> print(as_text([as_table("The line", ["x", "y"], [[1, 2], [10, 20]])], "ascii"))
    The line
    +---------+
    | x  | y  |
    |----+----|
    | 1  | 2  |
    | 10 | 20 |
    +---------+
    """
    from rich.console import Console

    encoding = encoding or getattr(sys.stdout, "encoding", None) or "utf-8"
    stream = io.TextIOWrapper(io.BytesIO(), encoding, errors="replace")  # rich asks it which lines it may draw
    console = Console(
        file=stream, width=WIDEST, color_system=None, force_terminal=False, force_jupyter=False, legacy_windows=False
    )  # a notebook would be shown it as well
    console.print(as_rich(*parts))
    stream.seek(0)
    return "\n".join(line.rstrip() for line in stream.read().rstrip().split("\n"))


def _table(part: Table) -> Group:
    """A table with its title above and what is left out beneath; the row of totals is bold."""
    from rich import box
    from rich.console import Group
    from rich.table import Table as Grid
    from rich.text import Text

    grid = Grid(box=box.SIMPLE_HEAD)
    for header in part.headers:
        grid.add_column(Text(header), overflow="fold")
    for row in part.rows:
        grid.add_row(*map(Text, row), style="bold" if row[:1] == (TOTAL,) else None)
    return Group(Text(part.title, "bold"), grid, *[Text(f"  {part.remark}\n")] * bool(part.remark))
