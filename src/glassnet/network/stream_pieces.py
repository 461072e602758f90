"""The rows of a stream as they go by: tables, or inputs with their targets, and never one that counts nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

import numpy as np

from glassnet.data.batches import Batches
from glassnet.data.chunks import joined
from glassnet.data.contract import Array, Contract
from glassnet.data.examples import Examples
from glassnet.data.table import Table
from glassnet.data.weights import Doubles, WeightColumn
from glassnet.errors import SettingError

Piece: TypeAlias = Table | Examples


def pieces_of(batches: Batches, *, tables: bool, column: WeightColumn | None) -> Iterator[Piece]:
    """The batches as tables that hold their targets, or as examples, without the rows of weight 0.

    `column` has the weights of the rows of tables, None where each counts once; examples bring theirs. Raises DataError
    for what is no such batch, and SettingError for a column of examples.
    """
    if not tables and column is not None:
        raise SettingError(
            f"sample_weight={column.name!r} names a column, and {batches.source} gives pairs; give (inputs, targets, "
            f"weights), or tables and target='...'"
        )
    if not tables:
        yield from batches.examples
        return
    for table in batches.tables:
        if len(counted := table if column is None else column.positive(table)):
            yield counted


def join(pieces: Sequence[Any]) -> Any:
    """Rows of one kind, one after the other."""
    return joined(pieces) if isinstance(pieces[0], Table) else Examples.joined(pieces)


def weights_of(piece: Piece, column: str | None) -> Doubles:
    """What each row of a piece counts (rows,)."""
    if isinstance(piece, Table):
        return np.ones(len(piece)) if column is None else piece.require(column).values.astype(np.float64)
    return np.ones(len(piece)) if piece.weights is None else piece.weights


def targets_of(piece: Piece, contract: Contract) -> tuple[Array, Array]:
    """The targets of a piece as a program takes them, and for each row whether it has one."""
    return contract.targets(*((piece, None) if isinstance(piece, Table) else (piece.inputs, piece.targets)))
