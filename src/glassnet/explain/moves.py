"""Which features of the encoded rows move with which column of the table."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from glassnet.core.operation import Array
from glassnet.data.table import Table
from glassnet.explain.subject import Floats, Subject, with_column


def shares(subject: Subject, inputs: Mapping[str, Array]) -> dict[str, Floats]:
    """For each input the share that each column has in each of its features: (columns, features).

    `inputs` are the encoded rows. The values of one column are moved to the next row, the last to the first: features
    of other columns stay as they are, and its own change, unless they are the same in all rows. Where several columns
    move a feature, their shares are as the mean changes are. Whole numbers of levels count as one feature.
    """
    moved = [_moves(inputs, subject.encode(_turned(subject, column.name))) for column in subject.columns]
    return {name: _as_shares(np.stack([each[name] for each in moved])) for name in inputs}


def features(values: Array, *, whole: bool) -> Floats:
    """Values (rows, ..., features) summed over the axes between, or of whole numbers over all: (rows, features)."""
    flat = values.reshape(len(values), -1, 1 if whole else values.shape[-1])
    return np.asarray(flat.sum(axis=1), np.float64)


def _turned(subject: Subject, name: str) -> Table:
    order = np.roll(np.arange(len(subject)), 1)
    return with_column(subject.table, name, subject.table.columns[name].take(order))


def _moves(before: Mapping[str, Array], after: Mapping[str, Array]) -> dict[str, Floats]:
    """How much each feature changes, summed over the rows."""
    found = {}
    for name, values in before.items():
        whole = values.dtype.kind in "iu"
        change = values != after[name] if whole else np.abs(values.astype(np.float64) - after[name])
        found[name] = features(change, whole=whole).sum(axis=0)
    return found


def _as_shares(moves: Floats) -> Floats:
    total = moves.sum(axis=0)
    return moves / np.where(total > 0, total, 1)
