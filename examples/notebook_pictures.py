"""Draw the pictures of the guide "In a notebook": how learning went, what was answered, and how a network opens.

Run it with any Python that has Glassnet and matplotlib (`pip install "glassnet[plot]"`), and give it the folder for the
pictures: `python examples/notebook_pictures.py docs/pictures`.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import numpy as np

import glassnet as gn

TABLE = Path(__file__).resolve().parent / "diamonds.csv"
EVERY = 40  # of 53,940 diamonds that many rows apart are learnt, and as many others are asked about
INCHES = (10, 4)

Columns = dict[str, list[str]]


def read(path: Path, start: int, every: int) -> Columns:
    """Return the rows of the table from `start` on, so many apart, a list of texts a column."""
    with path.open(newline="", encoding="utf-8") as file:
        names, *rows = csv.reader(file)
    return {name: list(values) for name, values in zip(names, zip(*rows[start::every], strict=True), strict=True)}


def draw_learnt(every: int, path: Path) -> None:
    """Draw the losses while prices are learnt, beside the answers for diamonds that were not."""
    from matplotlib import pyplot

    figure, (left, right) = pyplot.subplots(1, 2, figsize=INCHES, layout="constrained")
    network = gn.Network(seed=0)
    network.learn(read(TABLE, 0, every), target="price").plot(left)
    network.compare(read(TABLE, every // 2, every)).plot(right)
    figure.savefig(path, dpi=80)


def draw_classes(every: int, path: Path) -> None:
    """Draw which cuts were taken for which."""
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(6, 4.4), layout="constrained")
    network = gn.Network(seed=0)
    network.learn(read(TABLE, 0, every), target="cut")
    network.compare(read(TABLE, every // 2, every)).plot(axes)
    figure.savefig(path, dpi=80)


def draw_opened(path: Path) -> None:
    """Draw the loss around the weights of a small network, beside the sizes of its weights and deltas."""
    from matplotlib import pyplot

    x = np.linspace(-1, 1, 120)[:, None]
    wave = np.sin(4 * x[:, 0])
    network = gn.Network([gn.Dense(12, "tanh"), gn.Dense(1)], loss="squared", optimizer=gn.Adam(0.02), seed=0)
    network.learn(x, wave, batch_size=20, epochs=200)
    figure, (left, right) = pyplot.subplots(1, 2, figsize=INCHES, layout="constrained")
    network.landscape(x, wave, points=31).plot(left)
    network.open(x, wave).plot(right)
    figure.savefig(path, dpi=80)


def main(folder: Path, every: int = EVERY) -> None:
    """Draw all pictures into the folder."""
    import matplotlib

    matplotlib.use("Agg")  # files alone: no window
    folder.mkdir(parents=True, exist_ok=True)
    draw_learnt(every, folder / "diamonds-learnt.png")
    draw_classes(every, folder / "diamonds-cuts.png")
    draw_opened(folder / "wave-opened.png")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit("give the folder for the pictures, as in: python examples/notebook_pictures.py docs/pictures")
    main(Path(sys.argv[1]))
