"""One column out of values of any type: an array of any dtype, or Python's own values as they come in lists and JSON.

Nothing is rounded on the way. Whole numbers that neither int64 nor float64 can hold stay text, digit by digit; values
of several kinds in one column become text as they would be written.
"""

from __future__ import annotations

import datetime
import decimal
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from glassnet.data.table import Column, filled, text_column
from glassnet.errors import DataError

Mask = npt.NDArray[np.bool_]

ONE_VALUE = "expected one number, text, truth value or date in each place"
EACH = "; give each of its values a column of its own"
APART = {
    **dict.fromkeys((list, tuple, np.ndarray), EACH),
    dict: f"{EACH}, as pandas.json_normalize does",
    complex: "; give the real and the imaginary part a column each",
}
NUMBERS_AND_WORDS = (str, bytes, bytearray, bool, int, float, decimal.Decimal, uuid.UUID)
TIMES = (datetime.datetime, datetime.date, datetime.time, datetime.timedelta)
SCALARS = (*NUMBERS_AND_WORDS, *TIMES)
OF_PANDAS = ("NAType", "Period", "Interval")
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
LISTS = (list, tuple, set, frozenset, np.ndarray)
LABELS = (str, bool, int)  # what a list of labels holds: one of numbers with fractions is a vector
MICROSECOND = datetime.timedelta(microseconds=1)


def is_scalar(value: object) -> bool:
    """Whether `value` is one value and no collection of them."""
    return value is None or isinstance(value, (*SCALARS, np.generic)) or _is_of_pandas(type(value))


def from_array(array: npt.NDArray[Any], where: str) -> Column:
    """The column of a 1-D array of any dtype; `where` is how messages call it.

    NaN and NaT are missing, as are empty texts and what is masked; lengths of time become seconds. Raises DataError
    for complex numbers and for objects that are no single values.
    """
    if isinstance(array, np.ma.MaskedArray):
        return _from_masked(array, where)
    kind, none = array.dtype.kind, np.zeros(len(array), np.bool_)
    if kind == "b":
        return Column(array, none)
    if kind in "iu":
        return Column(whole(array), none)
    if kind == "f":
        return floats(array)
    if kind == "M":
        return Column(array.astype("datetime64[us]", copy=False), np.isnat(array))
    if kind == "m":
        return floats(array / np.timedelta64(1, "s"))
    if kind == "U":
        return text_column(array.tolist())
    if kind in "SOT":
        return from_values(array.tolist(), where)
    raise DataError(f"{where} holds values of {array.dtype}; {ONE_VALUE}")


def _from_masked(array: np.ma.MaskedArray[Any, Any], where: str) -> Column:
    masked = np.ma.getmaskarray(array)
    if array.dtype.kind == "O":
        return from_values([None if gap else value for value, gap in zip(array.data, masked, strict=True)], where)
    column = from_array(np.asarray(array.data), where)
    return filled(column.values, column.missing | masked)


def floats(array: npt.NDArray[Any]) -> Column:
    """The column of an array of real numbers; NaN is missing."""
    values = array.astype(np.float64, copy=False)
    return Column(values, np.isnan(values))


