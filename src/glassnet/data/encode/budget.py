"""The columns of a wide table within so many features: fewer bins first, then those that say least are left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

import numpy as np

from glassnet.data.encode.binned import BinnedQuantity
from glassnet.data.encode.binned_moment import BinnedMoment
from glassnet.data.encode.bins import MOST_VALUES
from glassnet.data.encode.column_encoder import Aims, ColumnEncoder, fitted
from glassnet.data.encode.gates import LARGEST, Gates, Mask, best, significant
from glassnet.data.encode.match import listed, used
from glassnet.data.encode.relation import Relations
from glassnet.data.schema import Schema
from glassnet.data.table import Table

MOST_FEATURES: Final = 2000
ROWS_A_COLUMN: Final = 50  # from which on what is related to the target by chance hurts little

Encoders: TypeAlias = Mapping[str, ColumnEncoder]


def within_budget(
    schema: Schema, table: Table, aims: Aims, most: int = MOST_FEATURES
) -> tuple[Encoders, Gates | None, tuple[str, ...]]:
    """The encoders of all columns that vary, what members see of them, and notes on what had to be left out.

    They give at most `most` features; all members see all of these where there are no gates. Columns are read one after
    the other, and again where they get fewer bins or are compared.
    """
    all_fitted = ((each.name, fitted(each, table.require(each.name), table.source, aims)) for each in used(schema))
    encoders: Encoders = {name: encoder for name, encoder in all_fitted if encoder is not None}
    notes: list[str] = []
    if _width(encoders) > most:
        cap = _cap(encoders, most)
        encoders = {name: _capped(encoder, name, table, aims, cap) for name, encoder in encoders.items()}
        notes.append(f"numbers have {_bins(cap)}, as all columns together give at most {most:,} features")
    if _width(encoders) <= most and len(encoders) * ROWS_A_COLUMN <= len(table):
        return encoders, None, tuple(notes)
    seen, chosen = _told_apart(encoders, table, aims, most)
    some_see = {name: bool(seen[:, place].any()) for place, name in enumerate(encoders)}
    left_out = [name for name, there in some_see.items() if not there]
    if left_out:
        notes.append(
            f"{len(left_out):,} of {len(encoders):,} columns are not used, as they are related least to the target and "
            f"all together give at most {most:,} features: {listed(left_out)}"
        )
    kept = {name: encoder for name, encoder in encoders.items() if some_see[name]}
    return kept, _gates(list(encoders.values()), seen, chosen), tuple(notes)


def _told_apart(encoders: Encoders, table: Table, aims: Aims, most: int) -> tuple[Mask, Mask]:
    """The columns that give at most `most` features, and those related beyond chance: (folds, columns) of both.

    Rows of unequal weights tell what (sum w)^2 / sum w^2 of equal ones would. Source: Kish, "Survey sampling", 1965.
    """
    relations = Relations(aims)
    each = np.stack([relations.of(own, table.require(name), table.source) for name, own in encoders.items()])
    seen = best(each, np.array([len(own.linear) for own in encoders.values()]), most)
    outputs, folds = aims.targets.shape[1], each.shape[1]
    tries = np.array([max(1, sum(own.linear)) * outputs for own in encoders.values()])
    rows = len(table) if aims.weights is None else float(aims.weights.sum() ** 2 / (aims.weights**2).sum())
    return seen, significant(each, rows * (1 - 1 / max(folds, 2)), tries) & seen


def _gates(encoders: Sequence[ColumnEncoder], seen: Mask, chosen: Mask) -> Gates | None:
    """What members see, feature by feature of the columns that some see; None where all see all."""
    share = float(chosen.sum(axis=1).mean()) / len(encoders)
    few = share <= LARGEST
    if seen.all() and not few:
        return None
    kept = seen.any(axis=0)
    widths = np.array([len(own.linear) for own in encoders])[kept]
    each, some = (np.repeat(mask[:, kept], widths, axis=1) for mask in (seen, chosen))
    return Gates(each, some if few else None, share, len(encoders))


def _capped(encoder: ColumnEncoder, name: str, table: Table, aims: Aims, cap: int) -> ColumnEncoder:
    """The encoder with at most so many bins, where it has bins of its own."""
    if not isinstance(encoder, BinnedQuantity | BinnedMoment):
        return encoder
    values, _ = encoder.read(table.require(name), table.source)
    return encoder.capped(values, aims.weights, cap)


def _width(encoders: Encoders) -> int:
    return sum(len(encoder.linear) for encoder in encoders.values())


def _cap(encoders: Encoders, most: int) -> int:
    """The most bins of a number with which all features are at most `most`, or 0; one bin tells no more than none."""
    bins = np.array(
        [
            encoder.linear.count(False)
            for encoder in encoders.values()
            if isinstance(encoder, BinnedQuantity | BinnedMoment)
        ]
    )
    others = _width(encoders) - int(bins.sum())
    fitting = (cap for cap in range(MOST_VALUES, 1, -1) if others + np.minimum(bins, cap).sum() <= most)
    return next(fitting, 0)


def _bins(cap: int) -> str:
    return f"at most {cap} bins each" if cap else "no bins"
