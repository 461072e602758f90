"""Boosted trees of other libraries on the folds of the public tables; a line for each fit is added to a file.

Run it with `python benchmarks/rivals.py --keep FILE [--systems catboost,hgb] [--only sonar,ames] [--threads 2]`; what
is in the file is not run again, unless its calibration error is missing. The rivals are CatBoost, LightGBM, XGBoost and
the HistGradientBoosting of scikit-learn, all at their defaults. `--tuned` runs CatBoost after a random search of up to
20 settings by five-fold cross-validation, for 20 times as long as the default takes; its trials are kept beside FILE,
so that one that was stopped goes on, and `--side-by-side 2` runs two of them at a time. `--uncapped` runs on every row
of flights_delay, each rival in a process of its own. For all that `benchmarks/tables.py` holds ours against:

    pip install catboost lightgbm xgboost scikit-learn     (and the packages of the tables, which tables.py names)
    python benchmarks/rivals.py --keep rivals.csv
    python benchmarks/rivals.py --keep rivals.csv --uncapped
    python benchmarks/rivals.py --keep rivals.csv --tuned

A fit that fails is named, and the others go on.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from rows.machine import described
from tabular.asked import some_of
from tabular.boosters import Booster, CatBoost, HistGradientBoosting, LightGBM, XGBoost
from tabular.fits import Fit
from tabular.folds import folds_to_run
from tabular.kept import append, records
from tabular.system import fit_of
from tabular.tables import TABLES
from tabular.tuning import Search, TunedCatBoost
from tabular.uncapped import UNCAPPED, uncapped

SYSTEMS: dict[str, type[Booster]] = {each.name: each for each in (CatBoost, LightGBM, XGBoost, HistGradientBoosting)}


def fits_of(
    kind: type[Booster], name: str, threads: int, kept: Sequence[Fit], trials: Path, side_by_side: int
) -> Iterator[Fit]:
    """The fits of a rival on the folds of a table that are not kept yet; what fails is named on the error stream."""
    done = {fit.fold for fit in kept if fit.name == name and fit.system == kind.name and fit.judged}
    table = None if name == UNCAPPED else TABLES[name]()
    for fold in range(1) if table is None else folds_to_run(len(table.target)):
        if fold in done:
            continue
        try:
            if table is None:
                yield uncapped(partial(kind, threads))
            elif kind is TunedCatBoost:
                settings = Search(name, table, threads, trials, side_by_side).found()
                yield fit_of(TunedCatBoost(threads, settings), name, table, fold)
            else:
                yield fit_of(kind(threads), name, table, fold)
        except Exception as error:
            print(f"{kind.name} on {name}, fold {fold}: {type(error).__name__}: {error}", file=sys.stderr, flush=True)


def arguments() -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--keep", type=Path, required=True, help="the file of fits, which is added to")
    parser.add_argument("--systems", type=some_of(SYSTEMS), default=list(SYSTEMS), help=f"some of {','.join(SYSTEMS)}")
    parser.add_argument("--only", type=some_of(TABLES), default=list(TABLES), help=f"some of {','.join(TABLES)}")
    parser.add_argument("--threads", type=int, default=2, help="on how many they compute")
    parser.add_argument("--tuned", action="store_true", help="CatBoost after a random search, and no other")
    parser.add_argument("--side-by-side", type=int, default=1, help="how many trials of a search run at a time")
    parser.add_argument("--uncapped", action="store_true", help="all rows of flights_delay, and no other table")
    asked = parser.parse_args()
    for flag, number in {"--threads": asked.threads, "--side-by-side": asked.side_by_side}.items():
        if number < 1:
            parser.error(f"{flag} {number}: expected at least 1")
    return asked


def main() -> int:
    """Run what is not kept yet."""
    asked = arguments()
    os.environ["OMP_NUM_THREADS"] = str(asked.threads)  # of scikit-learn, which nothing has imported yet
    kinds = [TunedCatBoost] if asked.tuned else [SYSTEMS[name] for name in asked.systems]
    trials = asked.keep.with_suffix(".trials.csv")
    kept = records(asked.keep, Fit)
    for kind in kinds:
        for name in [UNCAPPED] if asked.uncapped else asked.only:
            for fit in fits_of(kind, name, asked.threads, kept, trials, asked.side_by_side):
                append(asked.keep, fit)
                told = f"{fit.metric} {fit.value:.4f}, {fit.fit_s:.1f} s, {fit.predict_s:.2f} s to answer"
                print(f"{fit.system} {fit.version}, {name}, fold {fit.fold}: {told}", flush=True)
    print(described())
    return 0


if __name__ == "__main__":
    sys.exit(main())