def whole(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Whole numbers as int64, or as uint64 where they need it."""
    fits = array.dtype != np.uint64 or not len(array) or array.max() <= np.iinfo(np.int64).max
    return array.astype(np.int64 if fits else np.uint64, copy=False)


def from_values(values: Sequence[object], where: str) -> Column:
    """The column of Python values; None, NaN, NaT, pandas' NA and empty texts are missing.

    A period is the moment at which it begins; an interval and an identifier are text.
    Lists, tuples, sets and arrays of texts, truth values or whole numbers make a column of lists of labels, from which
    what is missing is left out. Raises DataError that names the row of the first value that is no single value, where
    not all of them are such lists.
    """
    types = set(map(type, values))
    if types <= {str, type(None)} and str in types:
        return _words(values, gaps=type(None) in types)
    if any(issubclass(kind, np.generic) or _is_of_pandas(kind) for kind in types):
        values = [plain(value) for value in values]
        types = set(map(type, values))
    classes = {kind: _class(kind) for kind in types}
    if None in classes.values():
        if (lists := _lists(values)) is None:
            raise _no_value(values, classes, where)
        return lists
    missing = np.array([value is None or value != value for value in values], np.bool_)
    present = {classes[kind] for kind in types if kind is not type(None)}
    if len(present) > 1:  # a NaN among texts is a gap and makes no mixture
        present = {classes[type(value)] for value, gap in zip(values, missing, strict=True) if not gap}
    return MAKERS.get(frozenset(present), _texts)(values, missing)


def _words(values: Sequence[object], *, gaps: bool) -> Column:
    """The column of texts, and of None where there are gaps, all looked at together."""
    words = np.array(values, dtype=object)
    if gaps:
        words[[value is None for value in values]] = ""
    return Column(words, np.equal(words, "").astype(np.bool_, copy=False))


def _is_of_pandas(kind: type) -> bool:
    # Known by its name, so that pandas is not loaded for it.
    return kind.__name__ in OF_PANDAS and kind.__module__.partition(".")[0] == "pandas"


def plain(value: Any) -> object:
    """A scalar of NumPy or of pandas as the Python value that it is, and pandas' NA as None."""
    if isinstance(value, np.datetime64):
        return value.astype("datetime64[us]").item()
    if isinstance(value, np.timedelta64):
        return value.astype("timedelta64[us]").item()
    if isinstance(value, np.longdouble):
        return float(value)
    if isinstance(value, np.generic):
        return value.item()
    if _is_of_pandas(type(value)):
        return _plain_of_pandas(value)
    return value


def _plain_of_pandas(value: Any) -> object:
    """No value as None, a period as the moment at which it begins, an interval as it is written."""
    name = type(value).__name__
    return None if name == "NAType" else value.to_timestamp().to_pydatetime() if name == "Period" else str(value)


def _class(kind: type) -> type | None:
    """The known class that a type of value is or derives from; NoneType counts, None means there is none."""
    return next((base for base in kind.__mro__ if base in (*SCALARS, type(None))), None)


def _no_value(values: Sequence[object], classes: Mapping[type, type | None], where: str) -> DataError:
    row, kind = next((row, type(value)) for row, value in enumerate(values, 1) if classes[type(value)] is None)
    remedy = APART.get(kind, "")
    return DataError(f"{where}, row {row:,}: cannot take a value of type {kind.__name__}; {ONE_VALUE}{remedy}")


def check_single(column: Column, where: str) -> None:
    """Raise DataError, naming the first row, for a column of lists, where one value a row is expected."""
    if column.kind == "lists":
        row = int((~column.missing).argmax()) + 1
        raise DataError(f"{where}, row {row:,}: cannot take a list; {ONE_VALUE}{EACH}; lists of labels can be a target")


def _lists(values: Sequence[object]) -> Column | None:
    """The column of lists of labels; None where a value is neither such a list nor missing."""
    missing = np.array([_is_none(value) for value in values], np.bool_)
    rows = [() if gap else _labels(value) for value, gap in zip(values, missing, strict=True)]
    if None in rows:
        return None
    return Column(np.fromiter(rows, np.dtype(object), len(rows)), missing, lists=True)


def _labels(value: object) -> tuple[Any, ...] | None:
    """The labels of a list, those that are missing left out; None where it is no list, or one of other things."""
    if not isinstance(value, LISTS) or (isinstance(value, np.ndarray) and value.ndim != 1):
        return None
    labels = tuple(label for label in map(plain, value) if not _is_none(label))
    return labels if all(isinstance(label, LABELS) for label in labels) else None


def _is_none(value: object) -> bool:
    """Whether a value, or a label in a list, is missing: None, NaN or a text of blanks."""
    return value is None or (
        value != value if isinstance(value, float) else isinstance(value, str) and not value.strip()
    )


def _with_gaps(values: Sequence[Any], missing: Mask, filler: object) -> list[Any]:
    return [filler if gap else value for value, gap in zip(values, missing, strict=True)]


def _truths(values: Sequence[Any], missing: Mask) -> Column:
    return Column(np.array(_with_gaps(values, missing, False), np.bool_), missing)


def _integers(values: Sequence[Any], missing: Mask) -> Column:
    numbers = _with_gaps(values, missing, 0)
    for dtype in (np.int64, np.uint64):
        try:
            return Column(np.array(numbers, dtype), missing)
        except OverflowError:
            continue
    return _texts(values, missing)


def _floats(values: Sequence[Any], missing: Mask) -> Column:
    numbers = _with_gaps(values, missing, np.nan)
    if all(type(number) is float or _is_exact(number) for number in numbers):
        return Column(np.array(numbers, np.float64), missing)
    return _texts(values, missing)


def _is_exact(number: float) -> bool:
    return abs(number) <= 2**53 or (abs(number) < 2**1023 and float(number) == number) or abs(number) == np.inf


def _decimals(values: Sequence[Any], missing: Mask) -> Column:
    numbers = [decimal.Decimal(number) for number in _with_gaps(values, missing, 0)]
    if all(number.is_finite() and number == number.to_integral_value() for number in numbers):
        return _integers([int(number) for number in numbers], missing)
    return filled(np.array([float(number) for number in numbers], np.float64), missing)


def _moments(values: Sequence[Any], missing: Mask) -> Column:
    micros = [(_in_utc(value) - EPOCH) // MICROSECOND for value in _with_gaps(values, missing, EPOCH)]
    return filled(np.array(micros, np.int64).view("datetime64[us]"), missing)


def _in_utc(value: datetime.date) -> datetime.datetime:
    if not isinstance(value, datetime.datetime):
        value = datetime.datetime(value.year, value.month, value.day)
    return value.replace(tzinfo=datetime.UTC) if value.tzinfo is None else value.astimezone(datetime.UTC)


def _seconds(values: Sequence[Any], missing: Mask) -> Column:
    lengths = _with_gaps(values, missing, datetime.timedelta())
    return filled(np.array([length.total_seconds() for length in lengths], np.float64), missing)


def _texts(values: Sequence[Any], missing: Mask) -> Column:
    spellings = (value if type(value) is str else spelt(value) for value in values)
    return text_column(None if gap else text for text, gap in zip(spellings, missing, strict=True))


def spelt(value: object) -> str:
    """One value as a person would write it: dates as in ISO 8601, truth values as in JSON.

    >>> spelt(2.5), spelt(True), spelt(datetime.date(2024, 2, 29))
    ('2.5', 'true', '2024-02-29')
    """
    match value:
        case str():
            return str(value)
        case bool():
            return "true" if value else "false"
        case bytes() | bytearray():
            return value.decode("utf-8", "backslashreplace")
        case datetime.date() | datetime.time():
            return value.isoformat()
        case float():
            return repr(float(value))
        case _:
            return str(value)


MAKERS: Mapping[frozenset[type | None], Callable[[Sequence[Any], Mask], Column]] = {
    frozenset({bool}): _truths,
    frozenset({int}): _integers,
    frozenset({float}): _floats,
    frozenset({float, int}): _floats,
    frozenset({decimal.Decimal}): _decimals,
    frozenset({decimal.Decimal, int}): _decimals,
    frozenset({decimal.Decimal, float}): _decimals,
    frozenset({decimal.Decimal, float, int}): _decimals,
    frozenset({datetime.datetime}): _moments,
    frozenset({datetime.date}): _moments,
    frozenset({datetime.datetime, datetime.date}): _moments,
    frozenset({datetime.timedelta}): _seconds,
}
