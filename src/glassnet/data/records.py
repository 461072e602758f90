"""Tables out of what Python and NumPy hold: dictionaries of columns, lists of records, lists of rows, arrays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt

from glassnet.data.columns import from_array, from_values, is_scalar
from glassnet.data.series import as_series, series_column
from glassnet.data.table import Column, Table, check_names, counted
from glassnet.errors import DataError


def from_columns(columns: Mapping[Any, Any], source: str, *, file: bool = False) -> Table:
    """The table of a dictionary of columns, or the one row of a dictionary of single values.

    A column is a list, a 1-D array or a series of any frame library. Raises DataError where there is no column, two
    bear the same name, lengths differ, or a column is no list of single values.
    """
    if not columns:
        raise DataError(f"{source} is empty: expected columns by name")
    names = [str(name) for name in columns]
    check_names(names, source)
    single = {name: is_scalar(value) for name, value in zip(names, columns.values(), strict=True)}
    if len(set(single.values())) > 1:
        lonely = next(name for name, alone in single.items() if alone)
        many = next(name for name, alone in single.items() if not alone)
        raise DataError(
            f"{source}: column {lonely!r} is a single value where column {many!r} is a list; "
            "give lists everywhere, or single values everywhere for one row"
        )
    values = [[value] for value in columns.values()] if all(single.values()) else columns.values()
    made = {name: _column(value, f"{source}, column {name!r}") for name, value in zip(names, values, strict=True)}
    return Table(made, source, file=file)


def _column(values: Any, where: str) -> Column:
    if isinstance(values, Sequence) and not isinstance(values, np.ndarray):
        return from_values(values, where)
    series = None if isinstance(values, np.ndarray) else as_series(values)
    if series is not None:
        return series_column(series, where)
    array = as_array(values)
    if array is None or array.ndim != 1:
        given = f"is an array of shape {array.shape}" if array is not None else f"is of type {type(values).__name__}"
        raise DataError(f"{where} {given}; expected a list or an array of shape (rows,)")
    return from_array(array, where)


def from_records(records: Sequence[Mapping[Any, Any]], source: str, *, file: bool = False) -> Table:
    """The table of a list of dictionaries, one a row; what a record does not name is missing in it."""
    keys = list(dict.fromkeys(chain.from_iterable(records)))
    names = [str(key) for key in keys]
    check_names(names, source)
    columns = {
        name: from_values([record.get(key) for record in records], f"{source}, column {name!r}")
        for name, key in zip(names, keys, strict=True)
    }
    return Table(columns, source, file=file)


def from_rows(rows: Sequence[Any], source: str) -> Table:
    """The table of a list: of equally long rows, or of single values, which are rows of one column.

    Raises DataError that names the first row whose length differs from that of row 1.
    """
    alone = [is_scalar(row) for row in rows]
    if all(alone):
        return _unnamed([from_values(rows, source)] if len(rows) else [], source)
    lists = [_listed(row, number, source) for number, row in enumerate(rows, 1)]
    width = len(lists[0])
    for number, row in enumerate(lists, 1):
        if len(row) != width:
            raise DataError(
                f"{source}, row {number:,}: {counted(len(row), 'value')} where row 1 has {width:,}; "
                "expected rows of equal length"
            )
    columns = zip(*lists, strict=True)
    return _unnamed([from_values(column, f"{source}, column {i + 1}") for i, column in enumerate(columns)], source)


def _listed(row: Any, number: int, source: str) -> Sequence[Any]:
    if isinstance(row, np.ndarray):
        row = row.tolist()
    if isinstance(row, Sequence) and not isinstance(row, (str, bytes)):
        return row
    batches = "; batches of rows are learnt from an iterator: iter(list)" if hasattr(row, "columns") else ""
    raise DataError(
        f"{source}, row {number:,} is of type {type(row).__name__}; expected a list of the row's values{batches}"
    )


def from_numpy(array: npt.NDArray[Any], source: str = "the array") -> Table:
    """The table of an array (rows, columns), of an array (rows,), which is one column, or of a structured array.

    Raises DataError for any other number of axes.
    """
    if not isinstance(array, np.ma.MaskedArray):
        array = np.asarray(array)  # no matrix, whose columns would be matrices again
    if array.dtype.names is not None and array.ndim == 1:
        return from_columns({name: array[name] for name in array.dtype.names}, source)
    if array.ndim not in (1, 2):
        raise DataError(f"{source} has shape {array.shape}; expected (rows, columns), or (rows,) for one column")
    columns = array.T if array.ndim == 2 else array[None]
    return _unnamed([from_array(column, f"{source}, column {i + 1}") for i, column in enumerate(columns)], source)


def _unnamed(columns: Iterable[Column], source: str) -> Table:
    return Table({str(position): column for position, column in enumerate(columns)}, source, named=False)


def as_array(data: Any) -> npt.NDArray[Any] | None:
    """The array of anything that offers itself to NumPy as one (a tensor of another library), or None."""
    if isinstance(data, np.ndarray):
        return data
    return np.asarray(data) if hasattr(data, "__array__") or hasattr(data, "__array_interface__") else None
