"""An opened step, as it prints."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from glassnet.core.program import Program
from glassnet.display.parts import Part, as_table
from glassnet.display.shown import Shown
from glassnet.engines.native.made import Made, made
from glassnet.training.glass import Glass


@dataclass(frozen=True, repr=False)
class Opened(Shown):
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

    def parts(self) -> Sequence[Part]:
        """Its tables and words."""
        tables = [as_table(table.title, table.headers, table.rows) for table in self.glass.tables]
        return [*tables, f"total loss {self.glass.total:.6g}"]
