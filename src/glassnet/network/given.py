"""What is given to learn from, on its way to a network: rows, their targets, and what each of them counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from glassnet.data.frames import as_table
from glassnet.data.long_table import LongTable
from glassnet.data.sequences import Sequences
from glassnet.data.series import as_series
from glassnet.data.table import Table
from glassnet.data.weights import WeightColumn, check_as_many
from glassnet.errors import DataError
from glassnet.network.row_weights import RowWeights, not_all_zero


@dataclass(frozen=True, eq=False)
class Given:
    """Data with `targets` beside them, or with columns that `target` names, and what their rows count."""

    data: Any
    targets: Any = None
    target: str | Sequence[str] | None = None
    weights: RowWeights = field(default_factory=RowWeights)

    @classmethod
    def checked(
        cls,
        data: Any,
        targets: Any,
        target: str | Sequence[str] | None,
        sample_weight: npt.ArrayLike | None,
        class_weight: str | Mapping[Any, Any] | None = None,
    ) -> Given:
        """What a caller gives; raises DataError or SettingError for weights, as `RowWeights.checked` does."""
        return cls(data, targets, target, RowWeights.checked(sample_weight, class_weight))

    @property
    def told(self) -> bool:
        """Whether it says what the targets are."""
        return self.targets is not None or self.target is not None

    def counting(self) -> Given:
        """What is left without the rows of weight 0, as if they had not been given, each row with its weight.

        Those of a table with a row for each time step become those of its sequences. Raises DataError where there are
        not as many weights as rows, and where the rows of a sequence have different ones; SchemaError where a column
        is named that is not there.
        """
        if self.weights.column is not None and self.weights.rows is None:
            return self._read(self.weights.column).counting()
        rows = self.weights.rows
        if rows is None:
            return self
        rows = _of_sequences(self.data, rows) if isinstance(self.data, LongTable) else rows
        kept = rows > 0
        data, weights = _taken(self.data, kept), replace(self.weights, rows=rows[kept])
        if kept.all():
            return replace(self, weights=weights)
        targets = None if self.targets is None else _taken(self.targets, kept)
        return replace(self, data=data, targets=targets, weights=weights)

    def _read(self, column: str) -> Given:
        """The same with the weights that a column holds."""
        data = self.data if isinstance(self.data, LongTable) else _named(self.data, column)
        table = data.table if isinstance(data, LongTable) else data
        rows = not_all_zero(WeightColumn(column).read(table))
        return replace(self, data=data, weights=replace(self.weights, rows=rows))


def _named(data: Any, column: str) -> Table:
    """Data as a table whose columns have names; raises DataError for what is none."""
    if isinstance(data, Sequences) or not (table := as_table(data)).named:
        raise DataError(
            f"sample_weight={column!r} names a column, and the columns of the inputs have no names; give a number for "
            f"each row"
        )
    return table


def _of_sequences(data: LongTable, rows: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The weight of each sequence, which all of its rows have."""
    check_as_many(len(rows), len(data.table))
    differing = data.differing(rows, np.ones(len(rows), np.bool_))
    if differing is not None:
        one, other = differing
        raise DataError(
            f"sample_weight: {data.name(one)} has the weight {rows[one]:g} in row {one + 1:,} and {rows[other]:g} in "
            f"row {other + 1:,}; a sequence is weighed as a whole: give each of its rows the same weight"
        )
    return rows[data.first]


def _taken(rows: Any, kept: npt.NDArray[np.bool_]) -> Any:
    """The rows that are kept, of any kind of data; raises DataError where these are not as many."""
    if not isinstance(rows, np.ndarray | list | tuple) and (series := as_series(rows)) is not None:
        check_as_many(len(kept), len(series))
        return series.filter(kept.tolist()).to_native()  # still by its name, its levels in their order
    if hasattr(rows, "__array__") and not hasattr(rows, "columns"):
        rows = np.asarray(rows)
    elif not isinstance(rows, list | tuple | Sequences | LongTable):
        rows = as_table(rows)
    check_as_many(len(kept), len(rows))
    if isinstance(rows, list | tuple):
        return [row for row, keep in zip(rows, kept.tolist(), strict=True) if keep]
    return rows[kept] if isinstance(rows, np.ndarray) else rows.take(kept)
