"""What each part of the default for tables is worth: fits of the public tables without it, beside those of the whole.

Run it with `python benchmarks/ablation.py --keep FILE [--only sonar,ames] [--parts 1,4]`; what is in the file is not
run again. It prints, for each part, the geometric mean over the tables of the error and of the loss on rows that
members did not see, divided by those of the whole: above 1 the part is worth having. The first fold of each table
counts, with one seed; `benchmarks/tables.py` says which packages hold the tables.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import geometric_mean

from rows.machine import described
from tabular.asked import some_of
from tabular.kept import append, records
from tabular.learning import Glassnet
from tabular.parts import PARTS
from tabular.system import fit_of
from tabular.tables import TABLES

WHOLE = "the whole"


@dataclass(frozen=True)
class Without:
    """A fit without a part: the error on the rows asked about, and the loss on those that members did not see."""

    part: str
    name: str
    error: float
    unseen: float
    seconds: float


def measured(part: str, name: str) -> Without:
    """The fit of the first fold of a table without a part."""
    system = Glassnet(seed=0)
    with PARTS[part]():
        fit = fit_of(system, name, TABLES[name](), 0)
    return Without(part, name, fit.value, system.unseen, fit.fit_s)


def shown(fits: Sequence[Without]) -> str:
    """A line for each part: what it is worth, on how many tables it helps, and what it does to the time."""
    lines = [
        "| without | error | unseen loss | better with it | time |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    whole = {fit.name: fit for fit in fits if fit.part == WHOLE}
    for part in PARTS:
        own = [fit for fit in fits if fit.part == part and fit.name in whole]
        if part == WHOLE or not own:
            continue

        def ratio(what: Callable[[Without], float], own: Sequence[Without] = own) -> list[float]:
            return [what(fit) / what(whole[fit.name]) for fit in own]

        error, unseen = ratio(lambda fit: fit.error), ratio(lambda fit: fit.unseen)
        means = " | ".join(f"{geometric_mean(each):.3f}" for each in (error, unseen))
        better = f"{sum(each > 1 for each in unseen)} of {len(own)}"
        lines.append(f"| {part} | {means} | {better} | {geometric_mean(ratio(lambda fit: fit.seconds)):.2f} |")
    return "\n".join(lines)


def main() -> int:
    """Run what is not kept yet, and print all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--keep", type=Path, required=True, help="the file of fits, which is added to")
    parser.add_argument("--only", type=some_of(TABLES), default=list(TABLES), help=f"some of {','.join(TABLES)}")
    parser.add_argument(
        "--parts",
        default="",
        help="some of the parts by their numbers, as in 1,4; else all: "
        + "; ".join(f"{place} {part}" for place, part in enumerate(PARTS)),
    )
    asked = parser.parse_args()
    numbers = {int(each) for each in asked.parts.split(",") if each} or set(range(len(PARTS)))
    kept = records(asked.keep, Without)
    done = {(fit.part, fit.name) for fit in kept}
    for name in asked.only:
        for place, part in enumerate(PARTS):
            if place not in numbers or (part, name) in done:
                continue
            fit = measured(part, name)
            append(asked.keep, fit)
            kept.append(fit)
            print(f"{name}, {part}: {fit.error:.4f}, unseen {fit.unseen:.4f}, {fit.seconds:.1f} s", file=sys.stderr)
    print(shown(kept))
    print(f"\n{described()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
