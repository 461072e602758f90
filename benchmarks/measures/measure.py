"""What a measure is."""

from __future__ import annotations

from typing import Protocol

from rows.row import Row


class Measure(Protocol):
    """Something that is measured; `name` is what the command calls it."""

    @property
    def name(self) -> str:
        """What the command calls it."""

    def rows(self, repeats: int) -> list[Row]:
        """Measure it, in so many turns of each peer, and give its rows of the table."""
