"""Why a diamond costs what it costs, as a network sees it: what matters, how, and the reasons for one price.

Run it with any Python that has Glassnet.
"""

from __future__ import annotations

import csv
from pathlib import Path

import glassnet as gn

TABLE = Path(__file__).resolve().parent / "diamonds.csv"
EVERY = 20  # of 53,940 diamonds that many rows apart, 2,697: enough to see, and quick
ODD = {
    "carat": "12",
    "cut": "Ideal",
    "color": "Z",
    "clarity": "IF",
    "depth": "61",
    "table": "",
    "x": "8",
    "y": "8",
    "z": "5",
}


def read(path: Path) -> dict[str, list[str]]:
    """Return every twentieth row of the table, a list of texts a column."""
    with path.open(newline="", encoding="utf-8") as file:
        names, *rows = csv.reader(file)
    return {name: list(values) for name, values in zip(names, zip(*rows[::EVERY], strict=True), strict=True)}


def main() -> None:
    """Learn, then ask why."""
    diamonds = read(TABLE)
    network = gn.Network(seed=0)
    network.learn(diamonds, target="price", verbose=0)
    explanation = network.explain(diamonds)
    print(explanation.importance())
    print(f"\n{explanation.dependence('carat', values=10)}")
    print(f"\n{explanation.attributions()}")
    print(f"\nThe first diamond: {explanation.reasons(0)}")
    print(f"The last diamond: {explanation.reasons(-1)}")
    asked = {name: [values[0], ODD[name]] for name, values in diamonds.items() if name != "price"}
    print(f"\n{network.explain(asked).outside()}")


if __name__ == "__main__":
    main()
