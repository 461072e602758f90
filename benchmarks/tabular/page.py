"""All that was measured as text, and the page of it that is kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rows.machine import described
from tabular.fits import Fit
from tabular.must import Must
from tabular.shown import of_tables, of_trust, verdicts

HEAD: Final = """# Tables

`gn.Network().learn(table, target=...)` with no settings on public tables, beside what rivals reach at their defaults on
the same folds; `python benchmarks/tables.py --help` says how this page is made. Errors are 1 - AUC (two classes), log
loss (more) and RMSE / standard deviation (numbers), means over folds and seeds; *+-* is the standard deviation over
seeds, as a part of the error. The calibration error is the expected one of 15 bins; *by chance* is what ours would be
for so many rows if every probability were true, which a must takes 1.645 of its deviations above. *Held of 90 %* is the
share of the numbers within the intervals that should hold 90 % of them.
"""


def report(fits: Sequence[Fit], reached: Sequence[Must]) -> str:
    """The tables, ranks and musts; then the releases of the systems, the date and the machine."""
    releases = dict.fromkeys(f"{fit.system} {fit.version}" for fit in fits)
    return "\n\n".join(
        [of_tables(fits), of_trust(fits), verdicts(fits, reached), f"Systems: {', '.join(releases)}.", described()]
    )


def page(told: str) -> str:
    """A page of what `report` says."""
    return f"{HEAD}\n{told}\n"
