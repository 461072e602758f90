"""Columns whose values change halfway down."""

from __future__ import annotations

import numpy as np
import pytest

from glassnet.data.frames import as_table
from glassnet.data.schema import Schema

NUMBERS = [f"{i / 4}" for i in range(50)]
WORDS = [("red", "green", "blue")[i % 3] for i in range(50)]
DAYS = [f"2024-03-{i % 28 + 1:02}" for i in range(50)]
LOOK = "look whether two tables were joined, or columns moved"


def notes(values) -> list[str]:
    table = as_table({"x": values, "z": [i * i for i in range(len(values))], "y": np.arange(len(values)) / 7})
    return [note for note in Schema.decide(table, ["y"]).notes if "changes at row" in note]


@pytest.mark.parametrize(
    ("values", "told"),
    [
        (NUMBERS + WORDS, "row 51: 'red' is no number, as all before it are, and hardly any from there on"),
        (WORDS + NUMBERS, "row 51: '0.0' is a number, as none before it is, and nearly all from there on"),
        ([*WORDS, "", *DAYS], "row 52: '2024-03-01' is a date, as none before it is, and nearly all from there on"),
        ([*(f"{n} kg" for n in NUMBERS), *WORDS], "row 51: 'red' is no number, as all before it are, and hardly any"),
    ],
)
def test_the_row_is_named(values, told):
    (note,) = notes(values)
    assert note.startswith(f"column 'x' changes at {told}")
    assert note.endswith(LOOK)


@pytest.mark.parametrize(
    "values", [WORDS + NUMBERS[:5], WORDS[:15] + NUMBERS, WORDS, NUMBERS, NUMBERS[:25] + WORDS + NUMBERS[25:]]
)
def test_other_columns_change_nowhere(values):
    assert notes(values) == []
