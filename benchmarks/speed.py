"""The whole table of speed beside every peer that is installed, in one run on the same data, with what must be reached.

Run it with `python benchmarks/speed.py [--check] [--only small,table] [--repeats 7]`. Each peer has a process of its
own, so that no idle threads of another disturb it; the processes take turns, and the least of their times counts.
"times" is how many times less Glassnet takes. "of the limit" is what a step would take if its products ran at the best
rate of any product and its bytes at the pace of a copy, both measured in the same turns, as a part of what it took.
`--check` exits with 1 where a must is missed. Peers: torch, jax, onnxruntime with onnx, scikit-learn.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from measures import MEASURES
from rows.machine import described
from rows.row import Row
from rows.shown import number, table


def names(text: str) -> list[str]:
    """Names with commas between them; raises ArgumentTypeError for one that nothing has."""
    for name in text.split(","):
        if name not in MEASURES:
            raise argparse.ArgumentTypeError(f"{name!r}: expected some of {','.join(MEASURES)}")
    return text.split(",")


def measured(wanted: Sequence[str], repeats: int) -> list[Row]:
    """The rows of what is wanted; says each as it comes."""
    found = []
    for name in wanted:
        for row in MEASURES[name].rows(repeats):
            figures = (f"{peer} {number(figure)}" for peer, figure in row.figures.items())
            print(f"{row.title}: {', '.join(figures)} {row.unit}", file=sys.stderr, flush=True)
            found.append(row)
    return found


def verdict(rows: Sequence[Row]) -> str:
    """Which musts are missed, and which could not be looked at."""
    missed = [f"{row.title}: {must.of(row.unit)}" for row in rows for must in row.missed]
    unknown = [f"{row.title}: {must.of(row.unit)}" for row in rows for must in row.open]
    if not missed and not unknown:
        return "every must is met"
    return "\n".join([*(f"missed: {must}" for must in missed), *(f"no peer installed: {must}" for must in unknown)])


def main() -> int:
    """Print the table; gives 1 where a must is missed and that was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="exit with 1 where a must is missed")
    parser.add_argument("--only", type=names, default=list(MEASURES), help=f"some of {','.join(MEASURES)}")
    parser.add_argument("--repeats", type=int, default=7, help="turns of each peer that count")
    asked = parser.parse_args()
    if asked.repeats < 1:
        parser.error(f"--repeats {asked.repeats}: expected at least 1")
    rows = measured(asked.only, asked.repeats)
    print(table(rows), described(), verdict(rows), sep="\n\n")
    return 1 if asked.check and any(row.missed for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
