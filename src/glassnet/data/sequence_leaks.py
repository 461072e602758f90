"""What makes a score of sequences better than the answers will be: the target in their steps, sequences met twice."""

from __future__ import annotations

import numpy as np

from glassnet.data.coded import Codes, coded, groups_alike
from glassnet.data.in_time import in_order
from glassnet.data.leaks import BY_CHANCE, REPEATED, aims_coded, copies
from glassnet.data.long_table import LongTable
from glassnet.data.schema import ColumnSchema, Schema
from glassnet.data.table import counted
from glassnet.data.targets import TargetEncoding


def leaks_in_sequences(
    data: LongTable, schema: Schema, time: ColumnSchema | None, targets: TargetEncoding, *, steps: bool
) -> tuple[str, ...]:
    """Notes on columns that are a target in other words, and on sequences that come again.

    Where `steps` have a target each, a column is held against it row by row, else by the first row of each sequence.
    """
    rows = np.arange(len(data.table)) if steps else data.first
    compared = data.table.take(rows)
    found = copies(coded(compared, schema), aims_coded(targets, compared.columns))
    alike = groups_alike(coded(data.table, schema).values())
    return (*found, *repeated(data, alike[in_order(data, time)] if len(alike) else alike))


def repeated(data: LongTable, steps: Codes) -> list[str]:
    """A note on sequences whose `steps`, numbered alike where all inputs are, are those of another one.

    By chance n sequences would hold n^2 / 2 pairs alike times the mean of p^length, where p is the sum of the squared
    shares of each kind of step: short sequences of few kinds of steps are not told of.
    """
    count = len(data)
    if not len(steps):
        return []
    again = count - len({each.tobytes() for each in np.split(steps, np.cumsum(data.lengths)[:-1])})
    shares = np.bincount(steps) / len(steps)
    chance = count**2 / 2 * float((float((shares**2).sum()) ** data.lengths).mean())
    if again < max(1, REPEATED * count) or again < BY_CHANCE * chance:
        return []
    return [
        f"{counted(again, 'sequence')} of {count:,} repeat another one in all inputs of every step: where one of two "
        "is learnt and the other scored, the score is too good"
    ]
