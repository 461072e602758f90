"""Three public streams: a system answers for each row and then learns it; errors and times, ours beside others'.

Run it with `python benchmarks/streams.py --keep FILE [--systems glassnet,river_forest] [--only phishing] [--rows 200]`;
what is in the file is not run again, and all that is there is shown. The first tenth of a stream is learnt before it
begins. Errors are the share of wrong labels, or the mean absolute error. `glassnet` is `gn.Network().online()`, told
nothing beforehand; `glassnet_table` learns the first tenth as a table and goes on by steps; `glassnet_small` has one
hidden layer of 32 units, as `deep_river` has. The models of river stand at their defaults, and the best of them counts
on each stream. `--rows` ends a stream early, to try it out.

    pip install river "pandas<3"               (its streams are files of the package)
    pip install "river<0.26" deep-river        (in an environment of its own, which adds to the same file)

A system whose package is not installed is left out.
"""

from __future__ import annotations

import argparse
import importlib.util
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from rows.machine import described
from streaming.others import MODELS
from streaming.ours import Default, Small, Table
from streaming.passing import Learner, passed
from streaming.shown import of_streams
from streaming.streams import STREAMS
from tabular.asked import some_of
from tabular.fits import Fit
from tabular.kept import append, records

SYSTEMS: Mapping[str, Callable[[], Learner]] = {
    Default.name: Default, Table.name: Table, Small.name: Small, **MODELS
}  # fmt: skip
PACKAGES = {"river": "river", "deep_river": "deep_river"}  # by the beginning of a name


def installed(name: str) -> bool:
    """Whether there is the package of a system."""
    package = next((package for start, package in PACKAGES.items() if name.startswith(start)), None)
    return package is None or importlib.util.find_spec(package) is not None


def arguments() -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--keep", type=Path, required=True, help="the file of passes, which is added to")
    parser.add_argument("--systems", type=some_of(SYSTEMS), default=list(SYSTEMS), help=f"some of {','.join(SYSTEMS)}")
    parser.add_argument("--only", type=some_of(STREAMS), default=list(STREAMS), help=f"some of {','.join(STREAMS)}")
    parser.add_argument("--rows", type=int, help="after how many rows a stream ends")
    asked = parser.parse_args()
    if asked.rows is not None and asked.rows < 1:
        parser.error(f"--rows {asked.rows}: expected at least 1")
    return asked


def main() -> None:
    """Run what is not kept yet, and show all that is."""
    asked = arguments()
    kept = records(asked.keep, Fit)
    done = {(fit.system, fit.name) for fit in kept}
    for name in asked.only:
        stream = STREAMS[name]()
        for system in asked.systems:
            if (system, name) in done or not installed(system):
                continue
            fit = passed(SYSTEMS[system](), name, stream, asked.rows)
            print(f"{name}, {system}: {fit.metric} {fit.value:.4f}, {fit.predict_s:.2f} s", file=sys.stderr, flush=True)
            append(asked.keep, fit)
            kept.append(fit)
    print(of_streams(kept), described(), sep="\n\n")


if __name__ == "__main__":
    main()
