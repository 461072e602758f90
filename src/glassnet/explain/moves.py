"""Which features of the encoded rows move with which column of the table."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

import numpy as np

from glassnet.core.operation import Array
from glassnet.data.encode.statistics import Whole
from glassnet.data.table import Table
from glassnet.explain.subject import Floats, Subject


def shares(subject: Subject, inputs: Mapping[str, Array], feeds: Mapping[str, Whole]) -> dict[str, Floats]:
    """For each input the share that each column has in each of its features: (columns, features).

    `inputs` are the encoded rows. To turn a column is to move its values to the next row, the last to the first: its
    own features change, unless they are the same in all rows, and all others stay. Columns are turned together, for
    each binary digit of their number those that have it and then those that have not: a feature of one column moves
    with either of the two, which spells the number. Where several columns move a feature, columns are turned one by
    one, and their shares are as the mean changes are. A feature that
    `feeds` says to be a function of a sum has no shares: it is split row by row.
    """
    columns = range(len(subject.columns))
    owners = {name: np.zeros(values.shape[-1], np.int64) for name, values in inputs.items()}
    joint = {name: np.zeros(values.shape[-1], np.bool_) for name, values in inputs.items()}
    moving = {name: np.zeros(values.shape[-1], np.bool_) for name, values in inputs.items()}
    for digit in range(max(1, (len(columns) - 1).bit_length())):
        having = [column for column in columns if column >> digit & 1]
        with_it, without = (_moves(subject, inputs, some) for some in (having, set(columns) - set(having)))
        for name, own in owners.items():
            one, other = with_it[name] > 0, without[name] > 0
            own += one.astype(np.int64) << digit
            joint[name] |= one & other
            moving[name] |= one | other
    for name, sums in feeds.items():
        joint[name] &= sums < 0
        moving[name] &= sums < 0
    if any(each.any() for each in joint.values()):
        moved = [_moves(subject, inputs, [column]) for column in columns]
        return {name: moving[name] * _as_shares(np.stack([each[name] for each in moved])) for name in inputs}
    return {name: (own == np.array(columns)[:, None]) * 1.0 * moving[name] for name, own in owners.items()}


def features(values: Array) -> Floats:
    """Values (rows, ..., features) summed over the axes between: (rows, features)."""
    return np.asarray(values.reshape(len(values), -1, values.shape[-1]).sum(axis=1), np.float64)


def _moves(subject: Subject, inputs: Mapping[str, Array], turned: Collection[int]) -> dict[str, Floats]:
    """How much each feature changes where some columns are turned, summed over the rows."""
    after = subject.encode(_turned(subject, turned)) if turned else inputs
    found = {}
    for name, values in inputs.items():
        found[name] = features(np.abs(values.astype(np.float64) - after[name])).sum(axis=0)
    return found


def _turned(subject: Subject, turned: Collection[int]) -> Table:
    order = np.roll(np.arange(len(subject)), 1)
    names = [subject.columns[place].name for place in turned]
    columns = {name: subject.table.columns[name].take(order) for name in names}
    return replace(subject.table, columns={**subject.table.columns, **columns})


def _as_shares(moves: Floats) -> Floats:
    total = moves.sum(axis=0)
    return moves / np.where(total > 0, total, 1)
