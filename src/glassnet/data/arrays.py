"""Arrays for networks whose layers the caller has laid out: numbers as they are, nothing encoded, nothing scaled."""

from __future__ import annotations

import numbers
from collections.abc import Sized
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt

from glassnet.data.table import counted
from glassnet.errors import DataError, short

EXPECTED = "explicit layers take numbers; a network without layers of yours encodes columns by itself"
FILL = "fill the gap or leave the row out"
WORDS = {"U": "text", "S": "bytes", "T": "text", "c": "complex numbers", "M": "dates", "m": "lengths of time"}


def as_inputs(data: Any, dtype: str, what: str = "the inputs") -> npt.NDArray[Any]:
    """`data` as a C-contiguous array of `dtype`, a row along axis 0; it may share memory with `data`.

    `what` is how messages call the data.

    Takes arrays of any real dtype and memory order, nested lists, tensors and frames of numbers. Raises DataError for
    text, complex numbers, other objects, ragged lists, a single number, and for NaN, infinity or a number that
    `dtype` cannot hold, naming row and column.

    >>> as_inputs([[True, 2], [3, 4.5]], "float32").tolist()
    [[1.0, 2.0], [3.0, 4.5]]
    """
    try:
        return _checked(data, dtype)
    except DataError as error:
        raise DataError(f"{what}: {error}") from None


def _checked(data: Any, dtype: str) -> npt.NDArray[Any]:
    array = _real(as_array(data))
    if array.ndim == 0:
        raise DataError("a single number was given; expected rows along the first axis, such as [[1.0, 2.0]]")
    _check_finite(array)
    with np.errstate(over="ignore", invalid="ignore"):
        inputs = np.ascontiguousarray(array, dtype)
    _check_held(array, inputs)
    return inputs


def as_array(data: Any) -> npt.NDArray[Any]:
    """Data as an array of any dtype; raises DataError where it is masked, or lists of unequal lengths."""
    if type(data) is not np.ndarray and isinstance(data, np.ma.MaskedArray) and np.ma.is_masked(data):
        raise DataError(f"{_place(np.ma.getmaskarray(data))} is masked; {FILL}")
    try:
        return np.asarray(data)
    except ValueError as error:
        raise _ragged(data, error) from None


def _ragged(data: Any, error: ValueError) -> DataError:
    """The error for nested lists that make no array, naming the first row unlike row 1 where that is the cause."""
    lengths = [len(row) if isinstance(row, Sized) else None for row in data]
    for row, length in enumerate(lengths, 1):
        if length != lengths[0]:
            given, first = (
                "is a single value" if n is None else f"holds {counted(n, 'value')}" for n in (length, lengths[0])
            )
            return DataError(f"row {row:,} {given} where row 1 {first}; expected rows of equal length")
    return DataError(f"the rows differ in shape; expected nested lists of equal lengths ({error})")


def _real(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """`array` where its dtype holds real numbers; objects that are numbers as float64."""
    if array.dtype.kind == "O":
        return _from_objects(array)
    if array.dtype.kind not in "biuf":
        raise DataError(
            f"{WORDS.get(array.dtype.kind, f'values of {array.dtype}')} where numbers are expected; {EXPECTED}"
        )
    return array


def _from_objects(array: npt.NDArray[np.object_]) -> npt.NDArray[np.float64]:
    flat = array.ravel().tolist()
    wrong = np.array([not isinstance(value, (numbers.Real, Decimal, np.bool_)) for value in flat], np.bool_)
    if not wrong.any():
        return array.astype(np.float64)
    value = flat[int(np.argmax(wrong))]
    place = _place(wrong.reshape(array.shape))
    if value is None or type(value).__name__ == "NAType":
        raise DataError(f"{place} is missing; {FILL}")
    raise DataError(f"{place} is {short(value)}, of type {type(value).__name__}; {EXPECTED}")


def _check_finite(array: npt.NDArray[Any]) -> None:
    if array.dtype.kind == "f" and not _surely_finite(array) and not (finite := np.isfinite(array)).all():
        value = array[_first(~finite)]
        raise DataError(f"{_place(~finite)} is {'NaN' if np.isnan(value) else value}; {FILL}")


def _surely_finite(array: npt.NDArray[Any]) -> bool:
    """Whether the sum of all squares is finite, as that of finite numbers alone is: half the time of a look at each.

    Large numbers have none either, so that False says nothing.
    """
    if array.dtype not in (np.float32, np.float64) or not array.flags.forc:
        return False
    numbers = array.ravel("K")
    with np.errstate(over="ignore", invalid="ignore"):
        return bool(np.isfinite(numbers.dot(numbers)))


def _check_held(array: npt.NDArray[Any], inputs: npt.NDArray[Any]) -> None:
    """Raise where the cast lost a number: too large for a float dtype, no such whole number in an integer one."""
    if inputs.dtype.kind == "f":
        lost = np.isinf(inputs) if inputs.dtype.itemsize < array.dtype.itemsize else np.zeros(0, np.bool_)
    elif array.dtype != inputs.dtype:
        lost = inputs != array
    else:
        return
    if lost.any():
        value = array[_first(lost)]
        raise DataError(f"{_place(lost)} is {value}, which {inputs.dtype} cannot hold; scale or correct it")


def _first(mask: npt.NDArray[np.bool_]) -> tuple[int, ...]:
    return tuple(int(i) for i in np.unravel_index(int(np.argmax(mask)), mask.shape))


def _place(mask: npt.NDArray[np.bool_]) -> str:
    """Where the first True of `mask` stands, counted from 1 as rows and columns are."""
    if mask.ndim == 0:
        return "the value"
    row, *rest = _first(mask)
    if len(rest) == 1:
        return f"row {row + 1:,}, column {rest[0] + 1:,}"
    place = f", position ({', '.join(str(i + 1) for i in rest)})" if rest else ""
    return f"row {row + 1:,}{place}"
