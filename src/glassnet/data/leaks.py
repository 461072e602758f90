"""What makes a score better than the answers will be: the target under another name, names of rows, rows met twice.

Each is said in words, and nothing is left out for it: whether a column will be known where an answer is asked for, only
the caller can tell.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from glassnet.data.coded import Coded, coded, groups_alike, targets_coded
from glassnet.data.label_lists import LabelLists
from glassnet.data.parse import numbers_of
from glassnet.data.schema import Kind, Schema
from glassnet.data.schema.categories import LEAST_ROWS
from glassnet.data.several_targets import SeveralTargets, Targets
from glassnet.data.table import Column, Table, counted

SAME: Final = 0.9995  # the rank correlation from which on two columns of numbers are one but for rounding
RARE: Final = 5  # rows of other classes than the commonest, from which on they are no chance
ROWS_OF_A_VALUE: Final = 10  # in the mean, from which on a value that goes with one class is no chance
REPEATED: Final = 0.1  # of the rows, from which on whole repeats are told: fewer hardly move a score
BY_CHANCE: Final = 100  # times as many rows repeat as would if the columns had nothing to do with each other
OTHERWISE: Final = "leave it out unless it will be known where an answer is asked for"


def leaks(table: Table, schema: Schema, targets: Targets) -> tuple[str, ...]:
    """Notes on the inputs of a table that may tell the target, or which row it is, and on rows that come again."""
    columns = coded(table, schema)
    known = aims_coded(targets, table.columns)
    return (*copies(columns, known), *identifiers(table, schema, columns), *repeats(columns, known))


def aims_coded(targets: Targets, columns: Mapping[str, Column]) -> dict[str, Coded]:
    """The target columns by name as the numbers of their distinct values; of lists a column for each label."""
    if isinstance(targets, LabelLists):
        return dict(targets_coded(*targets.read(columns), [f"{targets.names[0]}: {label}" for label in targets.held]))
    parts = targets.parts if isinstance(targets, SeveralTargets) else (targets,)
    return {name: aim for part in parts for name, aim in targets_coded(*part.read(columns), part.names).items()}


def copies(columns: Mapping[str, Coded], targets: Mapping[str, Coded]) -> list[str]:
    """A note on each column that is a target in other words: the same order of numbers, or the same parting of rows.

    A single input is what there is to learn from, and is not looked at.
    """
    if len(columns) < 2:
        return []
    pairs = [(name, column, aim) for aim in targets for name, column in columns.items()]
    told = [(name, how(column, targets[aim], aim)) for name, column, aim in pairs]
    return [f"column {name!r} {words}: {OTHERWISE}" for name, words in told if words]


def how(column: Coded, target: Coded, aim: str) -> str:
    """How a column tells the target called `aim`, in words, or "".

    >>> numbers = Coded.of(np.arange(30.0), np.ones(30, bool), ordered=True)
    >>> squares = Coded.of(-np.arange(30.0) ** 2, np.ones(30, bool), ordered=True)
    >>> how(squares, numbers, "price")
    "is the target 'price' in other words (rank correlation -1.0000)"
    """
    both = column.known & target.known
    rows = int(both.sum())
    if rows < max(LEAST_ROWS, len(target) / 2):
        return ""
    own, other = column.within(both), target.within(both)
    if own.ordered and other.ordered and min(own.count, other.count) > 2:
        correlation = float(np.corrcoef(own.ranks, other.ranks)[0, 1])
        same = abs(correlation) >= SAME
        return f"is the target {aim!r} in other words (rank correlation {correlation:.4f})" if same else ""
    return _in_few_values(own, other, aim) if own.count * ROWS_OF_A_VALUE <= rows else ""


def _in_few_values(own: Coded, other: Coded, aim: str) -> str:
    """The same for a column of few values and a target, both without gaps, by which value goes with which."""
    if len(own) - int(other.counts.max()) < RARE:
        return ""
    pairs = Coded.of(own.codes * other.count + other.codes, own.known, ordered=False).count
    if pairs > own.count:
        return ""
    if pairs == other.count:
        return f"is the target {aim!r} in other words (its {own.count} values part the rows as the target does)"
    return f"tells the target {aim!r} (each of its {own.count} values goes with one value of the target)"


def identifiers(table: Table, schema: Schema, columns: Mapping[str, Coded]) -> list[str]:
    """A note on each column of whole numbers from 0 or 1 that are all the rows' own, in any order.

    Columns of text whose values all differ, and nameless ones that count the rows, are left out by the schema.
    """
    notes = []
    for each in schema.columns:
        if each.kind is Kind.NUMBER and columns[each.name].count == len(table) >= LEAST_ROWS:
            values = numbers_of(each, table.columns[each.name], table.source)
            least = float(values.min())
            if least in (0, 1) and (np.sort(values) == least + np.arange(len(table))).all():
                notes.append(
                    f"column {each.name!r} holds each number from {least:.0f} to {values.max():,.0f} once: if it only "
                    f"numbers the rows, leave it out, columns={{{each.name!r}: 'ignored'}}"
                )
    return notes


def repeats(columns: Mapping[str, Coded], targets: Mapping[str, Coded]) -> list[str]:
    """A note on rows that come again with all of their inputs and the target, where they are too many for chance.

    By chance n rows would hold n^2 / 2 pairs alike times the product, over the columns, of the sum of squared shares
    of its values: tables whose columns are few, of few values, hold the same row often, and are not told of.
    """
    groups = groups_alike(columns.values())
    rows = len(groups)
    whole = groups_alike([Coded(groups, rows, ordered=False), *targets.values()])
    again, same = (rows - int(each.max(initial=-1)) - 1 for each in (groups, whole))
    alike = [((column.counts / max(rows, 1)) ** 2).sum() for column in columns.values()]
    if same < max(1, REPEATED * rows) or same < BY_CHANCE * rows**2 / 2 * float(np.prod(alike)):
        return []
    return [
        f"{counted(again, 'row')} of {rows:,} repeat another one in all inputs, {same / again:.0%} of them with its "
        "target too: where one of two is learnt and the other scored, the score is too good"
    ]
