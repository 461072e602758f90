"""Sparse matrices, of which some rows at a time are written out as they are learnt from: never all of them at once.

A matrix in compressed sparse rows, CSR, holds for row i the numbers data[indptr[i]:indptr[i + 1]], in the columns that
`indices` names at the same places; numbers of one place are added.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from glassnet.errors import DataError

NUMBERS: Final = 2**20  # of a batch that is written out
REAL: Final = "biuf"  # kinds of dtypes


@dataclass(frozen=True, eq=False)
class SparseRows:
    """The rows of a sparse matrix; its parts have been checked."""

    shape: tuple[int, int]
    ends: npt.NDArray[np.int64]
    columns: npt.NDArray[np.int64]
    values: npt.NDArray[Any]

    @classmethod
    def of(cls, data: Any) -> SparseRows | None:
        """The rows of a SciPy matrix or array of any format, None where `data` is none.

        Raises DataError for a column out of range, naming row and place, for parts that do not fit together, and for
        numbers that are not real.
        """
        if not hasattr(data, "tocsr") or len(getattr(data, "shape", ())) != 2:
            return None
        if data.dtype.kind not in REAL:
            raise DataError(f"the sparse matrix holds values of dtype {data.dtype}; expected real numbers")
        _check_places(data)
        matrix = data.tocsr()
        ends, columns, values = (np.asarray(part) for part in (matrix.indptr, matrix.indices, matrix.data))
        rows, width = (int(size) for size in data.shape)
        if len(ends) != rows + 1 or ends[0] != 0 or (np.diff(ends) < 0).any() or not ends[-1] <= len(columns):
            raise DataError(f"the sparse matrix of shape ({rows:,}, {width:,}) is damaged: its row pointers do not fit")
        columns, values = columns[: ends[-1]], values[: ends[-1]]
        wrong = (columns < 0) | (columns >= width)
        if wrong.any():
            place = int(np.argmax(wrong))
            row = int(np.searchsorted(ends, place, side="right"))
            raise DataError(
                f"the sparse matrix, row {row:,}: a number stands in column {int(columns[place]) + 1:,}, and there are "
                f"{width:,}; correct its indices"
            )
        return cls((rows, width), ends, columns, values)

    def __len__(self) -> int:
        return self.shape[0]

    def take(self, rows: npt.NDArray[np.int64]) -> SparseRows:
        """The rows at these places, in this order."""
        counts = np.diff(self.ends)[rows]
        ends = np.concatenate([[0], np.cumsum(counts)])
        inside = np.arange(ends[-1]) + np.repeat(self.ends[rows] - ends[:-1], counts)
        return SparseRows((len(rows), self.shape[1]), ends, self.columns[inside], self.values[inside])

    def written_out(self, first: int, end: int) -> npt.NDArray[Any]:
        """The rows from `first` to before `end` with all their zeros, (rows, columns)."""
        out = np.zeros((end - first, self.shape[1]), self.values.dtype)
        inside = slice(self.ends[first], self.ends[end])
        rows = np.repeat(np.arange(end - first), np.diff(self.ends[first : end + 1]))
        np.add.at(out, (rows, self.columns[inside]), self.values[inside])
        return out

    def batches(self, *beside: npt.NDArray[Any]) -> Iterator[Any]:
        """All rows, some at a time, with what is given beside them: targets, or targets and weights."""
        step = max(1, NUMBERS // max(self.shape[1], 1))
        for first in range(0, self.shape[0], step):
            end = min(first + step, self.shape[0])
            dense = self.written_out(first, end)
            yield (dense, *(each[first:end] for each in beside)) if beside else dense


def _check_places(data: Any) -> None:
    """Raise DataError for a place outside of the matrix, where to bring it to CSR would write outside of memory."""
    if data.format in ("csc", "bsr"):
        try:
            data.check_format(full_check=True)
        except ValueError as error:
            raise DataError(f"the sparse matrix of shape {data.shape} is damaged: {error}; correct it") from None
    if data.format == "coo":
        for what, places, count in zip(("row", "column"), (data.row, data.col), data.shape, strict=True):
            wrong = (places < 0) | (places >= count)
            if wrong.any():
                raise DataError(
                    f"the sparse matrix: a number stands in {what} {int(places[wrong.argmax()]) + 1:,}, and there are "
                    f"{count:,}; correct its indices"
                )
