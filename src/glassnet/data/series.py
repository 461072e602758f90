"""One column of any frame library (pandas, Polars, PyArrow, ...) as plain NumPy values, seen through narwhals."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.data.columns import floats, from_array, from_values, plain, spelt, whole
from glassnet.data.table import Column, filled, text_column

if TYPE_CHECKING:
    import narwhals.stable.v2 as nw


def as_series(data: Any) -> nw.Series[Any] | None:
    """The narwhals series of a series of any frame library, or None where `data` is none."""
    import narwhals.stable.v2 as nw

    series: Any = nw.from_native(data, series_only=True, pass_through=True)
    return series if isinstance(series, nw.Series) else None


def series_column(series: nw.Series[Any], where: str) -> Column:
    """The column of a series of any dtype; `where` is how messages call it.

    Nulls, NaN and empty texts are missing; categories stay categories, numbers among them too. Moments with a time zone
    are turned to UTC, lengths of time to seconds.
    Raises DataError for structures and objects that are no single values, and no lists of labels.
    """
    import narwhals.stable.v2 as nw

    native, dtype = series.to_native(), series.dtype
    if isinstance(getattr(native, "dtype", None), np.dtype) and native.dtype.kind in "biuf":
        return from_array(native.to_numpy(), where)  # as pandas holds it, without a copy
    missing = np.asarray(series.is_null().to_numpy(), np.bool_)
    if (zone := getattr(getattr(native, "dtype", None), "tz", None)) is not None:  # of pandas, whatever it is called
        moments = native.dt.tz_convert(None).to_numpy().astype("datetime64[us]")
        return replace(filled(moments, missing), zone=str(zone))
    if dtype == nw.Boolean:
        return Column(np.asarray(series.fill_null(False).to_numpy(), np.bool_), missing)
    if dtype.is_integer() and dtype != nw.Int128 and dtype != nw.UInt128:
        return Column(whole(np.asarray(series.fill_null(0).to_numpy())), missing)
    if dtype.is_float():
        return floats(np.asarray(series.cast(nw.Float64).fill_null(float("nan")).to_numpy(), np.float64))
    if dtype in (nw.Date, nw.Datetime):
        moments = _integers(series.dt.timestamp("us")).view("datetime64[us]")
        return replace(filled(moments, missing), zone=getattr(dtype, "time_zone", None) or "")
    if dtype == nw.Duration:
        return filled(_integers(series.dt.total_microseconds()) / 1e6, missing)
    if dtype not in (nw.Categorical, nw.Enum):
        return from_values(series.to_list(), where)
    found = _of_words(series) if series.implementation.is_pandas() else None
    ranks = _ranks(series) if dtype == nw.Enum else ()
    return replace(found or from_values(series.to_list(), where), categorical=True, ranks=ranks)


def _of_words(series: nw.Series[Any]) -> Column | None:
    """The column of a category of pandas whose levels are text or intervals, each looked at once; else None.

    The intervals are those of the categories: among values with gaps pandas writes "(0.0, 1.0]" for "(0, 1]".
    """
    known = series.to_native().cat
    plain_levels = map(plain, known.categories.tolist())
    levels = [level for level in plain_levels if type(level) is str]
    if len(levels) < len(known.categories):
        return None
    words = text_column([*levels, None])  # the last is the code -1, that of a gap
    return words.take(known.codes.to_numpy())


def _ranks(series: nw.Series[Any]) -> tuple[str, ...]:
    """The categories of an ordered series as written, in their order."""
    return tuple(spelt(each).strip() for each in series.cat.get_categories().to_list())


def _integers(series: nw.Series[Any]) -> np.ndarray[Any, np.dtype[np.int64]]:
    return np.asarray(series.fill_null(0).to_numpy()).astype(np.int64)
