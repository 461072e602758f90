"""A table as the rest of the package sees it: named columns of plain NumPy values, each with its gaps marked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from glassnet.errors import DataError, DTypeError, SchemaError, ShapeError, nearest

Kind = Literal["text", "bool", "int", "float", "datetime", "lists"]

KINDS: Mapping[np.dtype[Any], Kind] = {
    np.dtype(object): "text",
    np.dtype(np.bool_): "bool",
    np.dtype(np.int64): "int",
    np.dtype(np.uint64): "int",
    np.dtype(np.float64): "float",
    np.dtype("datetime64[us]"): "datetime",
}
FILLERS: Mapping[Kind, Any] = {
    "text": "",
    "bool": False,
    "int": 0,
    "float": np.nan,
    "datetime": np.datetime64("NaT", "us"),
}
NAMES_IN_A_MESSAGE = 12


@dataclass(frozen=True, eq=False)
class Column:
    """The values of one column.

    `values` (rows,) has one of the dtypes bool, int64, uint64, float64, datetime64[us], or object where it holds text:
    strings as they were written. `missing` (rows,) is True where there is no value; what stands there in `values` is a
    filler ("" in text, NaN among floats, NaT among dates, 0, False) and no value. Dates with a time zone are in UTC.
    `categorical` is True where a frame says that the values are categories, whatever they look like; `ranks` are
    these as written, from the lowest on, where the frame says that they have an order. `places` (rows,) are those of
    the rows in a longer table, from 0, of which these are a part. `lists` says that each value is a tuple of labels, in
    an array of objects. `zone` is the time zone that dates were given in, "" where they have none.

    Raises ShapeError or DTypeError where `values` and `missing` are not two such arrays.
    """

    values: npt.NDArray[Any]
    missing: npt.NDArray[np.bool_]
    categorical: bool = False
    places: npt.NDArray[np.int64] | None = None
    ranks: tuple[str, ...] = ()
    lists: bool = False
    zone: str = ""

    def __post_init__(self) -> None:
        if self.values.ndim != 1 or self.values.shape != self.missing.shape:
            raise ShapeError(
                f"a column needs values and gaps of shape (rows,), not {self.values.shape} and {self.missing.shape}"
            )
        if self.values.dtype not in KINDS or self.missing.dtype != np.bool_:
            raise DTypeError(f"a column cannot hold values of {self.values.dtype} with gaps of {self.missing.dtype}")

    def __len__(self) -> int:
        return len(self.values)

    @property
    def kind(self) -> Kind:
        """What the values are: "text", "bool", "int", "float", "datetime" or "lists"."""
        return "lists" if self.lists else KINDS[self.values.dtype]

    def take(self, rows: npt.NDArray[Any] | slice) -> Column:
        """The column of the rows that `rows` picks: positions, a mask or a slice."""
        places = None if self.places is None else self.places[rows]
        return replace(self, values=self.values[rows], missing=self.missing[rows], places=places)


def filled(values: npt.NDArray[Any], missing: npt.NDArray[np.bool_]) -> Column:
    """A column of `values` with the filler of its kind put where values are missing; `values` itself is left as it is.

    >>> filled(np.array([3, -1]), np.array([False, True])).values.tolist()
    [3, 0]
    """
    if missing.any():
        values = values.copy()
        values[missing] = FILLERS[KINDS[values.dtype]]
    return Column(values, missing)


def text_column(values: Iterable[str | None]) -> Column:
    """A column of text; None and "" are missing.

    >>> text_column(["007", None]).values.tolist()
    ['007', '']
    """
    array = np.array([value or "" for value in values], dtype=object)
    return Column(array, np.equal(array, "").astype(np.bool_, copy=False))


@dataclass(frozen=True, eq=False)
class Table:
    """Columns of equal length by name, in order.

    `source` is what messages call the table ("diamonds.csv", "the pandas frame"). `named` is False for bare arrays and
    lists, whose columns are called "0", "1", ... and meant by position. `file` is True where the rows come from a file.

    Raises DataError where the columns differ in length.
    """

    columns: Mapping[str, Column]
    source: str
    named: bool = True
    file: bool = False

    def __post_init__(self) -> None:
        lengths = {name: len(column) for name, column in self.columns.items()}
        for name, length in lengths.items():
            if length != len(self):
                raise DataError(
                    f"{self.source}: column {name!r} has {counted(length, 'value')} where column {self.names[0]!r} "
                    f"has {len(self):,}; columns of one table need equally many"
                )

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()), ()))

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns, in order."""
        return tuple(self.columns)

    def take(self, rows: npt.NDArray[Any] | slice) -> Table:
        """The table of the rows that `rows` picks: positions, a mask or a slice."""
        columns = {name: column.take(rows) for name, column in self.columns.items()}
        return Table(columns, self.source, self.named, self.file)

    def select(self, names: Iterable[str]) -> Table:
        """The table of the columns in `names`, in that order; raises SchemaError where there is none of a name."""
        return Table({name: self.require(name) for name in names}, self.source, self.named, self.file)

    def require(self, name: str) -> Column:
        """The column of that name, or SchemaError with the nearest name that there is."""
        if name in self.columns:
            return self.columns[name]
        raise SchemaError(f"{self.source} has no column {name!r}{nearest(name, self.names)} ({self._names_in_words()})")

    def _names_in_words(self) -> str:
        if not self.names:
            return "it has no columns"
        shown = ", ".join(map(repr, self.names[:NAMES_IN_A_MESSAGE]))
        left = len(self.names) - NAMES_IN_A_MESSAGE
        return f"its columns are {shown}" + (f" and {left:,} more" if left > 0 else "")


def check_names(names: Sequence[str], source: str, error: type[DataError] = DataError) -> None:
    """Raise `error` where two columns bear the same name, naming both positions; case counts, "Rate" is not "rate"."""
    first: dict[str, int] = {}
    for position, name in enumerate(names, 1):
        if name in first:
            raise error(
                f"{source}: columns {first[name]} and {position} are both called {name!r}; "
                "give each column a name of its own"
            )
        first[name] = position


def counted(count: int, thing: str, things: str | None = None) -> str:
    """A count with its noun in the right number.

    >>> counted(1, "row"), counted(20_602, "row"), counted(2, "entry", "entries")
    ('1 row', '20,602 rows', '2 entries')
    """
    return f"{count:,} {thing if count == 1 else things or thing + 's'}"
