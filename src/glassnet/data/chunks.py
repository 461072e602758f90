"""A table that does not lie in memory at once: its rows a chunk at a time, each a table of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from glassnet.data.table import Column, Kind, Table, counted, filled
from glassnet.errors import DataError

CELLS: Final = 2**18  # values in a chunk that is read from a file: some 20 MB where they are text
NUMBERS: Final = frozenset[Kind]({"int", "float"})


@dataclass(frozen=True, eq=False)
class Chunks:
    """The rows of a table, a chunk at a time; `source` is what messages call it.

    `opened` begins at the first row. It can be called `again` where the table may be gone through more than once.
    """

    source: str
    opened: Callable[[], Iterator[Table]]
    again: bool = True

    def __iter__(self) -> Iterator[Table]:
        """The chunks; raises DataError for one with other columns than those before it, or other values in them."""
        kinds: dict[str, Kind] | None = None
        rows = 0
        for number, chunk in enumerate(self.opened(), 1):
            found = {name: column.kind for name, column in chunk.columns.items() if not column.missing.all()}
            if kinds is None:
                names, kinds = chunk.names, found
            elif chunk.names != names:
                raise self._other_columns(number, names, chunk.names)
            for name, kind in found.items():
                before = kinds.setdefault(name, kind)
                if kind != before and {kind, before} != NUMBERS:
                    raise DataError(
                        f"{self.source}, batch {number:,}: column {name!r} holds values of the kind {kind!r} where the "
                        f"batches before it held {before!r}; give every batch the same columns"
                    )
            yield _placed(chunk, rows)
            rows += len(chunk)

    def _other_columns(self, number: int, names: Sequence[str], others: Sequence[str]) -> DataError:
        lacking, more = ([n for n in one if n not in two] for one, two in ((names, others), (others, names)))
        what = " and ".join(
            [
                *([f"lacks {', '.join(map(repr, lacking))}"] if lacking else []),
                *([f"has {', '.join(map(repr, more))} besides"] if more else []),
            ]
        )
        return DataError(
            f"{self.source}, batch {number:,}: it {what or 'has its columns in another order'}, against the "
            f"{counted(len(names), 'column')} of the batches before it; give every batch the same columns"
        )


def _placed(chunk: Table, first: int) -> Table:
    """A chunk whose columns know the places of their rows."""
    places = np.arange(first, first + len(chunk))
    return replace(chunk, columns={name: replace(each, places=places) for name, each in chunk.columns.items()})


def rows_of_a_chunk(columns: int, cells: int = CELLS) -> int:
    """How many rows of so many columns are read at a time."""
    return max(1, cells // max(columns, 1))


def joined(tables: Sequence[Table]) -> Table:
    """The rows of several tables with the same columns, one after the other.

    >>> from glassnet.data.table import text_column
    >>> joined([Table({"a": text_column(["x"])}, "t"), Table({"a": text_column(["y", ""])}, "t")]).columns["a"].missing
    array([False, False,  True])
    """
    first = tables[0]
    columns = {name: _joined([table.columns[name] for table in tables]) for name in first.names}
    return Table(columns, first.source, first.named, first.file)


def _joined(columns: Sequence[Column]) -> Column:
    """One column of several; those in which every value is missing take the kind of the others."""
    missing = np.concatenate([column.missing for column in columns])
    telling = [column for column in columns if not column.missing.all()] or columns[:1]
    dtype = np.result_type(*{column.values.dtype for column in telling})
    fillers = np.zeros(1, dtype) if dtype != np.dtype(object) else np.array([""], object)
    values = [
        np.repeat(fillers, len(column)) if column.missing.all() else column.values.astype(dtype, copy=False)
        for column in columns
    ]
    own = [column.places for column in columns if column.places is not None]
    places = np.concatenate(own) if len(own) == len(columns) else None
    categorical, lists = (any(said) for said in zip(*((each.categorical, each.lists) for each in columns), strict=True))
    zone = next((each.zone for each in telling if each.zone), "")
    whole = filled(np.concatenate(values), missing)
    return replace(whole, categorical=categorical, places=places, lists=lists, zone=zone)
