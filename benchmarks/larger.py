"""A CSV file that is not held in memory: the memory and the time that it takes to learn from it and to predict it.

Run it with `python benchmarks/larger.py`, or `python benchmarks/larger.py 200` for a file of 200 MB in place of 2,000.
The file is made in a temporary folder and removed in the end: 19 columns of numbers, one of 26 levels, and the target.
Each way has a process of its own:

- every row goes through layers laid out by hand, one epoch, within 500 MB;
- the same layers learn the first rows, as many as 100 MB of the file are, which are read whole: so many rows a second
  are to be compared, since all rows would take 15 times the file;
- the network that designs itself learns a sample, within 500 MB;
- it predicts all rows.

`python benchmarks/larger.py --check` asks in minutes whether two musts are met, and exits with 1 where one is not:

- the network that designs itself learns the 2,000 MB within 500 MB of memory, reading included;
- layers laid out by hand learn 100 MB a chunk at a time at no less than half the speed of the same rows read whole, by
  the clock and by the time of the processors.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

import glassnet as gn

MEGABYTES = 2_000
WHOLE = 100  # megabytes that are read whole
LIMIT = 500e6
LEAST_SPEED = 0.5  # of the rows a second that are learnt where all are held
BLOCK, BLOCKS = 20_000, 8  # rows of a block of text, and different blocks
NUMBERS = 19


def blocks() -> Iterator[str]:
    """Blocks of rows, over and over."""
    random = np.random.default_rng(0)
    made = []
    for _ in range(BLOCKS):
        x = random.normal(size=(BLOCK, NUMBERS)).round(8)
        level = random.integers(0, 26, BLOCK)
        y = (2 * x[:, 0] + x[:, 1] * x[:, 2] + level / 10 + random.normal(0, 0.1, BLOCK)).round(8)
        rows = zip(x.tolist(), level.tolist(), y.tolist(), strict=True)
        made.append("".join(f"{','.join(map(str, n))},{chr(97 + k)},{t}\n" for n, k, t in rows))
    while True:
        yield from made


def write(path: Path, megabytes: int) -> None:
    """Write so much of the table."""
    with path.open("w") as file:
        file.write(",".join([*(f"x{i}" for i in range(NUMBERS)), "level", "y"]) + "\n")
        text = blocks()
        while file.tell() < megabytes * 1e6:
            file.write(next(text))


def measured(way: str, path: str, model: str) -> dict[str, float]:
    """Rows, seconds and bytes of one way, in this process."""
    began = time.perf_counter()
    if way == "predict":
        rows = len(gn.load(model).predict(path))
    else:
        network = gn.Network(seed=0)
        terms = {"target": "y", "verbose": 0, "memory_limit": None if way == "whole" else LIMIT}
        if way != "sample":
            network = gn.Network([gn.Dense(64, "relu"), gn.Dense(1)], loss="squared", seed=0)
            terms |= {"epochs": 1, "batch_size": 256}
        network.learn(path, **terms)
        network.save(model)
        with open(path, "rb") as file:
            rows = sum(1 for _ in file) - 1
    seconds, own = time.perf_counter() - began, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    peak = sum(resource.getrusage(who).ru_maxrss for who in own) * 1024  # kilobytes, on Linux
    return {"rows": rows, "seconds": seconds, "peak": peak, "processor": time.process_time()}


def apart(way: str, path: Path, model: Path) -> dict[str, float]:
    """The same in a process of its own."""
    words = [sys.executable, __file__, way, str(path), str(model)]
    return dict(json.loads(subprocess.run(words, check=True, capture_output=True, text=True).stdout))


def shown(way: str, path: Path, model: Path) -> dict[str, float]:
    """The same, with a line printed for it."""
    found = apart(way, path, model)
    print(
        f"{way:8s} {os.path.getsize(path) / 1e6:6,.0f} MB, {found['rows']:10,.0f} rows: {found['seconds']:7.1f} s "
        f"({found['processor']:7.1f} s of processors), {found['rows'] / found['seconds']:9,.0f} rows/s, "
        f"peak {found['peak'] / 1e6:5,.0f} MB",
        flush=True,
    )
    return found


def check(table: Path, part: Path, model: Path) -> bool:
    """Whether both musts are met, each printed with yes or NO."""
    held, chunks, sample = (shown(*each, model) for each in (("whole", part), ("stream", part), ("sample", table)))
    peak = max(sample["peak"], chunks["peak"])
    clock, processor = (held[unit] / chunks[unit] for unit in ("seconds", "processor"))
    musts = {
        f"within {LIMIT / 1e6:,.0f} MB, reading included: {peak / 1e6:,.0f} MB": peak <= LIMIT,
        f"at {LEAST_SPEED:.0%} of the speed of rows held or more: {clock:.0%} by the clock, {processor:.0%} by the "
        f"processors": min(clock, processor) >= LEAST_SPEED,
    }
    for must, met in musts.items():
        print(f"{'yes' if met else 'NO':4s}{must}")
    return all(musts.values())


def main(words: list[str]) -> int:
    """Make the files, measure each way, and print a line for it; 1 where a must was asked for and is not met."""
    checking = "--check" in words
    megabytes = next((int(word) for word in words if word != "--check"), MEGABYTES)
    with tempfile.TemporaryDirectory() as folder:
        table, part, model = (Path(folder) / name for name in ("table.csv", "part.csv", "network.glass"))
        write(table, megabytes)
        write(part, min(WHOLE, megabytes))
        if checking:
            return 0 if check(table, part, model) else 1
        for way, path in (("stream", table), ("whole", part), ("sample", table), ("predict", table)):
            shown(way, path, model)
    return 0


if __name__ == "__main__":
    if len(sys.argv) == 4:
        print(json.dumps(measured(*sys.argv[1:])))
    else:
        sys.exit(main(sys.argv[1:]))
