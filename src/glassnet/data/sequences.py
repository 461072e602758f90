"""Sequences of unequal length: one array with room for the longest, and the true length of each."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from typing import Any

import numpy as np
import numpy.typing as npt

from glassnet.data.arrays import as_inputs
from glassnet.errors import DataError, ShapeError

Array = npt.NDArray[Any]
Lengths = npt.NDArray[np.int64]


class Sequences:
    """Sequences of unequal length: `values` (sequences, longest, channels), 0 beyond each end, and `lengths`.

    `data` is a list of arrays (steps, channels), or (steps,) for one channel; or one array (sequences, steps, channels)
    with `lengths`, how many steps of each are there, or `mask` (sequences, steps), true where a step is there. What
    lies beyond an end is never looked at and may be NaN. Without either, all steps are there.

    Raises DataError, naming the sequence, for one without steps, for channels that differ and for values that are no
    finite numbers; ShapeError for lengths or a mask that do not fit.

    >>> Sequences([[[1.0], [2.0]], [[3.0]]]).lengths.tolist()
    [2, 1]
    """

    def __init__(self, data: Any, *, lengths: npt.ArrayLike | None = None, mask: npt.ArrayLike | None = None) -> None:
        if lengths is not None and mask is not None:
            raise ShapeError("Sequences: both lengths and a mask were given; one of them says where sequences end")
        if lengths is None and mask is None and not isinstance(data, np.ndarray):
            self.values, self.lengths = _joined([_alone(k, each) for k, each in enumerate(data, 1)])
            return
        array = np.asarray(data)
        array = array[..., None] if array.ndim == 2 else array
        if array.ndim != 3:
            raise ShapeError(f"Sequences: an array of shape {array.shape}; expected (sequences, steps, channels)")
        self.lengths = _lengths(array.shape, lengths) if mask is None else _ends(array.shape, mask)
        known = there(self.lengths, array.shape[1])[..., None]
        self.values = as_inputs(np.where(known, array, 0), array.dtype.name, "the sequences")

    def __len__(self) -> int:
        return len(self.lengths)

    def cut(self) -> list[Array]:
        """The sequences as a list of arrays (steps, channels), each cut to its true length."""
        return cut(self.values, self.lengths)

    def take(self, rows: Array) -> Sequences:
        """Some of the sequences: their numbers, or true where one is taken."""
        taken = copy(self)
        taken.values, taken.lengths = self.values[rows], self.lengths[rows]
        return taken

    def __repr__(self) -> str:
        ends = f"{self.lengths.min()} to {self.lengths.max()}" if len(self) else "no"
        return f"Sequences({len(self):,} of {ends} steps, channels={self.values.shape[2]})"


def there(lengths: Lengths, room: int) -> npt.NDArray[np.bool_]:
    """Which steps are there, (sequences, room)."""
    return np.arange(room) < lengths[:, None]


def cut(values: Array, lengths: Lengths) -> list[Array]:
    """Values (sequences, room, ...) as a list, each cut to its true length."""
    return [row[:length] for row, length in zip(values, lengths.tolist(), strict=True)]


def is_sequences(data: Any) -> bool:
    """Whether data are `Sequences`, or a list of arrays (steps, channels) of which the steps differ in number."""
    if isinstance(data, Sequences):
        return True
    if not isinstance(data, list | tuple) or not all(isinstance(each, np.ndarray) and each.ndim == 2 for each in data):
        return False
    return len({len(each) for each in data}) > 1


def as_sequences(data: Any, axes: int = 2) -> Sequences:
    """Sequences however they are given; an array of so many `axes`, (steps, channels) or (steps,), is one of them.

    Raises DataError or ShapeError where data are none.
    """
    if isinstance(data, Sequences):
        return data
    return Sequences(data[None] if isinstance(data, np.ndarray) and data.ndim == axes else data)


def check_tokens(sequences: Sequences, levels: int) -> None:
    """Raise DataError, naming sequence and step, for a value that is no whole number from 0 to `levels` - 1."""
    values = sequences.values
    known = there(sequences.lengths, values.shape[1])[..., None]
    wrong = known & ((values < 0) | (values >= levels) | (values != np.floor(values)))
    if wrong.any():
        place = np.argwhere(wrong)[0]
        raise DataError(
            f"sequence {place[0] + 1:,}, step {place[1] + 1:,} is {values[tuple(place)]:g}; expected a whole number "
            f"from 0 to {levels - 1:,}, which is a row of the table of {levels:,}"
        )


def _alone(number: int, data: Any) -> Array:
    """One sequence as an array (steps, channels) of finite numbers."""
    what = f"sequence {number:,}"
    array = as_inputs(data, "float64", what)
    array = array[:, None] if array.ndim == 1 else array
    if array.ndim != 2:
        raise DataError(f"{what} has shape {array.shape}; expected (steps, channels)")
    if len(array) == 0:
        raise DataError(f"{what} has no steps; leave it out, with its target")
    return array


def _joined(arrays: Sequence[Array]) -> tuple[Array, Lengths]:
    """The sequences in one array, and their lengths."""
    if not arrays:
        raise DataError("there are no sequences; expected at least one")
    channels = arrays[0].shape[1]
    for number, array in enumerate(arrays, 1):
        if array.shape[1] != channels:
            raise DataError(
                f"sequence {number:,} has {array.shape[1]} channels where sequence 1 has {channels}; expected as many "
                f"in each"
            )
    lengths = np.array([len(array) for array in arrays], np.int64)
    values = np.zeros((len(arrays), lengths.max(), channels))
    for room, array in zip(values, arrays, strict=True):
        room[: len(array)] = array
    return values, lengths


def _lengths(shape: tuple[int, ...], given: npt.ArrayLike | None) -> Lengths:
    """The lengths of sequences in an array of this shape."""
    rows, steps = shape[:2]
    lengths = np.full(rows, steps) if given is None else np.asarray(given)
    if lengths.shape != (rows,):
        raise ShapeError(f"Sequences: lengths of shape {lengths.shape}; expected ({rows},), one for each sequence")
    wrong = (lengths < 1) | (lengths > steps) | (lengths != np.floor(lengths))
    if wrong.any():
        number = int(np.argmax(wrong))
        raise DataError(
            f"sequence {number + 1:,} has length {lengths[number]}; expected a whole number from 1 to {steps}, the "
            f"steps of the array; a sequence without steps has to be left out, with its target"
        )
    return lengths.astype(np.int64)


def _ends(shape: tuple[int, ...], given: npt.ArrayLike) -> Lengths:
    """The lengths that a mask shows."""
    mask = np.asarray(given)
    if mask.shape != shape[:2] or mask.dtype != np.bool_:
        raise ShapeError(
            f"Sequences: a mask of shape {mask.shape} and dtype {mask.dtype}; expected {shape[:2]} and bool, true "
            f"where a step is there"
        )
    gaps = mask[:, 1:] & ~mask[:, :-1]
    if gaps.any():
        row, step = (int(place[0]) for place in np.nonzero(gaps))
        raise DataError(
            f"sequence {row + 1:,}: step {step + 2} is there and step {step + 1} is not; a mask marks where a sequence "
            f"ends: take the steps that are missing out, so that those that are there come first"
        )
    return _lengths(shape, mask.sum(axis=1))
