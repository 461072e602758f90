"""The encoder of one column of a table for an ensemble, by its kind; fitted on the training rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple, TypeAlias

import numpy as np

from glassnet.data.encode.binned import BinnedQuantity
from glassnet.data.encode.binned_moment import BinnedMoment
from glassnet.data.encode.category import Category
from glassnet.data.encode.encoders import Truth
from glassnet.data.encode.free_text import FreeText
from glassnet.data.encode.scale import Doubles
from glassnet.data.encode.statistics import Whole
from glassnet.data.parse import numbers_of, truths_of
from glassnet.data.schema import ColumnSchema, Kind
from glassnet.data.schema.useless import is_one_value
from glassnet.data.table import Column

ColumnEncoder: TypeAlias = BinnedQuantity | BinnedMoment | Truth | Category | FreeText

ENCODERS: Final[Mapping[Kind, type[ColumnEncoder]]] = {
    Kind.NUMBER: BinnedQuantity,
    Kind.DATE: BinnedMoment,
    Kind.BOOLEAN: Truth,
    Kind.CATEGORY: Category,
    Kind.TEXT: FreeText,
}


class Aims(NamedTuple):
    """What the training rows are learnt for: `targets` (rows, outputs), `folds` (rows,) and `weights` (rows,) or None.

    Targets are standardised numbers, or a column of 0 and 1 for each class, one alone where there are two. Folds count
    from 0. Weights are above 0; where there are none, each row counts once.
    """

    targets: Doubles
    folds: Whole
    weights: Doubles | None


def fitted(schema: ColumnSchema, column: Column, source: str, aims: Aims) -> ColumnEncoder | None:
    """The encoder of a column for the training rows, or None where they hold one value."""
    if schema.kind in (Kind.CATEGORY, Kind.TEXT):
        encoder = (Category if schema.kind is Kind.CATEGORY else FreeText).fit(schema, column, *aims)
        return encoder if encoder.linear else None
    values = truths_of(schema, column)[0] if schema.kind is Kind.BOOLEAN else numbers_of(schema, column, source)
    if _are_one(values):
        return None
    if schema.kind is Kind.BOOLEAN:
        return Truth(schema, bool(np.isnan(values).any()))
    kind = BinnedMoment if encoder_of(schema) is BinnedMoment else BinnedQuantity
    return kind.of(schema, values, aims.weights)


def echoes(encoder: ColumnEncoder) -> tuple[bool, ...]:
    """For each feature whether it is made of targets, and others that stand beside it are made of the same column.

    Beside these it says, out of fold, what the targets of a row's own fold are not, to a line that may go by both.
    """
    count = len(encoder.linear)
    if isinstance(encoder, FreeText):
        return (True,) * encoder.scored + (False,) * (count - encoder.scored)
    rest = len(encoder.hot) if isinstance(encoder, Category) and len(encoder.hot) else count
    return (False,) * rest + (True,) * (count - rest)


def encoder_of(schema: ColumnSchema) -> type[ColumnEncoder]:
    """The encoder of a column: that of its kind, and that of dates for numbers which go round."""
    return BinnedMoment if schema.cycle else ENCODERS[schema.kind]


def _are_one(values: Doubles) -> bool:
    """Whether all values are the same, or all are missing."""
    gaps = np.isnan(values)
    return bool(gaps.all()) or (not gaps.any() and is_one_value(values))
