"""A column that is to be taken for something, and what is found out about it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from glassnet.data.schema.kinds import ColumnSchema, Kind
from glassnet.data.table import Column


@dataclass(frozen=True)
class Hints:
    """How the other columns of a table are written, or ""."""

    decimal: str = ""
    order: str = ""


@dataclass(frozen=True)
class Finding:
    """What a column is taken for, what has to be said of it, and what its values prove about how a table is written.

    `doubtful` says that its values can be read in two ways.
    """

    schema: ColumnSchema
    notes: tuple[str, ...] = ()
    proved: Hints = Hints()
    doubtful: bool = False


@dataclass(frozen=True, eq=False)
class Question:
    """A column that is to be taken for something, and what is known beside its values."""

    name: str
    column: Column
    source: str = "the table"
    named: bool = True
    target: bool = False
    hints: Hints = field(default_factory=Hints)

    def place(self, row: int) -> str:
        """How messages name the value in the row at position `row`."""
        return f"{self.where}, row {row + 1:,}"

    @property
    def where(self) -> str:
        """How messages name the column."""
        return f"{self.source}, column {self.name!r}"

    def schema(self, kind: Kind, reason: str, **more: Any) -> ColumnSchema:
        """The column taken for a kind."""
        zone = self.column.zone if self.column.kind == "datetime" else None
        return ColumnSchema(self.name, kind, reason, self.column.kind, zone=zone, **more)

    def left_out(self, reason: str) -> Finding:
        """The column left out."""
        return Finding(self.schema(Kind.IGNORED, reason))
