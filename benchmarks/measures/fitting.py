"""A table fitted by estimators, by the clock and by what all processors did for it."""

from __future__ import annotations

import statistics
from dataclasses import dataclass

from measures.turns import took_in_turns
from rows.bound import Bound
from rows.row import Row
from tasks.fitting import FIT

TITLE = "fit: 20,000 rows of 20 columns, hidden 100, batch 200, 20 epochs"
BESIDE = ("scikit-learn",)


@dataclass(frozen=True)
class Fitting:
    """What a fit takes as a rule: the medians of turns that alternate, all on default threads and on one.

    The clock of a machine that others use says as much of them: the time of processors is there beside it.
    """

    name: str = FIT.name

    def rows(self, repeats: int) -> list[Row]:
        """Two rows."""
        taken = took_in_turns([("glassnet.fitting", FIT.name), ("sklearn.fitting", FIT.name)], repeats, warm_up=1)
        clock, processor = (
            {form: statistics.median(each[which] for each in turns) for form, turns in taken.items()}
            for which in range(2)
        )
        musts, aims = (Bound(2, BESIDE),), (Bound(4, BESIDE),)
        return [Row(TITLE, "s", clock, musts, aims), Row("the same, of all processors", "s", processor, musts, aims)]
