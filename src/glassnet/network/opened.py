"""An opened step, as it prints."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from glassnet.core.program import Program
from glassnet.display.tables import as_table, as_text
from glassnet.engines.native.made import Made, made
from glassnet.training.glass import Glass

if TYPE_CHECKING:
    from rich.console import Group, RenderableType


@dataclass(frozen=True)
class Opened:
    """One learning step laid open: `glass` holds its numbers as plain data.

    `print` shows it as text; `rich.print` shows it in the width and the colours of the terminal. `program` shows what
    the compiler makes of the step.
    """

    glass: Glass
    step: Program

    @property
    def program(self) -> Made:
        """The program of the step: its tape, its loop nests after each pass, and LLVM IR, each tied to its layer."""
        return made(self.step)

    def __str__(self) -> str:
        return as_text(self._parts())

    __repr__ = __str__

    def __rich__(self) -> Group:
        from rich.console import Group

        return Group(*self._parts())

    def _parts(self) -> list[RenderableType]:
        tables = [as_table(table.title, table.headers, table.rows) for table in self.glass.tables]
        return [*tables, f"total loss {self.glass.total:.6g}"]
