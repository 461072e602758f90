"""What is shown of something, as plain data: the faces of terminal, notebook and plain text make their own of it.

A part is a `Table`, a `Picture`, or text of one or more lines.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from glassnet.display.pictures import as_picture

if TYPE_CHECKING:
    from rich.console import Group
    from rich.text import Text

Floats = npt.NDArray[np.float64]

MOST_ROWS: Final = 40
TOTAL: Final = "total"  # the first word of a row that sums the others up


@dataclass(frozen=True)
class Table:
    """A table of text; `left` rows more are not shown. A row that begins "total" sums the others up."""

    title: str
    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    left: int = 0

    @property
    def remark(self) -> str:
        """What is said of the rows that are not shown."""
        return f"and {self.left:,} more" if self.left else ""

    def __rich__(self) -> Group:
        from glassnet.display.tables import as_rich

        return as_rich(self)


@dataclass(frozen=True, eq=False)
class Picture:
    """Curves over one `x` (points,), whose first and last are told as `ends`: `lines` (points,), each by its name.

    `mark` is an x that is pointed out. What lies above the `ceiling` may be drawn at it. All numbers are finite, and
    there is at least one point and one line.
    """

    title: str
    x: Floats
    lines: Mapping[str, Floats]
    ends: tuple[str, str]
    mark: float | None = None
    ceiling: float = math.inf
    mark_name: str = field(default="", kw_only=True)

    def __str__(self) -> str:
        several = len(self.lines) > 1
        return "\n\n".join(
            as_picture(
                f"{self.title}: {name}" if several else self.title,
                self.x, line, self.ends, mark=self.mark, ceiling=self.ceiling,
            )
            for name, line in self.lines.items()
        )  # fmt: skip

    def __rich__(self) -> Text:
        from rich.text import Text

        return Text(str(self))


Part: TypeAlias = Table | Picture | str


def as_table(title: str, headers: Sequence[str], rows: Sequence[Sequence[Any]], most: int = MOST_ROWS) -> Table:
    """A table with at most `most` of the rows; what is left out is counted."""
    shown = tuple(tuple(map(str, row)) for row in rows[:most])
    return Table(title, tuple(headers), shown, max(0, len(rows) - most))
