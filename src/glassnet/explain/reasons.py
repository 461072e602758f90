"""The reasons for one answer, in words."""

from __future__ import annotations

from typing import Final

import numpy as np

from glassnet.explain.attributions import Attributions
from glassnet.explain.subject import Floats, Subject
from glassnet.explain.written import as_date, as_number, as_percent, as_value, decimals, in_unit

DAY: Final = 86_400.0  # seconds
MOST: Final = 4  # columns that are named
ENOUGH: Final = 0.95  # of the sizes of all parts: named are the largest ones up to it


def in_words(subject: Subject, found: Attributions, row: int) -> str:
    """The answer for a row, that for the average row, and what the columns that matter most add to it.

    `found` are the attributions of this row alone.
    """
    dates = not found.classes and found.of[0] in subject.dates
    parts = found.values[0] / (DAY if dates else 1)
    order = np.argsort(-np.abs(parts), kind="stable").tolist()
    largest = float(np.abs(parts[order[0]]))
    places = decimals(largest or abs(float(found.answers[0])))
    answer = _of_dates(found) if dates else _of_classes(found, places) if found.classes else _of_numbers(found, places)
    unit = "days" if dates else found.unit
    if largest == 0:
        return f"{answer}: no column changes that."
    named = _named(np.abs(parts)[order])
    words = []
    for i in order[:named]:
        schema = subject.columns[i]
        value = as_value(schema, subject.table.columns[schema.name], row)
        words.append(f"{schema.name} {value} {_adds(parts[i], places, unit)}")
    if rest := order[named:]:
        words.append(
            f"the other {len(rest)} columns {_adds(float(parts[rest].sum()), places, unit, several=True)} together"
        )
    said = words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
    return f"{answer}: {said}."


def _named(sizes: Floats) -> int:
    """How many of the parts, the largest first, are named; a single other one is named too."""
    enough = int(np.searchsorted(np.cumsum(sizes), ENOUGH * sizes.sum())) + 1
    named = min(enough, MOST, len(sizes))
    return named + (len(sizes) - named == 1)


def _adds(part: float, places: int, unit: str, *, several: bool = False) -> str:
    """What one column, or several, do to the answer."""
    size = as_number(abs(part), places)
    if float(size.replace(",", "")) == 0:
        return "change nothing" if several else "changes nothing"
    if part > 0:
        return f"{'add' if several else 'adds'} {in_unit(size, unit)}"
    return f"{'take' if several else 'takes'} {in_unit(size, unit)} off"


def _of_numbers(found: Attributions, places: int) -> str:
    answer, base = (in_unit(as_number(float(each[0]), places), found.unit) for each in (found.answers, found.base))
    return f"{found.of[0]} {answer}; an average row has {base}"


def _of_dates(found: Attributions) -> str:
    answer, base = (as_date(float(each[0])) for each in (found.answers, found.base))
    return f"{found.of[0]} {answer}; an average row has {base}"


def _of_classes(found: Attributions, places: int) -> str:
    odds = (float(each[0]) for each in (found.answers, found.base))
    answer, base = (f"{as_number(each, places)} ({as_percent(each)})" for each in odds)
    return f"class {found.of[0]!r} with log-odds of {answer}; an average row has {base}"
