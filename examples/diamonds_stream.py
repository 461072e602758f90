"""Diamonds one at a time: each is priced before it is learnt, and half-way a column comes and prices rise.

Run it with `python examples/diamonds_stream.py`.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import glassnet as gn

DIAMONDS = Path(__file__).with_name("diamonds.csv")
TEXTS = ("cut", "color", "clarity")
RISE = 1.5  # of prices, from the middle on


def diamonds() -> Iterator[tuple[dict[str, Any], float]]:
    """The diamonds of the file as dictionaries, each with its price; the reader gives all as text."""
    with DIAMONDS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            price = float(row.pop("price"))
            yield {name: value if name in TEXTS else float(value or "nan") for name, value in row.items()}, price


def main() -> None:
    """Pass over the diamonds, and say how it went."""
    network = gn.Network(seed=0)
    step = network.online()
    every = list(diamonds())
    random.Random(0).shuffle(every)  # the file is ordered by price
    for number, (diamond, price) in enumerate(every):
        if number < len(every) // 2:
            del diamond["clarity"]  # nobody measured it yet
        else:
            price *= RISE
        step(diamond, price)
    print(step.score)
    print(step.drift)
    diamond, price = every[-1]
    print(f"A diamond of {diamond['carat']} carat: {step.predict_one(diamond):,.0f}, and it cost {RISE * price:,.0f}.")


if __name__ == "__main__":
    main()
