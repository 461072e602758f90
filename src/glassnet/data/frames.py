"""Whatever holds a table, taken in: a path, a frame of any library, a dictionary, a list, an array."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.data.read import read_table
from glassnet.data.records import as_array, from_columns, from_numpy, from_records, from_rows
from glassnet.data.series import series_column
from glassnet.data.table import Table, check_names
from glassnet.errors import DataError, MissingExtraError

if TYPE_CHECKING:
    import narwhals.stable.v2 as nw

    Native = nw.DataFrame[Any] | nw.LazyFrame[Any] | nw.Series[Any]

LIBRARIES = {
    "pandas": "pandas",
    "polars": "Polars",
    "pyarrow": "PyArrow",
    "modin": "Modin",
    "cudf": "cuDF",
    "duckdb": "DuckDB",
}
EXPECTED = (
    "expected a path, a frame (pandas, Polars, PyArrow), a dictionary of columns, a list of rows, "
    "or an array of shape (rows, columns)"
)


def as_table(data: Any) -> Table:
    """The table that `data` holds, whatever it is.

    A path is read as a file. Frames and dictionaries keep the names of their columns; arrays and lists have none and
    call them "0", "1", ... A 1-D array, a flat list or a series is one column. A dictionary of single values is one
    row. A table is taken as it is.

    Raises ReadError for a file that cannot be read and DataError for anything that is no table.
    """
    if isinstance(data, Table):
        return data
    if isinstance(data, (str, os.PathLike)):
        return read_table(data)
    if isinstance(data, Mapping):
        return from_columns(data, "the dictionary")
    if isinstance(data, np.ndarray):
        return from_numpy(data)
    if isinstance(data, Sequence) and not isinstance(data, (bytes, bytearray)):
        return _from_sequence(data)
    native = as_native(data)
    if native is not None:
        return _from_native(native)
    array = as_array(data)
    if array is None:
        raise DataError(f"cannot read data of type {type(data).__name__} as a table; {EXPECTED}")
    return from_numpy(array)


def is_table(data: Any) -> bool:
    """Whether data have columns by themselves: a path, a dictionary or a frame, not an array or a list."""
    if isinstance(data, Table | Mapping | str | os.PathLike):
        return True
    return not isinstance(data, np.ndarray | Sequence) and hasattr(as_native(data), "columns")


def opened(data: Any) -> Any:
    """A path as the table in its file, so that it is read once; anything else as it is."""
    return read_table(data) if isinstance(data, str | os.PathLike) else data


def as_native(data: Any) -> Native | None:
    """The narwhals view of a frame, a lazy frame or a series of any library; None where `data` is none of them.

    What hands its columns out by Arrow's C interface alone, as a record batch does, is seen as a table of PyArrow.

    Raises DataError where two columns bear the same name, which pandas and PyArrow allow, and MissingExtraError for
    what needs PyArrow without it.
    """
    import narwhals.stable.v2 as nw

    library = type(data).__module__.partition(".")[0]
    names = getattr(data, "columns", None) if hasattr(data, "iloc") else getattr(data, "column_names", None)
    if names is not None:
        check_names(list(map(str, names)), f"the {LIBRARIES.get(library, library)} frame")
    native: Any = nw.from_native(data, allow_series=True, pass_through=True)
    if isinstance(native, (nw.DataFrame, nw.LazyFrame, nw.Series)):
        return native
    return as_native(_in_arrow(data)) if hasattr(data, "__arrow_c_stream__") else None


def _in_arrow(data: Any) -> Any:
    """A table of PyArrow of the columns that Arrow's C interface hands out."""
    try:
        import pyarrow  # type: ignore[import-untyped]
    except ModuleNotFoundError:
        raise MissingExtraError(
            f"columns of type {type(data).__name__} are read by PyArrow, which is not installed here; install it with "
            f"pip install pyarrow, or give a dictionary of columns"
        ) from None
    return pyarrow.table(data)


def _from_native(native: Native) -> Table:
    import narwhals.stable.v2 as nw

    library = LIBRARIES.get(native.implementation.value, str(native.implementation.value))
    if isinstance(native, nw.Series):
        source = f"the {library} series"
        named = native.name not in (None, "")
        name = str(native.name) if named else "0"
        return Table({name: series_column(native, f"{source} {name!r}")}, source, named)
    source = f"the {library} frame"
    frame = native.collect() if isinstance(native, nw.LazyFrame) else native
    columns: Iterable[Any] = frame.iter_columns()
    made = {str(each.name): series_column(each, f"{source}, column {str(each.name)!r}") for each in columns}
    return Table(made, source)


def _from_sequence(data: Sequence[Any]) -> Table:
    records = [isinstance(row, Mapping) for row in data]
    if not any(records):
        return from_rows(data, "the list")
    if all(records):
        return from_records(data, "the list")
    row = records.index(not records[0])
    raise DataError(
        f"the list, row {row + 1:,} is of type {type(data[row]).__name__} where row 1 is a {type(data[0]).__name__}; "
        "expected dictionaries everywhere, or lists everywhere"
    )
