"""The columns of a wide table within so many features: fewer bins first, then those that say least are left out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypeAlias

import numpy as np

from glassnet.data.encode.binned import BinnedQuantity
from glassnet.data.encode.binned_moment import BinnedMoment
from glassnet.data.encode.bins import MOST_VALUES
from glassnet.data.encode.column_encoder import Aims, ColumnEncoder, fitted
from glassnet.data.encode.match import listed, used
from glassnet.data.encode.relation import relation
from glassnet.data.schema import Schema
from glassnet.data.table import Table

MOST_FEATURES: Final = 2000

Encoders: TypeAlias = Mapping[str, ColumnEncoder]


def within_budget(
    schema: Schema, table: Table, aims: Aims, most: int = MOST_FEATURES
) -> tuple[Encoders, tuple[str, ...]]:
    """The encoders of all columns that vary, giving at most `most` features, and notes on what had to be left out.

    Columns are read one after the other, and again where they get fewer bins or are compared.
    """
    all_fitted = ((each.name, fitted(each, table.require(each.name), table.source, aims)) for each in used(schema))
    encoders: Encoders = {name: encoder for name, encoder in all_fitted if encoder is not None}
    notes: list[str] = []
    if _width(encoders) > most:
        cap = _cap(encoders, most)
        encoders = {name: _capped(encoder, name, table, aims, cap) for name, encoder in encoders.items()}
        notes.append(f"numbers have {_bins(cap)}, as all columns together give at most {most:,} features")
    if _width(encoders) > most:
        encoders, left_out = _best(encoders, table, aims, most)
        notes.append(
            f"{len(left_out):,} of {len(encoders) + len(left_out):,} columns are not used, as they are related least "
            f"to the target and all together give at most {most:,} features: {listed(left_out)}"
        )
    return encoders, tuple(notes)


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


def _best(encoders: Encoders, table: Table, aims: Aims, most: int) -> tuple[Encoders, list[str]]:
    """The columns most related to the target that give at most `most` features, and the names of all others."""
    related = {name: relation(encoder, table.require(name), table.source, aims) for name, encoder in encoders.items()}
    kept, room = set(), most
    for name in sorted(related, key=lambda name: -related[name]):
        width = len(encoders[name].linear)
        if width > room:
            break
        kept.add(name)
        room -= width
    return {name: own for name, own in encoders.items() if name in kept}, [n for n in encoders if n not in kept]


def _bins(cap: int) -> str:
    return f"at most {cap} bins each" if cap else "no bins"
