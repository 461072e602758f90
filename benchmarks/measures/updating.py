"""The update of every optimizer beside the bytes that it has to move."""

from __future__ import annotations

from dataclasses import dataclass

from measures.training import MACHINE, at_the_limit
from measures.turns import in_turns
from rows.bound import OURS, Bound
from rows.row import Row
from tasks.training import UPDATES, Workload

LIMIT = "at the limit"


@dataclass(frozen=True)
class Updating:
    """Microseconds a step of which nearly all is the update; the peer is the limit of the machine."""

    name: str = "updates"

    def rows(self, repeats: int) -> list[Row]:
        """A row for each optimizer."""
        return [_row(work, repeats) for work in UPDATES]


def _row(work: Workload, repeats: int) -> Row:
    taken = in_turns([("glassnet.training", work.name), (MACHINE, work.name)], repeats)
    least = {form: min(seconds) for form, seconds in taken.items()}
    limit = at_the_limit(work, least)
    figures = {OURS: least[OURS] * 1e6, LIMIT: limit * 1e6}
    return Row(f"{work.name}, 1024 x 1024 weights", "us", figures, (Bound(0.67, (LIMIT,)),), share=limit / least[OURS])
