"""Whatever gives its rows in batches: a file too large to be held, an iterator, a function that gives one, Arrow."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from glassnet.data.arrays import as_array
from glassnet.data.chunks import Chunks
from glassnet.data.contract import check_count
from glassnet.data.examples import Examples, examples_of
from glassnet.data.frames import as_table
from glassnet.data.read import LARGE, chunks_in
from glassnet.data.sparse import SparseRows
from glassnet.data.table import Table
from glassnet.data.weights import check_as_many
from glassnet.errors import DataError

SPARSE: Final = "the sparse matrix"
OF_DATA: Final = ("__array__", "__getitem__", "columns", "column_names")  # what tables and arrays have, not iterators


@dataclass(frozen=True, eq=False)
class Batches:
    """Batches as they are given, whatever they are; `source` is what messages call them.

    `opened` begins at the first. It can be called `again` where they may be gone through more than once. `tabular` says
    that arrays among them are rows of a table, whose columns are looked at and scaled, even where layers are laid out.
    """

    source: str
    opened: Callable[[], Iterator[Any]]
    again: bool
    tabular: bool = False

    def __iter__(self) -> Iterator[Any]:
        return self.opened()

    @property
    def tables(self) -> Chunks:
        """The batches as tables that have the same columns, those without rows passed over."""
        return Chunks(self.source, self._tables, self.again)

    def _tables(self) -> Iterator[Table]:
        for number, batch in enumerate(self, 1):
            if isinstance(batch, tuple):
                raise DataError(
                    f"{self.source}, batch {number:,} is a tuple; expected tables that hold the target, or pairs "
                    f"(inputs, targets), or these and weights, without target="
                )
            try:
                table = as_table(batch)
            except DataError as error:
                raise DataError(f"{self.source}, batch {number:,}: {error}") from None
            if len(table):
                yield Table(table.columns, self.source, table.named, table.file)

    @property
    def examples(self) -> Iterator[Examples]:
        """The batches as inputs and targets, with weights where they bring these."""
        return examples_of(self, self.source)


def as_batches(data: Any, large: int = LARGE) -> Batches | None:
    """The batches that `data` gives, None where it lies in memory at once, or is a file that can.

    A file is large from `large` bytes on; see `chunks_in`. An iterator, a generator and an Arrow record-batch reader
    can be gone through once; a function without arguments that gives an iterator, an object whose `__iter__` starts
    afresh and an Arrow dataset again and again.
    """
    if isinstance(data, Batches):
        return data
    if isinstance(data, str | os.PathLike):
        chunks = chunks_in(data, large)
        return None if chunks is None else Batches(chunks.source, partial(iter, chunks), again=True)
    if (rows := SparseRows.of(data)) is not None:
        return Batches(SPARSE, rows.batches, again=True)
    name = type(data).__name__
    if type(data).__module__.partition(".")[0] == "pyarrow":
        return _of_arrow(data, name)
    if isinstance(data, Iterator):
        return Batches(f"the {name}", partial(iter, data), again=False)
    if isinstance(data, Collection) or any(hasattr(data, each) for each in OF_DATA):
        return None
    if _takes_nothing(data):
        return Batches("the function", partial(_called, data), again=True)
    return Batches(f"the {name}", partial(iter, data), again=True) if isinstance(data, Iterable) else None


def sparse_batches(data: Any, targets: Any, weights: npt.NDArray[np.float64] | None = None) -> Batches | None:
    """The rows of a sparse matrix with the targets, and weights, beside them; None where data are no sparse matrix.

    Raises DataError where there are not as many targets, or weights, as rows.
    """
    rows = SparseRows.of(data)
    if rows is None:
        return None
    beside = np.atleast_1d(as_array(targets))
    check_count(rows.shape[0], len(beside))
    if weights is None:
        return Batches(SPARSE, partial(rows.batches, beside), again=True)
    check_as_many(len(weights), rows.shape[0])
    return Batches(SPARSE, partial(rows.batches, beside, weights), again=True)


def _of_arrow(data: Any, name: str) -> Batches | None:
    """The batches of a record-batch reader or a dataset; None for what lies in memory."""
    if hasattr(data, "read_next_batch"):
        return Batches(f"the {name}", partial(iter, data), again=False)
    if hasattr(data, "get_fragments"):
        return Batches("the Arrow dataset", data.to_batches, again=True)
    return None


def _takes_nothing(data: Any) -> bool:
    """Whether data are a function that can be called without arguments."""
    if not callable(data) or isinstance(data, type):
        return False
    try:
        inspect.signature(data).bind()
    except (TypeError, ValueError):  # it needs some, or does not say
        return False
    return True


def _called(function: Callable[[], Any]) -> Iterator[Any]:
    """The iterator that a function gives."""
    found = function()
    if not isinstance(found, Iterable):
        raise DataError(f"the function gave a value of type {type(found).__name__}; expected an iterator of batches")
    return iter(found)
