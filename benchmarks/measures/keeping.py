"""What it costs to keep a run on the disk as it goes on."""

from __future__ import annotations

from dataclasses import dataclass

from measures.turns import in_turns
from rows.bound import Bound
from rows.row import Row
from tasks.keeping import BIG_KEPT, SMALL_KEPT, Kept

TURNS = 3  # each of some twenty seconds
MUST = Bound(0.98, ("without",))


@dataclass(frozen=True)
class Keeping:
    """An epoch of a run with checkpoints, the first and the last one included, and of one without.

    Those of the small network come every 5 seconds. The big one's take so long to be written that they come less often;
    it has no must, as its epochs differ by more than checkpoints cost.
    """

    name: str = "checkpoints"

    def rows(self, repeats: int) -> list[Row]:
        """A row for each network."""
        return [
            _row("small, an epoch with a checkpoint every 5 seconds", SMALL_KEPT, repeats, (MUST,)),
            _row("big, an epoch with checkpoints", BIG_KEPT, repeats, ()),
        ]


def _row(title: str, kept: Kept, repeats: int, musts: tuple[Bound, ...]) -> Row:
    taken = in_turns([("glassnet.keeping", kept.name)], min(repeats, TURNS), warm_up=0)
    return Row(title, "s", {form: min(seconds) for form, seconds in taken.items()}, musts)
