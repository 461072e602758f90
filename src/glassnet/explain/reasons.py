"""The reasons for one answer, in words."""

from __future__ import annotations

from typing import Final

import numpy as np

from glassnet.explain.attributions import Attributions
from glassnet.explain.subject import Subject
from glassnet.explain.written import as_number, as_percent, as_value, decimals

MOST: Final = 4  # columns that are named
ENOUGH: Final = 0.95  # of the sizes of all parts: named are the largest ones up to it


def in_words(subject: Subject, found: Attributions, row: int) -> str:
    """The answer for a row, that for the average row, and what the columns that matter most add to it.

    `found` are the attributions of this row alone.
    """
    parts = found.values[0]
    largest = float(np.abs(parts).max(initial=0))
    if largest == 0:
        return f"{_answer(found, decimals(abs(float(found.answers[0]))))}: no column changes that."
    places = decimals(largest)
    order = np.argsort(-np.abs(parts), kind="stable").tolist()
    named = _named(np.abs(parts)[order])
    words = []
    for i in order[:named]:
        schema = subject.columns[i]
        value = as_value(schema, subject.table.columns[schema.name], row)
        words.append(f"{schema.name} {value} {_adds(parts[i], places, several=False)}")
    if rest := order[named:]:
        adds = _adds(float(parts[rest].sum()), places, several=True)
        words.append(f"the other {len(rest)} columns {adds} together")
    said = words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
    return f"{_answer(found, places)}: {said}."


def _named(sizes: np.ndarray[tuple[int], np.dtype[np.float64]]) -> int:
    """How many of the parts, the largest first, are named; a single other one is named too."""
    enough = int(np.searchsorted(np.cumsum(sizes), ENOUGH * sizes.sum())) + 1
    named = min(enough, MOST, len(sizes))
    return named + (len(sizes) - named == 1)


def _adds(part: float, places: int, *, several: bool) -> str:
    size = as_number(abs(part), places)
    if float(size.replace(",", "")) == 0:
        return f"{'change' if several else 'changes'} nothing"
    if part > 0:
        return f"{'add' if several else 'adds'} {size}"
    return f"{'take' if several else 'takes'} {size} off"


def _answer(found: Attributions, places: int) -> str:
    of, answer, base = found.of[0], float(found.answers[0]), float(found.base[0])
    if not found.classes:
        return f"{of} {as_number(answer, places)}; an average row has {as_number(base, places)}"
    odds = [f"{as_number(each, places)} ({as_percent(each)})" for each in (answer, base)]
    return f"class {of!r} with log-odds of {odds[0]}; an average row has {odds[1]}"
