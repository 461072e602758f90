"""Answers in the type of what was asked: a frame's own library and index, NumPy for everything else."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from glassnet.data.frames import as_native
from glassnet.data.table import Table

if TYPE_CHECKING:
    from glassnet.data.frames import Native


def like(data: Any, values: npt.NDArray[Any], names: Callable[[], Sequence[str]], zone: str = "") -> Any:
    """`values` (rows,) or (rows, columns) as the frame library of `data` would hold them, with the same index.

    `data` is what was asked about. For a frame or a series, one column comes back as a series (PyArrow: a chunked
    array) and more as a frame; `names`, asked for only then, gives one a column, and dates are in the time zone `zone`,
    if there is one. For everything else `values` itself comes back, in which dates are in UTC.
    """
    native = _native(data)
    if native is None:
        return values
    columns = values.T if values.ndim == 2 else values[None]
    return _made(native, [(name, column, zone) for name, column in zip(names(), columns, strict=True)])


def like_each(data: Any, columns: Mapping[str, npt.NDArray[Any]], zones: Mapping[str, str]) -> Any:
    """Columns (rows,) of any dtypes as a frame of the library of `data`; for everything else as they are, by name.

    Dates of a frame are in the time zone of their column, where `zones` has one.
    """
    native = _native(data)
    each = [(name, column, zones.get(name, "")) for name, column in columns.items()]
    return dict(columns) if native is None else _made(native, each)


def _native(data: Any) -> Native | None:
    """What was asked about as a frame or a series of a library that answers are given in, or None."""
    if data is None or isinstance(data, (str, np.ndarray, list, tuple, dict, Table)):
        return None
    native = as_native(data)
    if native is None:
        return None
    library = native.implementation
    return native if library.is_pandas_like() or library.is_polars() or library.is_pyarrow() else None


def _made(native: Native, columns: Sequence[tuple[str, npt.NDArray[Any], str]]) -> Any:
    """One column as a series, more as a frame, with the index of what was asked about; the last is a time zone."""
    import narwhals.stable.v2 as nw

    library = native.implementation
    series = []
    for name, column, zone in columns:
        made = nw.new_series(name, column.tolist() if column.dtype.kind in "OUT" else column, backend=library)
        dated = zone and column.dtype.kind == "M"
        series.append(made.dt.replace_time_zone("UTC").dt.convert_time_zone(zone) if dated else made)
    whole = series[0] if len(series) == 1 else nw.from_dict({each.name: each for each in series})
    answers = whole.to_native()
    if library.is_pandas_like():
        answers.index = native.to_native().index
    return answers
