"""An opened step, as it prints."""

from __future__ import annotations

from dataclasses import dataclass

from glassnet.display.tables import lined_up
from glassnet.training.glass import Glass


@dataclass(frozen=True)
class Opened:
    """One learning step laid open: `glass` holds its numbers as plain data."""

    glass: Glass

    def __str__(self) -> str:
        tables = [lined_up(table.title, table.headers, table.rows) for table in self.glass.tables]
        return "\n\n".join([*tables, f"total loss {self.glass.total:.6g}"])

    __repr__ = __str__
