"""Tables of plain data for a terminal, made with rich."""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from rich.console import Group, RenderableType

MOST_ROWS: Final = 40
WIDEST: Final = 1000  # no terminal is wider: text is cut nowhere when it goes to a file


def as_table(title: str, headers: Sequence[str], rows: Sequence[Sequence[Any]], most: int = MOST_ROWS) -> Group:
    """A table with at most `most` rows; what is left out is counted beneath, and a row that begins "total" is bold."""
    from rich import box
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD)
    for header in headers:
        table.add_column(header, overflow="fold")
    for row in rows[:most]:
        table.add_row(*[Text(str(cell)) for cell in row], style="bold" if row and row[0] == "total" else None)
    left = len(rows) - most
    return Group(Text(title, "bold"), table, *[Text(f"  and {left:,} more\n")] * (left > 0))


def as_text(parts: Sequence[RenderableType], encoding: str | None = None) -> str:
    """What rich can show, as plain text: no colours, and lines of plain dashes where the encoding has no others.

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
    console = Console(file=stream, width=WIDEST, color_system=None, force_terminal=False, legacy_windows=False)
    console.print(*parts)
    stream.seek(0)
    return "\n".join(line.rstrip() for line in stream.read().rstrip().split("\n"))
