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
from glassnet.errors import DataError

if TYPE_CHECKING:
    import narwhals.stable.v2 as nw

LIBRARIES = {"pandas": "pandas", "polars": "Polars", "pyarrow": "PyArrow", "modin": "Modin", "cudf": "cuDF"}
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
        raise DataError(f"cannot read a {type(data).__name__} as a table; {EXPECTED}")
    return from_numpy(array)


def as_native(data: Any) -> nw.DataFrame[Any] | nw.Series[Any] | None:
    """The narwhals view of a frame or series of any library, a lazy frame collected; None where `data` is neither.

    Raises DataError where two columns bear the same name.
    """
    import narwhals.stable.v2 as nw

    if hasattr(data, "iloc") and hasattr(data, "columns"):  # pandas and its like allow equal names, as does PyArrow
        check_names(list(map(str, data.columns)), "the frame")
    elif hasattr(data, "column_names"):
        check_names(data.column_names, "the frame")
    native: Any = nw.from_native(data, allow_series=True, pass_through=True)
    if isinstance(native, nw.LazyFrame):
        native = native.collect()
    return native if isinstance(native, (nw.DataFrame, nw.Series)) else None


def _from_native(native: nw.DataFrame[Any] | nw.Series[Any]) -> Table:
    import narwhals.stable.v2 as nw

    library = LIBRARIES.get(native.implementation.value, str(native.implementation.value))
    if isinstance(native, nw.Series):
        source = f"the {library} series"
        named = native.name not in (None, "")
        name = str(native.name) if named else "0"
        return Table({name: series_column(native, f"{source} {name!r}")}, source, named)
    source = f"the {library} frame"
    columns: Iterable[Any] = native.iter_columns()
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
        f"the list, row {row + 1:,} is a {type(data[row]).__name__} where row 1 is a {type(data[0]).__name__}; "
        "expected dictionaries everywhere, or lists everywhere"
    )
