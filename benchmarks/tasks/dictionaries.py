"""Dictionaries learnt one at a time, as a stream brings them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import cycle
from typing import Any, TypeAlias

import numpy as np

from tasks.task import Turn

Example: TypeAlias = tuple[dict[str, Any], bool]

NUMBERS = 9  # beside one column of text
EXAMPLES, CALLS = 1000, 100


@dataclass(frozen=True)
class Dictionaries:
    """Nine numbers and a text each, which together tell one of two classes."""

    name: str = "dictionary"
    tries: int = 20

    def examples(self) -> list[Example]:
        """The examples, no two alike."""
        random = np.random.default_rng(0)
        rows, kinds = random.normal(size=(EXAMPLES, NUMBERS)).tolist(), random.choice(["x", "y"], EXAMPLES).tolist()
        return [
            ({**{f"number {i}": value for i, value in enumerate(row)}, "kind": kind}, (row[0] > 0) == (kind == "x"))
            for row, kind in zip(rows, kinds, strict=True)
        ]

    def turn(self, learn: Callable[[dict[str, Any], bool], object]) -> Turn:
        """A turn that learns the next examples."""
        examples = self.examples()
        parts = cycle([examples[start : start + CALLS] for start in range(0, EXAMPLES, CALLS)])

        def calls() -> None:
            for x, y in next(parts):
                learn(x, y)

        return Turn(calls, CALLS)


DICTIONARY = Dictionaries()
