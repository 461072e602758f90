"""Tables of plain data as lines of text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def lined_up(title: str, headers: Sequence[str], rows: Sequence[Sequence[Any]], most: int = 40) -> str:
    """A table as text: a title, a line of headers, and at most `most` rows.

    >>> print(lined_up("The line", ["x", "y"], [[1, 2], [10, 20]]))
    The line
      x   y
      1   2
      10  20
    """
    shown = [[str(cell) for cell in row] for row in rows[:most]]
    widths = [max(len(line[i]) for line in [list(headers), *shown]) for i in range(len(headers))]
    lines = ["  " + "  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)).rstrip() for row in shown]
    head = "  " + "  ".join(name.ljust(w) for name, w in zip(headers, widths, strict=True)).rstrip()
    left = [f"  ... and {len(rows) - most:,} more"] if len(rows) > most else []
    return "\n".join([title, head, *lines, *left])
