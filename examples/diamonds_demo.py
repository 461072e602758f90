"""Learn what a diamond costs: Glassnet beside the plain average and linear least squares, on rows held out.

At the end it says how much faster the native engine, which is the default, runs than the reference engine.

Run it with `scripts/demo`, which sets up all it needs, or with any Python that has Glassnet.
"""

from __future__ import annotations

import csv
import random
import time
from pathlib import Path

import numpy as np
import numpy.typing as npt

import glassnet as gn

TABLE = Path(__file__).resolve().parent / "diamonds.csv"
TARGET = "price"
TEXT = ("cut", "color", "clarity")
SEED = 0
CATBOOST = "CatBoost 1.2.10", 0.9832, 273  # R2 and USD at its defaults on this split, measured once, in November 2026
EVERY = 10  # of the rows that are learnt, those on which engines are compared: the reference engine takes its time

Numbers = npt.NDArray[np.float64]
Columns = dict[str, npt.NDArray[np.generic]]


def read(path: Path) -> Columns:
    """Return the columns of the table by name: text as it is written, all others as numbers."""
    with path.open(newline="", encoding="utf-8") as file:
        names, *rows = csv.reader(file)
    columns = zip(*rows, strict=True)
    return {
        name: np.array(values, dtype=str if name in TEXT else float)
        for name, values in zip(names, columns, strict=True)
    }


def split(columns: Columns) -> tuple[Columns, Columns]:
    """Return the rows to learn from and the fifth of the rows held out, drawn by the seed."""
    rows = list(range(len(columns[TARGET])))
    random.Random(SEED).shuffle(rows)
    held = len(rows) // 5
    return take(columns, rows[held:]), take(columns, rows[:held])


def take(columns: Columns, rows: list[int]) -> Columns:
    """Return the given rows of each column."""
    return {name: values[rows] for name, values in columns.items()}


def features(columns: Columns) -> Columns:
    """Return all columns but the target."""
    return {name: values for name, values in columns.items() if name != TARGET}


def average(training: Columns, held: Columns) -> Numbers:
    """The mean price of the training rows, for each row."""
    return np.full(len(held[TARGET]), np.mean(training[TARGET].astype(float)))


def least_squares(training: Columns, held: Columns) -> Numbers:
    """Linear least squares on standardised numbers and one-hot categories."""
    weights, *_ = np.linalg.lstsq(design(training, training), training[TARGET].astype(float), rcond=None)
    answers: Numbers = design(held, training) @ weights
    return answers


def design(columns: Columns, training: Columns) -> Numbers:
    """Return the design matrix (rows, features); means, deviations and levels are those of the training rows."""
    blocks = [np.ones((len(columns[TARGET]), 1))]
    for name, values in features(columns).items():
        known = training[name]
        if name in TEXT:
            blocks.append((values[:, None] == np.unique(known)).astype(float))
        else:
            numbers = known.astype(float)
            blocks.append(((values.astype(float) - numbers.mean()) / numbers.std())[:, None])
    return np.hstack(blocks)


def glassnet(training: Columns, held: Columns) -> Numbers:
    """A network that designs itself from the table."""
    network = gn.Network(seed=SEED)
    report = network.learn(training, target=TARGET)
    print(f"\n{report}\n")
    return np.asarray(network.predict(features(held)), dtype=float)


def epoch_seconds(training: Columns, engine: str) -> float:
    """The seconds of an epoch: those of a run of three less those of a run of one, halved; the least of two tries."""
    network = gn.Network(seed=SEED, engine=engine)

    def seconds(epochs: int) -> float:
        return network.learn(training, target=TARGET, epochs=epochs, verbose=0).seconds

    seconds(1)  # in which all is compiled
    return min((seconds(3) - seconds(1)) / 2 for _ in range(2))


def main() -> None:
    """Learn, predict and compare."""
    training, held = split(read(TABLE))
    truth = held[TARGET].astype(float)
    print(f"{TABLE.name}: {len(training[TARGET]):,} rows to learn from, {len(truth):,} held out; target: {TARGET}\n")
    results = []
    for name, method in (("plain average", average), ("linear least squares", least_squares), ("Glassnet", glassnet)):
        start = time.perf_counter()
        answers = method(training, held)
        results.append((name, answers, time.perf_counter() - start))
    print(f"{'On the rows held out':<22}{'R2':>8}{'mean absolute error':>22}{'seconds':>10}")
    for name, answers, seconds in results:
        r2 = 1 - np.sum((truth - answers) ** 2) / np.sum((truth - truth.mean()) ** 2)
        print(f"{name:<22}{r2:>8.4f}{np.mean(np.abs(truth - answers)):>18,.0f} USD{seconds:>10.1f}")
    name, r2, error = CATBOOST
    print(f"{name:<22}{r2:>8.4f}{error:>18,.0f} USD  measured once")
    print("\nFive of them          carat  cut        color  clarity   predicted      truth")
    for row in range(5):
        stone = {name: values[row] for name, values in held.items()}
        words = f"{stone['carat']:>27.2f}  {stone['cut']:<9}  {stone['color']:<5}  {stone['clarity']:<7}"
        print(f"{words}{results[-1][1][row]:>8,.0f} USD{truth[row]:>7,.0f} USD")
    some = take(training, list(range(0, len(training[TARGET]), EVERY)))
    native, reference = (epoch_seconds(some, engine) for engine in ("native", "reference"))
    times = f"{reference / native:.1f} times as fast as on the reference engine ({reference:.3f} s)"
    print(f"\nAn epoch of {len(some[TARGET]):,} rows takes {native:.3f} s on the native engine, {times}.")


if __name__ == "__main__":
    main()
