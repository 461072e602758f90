"""Answers in the type of what was asked: a frame's own library and index, NumPy for everything else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from glassnet.data.frames import as_native
from glassnet.data.table import Table


def like(data: Any, values: npt.NDArray[Any], names: Callable[[], Sequence[str]]) -> Any:
    """`values` (rows,) or (rows, columns) as the frame library of `data` would hold them, with the same index.

    `data` is what was asked about. For a frame or a series, one column comes back as a series (PyArrow: a chunked
    array) and more as a frame; `names`, asked for only then, gives one a column. For everything else `values` itself
    comes back.
    """
    if data is None or isinstance(data, (str, np.ndarray, list, tuple, dict, Table)):
        return values
    native = as_native(data)
    if native is None:
        return values
    import narwhals.stable.v2 as nw

    library = native.implementation
    if not (library.is_pandas_like() or library.is_polars() or library.is_pyarrow()):
        return values
    columns = values.T if values.ndim == 2 else values[None]
    series = [
        nw.new_series(name, column.tolist() if column.dtype.kind in "OUT" else column, backend=library)
        for name, column in zip(names(), columns, strict=True)
    ]
    made = series[0] if len(series) == 1 else nw.from_dict({each.name: each for each in series})
    answers = made.to_native()
    if library.is_pandas_like():
        answers.index = native.to_native().index
    return answers
