"""What it takes to learn a dictionary, beside the compiled step that is bound to its network."""

from __future__ import annotations

from dataclasses import dataclass

from measures.turns import in_turns
from rows.bound import OURS, Bound
from rows.row import Row
from tasks.dictionaries import DICTIONARY

BOUND = "the bound step"


@dataclass(frozen=True)
class Dictionary:
    """Examples of ten columns, learnt without being asked about before."""

    name: str = DICTIONARY.name

    def rows(self, repeats: int) -> list[Row]:
        """What a dictionary takes in all, and what of that is not the bound step."""
        taken = in_turns([(f"{peer}.dictionaries", DICTIONARY.name) for peer in ("glassnet", "river")], repeats)
        figures = {form: min(seconds) * 1e6 for form, seconds in taken.items()}
        beyond = figures[OURS] - figures[BOUND]
        return [
            Row("online: a dictionary of ten columns", "us", figures),
            Row("online: of that beyond the bound step", "us", {OURS: beyond}, (Bound(10),)),
        ]
