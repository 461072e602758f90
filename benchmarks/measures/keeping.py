"""What it costs to keep a run on the disk as it goes on."""

from __future__ import annotations

from dataclasses import dataclass

from measures.turns import in_turns
from rows.bound import Bound
from rows.row import Row
from tasks.keeping import KEPT

TURNS = 3  # each of some twenty seconds


@dataclass(frozen=True)
class Keeping:
    """An epoch of a run with a checkpoint every 5 seconds, the first and the last one included, and of one without."""

    name: str = KEPT.name

    def rows(self, repeats: int) -> list[Row]:
        """One row."""
        taken = in_turns([("glassnet.keeping", KEPT.name)], min(repeats, TURNS), warm_up=0)
        figures = {form: min(seconds) for form, seconds in taken.items()}
        return [Row("big, an epoch with a checkpoint every 5 seconds", "s", figures, (Bound(0.98, ("without",)),))]
