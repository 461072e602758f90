"""Draw the pictures of the guide "Your table": what a network makes of diamonds, and how far its answers may be off.

Run it with any Python that has Glassnet and matplotlib (`pip install "glassnet[plot]"`), and give it the folder for the
pictures: `python examples/diamonds_pictures.py docs/pictures`.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import numpy as np

import glassnet as gn

TABLE = Path(__file__).resolve().parent / "diamonds.csv"
EVERY = 20  # of 53,940 diamonds that many rows apart are learnt, and as many others are asked about
SHOWN = 60  # of these, in the picture of intervals
LEVEL = 0.9
INCHES = (10, 4)

Columns = dict[str, list[str]]


def read(path: Path, start: int, every: int) -> Columns:
    """Return the rows of the table from `start` on, so many apart, a list of texts a column."""
    with path.open(newline="", encoding="utf-8") as file:
        names, *rows = csv.reader(file)
    return {name: list(values) for name, values in zip(names, zip(*rows[start::every], strict=True), strict=True)}


def draw_explanation(network: gn.Network, diamonds: Columns, path: Path) -> None:
    """Draw which columns matter, beside how the price moves with the carats."""
    from matplotlib import pyplot

    explanation = network.explain(diamonds)
    figure, (left, right) = pyplot.subplots(1, 2, figsize=INCHES, layout="constrained")
    explanation.importance("mean_absolute_error").plot(left)
    explanation.dependence("carat").plot(right)
    figure.savefig(path, dpi=80)


def draw_intervals(network: gn.Network, diamonds: Columns, path: Path) -> None:
    """Draw prices of diamonds that were not learnt, by size, with the interval of each and the true price."""
    from matplotlib import pyplot

    answers, low, high = network.predict(diamonds, interval=LEVEL).T
    prices = np.array(diamonds["price"], dtype=float)
    share = np.mean((low <= prices) & (prices <= high))
    some = np.argsort(answers)[:: max(1, len(answers) // SHOWN)]
    figure, axes = pyplot.subplots(figsize=INCHES, layout="constrained")
    places = np.arange(len(some))
    axes.vlines(
        places, low[some], high[some], color="tab:blue", alpha=0.4, linewidth=4, label=f"interval of {LEVEL:.0%}"
    )
    axes.plot(places, answers[some], "_", color="tab:blue", label="answer")
    axes.plot(places, prices[some], ".", color="black", label="true price")
    axes.set(xlabel="diamonds that were not learnt, in the order of the answers", ylabel="price, US dollars")
    axes.set(yscale="log", ylim=(200, 30_000))  # dear diamonds would hide how narrow the intervals of cheap ones are
    axes.set_title(f"{share:.1%} of {len(prices):,} true prices lie in their intervals")
    axes.legend()
    figure.savefig(path, dpi=80)


def main(folder: Path, every: int = EVERY) -> None:
    """Learn rows so many apart, then draw both pictures into the folder."""
    import matplotlib

    matplotlib.use("Agg")  # files alone: no window
    folder.mkdir(parents=True, exist_ok=True)
    diamonds = read(TABLE, 0, every)
    network = gn.Network(seed=0)
    network.learn(diamonds, target="price")
    draw_explanation(network, diamonds, folder / "diamonds-explained.png")
    draw_intervals(network, read(TABLE, every // 2, every), folder / "diamonds-intervals.png")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit("give the folder for the pictures, as in: python examples/diamonds_pictures.py docs/pictures")
    main(Path(sys.argv[1]))
